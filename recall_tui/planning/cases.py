"""Cases answered by the engine: the same plan as for a practice, one made-up patient a case."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast

import polars as pl

from recall_tui.domain.cases import DUE_COLUMNS, Answer, Case, code_of, rules_of
from recall_tui.domain.reason_evidence import reasons_of
from recall_tui.domain.reason_words import ReasonCode
from recall_tui.domain.recalls import Course, Rulebook
from recall_tui.errors import BadInput
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
    conform,
    empty,
)
from recall_tui.planning.engine import plan
from recall_tui.planning.measures import standings

Given = dict[str, object]


def answers(cases: Sequence[Case], rulebook: Rulebook) -> list[Answer]:
    """Return what the rules say about each case, in order.

    Cases of one day and the same rules are planned together.

    Raises:
        BadInput: a case names what the rules do not have, or a rule cannot be planned.
    """
    found: dict[int, Answer] = {}
    for numbers in _groups(cases).values():
        first = cases[numbers[0]]
        rules = rules_of(first, rulebook)
        inputs = _inputs([(n, cases[n]) for n in numbers], rules)
        made = plan(inputs, rules, first.settings, first.on)
        wanted = {name for n in numbers for name in cases[n].measures}
        counted = _measured(inputs, rules, wanted, first)
        found.update(
            {
                n: replace(_answer(made, str(n), first.on, rules), measures=counted.get(str(n), {}))
                for n in numbers
            }
        )
    return [found[number] for number in range(len(cases))]


def _measured(
    inputs: PlanInputs, rules: Rulebook, wanted: Collection[str], case: Case
) -> dict[str, dict[str, str]]:
    """Return by patient what the measures asked about say."""
    unknown = sorted(set(wanted) - set(rules.measures))
    if unknown:
        raise BadInput(f"{case.place}: there is no measure {unknown[0]}")
    measures = [rules.measures[name] for name in sorted(wanted)]
    found: dict[str, dict[str, str]] = {}
    for one in standings(inputs, rules, measures, case.on) if measures else ():
        found.setdefault(one.patient, {})[one.measure] = one.outcome.value
    return found


def _groups(cases: Sequence[Case]) -> dict[object, list[int]]:
    """Return the numbers of the cases that can be planned in one go."""
    groups: dict[object, list[int]] = {}
    for number, one in enumerate(cases):
        codes = tuple(sorted(one.codes.items()))
        groups.setdefault((one.on, one.recalls, repr(one.settings), codes), []).append(number)
    return groups


def _inputs(cases: Iterable[tuple[int, Case]], rules: Rulebook) -> PlanInputs:
    people: list[Given] = []
    choices: list[Given] = []
    events: list[Given] = []
    issues: list[Given] = []
    for number, case in cases:
        key: Given = {"patient_number": str(number)}
        who = case.patient
        people.append(
            key
            | {
                "date_of_birth": who.born,
                "sex": who.sex,
                "registered_on": who.registered_on,
                "left_on": who.left_on,
                "died_on": who.died_on,
            }
        )
        choices.append(key | {"chosen_month": who.chosen_month})
        events += [key | row for row in _events(case, rules)]
        issues += [key | row for row in _issues(case, rules)]
    return PlanInputs(
        patients=_frame(people, PATIENTS),
        events=_frame(events, EVENTS),
        medications=_frame(issues, MEDICATIONS),
        closed=empty(CLOSED),
        choices=_frame(choices, CHOICES),
        pinned=empty(PINNED),
    )


def _events(case: Case, rules: Rulebook) -> Iterable[Given]:
    for place, one in enumerate(case.events):
        yield {
            "code": code_of(case, one.code, rules),
            "event_date": one.day,
            "precision": one.precision,
            "occurrence": place,
            "value": one.value,
            "unit": one.unit,
            "kind": one.kind,
        }


def _issues(case: Case, rules: Rulebook) -> Iterable[Given]:
    for place, one in enumerate(case.issues):
        yield {
            "code": code_of(case, one.code, rules),
            "issued_on": one.issued_on,
            "occurrence": place,
            "repeat": one.repeat,
            "stopped_on": one.stopped_on,
        }


def _frame(rows: list[Given], schema: Schema) -> pl.DataFrame:
    if not rows:
        return empty(schema)
    part = {name: schema[name] for name in rows[0]}
    return conform(pl.DataFrame(rows, schema=part), schema)


def _answer(made: PlanFrames, patient: str, on: date, rules: Rulebook) -> Answer:
    mine = pl.col("patient_number") == patient
    registers = {
        row["recall"]: "held" if row["held"] else "on"
        for row in made.registers.filter(mine).iter_rows(named=True)
    }
    items: dict[str, list[Mapping[str, Any]]] = {}
    for row in made.due_items.filter(mine).iter_rows(named=True):
        items.setdefault(row["item"], []).append(row)
    return Answer(registers, {item: _item(rows, on, rules) for item, rows in items.items()})


def _item(rows: list[Mapping[str, Any]], on: date, rules: Rulebook) -> Mapping[str, str]:
    """Return the columns of one item: of its open due item, or of what is finished."""
    opened = next((row for row in rows if row["is_open"]), None)
    if opened is None:
        last = rows[-1]
        doses = _doses_in_all(last, rules)
        told = {"status": "complete", "last_done": last["last_done"], "doses": doses}
        return _cells(told | {"recalls": last["recalls"]})
    return _cells(
        {
            "status": _status(opened, on),
            "due_on": opened["due_on"],
            "earliest": opened["window_opens"],
            "overdue_since": opened["overdue_since"],
            "last_done": opened["last_done"],
            "doses": _doses_before(reasons_of(opened)),
            "every": opened["every"],
            "recalls": opened["recalls"],
            "hold": opened["hold_words"],
            "qof_by": opened["qof_by"],
        }
    )


def _cells(told: Mapping[str, object]) -> Mapping[str, str]:
    return {name: _cell(told.get(name)) for name in DUE_COLUMNS}


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(str(one) for one in cast("list[object]", value))
    return "" if value is None else str(value)


def _status(row: Mapping[str, Any], on: date) -> str:
    if row["held"]:
        return "on hold"
    if row["overdue_since"] is not None:
        return "overdue"
    opens = row["window_opens"]
    return "due" if row["due_on"] <= on or (opens is not None and opens <= on) else "not yet"


def _doses_before(reasons: str) -> int | None:
    """Return how many doses of a course counted so far, from the reasons of the next one."""
    for reason in json.loads(reasons):
        if reason["code"] == ReasonCode.DOSE:
            return int(reason["dose"]) - 1
    return None


def _doses_in_all(row: Mapping[str, Any], rules: Rulebook) -> int | None:
    courses = [
        need.schedule.doses
        for recall in rules.recalls.values()
        if recall.id in (row["recalls"] or ())
        for need in recall.requirements
        if need.item == row["item"] and isinstance(need.schedule, Course)
    ]
    return courses[0] if courses else None
