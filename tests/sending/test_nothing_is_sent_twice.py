"""R-9 where nothing is sent by us: a batch is a file that a person sends, and records once."""

import ast
import csv
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

CLOSES_ONLY = ROOT / "storage" / "deadline.py"
"""Shuts the line to a database that does not answer; opens none."""


def test_no_part_of_the_program_can_send() -> None:
    """No module opens a line to anywhere but the store's database: the only sender is a person."""
    found: list[str] = []
    for folder in ("recall_tui", "screens", "widgets", "storage"):
        for file in {*(ROOT / folder).rglob("*.py")} - {CLOSES_ONLY}:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom):
                    names = [node.module or ""]
                found += [f"{file}: {one}" for one in names if one.partition(".")[0] in LINES_OUT]
    assert found == []


def invites(recall: Runner) -> int:
    """Return how many decisions of the audit are invites."""
    told = recall.ok("audit", "export", "--json").objects
    return sum(one["action"] == "invited" for one in told)


@pytest.mark.parametrize("step", ["linked", "written", "recorded"])
def test_killed_while_exporting(recall: Runner, tmp_path: Path, step: str) -> None:
    """The file is whole or not there, nothing is recorded; then a person records it, once."""
    file = tmp_path / "batch.csv"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.sending.exporting_process", str(file), recall.url, step],
        cwd=ROOT, check=False, capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert invites(recall) == 0
    assert file.exists() == (step != "linked")
    wanted = [row["patient"] for row in recall.ok("invite", "--json").objects[0]["invitees"]]
    assert wanted
    if step == "linked":
        recall.ok("invite", "--export", str(file))
    else:
        again = recall("invite", "--export", str(file))
        assert (again.code, "exists already" in again.fault) == (4, True)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        assert [row[0] for row in csv.reader(stream)][1:] == wanted
    recall.ok("invite", "--record")
    recorded = invites(recall)
    assert recorded >= len(wanted)
    assert recall.ok("invite", "--record", "--json").objects[0]["invitees"] == []
    assert invites(recall) == recorded
