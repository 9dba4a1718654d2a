"""Everybody on a register is somewhere, after every step, on a practice of three hundred."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from recall_tui.importers.synthetic import generate, next_extract
from recall_tui.importers.synthetic.identifiers import PRACTICE_CODE
from tests.cli.running import Runner

TODAY, LATER = date(2026, 11, 22), date(2026, 12, 6)


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give the store of a synthetic practice and the folder of its extract."""
    folder = tmp_path_factory.mktemp("three_hundred")
    generate(folder / "first", today=TODAY, patients=300, seed=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "home"))
        recall = Runner(folder / "recall.db", patch)
        recall.ok("--practice", PRACTICE_CODE, "init")
        recall.ok("import", str(folder / "first"))
    return recall.store, folder / "first"


def _rows(recall: Runner) -> list[dict[str, Any]]:
    return recall.ok("worklist", "--json").objects


def _balanced(recall: Runner) -> dict[str, int]:
    """Check that every recall balances, and return the sums of the columns."""
    lines = recall.ok("balance", "--json").objects
    assert lines
    assert all(line["difference"] == 0 for line in lines)
    names = [name for name in lines[0] if name not in {"schema", "recall"}]
    return {name: sum(line[name] for line in lines) for name in names}


def test_the_balance_is_even_after_every_step(
    practice: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Import, invite, book, undo, decline, snooze, complete, and the next import: always 0."""
    store, extract = practice
    recall = Runner(store, monkeypatch)
    start = _balanced(recall)
    assert start["to_invite"] > 0
    recall.ok("invite", "--record")
    assert _balanced(recall)["invited"] > 0
    people = [row["patient"] for row in _rows(recall) if row["state"] == "invited"]
    _book_and_take_back(recall, people[0])
    _decide(recall, people[1:4])
    sums = _balanced(recall)
    assert sums["snoozed"] + sums["declined"] + sums["escalated"] > 0
    _attend(recall, people[4:8], extract, tmp_path)


def _book_and_take_back(recall: Runner, patient: str) -> None:
    before = _balanced(recall)
    recall.ok("book", patient, "2026-12-01")
    booked = _balanced(recall)
    assert booked["on_register"] == before["on_register"]
    recall.ok("undo")
    assert _balanced(recall) == before
    recall.ok("redo")
    assert _balanced(recall) == booked
    recall.ok("unbook", patient)
    assert _balanced(recall) == before


def _decide(recall: Runner, people: list[str]) -> None:
    steps: tuple[Callable[[str], object], ...] = (
        lambda patient: recall.ok("decline", patient, "--reason", "not now"),
        lambda patient: recall.ok("snooze", patient, "--until", "2026-11-29"),
        lambda patient: recall.ok("complete", patient, "--reason", "seen elsewhere"),
    )
    for patient, step in zip(people, steps, strict=True):
        step(patient)
        _balanced(recall)


def _attend(recall: Runner, people: list[str], extract: Path, folder: Path) -> None:
    """Let people come, import what the practice looks like then, and plan the passing of time."""
    done: dict[str, tuple[str, ...]] = dict.fromkeys(people, ())
    after = folder / "second"
    next_extract(extract, after, today=LATER, seed=3, attend=done)
    recall.today = LATER.isoformat()
    report = recall.ok("import", str(after), "--json").objects[0]
    assert report["applied"]
    assert report["counts"]["events"]["added"] > 0
    _balanced(recall)
    recall.ok("tick")
    _balanced(recall)
    again = recall.ok("import", str(after), "--json").objects[0]
    assert not again["applied"]
    assert not any(counts["added"] + counts["changed"] for counts in again["counts"].values())
    _balanced(recall)
