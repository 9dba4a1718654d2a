"""How long anybody waits between what was done and when it is due again, under the shipped rules.

Every recall of the pack is switched on and holds nobody, and is asked of invented people whose
recall date is their birthday, a chosen month or a changed one, and whose condition began, was
resolved and was looked after on days drawn at random.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import polars as pl
from hypothesis import Phase, example, given, settings

import recall_tui.pack
from recall_tui.domain import expressions as ex
from recall_tui.domain.calendar import add_months
from recall_tui.domain.ids import ClusterId, ItemId
from recall_tui.domain.items import Item, PlausibleRange
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import (
    Activity,
    Anchored,
    Every,
    Interval,
    Recall,
    Requirement,
    Rulebook,
    Unit,
)
from recall_tui.frames import PlanFrames
from recall_tui.pack.reader import read_rulebook
from recall_tui.planning.engine import plan
from recall_tui.planning.expressions import leaves
from tests.oracle.as_frames import inputs_of
from tests.oracle.practices import SEEDS, Practice
from tests.oracle.records import Choice, Event, Issue, Person

TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)
EACH = 2
"""People of each recall in one example."""

MONTH = 31
"""Days by which a whole due month may come early."""


@cache
def everything_on() -> Rulebook:
    """Return the shipped rules, every recall active; lists left to the practice have a code.

    Nothing is excluded: what a recall holds, it does not ask for.
    """
    book = read_rulebook([Path(recall_tui.pack.__file__).parent])
    on = {name: asking(one) for name, one in book.recalls.items()}
    lists = {
        name: one if one.codes else replace(one, codes=frozenset({f"own {name}"}))
        for name, one in book.clusters.items()
    }
    return replace(book, recalls=on, clusters=lists)


def asking(recall: Recall) -> Recall:
    """Return ``recall`` as it asks: active, offered always, without exclusions."""
    needs = tuple(replace(need, exclusions=()) for need in recall.requirements)
    return replace(
        recall, activity=Activity.ACTIVE, offered_from=None, exclusions=(), requirements=needs
    )


def wanted(expression: ex.Expression) -> Iterator[ex.Expression]:
    """Give the leaves that speak for somebody, not those under a ``not``."""
    if isinstance(expression, ex.AllOf | ex.AnyOf | ex.AtLeast):
        for part in expression.parts:
            yield from wanted(part)
    elif not isinstance(expression, ex.Not):
        yield from leaves(expression)


def code_of(clusters: tuple[ClusterId, ...]) -> str:
    return min(min(everything_on().clusters[one].codes) for one in clusters)


def recorded(item: Item, day: date, rng: Random) -> Iterator[Event]:
    """Give what completes ``item`` on ``day``, with any believable value."""
    for clusters in item.parts or (item.clusters,):
        if not item.ranges:
            yield Event(code_of(clusters), day)
            continue
        believable = item.ranges[0]
        value = rng.uniform(believable.low, believable.high)
        yield Event(code_of(clusters), day, value=value, unit=believable.unit)


def person_of(recall: Recall, number: int, rng: Random) -> Person:
    """Return somebody who is most likely on this recall's register."""

    def ago(most: int) -> date:
        return TODAY - timedelta(days=rng.randrange(most))

    began = ago(rng.choice([60, 200, 500, 2000]))
    register = list(wanted(recall.register))
    events = [
        Event(code_of((leaf.cluster,)), began + timedelta(days=rng.choice([0, 0, 40])))
        for leaf in register
        if isinstance(leaf, ex.Coded)
    ]
    for leaf in register:
        if isinstance(leaf, ex.Result):
            high = replace(everything_on().items[leaf.item], ranges=(_above(leaf),))
            events += recorded(high, TODAY - 30 * DAY, rng)
    if recall.resolved_by is not None and rng.random() < 0.2:
        events.append(Event(code_of((recall.resolved_by,)), began - DAY))
    for need in recall.requirements:
        item = everything_on().items[need.item]
        days = {began + timedelta(days=rng.randrange(120)), ago(400), ago(1000), ago(4000)}
        for day in rng.sample(sorted(days), rng.randrange(len(days) + 1)):
            if day <= TODAY:
                events += recorded(item, day, rng)
    drugs = {leaf.cluster for leaf in register if isinstance(leaf, ex.Prescribed)}
    born = add_months(TODAY, -12 * rng.randrange(18, 85)) - timedelta(days=rng.randrange(366))
    registered = rng.choice([born, began + timedelta(days=rng.randrange(-900, 90)), ago(700)])
    return Person(
        str(number),
        born,
        rng.choice(["F", "M"]),
        min(registered, TODAY),
        events=tuple(events),
        issues=tuple(Issue(code_of((one,)), began, repeat=True) for one in sorted(drugs)),
        choice=_choice(born, rng),
    )


