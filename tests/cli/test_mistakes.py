"""A person's mistake is one line that says what to do, and an exit code by its kind."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from recall_tui import house_people
from recall_tui.cli import booking, inviting
from recall_tui.domain.commands import Target
from recall_tui.domain.states import DueState
from recall_tui.views.patient import PatientPage
from storage.deadline import ASIDE
from storage.driver import SQLITE
from storage.store import SqlStore
from tests.cli.practice import write_extract
from tests.cli.running import ROOT, Runner, as_process


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("frobnicate",), 2, "No such command 'frobnicate'"),
        (("worklst",), 2, "Did you mean worklist?"),
        (("SMITHJ",), 2, "recall lookup SMITHJ"),
        (("worklist", "--colour"), 2, "No such option"),
        (("worklist", "--month", "2026-13"), 2, "2026-13 is not a month: write it as 2026-12"),
        (("book", "101", "soon"), 2, "soon is not a date: write it as 3/12"),
        (("book", "101", "thu 9 dec"), 2, "9 Dec 2026 is a Wednesday"),
        (("book", "108", "--accept"), 4, "no appointment in the book fits"),
        (("month", "101", "13"), 2, "13"),
        (("contact", "101", "shouted"), 2, "shouted"),
        (("explain", "101", "--recall", "nosuch"), 2, "there is no recall nosuch"),
        (("--practice", "Z99999", "worklist"), 2, "Z99999"),
        (("--practice", "not a code", "worklist"), 2, "no ODS code"),
        (("import", "/nowhere/at/all"), 3, "/nowhere/at/all"),
        (("recalls", "check", "/nowhere/at/all"), 3, "/nowhere/at/all"),
        (("lookup", "4711"), 4, "there is no patient number 4711"),
        (("explain", "4711"), 4, "there is no patient number 4711"),
        (("book", "101", "2020-01-01"), 4, "1 Jan 2020 is past"),
        (("book", "101", "2026-12-08", "--item", "nosuch"), 4, "nosuch is not due"),
        (("book", "107", "2026-12-08"), 4, "nothing is due"),
        (("book", "101", "2026-12-08", "--staff", "vet"), 4, "no appointment with vet"),
        (("unbook", "101"), 4, "no booking stands"),
        (("snooze", "101", "--until", "2026-11-22"), 4, "not in the future"),
        (("snooze", "102", "--until", "2027-02-01"), 4, "high-risk drug monitoring"),
        (("decline", "101", "--reason", " "), 4, "say why"),
        (("undo",), 4, "nothing to be undone"),
        (("redo",), 4, "nothing to be redone"),
        (("undo", "--command", "0" * 32), 4, "nothing to be undone"),
        (("assign", "4711", "--to", "Jo"), 4, "no such patient number"),
    ],
)
def test_a_mistake_is_one_line(
    recall: Runner, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """What is wrong and what to do, on standard error, with the code of its kind."""
    answer = recall(*arguments)
    assert answer.code == code, answer
    assert words in answer.fault
    assert not answer.out


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ("", 2, "nothing was typed"),
        ("Nobody", 4, "no patient fits"),
        ("241275", 4, "no patient fits"),
        ("24/12/75", 3, "a date of birth alone finds nobody"),
        ("Smith", 4, "2 patients fit: confirm two identifiers"),
        ("Smith, 31/02/1950", 3, "is not a date of birth"),
    ],
)
def test_a_look_up_never_picks(recall: Runner, typed: str, code: int, words: str) -> None:
    """Nobody, several, or something odd: said, and nobody is shown as if they were meant."""
    answer = recall("lookup", "-", typed=f"{typed}\n")
    assert (answer.code, words in answer.fault) == (code, True), answer


def test_an_empty_note_is_refused(recall: Runner) -> None:
    """A note without words is not kept."""
    assert recall("note", "101", typed="\n").code == 4


def test_a_store_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command says how to make one, the quick path too."""
    recall = Runner(tmp_path / "none.db", monkeypatch)
    for arguments in (
        ("worklist",),
        ("balance",),
        ("lookup", "101"),
        ("book", "101", "2027-01-01"),
    ):
        answer = recall(*arguments)
        assert answer.code == 6
        assert "recall init" in answer.fault
    quick = as_process("--db", str(tmp_path / "none.db"), "101", home=tmp_path)
    assert (quick.code, "recall init" in quick.fault) == (6, True)


