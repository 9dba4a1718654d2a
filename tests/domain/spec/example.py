"""A worked example: a history, a day, and what the engine has to say about it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl

from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.reason_evidence import reasons_of
from recall_tui.domain.recalls import Recall, Rulebook
from recall_tui.frames import (
    CHOICES,
    CLOSED,
    DUE_ITEMS,
    EVENTS,
    HAND_FLAGS,
    MEDICATIONS,
    PATIENT_PLANS,
    PATIENTS,
    PINNED,
    PLANNED_APPOINTMENTS,
    REGISTER,
    PlanFrames,
    PlanInputs,
    Schema,
    conform,
    empty,
)
from recall_tui.planning.engine import plan
from tests.domain.spec.rules import rulebook, written
from tests.domain.spec.tables import Row, draw, parse, shown

ME: Final = "1"


@dataclass(frozen=True, slots=True)
class Person:
    """Who an example is about; dates as text, empty when unknown."""

    born: str = "1960-05-15"
    registered: str = "2000-01-01"
    sex: str = "F"
    left: str = ""
    died: str = ""
    chosen_month: int | None = None
    recall_date: str = ""
    """In force after the last plan."""

    earlier: str = ""
    changed: str = ""

    def patients(self) -> pl.DataFrame:
        """Return the one row of the patients' frame."""
        row: dict[str, object] = {
            "patient_number": ME,
            "date_of_birth": day(self.born),
            "sex": self.sex,
            "registered_on": day(self.registered),
            "left_on": day(self.left),
            "died_on": day(self.died),
        }
        return _frame([row], PATIENTS)

    def choices(self) -> pl.DataFrame:
        """Return what is known about the recall date."""
        row: dict[str, object] = {
            "patient_number": ME,
            "chosen_month": self.chosen_month,
            "recall_date": day(self.recall_date),
            "earlier_recall_date": day(self.earlier),
            "changed_on": day(self.changed),
        }
        return _frame([row], CHOICES)


def day(text: str) -> date | None:
    """Return a date written as text; empty is none."""
    return date.fromisoformat(text) if text else None


def _frame(rows: list[dict[str, object]], schema: Schema) -> pl.DataFrame:
    if not rows:
        return empty(schema)
    names = list(rows[0])
    part = {name: schema[name] for name in names}
    return conform(pl.DataFrame(rows, schema=part), schema)


def events(text: str) -> pl.DataFrame:
    """Return the events of a table: date (day, month or year), code, and what else it has."""
    rows: list[dict[str, object]] = []
    for place, row in enumerate(parse(text)):
        written = row["date"]
        rows.append(
            {
                "patient_number": ME,
                "code": row["code"],
                "event_date": day((written + "-01-01")[:10]),
                "precision": {4: "Y", 7: "M", 10: "D"}[len(written)],
                "occurrence": place,
                "value": float(row["value"]) if row.get("value") else None,
                "unit": row.get("unit") or None,
                "kind": row.get("kind") or "done",
            }
        )
    return _frame(rows, EVENTS)


def medications(text: str) -> pl.DataFrame:
    """Return the issues and repeats of a table: issued, code, repeat (yes), stopped."""
    rows: list[dict[str, object]] = [
        {
            "patient_number": ME,
            "code": row["code"],
            "issued_on": day(row["issued"]),
            "occurrence": place,
            "repeat": row.get("repeat") == "yes",
            "stopped_on": day(row.get("stopped", "")),
        }
        for place, row in enumerate(parse(text))
    ]
    return _frame(rows, MEDICATIONS)


def _decided(text: str, schema: Schema) -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {name: _value(cell, schema[name]) for name, cell in {**row, "patient_number": ME}.items()}
        for row in parse(text)
    ]
    return _frame(rows, schema)


def _value(cell: str, dtype: object) -> object:
    if dtype == pl.Boolean:
        return cell == "yes"
    return day(cell) if dtype == pl.Date else cell


NO_PLAN: Final = PlanFrames(
    empty(REGISTER), empty(DUE_ITEMS), empty(PLANNED_APPOINTMENTS), empty(PATIENT_PLANS)
)


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example. ``rule`` says the rules in words; tables are drawn with ``|``.

    ``due`` names the columns that matter of the plan's rows; a column ``row`` (open, done or
    expected) asks for all rows, without it only the open ones are compared.
    """

    rule: str
    recalls: tuple[Recall, ...]
    """Empty when ``toml`` says the rule as a file of the pack does."""

    today: str
    due: str
    toml: str = ""
    history: str = ""
    drugs: str = ""
    marked_done: str = ""
    booked: str = ""
    said: str = ""
    """What people said of flags by hand."""

    person: Person = field(default_factory=Person)
    settings: PlanSettings = field(default_factory=PlanSettings)

    def inputs(self) -> PlanInputs:
        """Return what the engine reads."""
        return PlanInputs(
            self.person.patients(),
            events(self.history),
            medications(self.drugs),
            _decided(self.marked_done, CLOSED),
            self.person.choices(),
            _decided(self.booked, PINNED),
            _decided(self.said, HAND_FLAGS),
        )

    def rules(self) -> Rulebook:
        """Return the rules that are asked."""
        return rulebook(*(self.recalls or (written(self.toml),)))

    def plan(self, today: str = "") -> PlanFrames:
        """Return what the engine says, on the example's day or another one."""
        if BOOK.is_open:
            return NO_PLAN
        on = date.fromisoformat(today or self.today)
        return plan(self.inputs(), self.rules(), self.settings, on)

    def check(self) -> PlanFrames:
        """Assert that the engine says what the example draws, and return all that it says."""
        frames = self.plan()
        wanted = parse(self.due)
        assert draw(_rows(frames, self.due)) == draw(wanted), _explained(frames)
        return frames


@dataclass(slots=True)
class Book:
    """The examples noted for docs/rules.md; while it is open nothing is run."""

    is_open: bool = False
    examples: list[Example] = field(default_factory=list[Example])


BOOK: Final = Book()


def check(example: Example) -> PlanFrames:
    """Run an example; when the page is printed, note it instead."""
    if BOOK.is_open:
        BOOK.examples.append(example)
        return NO_PLAN
    return example.check()


def reasons_of_the_open_one(frames: PlanFrames) -> str:
    """Return the reasons of the only open due item, as JSON."""
    (due,) = frames.due_items.filter("is_open").to_dicts()
    return reasons_of(due)


def _rows(frames: PlanFrames, due: str) -> list[Row]:
    names = [cell.strip() for cell in due.strip().splitlines()[0].split("|")] if due.strip() else []
    rows = [
        {**row, "row": "open" if row["is_open"] else "done" if row["closed_by"] else "expected"}
        for row in frames.due_items.iter_rows(named=True)
    ]
    kept = rows if "row" in names else [row for row in rows if row["is_open"]]
    return [{name: shown(row[name.replace(" ", "_")]) for name in names} for row in kept]


def _explained(frames: PlanFrames) -> str:
    with pl.Config(tbl_cols=-1, tbl_rows=-1, tbl_width_chars=300):
        return str(frames.due_items.drop("reasons", "patient_number"))