def _above(leaf: ex.Result) -> PlausibleRange:
    own = everything_on().items[leaf.item].ranges[0]
    return replace(own, low=leaf.at_least or own.low)


def _choice(born: date, rng: Random) -> Choice:
    if rng.random() < 0.5:
        return Choice()
    before = born if rng.random() < 0.5 else None
    changed = TODAY - timedelta(days=rng.randrange(900)) if before else None
    return Choice(rng.randrange(1, 13), earlier_recall_date=before, changed_on=changed)


def practice_of(seed: int) -> Practice:
    rng = Random(seed)  # noqa: S311 - test data, and it must be the same every time
    asked = [one for one in everything_on().recalls.values() for _ in range(EACH)]
    people = tuple(person_of(recall, number, rng) for number, recall in enumerate(asked))
    free = rng.choice([frozenset[int](), frozenset({1, 2, 3})])
    return Practice(everything_on(), PlanSettings(free_months=free), TODAY, people)


def longest_wait(done: date, needs: list[Requirement], planned: PlanSettings) -> date:
    """Return the last day on which an item done on ``done`` may be due again.

    That is a frequency and what may come early of the longest one that any requirement has.
    """
    waits: list[date] = []
    for need in needs:
        schedule = need.schedule
        assert isinstance(schedule, Anchored | Interval)
        options = [schedule.every, *(one.every for one in need.variations)]
        early = timedelta(days=0)
        if isinstance(schedule, Anchored):
            most = max(planned.tolerance_days(one.count) for one in options)
            early = timedelta(days=max(MONTH, most))
        waits.append(max(_after(done, one) for one in options) + early)
    return min(waits)


def _after(day: date, every: Every) -> date:
    if every.unit is Unit.MONTHS:
        return add_months(day, every.count)
    return day + timedelta(days=every.count * (7 if every.unit is Unit.WEEKS else 1))


def repeated(book: Rulebook, item: str, recalls: list[str]) -> list[Requirement]:
    """Return what the recalls ask of ``item`` again and again; nothing when one asks otherwise."""
    needs = [
        need
        for one in recalls
        for need in book.recalls[one].requirements  # pyright: ignore[reportArgumentType] - a name
        if need.item == ItemId(item)
    ]
    again = [one for one in needs if isinstance(one.schedule, Anchored | Interval)]
    return again if len(again) == len(needs) else []


def too_long(practice: Practice, frames: PlanFrames) -> Iterator[tuple[str, str, date, date]]:
    """Give the open items that are due later than the promise: patient, item, done, due."""
    born = {one.number: one for one in practice.people}
    started = {
        (number, recall): day
        for recall, number, day in frames.registers.select(
            "recall", "patient_number", "started_on"
        ).iter_rows()
    }
    for row in open_again(frames).iter_rows(named=True):
        number, recalls = row["patient_number"], row["recalls"]
        needs = repeated(practice.rulebook, row["item"], recalls)
        here = born[number].registered_on
        assert here is not None
        # Before it began here nothing was asked; then three months are the most.
        begun = [max(here, started[number, one] or here) for one in recalls]
        soon = add_months(max(begun), practice.settings.newly_diagnosed_months)
        if needs and row["due_on"] > max(
            soon, practice.today, longest_wait(row["last_done"], needs, practice.settings)
        ):
            yield number, row["item"], row["last_done"], row["due_on"]


def open_again(frames: PlanFrames) -> pl.DataFrame:
    return frames.due_items.filter(
        pl.col("is_open")
        & pl.col("last_done").is_not_null()
        & pl.col("schedule").is_in(["anchored", "interval"])
    )


@cache
def planned(seed: int) -> tuple[Practice, PlanFrames]:
    practice = practice_of(seed)
    inputs = inputs_of(practice)
    return practice, plan(inputs, practice.rulebook, practice.settings, practice.today)


@given(seed=SEEDS)
@example(seed=0)
@example(seed=1)
@settings(
    max_examples=max(1, settings().max_examples // 25), phases=[Phase.explicit, Phase.generate]
)
def test_nobody_waits_longer_than_a_frequency_and_its_tolerance(seed: int) -> None:
    """From what was done to the next due date it is a frequency and its tolerance at most."""
    assert list(too_long(*planned(seed))) == []


def test_every_recall_that_asks_again_is_looked_at() -> None:
    """The invented people are on the registers, and what is asked of them was done before."""
    book = everything_on()
    again = {
        name
        for name, one in book.recalls.items()
        if any(isinstance(need.schedule, Anchored | Interval) for need in one.requirements)
    }
    seen: set[str] = set()
    for seed in range(2):
        _practice, frames = planned(seed)
        seen |= set(open_again(frames)["recalls"].explode().to_list())
    assert again - seen == set()