def test_a_store_that_is_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is no store, an unreadable URL and a folder are told apart from a fault."""
    letter = tmp_path / "letter.db"
    letter.write_bytes(b"Dear patient, " * 400)
    for store in (letter, tmp_path):
        answer = Runner(store, monkeypatch)("worklist")
        assert answer.code == 6, answer
        assert str(store) in answer.fault
    answer = Runner(letter, monkeypatch)("--db", "mysql://here/there", "worklist", place=False)
    assert (answer.code, "postgresql://" in answer.fault) == (2, True)


def test_a_store_of_a_newer_version(recall: Runner) -> None:
    """An older program says so and touches nothing; the quick path as well."""
    with closing(SQLITE.connect(recall.store)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = recall.store.read_bytes()
    answer = recall("worklist")
    assert answer.code == 6
    assert "newer" in answer.fault
    assert recall.store.read_bytes() == before
    quick = as_process("--db", str(recall.store), "101", home=recall.store.parent)
    assert (quick.code, "newer" in quick.fault) == (6, True)


def test_a_store_that_is_damaged(recall: Runner) -> None:
    """A truncated file is said to be damaged, and is not made worse."""
    whole = recall.store.read_bytes()
    recall.store.write_bytes(whole[: len(whole) // 2])
    answer = recall("worklist")
    assert answer.code == 6
    assert str(recall.store) in answer.fault


def test_a_store_that_is_locked(recall: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another program writes for long, the list is read and a booking is refused in time."""
    # Whoever books waits for less than the ten seconds of every day.
    monkeypatch.setattr(SqlStore.write, "__kwdefaults__", {"seconds": ASIDE})
    connection: Any = SQLITE.connect(recall.store, isolation_level=None)
    with closing(connection):
        connection.execute("BEGIN IMMEDIATE")
        assert recall("worklist").code == 0
        waiting = recall.store.with_name(f"{recall.store.name}.audit") / "looks"
        assert '"list ' in waiting.read_text(encoding="utf-8")
        started = time.monotonic()
        answer = recall("book", "101", "2026-12-08")
        assert time.monotonic() - started < 60
    assert answer.code == 6
    assert "locked" in answer.fault or "busy" in answer.fault
    assert recall("book", "101", "2026-12-08").code == 0
    assert not waiting.exists()
    assert any(
        one["action"].startswith("list ") for one in recall.ok("audit", "export", "--json").objects
    )


def test_a_queue_is_a_look(recall: Runner) -> None:
    """Whom a queue showed by name stands in the audit, like every list."""
    recall.ok("book", "101", "2026-12-08")
    ask = ("queue", "closed", "--staff", "nurse", "--from", "2026-12-08", "--json")
    shown = {one["patient"] for one in recall.ok(*ask).objects}
    noted = {
        one["patient"]
        for one in recall.ok("audit", "export", "--json").objects
        if one["action"] == "queue closed"
    }
    assert shown
    assert noted == shown


def _is(login: str) -> Callable[[str, object], str]:
    def kernel_login(_account: str, _environ: object) -> str:
        return login

    return kernel_login


