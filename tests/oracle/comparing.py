"""The engine's plan beside the oracle's: every difference, in words."""

from dataclasses import fields, is_dataclass
from datetime import date
from typing import cast

from recall_tui.planning.engine import plan
from tests.oracle.as_frames import inputs_of, plans_of
from tests.oracle.oracle import plan_of
from tests.oracle.practices import Practice
from tests.oracle.records import DueItem, PersonPlan

OF_OPEN_ROWS = frozenset(
    {"every", "early_days", "long_gap_days", "qof_by", "overdue_since", "closed_through"}
)
"""What only an open row says."""


def engine_plans(practice: Practice) -> dict[str, PersonPlan]:
    """Return what the engine plans, by patient number."""
    rules = practice.rulebook
    return plans_of(plan(inputs_of(practice), rules, practice.settings, practice.today))


def oracle_plans(practice: Practice) -> dict[str, PersonPlan]:
    """Return what the oracle plans, by patient number."""
    return {
        person.number: plan_of(person, practice.rulebook, practice.settings, practice.today)
        for person in practice.people
    }


def differences(practice: Practice) -> list[str]:
    """Return in words where engine and oracle differ, nothing where they agree."""
    return between(engine_plans(practice), oracle_plans(practice))


def between(engine: dict[str, PersonPlan], oracle: dict[str, PersonPlan]) -> list[str]:
    """Return in words where two answers about the same people differ."""
    strangers = [f"{number} is not a patient" for number in engine.keys() - oracle.keys()]
    return strangers + [
        f"{number} {line}"
        for number, expected in oracle.items()
        for line in _between(engine.get(number, PersonPlan()), expected)
    ]


def _between(found: PersonPlan, expected: PersonPlan) -> list[str]:
    lines: list[str] = []
    if found.registers != expected.registers:
        lines.append(f"registers: engine {found.registers}\n    oracle {expected.registers}")
    engine = {(row.item, row.due_on): row for row in found.due_items}
    oracle = {(row.item, row.due_on): row for row in expected.due_items}
    if len(engine) != len(found.due_items):
        lines.append("the engine gives a due date twice")
    for key in sorted(engine.keys() | oracle.keys()):
        lines.extend(_between_rows(engine.get(key), oracle.get(key), f"{key[0]} {key[1]}"))
    if expected.due_items and found.recall_date != expected.recall_date:
        lines.append(f"recall date: engine {found.recall_date}, oracle {expected.recall_date}")
    if expected.due_items and found.anchor_source != expected.anchor_source:
        lines.append(f"anchor: engine {found.anchor_source}, oracle {expected.anchor_source}")
    return lines


def _between_rows(found: DueItem | None, expected: DueItem | None, name: str) -> list[str]:
    if found is None or expected is None:
        row = found or expected
        return [f"{name}: only the {'engine' if found else 'oracle'} has {row}"]
    names = {field.name for field in fields(DueItem)}
    if not (found.is_open and expected.is_open):
        names -= OF_OPEN_ROWS
    if expected.closed_by is not None:
        names -= {"window_opens"}
    return [
        f"{name} {field}: engine {getattr(found, field)}, oracle {getattr(expected, field)}"
        for field in sorted(names)
        if getattr(found, field) != getattr(expected, field)
    ]


def described(practice: Practice) -> str:
    """Return the practice and both answers, for a person to decide who is right."""
    lines = [f"today {practice.today} {spelt(practice.settings)}"]
    lines.extend(f"  {spelt(recall)}" for recall in practice.rulebook.recalls.values())
    lines.extend(f"  {spelt(person)}" for person in practice.people)
    lines.append("the oracle:")
    lines.extend(
        f"  {spelt(row)}" for one in oracle_plans(practice).values() for row in one.due_items
    )
    return "\n".join([*lines, "the differences:", *differences(practice)])


def spelt(value: object) -> str:
    """Return a value in words as short as they can be: dataclasses without their defaults."""
    if isinstance(value, date):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(spelt(one) for one in cast('tuple[object, ...]', value))}]"
    if not is_dataclass(value) or isinstance(value, type):
        return repr(value)
    told = [
        f"{field.name}={spelt(getattr(value, field.name))}"
        for field in fields(value)
        if getattr(value, field.name) != field.default
        and not (
            callable(field.default_factory)
            and getattr(value, field.name) == field.default_factory()
        )
    ]
    return f"{type(value).__name__}({', '.join(told)})"


def differing(practice: Practice) -> set[str]:
    """Return the numbers of the patients whose plans differ."""
    return {line.split()[0] for line in differences(practice)}
