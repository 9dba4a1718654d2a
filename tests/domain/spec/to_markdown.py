"""Prints the worked examples as docs/rules.md: the tests are the book (``make docs``)."""

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import ModuleType
from typing import Any, Final

from tests.domain.spec import (
    test_1_dates,
    test_2_register,
    test_3_evidence,
    test_4_schedules,
    test_5_variable,
    test_6_done,
    test_7_nobody_drops_off,
    test_8_recall_date,
    test_9_defaults,
    test_forms_in_toml,
    test_named_patients,
    test_vaccines_in_toml,
)
from tests.domain.spec.example import BOOK, Example, Person
from tests.domain.spec.tables import parse

CHAPTERS: Final = (
    test_1_dates,
    test_2_register,
    test_3_evidence,
    test_4_schedules,
    test_5_variable,
    test_6_done,
    test_7_nobody_drops_off,
    test_8_recall_date,
    test_9_defaults,
    test_forms_in_toml,
    test_vaccines_in_toml,
    test_named_patients,
)
MOST_EXAMPLES: Final = 3
"""Shown of one rule; the tests check all of them."""

HEAD: Final = """# The rules, by example

Printed from the tests in `tests/domain/spec` by `make docs`: what stands here was checked against
the engine that plans the practice. Every example is one patient (born 15 May 1960 and registered
here since 2000, unless it says otherwise), what is recorded, the day on which one looks, and what
is then due. *open* is what the patient is asked for; *done* the last one that is closed; *expected*
what comes within twelve months.
"""


def pages() -> Mapping[str, str]:
    """Return the page by its path in the project."""
    chapters = [_chapter(module) for module in CHAPTERS]
    return {"docs/rules.md": "\n".join([HEAD, *chapters])}


def _chapter(module: ModuleType) -> str:
    title = inspect.getdoc(module) or module.__name__
    tests = [
        one
        for name, one in vars(module).items()
        if name.startswith("test_") and inspect.isfunction(one)
    ]
    return "\n".join([f"## {title.splitlines()[0]}", "", *(_section(one) for one in tests)])


def _section(test: Callable[..., object]) -> str:
    promise, *rest = (inspect.getdoc(test) or "").split("\n", 1)
    found = list(_examples(test))
    shown = [_drawn(one) for one in found[:MOST_EXAMPLES]]
    more = len(found) - MOST_EXAMPLES
    lines = [f"### {promise.rstrip('.')}", "", "\n".join(rest).strip(), "", *shown]
    if more > 0:
        lines += [f"({more} more examples of this rule are checked in the tests.)", ""]
    return "\n".join(lines)


def _examples(test: Callable[..., object]) -> Iterator[Example]:
    for arguments in _cases(test):
        BOOK.examples.clear()
        BOOK.is_open = True
        try:
            # With nothing planned, what a test asserts after its examples does not hold.
            with suppress(AssertionError, ValueError, IndexError):
                test(**arguments)
        finally:
            BOOK.is_open = False
        yield from BOOK.examples


def _cases(test: Callable[..., object]) -> Iterator[dict[str, Any]]:
    """Return the arguments of every case that the test is parametrised with."""
    marks = [one for one in getattr(test, "pytestmark", []) if one.name == "parametrize"]
    choices: list[list[dict[str, Any]]] = []
    for mark in marks:
        named = mark.args[0]
        names = [one.strip() for one in named.split(",")] if isinstance(named, str) else named
        single = len(names) == 1
        choices.append(
            [dict(zip(names, [one] if single else one, strict=True)) for one in mark.args[1]]
        )
    for chosen in itertools.product(*choices):
        yield {name: value for part in chosen for name, value in part.items()}


def _drawn(example: Example) -> str:
    parts = [f"*{example.rule}*", "", *_rule(example.toml), *_person(example.person)]
    for title, text in (
        ("Recorded", example.history),
        ("Drugs", example.drugs),
        ("Marked done", example.marked_done),
        ("Booked", example.booked),
    ):
        if parse(text):
            parts += [f"{title}:", "", _table(text), ""]
    parts += [f"On {example.today}:", "", _table(example.due), ""]
    return "\n".join(parts)


def _rule(toml: str) -> list[str]:
    return ["```toml", inspect.cleandoc(toml), "```", ""] if toml else []


def _person(person: Person) -> list[str]:
    usual = Person()
    words = {
        "born": person.born,
        "registered": person.registered,
        "left": person.left,
        "died": person.died,
        "recall date before": person.recall_date,
    }
    said = [
        f"{name} {value}"
        for name, value in words.items()
        if value and value != getattr(usual, name, "")
    ]
    if person.chosen_month:
        said.append(f"chosen month {person.chosen_month}")
    return [f"The patient: {', '.join(said)}.", ""] if said else []


def _table(text: str) -> str:
    rows = parse(text)
    if not rows:
        return "nothing"
    names = list(rows[0])
    lines = [[name.replace("_", " ") for name in names], ["---"] * len(names)]
    lines += [[row[name] for name in names] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