def test_somebody_was_first(recall: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision about what somebody else decided since is a conflict that says who and when."""
    real = booking.targets_of

    def slow_person(
        page: PatientPage, items: Sequence[str], states: Sequence[DueState]
    ) -> tuple[Target, ...]:
        seen = real(page, items, states)
        monkeypatch.setattr(booking, "targets_of", real)
        monkeypatch.setattr(house_people, "kernel_login", _is("al"))
        recall.ok("decline", "101", "--reason", "said no")
        return seen

    monkeypatch.setattr(booking, "targets_of", slow_person)
    for login in ("al", "jo"):
        recall.ok("users", "add", login, "reception")
    monkeypatch.setattr(house_people, "kernel_login", _is("jo"))
    answer = recall("book", "101", "2026-12-08")
    assert answer.code == 5
    assert "changed by al at" in answer.fault
    assert "declined" in answer.fault


def test_invites_from_old_data_need_a_reason(recall: Runner, tmp_path: Path) -> None:
    """Over three days old: nothing is exported or recorded without saying why."""
    recall.today = "2026-11-26"
    target = tmp_path / "batch.csv"
    answer = recall("invite", "--export", str(target), "--record")
    assert (answer.code, "4 days old" in answer.fault) == (4, True)
    assert not target.exists()
    recall.ok("invite", "--export", str(target), "--record", "--although", "the server was down")
    assert target.exists()


def test_a_day_before_the_data_is_told(recall: Runner, tmp_path: Path) -> None:
    """A clock that is behind shows an empty list as if the month were done: it is said, and stops.

    What is overdue stands in the month of the plan, which is still to come there.
    """
    recall.today = "2026-09-22"
    answer = recall("worklist")
    assert "data are of 22 Nov 2026, and today would be 22 Sep 2026" in answer.fault
    target = tmp_path / "batch.csv"
    answer = recall("invite", "--export", str(target), "--record")
    assert (answer.code, "have it set" in answer.fault) == (4, True)
    assert not target.exists()


def test_a_batch_that_is_refused_leaves_no_file(
    recall: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody decides while the file is written: it goes again, and nothing is recorded."""
    real = inviting.write_export

    def slow_disk(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        digest = real(path, columns, rows)
        recall.ok("decline", "101", "--reason", "said no")
        return digest

    monkeypatch.setattr(inviting, "write_export", slow_disk)
    target = tmp_path / "batch.csv"
    answer = recall("invite", "--export", str(target), "--record")
    assert (answer.code, "declined" in answer.fault) == (5, True)
    assert "batch.csv was removed again" in answer.err
    assert list(tmp_path.glob("*.csv")) == []
    assert {one["invites"] for one in recall.ok("worklist", "--all", "--json").objects} == {0}


def test_an_export_is_never_replaced(recall: Runner, tmp_path: Path) -> None:
    """A file of that name stays as it is, and nothing is recorded."""
    target = tmp_path / "batch.csv"
    target.write_text("mine", encoding="utf-8")
    answer = recall("invite", "--export", str(target), "--record")
    assert (answer.code, "exists already" in answer.fault) == (4, True)
    assert target.read_text(encoding="utf-8") == "mine"
    assert recall("undo").code == 4


def test_stopping_an_import_leaves_the_store_as_it_was(recall: Runner, tmp_path: Path) -> None:
    """Ctrl-C in the middle of reading ends with 130, one line, and no half import."""
    lines = "".join(
        f"{number},1201005,Benign essential hypertension,2020-01-01,,,\n"
        for number in range(1, 400_000)
    )
    head = "patient_number,code,term,date,value,unit,kind\n"
    folder = write_extract(tmp_path / "extract", {"events.csv": head + lines})
    before = recall.ok("worklist", "--all", "--json").out
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "recall_tui", "--db", str(recall.store), "--today", recall.today,
         "import", str(folder)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline().startswith(b"  reading")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert b"recall: stopped" in err
    assert b"Traceback" not in err
    assert recall.ok("worklist", "--all", "--json").out == before


def test_a_copy_of_the_store_is_whole_and_private(recall: Runner, tmp_path: Path) -> None:
    """The backup opens as a store with the same list, has mode 0600, and replaces nothing."""
    target = tmp_path / "copy.db"
    answer = recall.ok("backup", str(target), "--json")
    assert answer.objects[0]["bytes"] == target.stat().st_size
    assert target.stat().st_mode & 0o777 == 0o600
    again = recall("backup", str(target))
    assert (again.code, "exists already" in again.fault) == (4, True)
    before = recall.ok("worklist", "--all", "--json").out
    shutil.copyfile(target, recall.store)
    assert recall.ok("worklist", "--all", "--json").out == before
    nowhere = recall("backup", str(tmp_path / "no" / "such" / "copy.db"))
    assert nowhere.code == 3
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".recall-")]
