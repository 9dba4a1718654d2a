"""Nobody is lost: every open due item of a small practice, month after month, on one list."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.cli.practice import write_extract
from tests.cli.running import Runner
from tests.safety.everybody import Row, wrongs

PATIENTS = ("101", "102", "103", "104")


@pytest.fixture
def recall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Give ``recall`` on the practice of nine, four of whom are on a register."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    runner = Runner(tmp_path / "recall.db", monkeypatch)
    runner.begin()
    runner.ok("import", str(write_extract(tmp_path / "extract")))
    return runner


def test_every_open_due_item_is_on_exactly_one_list(recall: Runner) -> None:
    """Through booking late, snoozing, declining, holding and moving nobody drops off the lists.

    States agree wherever they are printed, and the balance is what the lists add up to.
    """

    def ask(*arguments: str) -> Sequence[Row]:
        return recall.ok(*arguments, "--json").objects

    deeds = {
        "2026-11-22": [("book", "101", "2027-01-20")],
        "2026-12-29": [
            ("snooze", "104", "--until", "2027-01-04", "--item", "bp"),
            ("decline", "102", "--reason", "no needles", "--item", "lithium_level"),
        ],
        "2027-02-01": [
            (
                "hold",
                "101",
                "--name",
                "Dr A",
                "--reason",
                "abroad",
                "--until",
                "2027-02-20",
                "--item",
                "bp",
            ),
            ("complete", "104", "--reason", "letter", "--item", "bp"),
            ("month", "104", "6"),
        ],
    }
    for day, commands in deeds.items():
        recall.today = day
        recall.ok("tick")
        for command in commands:
            recall.ok(*command)
        recall.ok("plan")
        assert wrongs(ask, date.fromisoformat(day), PATIENTS) == [], (day, commands)
