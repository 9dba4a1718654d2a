"""The same commands on Postgres: the same answers, and a backup that holds no secret."""

import os
import re
import stat
from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.cli.practice import write_extract
from tests.cli.running import Runner, as_process
from tests.support.postgres import fresh_database

IDS = re.compile(r"\b[0-9a-f]{32}\b")
SCRIPT = """#!/bin/sh
[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 99.1" && exit
printf '%s\\n' "$@" > "{said}"
printf '%s' "$PGPASSWORD" >> "{said}"
for word in "$@"; do case $word in --file=*) printf dump > "${{word#--file=}}";; esac; done
exit {code}
"""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Runner]:
    """Give ``recall`` on the small practice in Postgres."""
    with fresh_database() as url:
        recall = Runner(tmp_path / "none.db", monkeypatch, url=url)
        recall.begin()
        recall.ok("import", str(write_extract(tmp_path / "extract")))
        yield recall


def test_both_stores_give_the_same_answers(served: Runner, recall: Runner, own_home: Path) -> None:
    """List, page, reasons and balance are the same byte for byte, before and after a booking."""
    _same(served, recall)
    for one in (served, recall):
        one.ok("book", "101", "2026-12-08", "--item", "bp")
        one.ok("snooze", "104", "--until", "2026-12-20")
    _same(served, recall)
    quick = as_process("103", "--json", "--today", served.today, home=own_home,
                       environ={"RECALL_DB": served.url})  # fmt: skip
    assert quick.out == recall.ok("lookup", "103", "--json").out


def _same(served: Runner, recall: Runner) -> None:
    for arguments in (
        ("worklist", "--all"), ("worklist", "--month", "2026-12", "--all"), ("balance",),
        ("explain", "101"), ("explain", "103", "--recall", "hypertension"), ("lookup", "103"),
    ):  # fmt: skip
        one, other = (who.ok(*arguments, "--json").out for who in (served, recall))
        assert IDS.sub("(id)", one) == IDS.sub("(id)", other)


def test_a_server_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with the place and without the password, and exit code 6."""
    url = "postgresql://jo:sesame@127.0.0.1:1/recall"
    answer = Runner(tmp_path / "none.db", monkeypatch, url=url)("worklist")
    assert answer.code == 6
    assert "127.0.0.1" in answer.fault
    assert "sesame" not in answer.err


def test_a_backup_without_the_client_tools(
    served: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dump is refused with advice, and no file is left; a .db file needs no tools."""
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = served("backup", str(tmp_path / "copy.dump"))
    assert (answer.code, "install the Postgres client tools" in answer.fault) == (4, True)
    assert not list(tmp_path.glob("*copy*"))
    assert "restored on trial" in served.ok("backup", str(tmp_path / "copy.db")).out
    assert not list(tmp_path.glob(".recall-*"))


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 6)])
def test_a_backup_keeps_the_password_out_of_arguments(
    served: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, ends: int
) -> None:
    """The dump program gets the password by its environment; a dump that failed leaves nothing."""
    tools = tmp_path / "tools"
    tools.mkdir()
    program, said = tools / "pg_dump", tmp_path / "said"
    for tool in (program, tools / "pg_restore"):
        tool.write_text(SCRIPT.format(said=said, code=code), encoding="utf-8")
        tool.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    target = tmp_path / "copy.dump"
    url = make_url(served.url)
    served.url = url.set(password="sesame").render_as_string(hide_password=False)  # noqa: S106 - made up
    answer = served("backup", "--quick", str(target))
    *arguments, secret = said.read_text(encoding="utf-8").splitlines()
    assert secret == "sesame"  # noqa: S105 - made up
    assert not any("sesame" in one for one in arguments)
    assert answer.code == ends, answer
    assert target.exists() is not bool(code)
    if not code:
        assert target.stat().st_mode & 0o777 == 0o600
