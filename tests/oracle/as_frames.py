"""Practices as the frames that the engine reads, and its answer as the oracle's records."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import cast

import polars as pl

from recall_tui.domain.ids import ItemId, RecallId
from recall_tui.frames import (
    CHOICES,
    CLOSED,
    EVENTS,
    MEDICATIONS,
    PATIENTS,
    PINNED,
    PlanFrames,
    PlanInputs,
    Schema,
    empty,
)
from tests.oracle.practices import Practice
from tests.oracle.records import DueItem, Person, PersonPlan, Registered

Row = Mapping[str, object]


def inputs_of(practice: Practice) -> PlanInputs:
    """Return the frames of all patients, each sorted by its key."""
    people = practice.people
    return PlanInputs(
        patients=_frame(PATIENTS, [_patient(person) for person in people], 1),
        events=_frame(EVENTS, _occurring(row for one in people for row in _events(one)), 5),
        medications=_frame(
            MEDICATIONS, _occurring(row for one in people for row in _issues(one)), 4
        ),
        closed=_frame(
            CLOSED,
            [
                {"patient_number": one.number, "item": item, "due_on": day}
                for one in people
                for item, day in one.marked_done
            ],
            3,
        ),
        choices=_frame(CHOICES, [_choice(person) for person in people], 1),
        pinned=empty(PINNED),
    )


def _frame(schema: Schema, rows: Iterable[Row], key: int) -> pl.DataFrame:
    columns = list(schema)
    keys = [name for name in (*columns[:key],) if name in columns]
    data = [{name: row.get(name) for name in columns} for row in rows]
    return pl.DataFrame(data, schema=dict(schema), orient="row").sort(keys)


def _occurring(rows: Iterable[Row]) -> list[Row]:
    """Number the rows that share a key."""
    seen: Counter[tuple[object, ...]] = Counter()
    found: list[Row] = []
    for row in rows:
        names = ("patient_number", "code", "event_date", "precision", "issued_on")
        key = tuple(row.get(name) for name in names)
        found.append({**row, "occurrence": seen[key]})
        seen[key] += 1
    return found


def _patient(person: Person) -> Row:
    return {
        "patient_number": person.number,
        "family_name": "EXAMPLE",
        "date_of_birth": person.born,
        "sex": person.sex,
        "registered_on": person.registered_on,
        "left_on": person.left_on,
        "died_on": person.died_on,
        "contact_allowed": True,
    }


def _events(person: Person) -> Iterable[Row]:
    for event in person.events:
        yield {
            "patient_number": person.number,
            "code": event.code,
            "event_date": event.day,
            "precision": event.precision,
            "value": event.value,
            "unit": event.unit,
            "kind": event.kind,
        }


def _issues(person: Person) -> Iterable[Row]:
    for issue in person.issues:
        yield {
            "patient_number": person.number,
            "code": issue.code,
            "issued_on": issue.issued_on,
            "repeat": issue.repeat,
            "stopped_on": issue.stopped_on,
        }


def _choice(person: Person) -> Row:
    choice = person.choice
    return {
        "patient_number": person.number,
        "chosen_month": choice.chosen_month,
        "recall_date": choice.recall_date,
        "earlier_recall_date": choice.earlier_recall_date,
        "changed_on": choice.changed_on,
    }


def plans_of(frames: PlanFrames) -> dict[str, PersonPlan]:
    """Return what the engine planned, by patient number."""
    registers: dict[str, list[Registered]] = {}
    for row in frames.registers.sort("recall").iter_rows(named=True):
        number = cast("str", row.pop("patient_number"))
        recall = RecallId(cast("str", row.pop("recall")))
        registers.setdefault(number, []).append(Registered(recall, **row))
    dues: dict[str, list[DueItem]] = {}
    for row in frames.due_items.drop("listed_on", "appointment_no", "reasons").iter_rows(
        named=True
    ):
        number = cast("str", row.pop("patient_number"))
        recalls = tuple(cast("list[str]", row.pop("recalls")))
        item = ItemId(cast("str", row.pop("item")))
        dues.setdefault(number, []).append(DueItem(item, recalls=recalls, **row))
    dates: dict[str, Row] = {
        row["patient_number"]: row for row in frames.patients.iter_rows(named=True)
    }
    return {
        number: PersonPlan(
            tuple(registers.get(number, ())),
            tuple(sorted(dues.get(number, ()), key=lambda due: (due.item, due.due_on))),
            cast("None", dates.get(number, {}).get("recall_date")),
            cast("None", dates.get(number, {}).get("anchor_source")),
        )
        for number in {*registers, *dues, *dates}
    }
