"""Who asks for what: registers, holds, and the requirements that apply to one patient."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from recall_tui.domain.calendar import add_months
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import (
    Anchored,
    Every,
    Exclusion,
    Interval,
    Recall,
    Requirement,
    Rulebook,
    Unit,
)
from tests.oracle.evidence import DoneDay, begin_of, done_days, here_since, latest_number
from tests.oracle.judging import items_in, judge
from tests.oracle.recall_dates import RecallDate
from tests.oracle.records import Person

DAYS_IN_MONTH = 30.4375


@dataclass(frozen=True, slots=True)
class World:
    """What all questions about one patient have in common."""

    person: Person
    rulebook: Rulebook
    settings: PlanSettings
    today: date
    recall_date: RecallDate


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement of one recall that applies to the patient."""

    world: World
    recall: Recall
    need: Requirement
    started_on: date | None
    hold: tuple[str, date | None] | None
    """Words and day of what makes the exclusion true."""

    @property
    def begins(self) -> date:
        """The day from which due dates are counted."""
        return begin_of(self.world.person, self.recall, self.started_on)

    @property
    def here_since(self) -> date | None:
        """The day of registration, or from which the recall is offered when that is later."""
        return here_since(self.world.person, self.recall)

    @property
    def newly_registered(self) -> bool:
        """The patient came with it, or nobody knows when it began."""
        registered = self.here_since
        if registered is None:
            return False
        return self.started_on is None or self.started_on < registered

    @property
    def all_days(self) -> list[DoneDay]:
        """When the item was validly done, so far."""
        world = self.world
        return done_days(world.person, world.rulebook, self.need.item, world.today)

    @property
    def days(self) -> list[DoneDay]:
        """When the item was validly done, so far; too soon after the last does not count."""
        return self.counting(self.all_days)

    def counting(self, days: Iterable[DoneDay]) -> list[DoneDay]:
        """Return the days that lie at least the least gap after the last that counts."""
        found: list[DoneDay] = []
        for one in days:
            if not found or (one.first - found[-1].first).days >= self.need.min_gap_days:
                found.append(one)
        return found

    def options(self) -> list[Every]:
        """Every frequency that may rule."""
        assert isinstance(self.need.schedule, Anchored | Interval)
        return [self.need.schedule.every, *(one.every for one in self.need.variations)]

    def every(self, as_of: date) -> Every:
        """Return the frequency in force on a day, from what was known then."""
        options = self.options()
        if not self.need.variations:
            return options[0]
        world = self.world
        names = {name for one in self.need.variations for name in items_in(one.when)}
        for item in world.rulebook.items:
            if item in names:
                number = latest_number(world.person, world.rulebook, item, as_of)
                if number is None or number[0] < add_months(as_of, -12):
                    return min(options, key=length)
        for one in self.need.variations:
            if judge(one.when, world.person, world.rulebook, as_of).true:
                return one.every
        return options[0]


def length(every: Every) -> float:
    """Return the length of a frequency in days, for comparison."""
    return every.count * {Unit.DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: DAYS_IN_MONTH}[every.unit]


def spoken(every: Every) -> str:
    """Return the frequency as rows say it."""
    unit = every.unit.removesuffix("s") if every.count == 1 else every.unit
    return f"{every.count} {unit}"


def hold_by(exclusions: tuple[Exclusion, ...], world: World) -> tuple[str, date | None] | None:
    """Return words and review date of the first exclusion that holds."""
    for one in exclusions:
        verdict = judge(one.when, world.person, world.rulebook, world.today)
        if verdict.true:
            if verdict.day is None:
                return one.words, world.recall_date.next_after(world.today)
            return one.words, add_months(verdict.day, one.review_months)
    return None
