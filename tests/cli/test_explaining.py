"""``recall explain NUMBER``: the quick path tells the same as the whole program."""

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import cast

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from recall_tui import quick
from recall_tui.bootstrap import House
from recall_tui.domain.commands import MarkBooked
from recall_tui.frames import PLANNED_APPOINTMENTS, PlanFrames, PlanInputs
from recall_tui.settings import Options, load_settings, user_data_folder
from storage.lookup import find
from storage.one_patient import plan_inputs_of
from storage.planning_rows import scope_of, stored_rows
from storage.store import open_store
from storage.tables import PLANNED_APPOINTMENT
from storage.words import keep_words, kept_words
from tests.cli.practice import APPOINTMENTS, EXTRACT, ODS, write_extract
from tests.cli.running import Runner
from tests.support.desk import act, target

PEOPLE = ("101", "102", "103", "104", "105", "106", "107")


def asked_quickly(recall: Runner, *arguments: str) -> int | None:
    """Ask the quick path on the store and date of ``recall``."""
    place = ["--db", recall.url, "--today", recall.today]
    return quick.main([*place, "explain", *arguments])


ANSWERS = [
    *((number, form) for number in PEOPLE for form in ((), ("--json",))),
    *((number, ("--fresh",)) for number in ("101", "105")),
    *((number, ("--fresh", "--json")) for number in ("102", "103")),
]


@pytest.mark.parametrize(("number", "form"), ANSWERS)
def test_both_ways_say_the_same(
    recall: Runner, capsys: pytest.CaptureFixture[str], number: str, form: tuple[str, ...]
) -> None:
    """On a recall or not, held, left or died: not one character differs."""
    whole = recall.ok("explain", number, *form).out
    assert asked_quickly(recall, number, *form) == 0
    assert capsys.readouterr().out == whole


def test_whom_the_quick_path_cannot_answer(recall: Runner) -> None:
    """An unknown number, and rules that changed since the words were kept, take the long way."""
    assert asked_quickly(recall, "4711") is None
    store = open_store(recall.url, practice=ODS)
    try:
        key = store.practice.practice_id
        kept = dict(kept_words(store.database, key))
        whole = recall.ok("explain", "101").out
        stale: list[dict[str, object]] = [{}, {**kept, "asked": {}}]
        stale.append({**kept, "asked": {"hypertension": [["bp", "once", ""]]}})
        for words in stale:
            keep_words(store.database, key, words)
            assert asked_quickly(recall, "101") is None
            assert recall.ok("explain", "101").out == whole
    finally:
        store.close()


def test_both_ways_go_by_what_was_agreed_on(
    recall: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    """Settings that lie in the folder count for neither way until an admin adopts them."""
    before = recall.ok("explain", "101", "--fresh").out
    settings = user_data_folder() / "settings.toml"
    settings.write_text("[recall_date]\nfree_months = [12]\n", encoding="utf-8")
    for changed in (False, True):
        assert (recall.ok("explain", "101", "--fresh").out != before) is changed
        assert asked_quickly(recall, "101", "--fresh") == 0
        assert (capsys.readouterr().out != before) is changed
        recall.ok("recalls", "adopt")


LATER = "2026-12-11"
BECAME = {"101": "missed", "102": "cancelled", "103": "attended", "104": ""}
"""What the book says of each patient's booking some days later; empty: it has none of it."""


def _booked_then_later(recall: Runner, folder: Path) -> None:
    """Book four patients for 8 December, and import three days later what became of it."""
    store = open_store(recall.url, practice=ODS)
    for number in BECAME:
        item = "bp" if number != "102" else "ue"
        act(store, MarkBooked((target(store, number, item),), date(2026, 12, 8)), minutes=1)
    store.close()
    head = APPOINTMENTS.splitlines()[0]
    lines = [
        f"{number},a-{number},2026-12-08 09:40,20,nurse,Nurse Drama,Review,{status},2026-11-20"
        for number, status in BECAME.items()
        if status
    ]
    files = {
        "appointments.csv": "\n".join([head, *lines]) + "\n",
        "extract.csv": EXTRACT.replace("2026-11-22", LATER),
    }
    recall.today = LATER
    recall.ok("import", str(write_extract(folder, files)))


def test_fresh_plans_what_is_stored(recall: Runner, tmp_path: Path) -> None:
    """Whatever became of a booking, asking anew plans as the store does: a missed one pins none."""
    _booked_then_later(recall, tmp_path / "later")
    house = House(load_settings({}, Options(db=recall.url, today=LATER)))
    try:
        asked = [find(recall.url, "", one, house.today, plan_inputs_of) for one in BECAME]
        inputs = together([cast("PlanInputs", one.inputs) for one in asked if one is not None])
        assert inputs.pinned["patient_number"].to_list() == ["103", "104"]
        made = cast("PlanFrames", house.planner.plan(inputs, house.today))
        scope = scope_of(house.store.practice.practice_id, list(BECAME))
        stored = house.store.database.read(
            lambda one: stored_rows(one, PLANNED_APPOINTMENT, PLANNED_APPOINTMENTS, scope)
        )
        assert not stored.is_empty()
        assert_frame_equal(made.appointments, stored)
    finally:
        house.close()


def together(some: list[PlanInputs]) -> PlanInputs:
    """Return what the planner reads of one patient each as if it had been read of all."""
    names = [one.name for one in fields(PlanInputs) if one.name != "revision"]
    return PlanInputs(**{name: pl.concat([getattr(one, name) for one in some]) for name in names})
