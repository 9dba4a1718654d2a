"""Whole small practices for comparison, and the smallest of them that still differs."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from recall_tui.domain.ids import RecallId
from recall_tui.domain.plan_settings import AnchorChoice, PlanSettings
from recall_tui.domain.recalls import Recall, Requirement, Rulebook
from tests.oracle.people import TODAYS, random_person
from tests.oracle.records import Choice, Person
from tests.oracle.rulebooks import random_rulebook


@dataclass(frozen=True, slots=True)
class Practice:
    """Everything that goes into one plan."""

    rulebook: Rulebook
    settings: PlanSettings
    today: date
    people: tuple[Person, ...]


def random_practice(seed: int, patients: int) -> Practice:
    """Return the practice of this seed, always the same."""
    rng = Random(seed)  # noqa: S311 - test data, and it must be the same every time
    today = rng.choice(TODAYS)
    anchor = rng.choice(
        [AnchorChoice.BIRTHDAY, AnchorChoice.BIRTHDAY, AnchorChoice.MEDICATION_REVIEW]
    )
    free = rng.choice([frozenset[int](), frozenset[int](), frozenset({1, 2, 3}), frozenset({12})])
    return Practice(
        random_rulebook(rng, today),
        PlanSettings(anchor=anchor, free_months=free),
        today,
        tuple(random_person(rng, number, today) for number in range(patients)),
    )


SEEDS = st.integers(0, 2**32)
"""A seed draws a practice faster than its thousand parts; `smallest` shrinks what it found."""


def smallest(practice: Practice, differing: Callable[[Practice], AbstractSet[str]]) -> Practice:
    """Return a practice of one differing patient with as little as possible around the difference.

    Args:
        practice: one with a difference.
        differing: says of which patients the answers differ; asked seldom, since it takes long.
    """
    numbers = differing(practice)
    first = next((one for one in practice.people if one.number in numbers), practice.people[0])
    practice = _least_rules(replace(practice, people=(first,)), differing)
    while True:
        variants = dict(enumerate(_simpler_people(practice.people[0])))
        people = tuple(replace(one, number=f"p{at:05d}") for at, one in variants.items())
        numbers = differing(replace(practice, people=people))
        found = next((one for one in people if one.number in numbers), None)
        if found is None:
            return practice
        practice = replace(practice, people=(found,))


def _least_rules(practice: Practice, differing: Callable[[Practice], AbstractSet[str]]) -> Practice:
    for recalls in _simpler_rules(practice.rulebook.recalls):
        smaller = replace(practice, rulebook=replace(practice.rulebook, recalls=recalls))
        if differing(smaller):
            return _least_rules(smaller, differing)
    return practice


def _simpler_rules(recalls: Mapping[RecallId, Recall]) -> Iterator[Mapping[RecallId, Recall]]:
    for name, recall in recalls.items():
        yield {key: other for key, other in recalls.items() if key != name}
        for less in _simpler_recalls(recall):
            yield {**recalls, name: less}


def _simpler_recalls(recall: Recall) -> Iterator[Recall]:
    for index, need in enumerate(recall.requirements):
        others = (*recall.requirements[:index], *recall.requirements[index + 1 :])
        if others:
            yield replace(recall, requirements=others)
        for less in _simpler_needs(need):
            if less != need:
                yield replace(
                    recall,
                    requirements=(
                        *recall.requirements[:index],
                        less,
                        *recall.requirements[index + 1 :],
                    ),
                )
    if recall.exclusions:
        yield replace(recall, exclusions=())
    if recall.high_risk:
        yield replace(recall, high_risk=False)


def _simpler_needs(need: Requirement) -> Iterator[Requirement]:
    yield replace(need, variations=need.variations[1:])
    yield replace(need, variations=need.variations[:-1])
    yield replace(need, exclusions=need.exclusions[1:])
    yield replace(need, only_if=None)
    yield replace(need, min_gap_days=0)
    yield replace(need, qof={})


def _simpler_people(person: Person) -> Iterator[Person]:
    """Yield the person with one thing less, where there is one."""
    choice = person.choice
    plainer = [
        replace(person, choice=Choice()),
        replace(person, choice=replace(choice, chosen_month=None)),
        replace(person, choice=replace(choice, earlier_recall_date=None, changed_on=None)),
        replace(person, registered_on=None),
        replace(person, left_on=None, died_on=None),
    ]
    events, issues, marked = person.events, person.issues, person.marked_done
    plainer.extend(replace(person, events=_without(events, at)) for at in range(len(events)))
    plainer.extend(replace(person, issues=_without(issues, at)) for at in range(len(issues)))
    plainer.extend(replace(person, marked_done=_without(marked, at)) for at in range(len(marked)))
    yield from (one for one in plainer if one != person)


T = TypeVar("T")


def _without(rows: tuple[T, ...], at: int) -> tuple[T, ...]:
    return (*rows[:at], *rows[at + 1 :])
