"""R-9 where nothing is sent by us: a batch is a file that a person sends, and records once."""

import ast
import csv
import hashlib
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import planned_store, recall
from tests.cli.running import ROOT, Runner

__all__ = ["planned_store", "recall"]

LINES_OUT = frozenset(
    {"socket", "ssl", "http", "urllib", "smtplib", "ftplib", "requests", "httpx", "aiohttp"}
)
"""Modules through which a message could leave."""

CLOSES_ONLY = {ROOT / "storage" / "deadline.py", ROOT / "storage" / "first_look_server.py"}
"""Shut the line to a database that does not answer; open none."""


def test_no_part_of_the_program_can_send() -> None:
    """No module opens a line to anywhere but the store's database: the only sender is a person."""
    found: list[str] = []
    for folder in ("recall_tui", "screens", "widgets", "storage"):
        for file in {*(ROOT / folder).rglob("*.py")} - CLOSES_ONLY:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom):
                    names = [node.module or ""]
                found += [f"{file}: {one}" for one in names if one.partition(".")[0] in LINES_OUT]
    assert found == []
    for file in CLOSES_ONLY:
        used = re.findall(r"socket\.\w+(?:\(\w*)?", file.read_text(encoding="utf-8"))
        assert {"socket.socket(fileno"} <= {*used} <= {"socket.socket(fileno", "socket.SHUT_RDWR"}


def invites(recall: Runner) -> int:
    """Return how many decisions of the audit are invites."""
    told = recall.ok("audit", "export", "--json").objects
    return sum(one["action"] == "invited" for one in told)


def killed_at(step: str, file: Path, recall: Runner) -> None:
    """Export and record, and kill the process at a step."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.sending.exporting_process", str(file), recall.url, step],
        cwd=ROOT, check=False, capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert invites(recall) == 0


STEPS = {"begun": None, "linked": False, "written": False, "noted": True, "recorded": True}
"""Where it is killed, and whether the export that is left knows of its file; None: no export."""


@pytest.mark.parametrize("step", STEPS)
def test_killed_while_exporting(recall: Runner, tmp_path: Path, step: str) -> None:
    """Never a file without an export; nobody in it is in a batch until a person settles it."""
    file = tmp_path / "batch.csv"
    before = recall.ok("invite", "--json").objects[0]["invitees"]
    killed_at(step, file, recall)
    assert file.exists() == (step not in {"begun", "linked"})
    waiting = recall.ok("invite", "--exports", "--json").objects
    batch = recall.ok("invite", "--json").objects[0]
    if STEPS[step] is None:
        assert (waiting, batch["invitees"], batch["exports"]) == ([], before, [])
        return
    wanted = [row["patient"] for row in before]
    assert [(one["written"], one["patients"]) for one in waiting] == [(STEPS[step], wanted)]
    assert batch["invitees"] == []
    assert [one["export"] for one in batch["exports"]] == [waiting[0]["export"]]
    assert {one["patient"] for one in batch["left_out"]} >= set(wanted)
    if file.exists():
        with file.open(encoding="utf-8-sig", newline="") as stream:
            assert [row[0] for row in csv.reader(stream)][1:] == wanted
        assert hashlib.sha256(file.read_bytes()).hexdigest() == waiting[0]["sha256"]
        recall.ok("invite", "--record", str(waiting[0]["export"]))
        recorded = invites(recall)
        assert recorded >= len(wanted)
        again = recall.ok("invite", "--record", str(waiting[0]["export"]))
        assert "Recorded already" in again.out
        assert invites(recall) == recorded
    else:
        recall.ok("invite", "--discard", "batch.csv")
        assert recall.ok("invite", "--json").objects[0]["invitees"] == before
        recall.ok("invite", "--export", str(file), "--record")
    assert recall.ok("invite", "--exports", "--json").objects == []
    assert recall.ok("invite", "--json").objects[0]["invitees"] == []


def test_a_batch_says_who_exported_and_what_to_do(recall: Runner, tmp_path: Path) -> None:
    """The next batch leaves them out and names both commands; a second file is not written."""
    recall.ok("invite", "--export", str(tmp_path / "batch.csv"))
    (waiting,) = recall.ok("invite", "--exports", "--json").objects
    answer = recall.ok("invite")
    assert "of batch.csv: exported " in answer.err
    assert f"recall invite --record {waiting['export']}, or --discard" in answer.err
    listed = recall.ok("worklist", "--json").objects
    assert {one["patient"] for one in listed if one["exported"]} == set(waiting["patients"])
    assert all("not recorded" in one["exported"] for one in listed if one["exported"])
    recall.ok("invite", "--record")
    assert invites(recall) == 0
    recall.ok("invite", "--record", "batch.csv")
    recall.ok("undo")
    assert recall.ok("invite", "--exports", "--json").objects == [waiting]
    for wrong in ([], ["--exports"], ["--record"]):
        nothing = recall("invite", "--discard", "nothing", *wrong)
        assert nothing.code == 2
