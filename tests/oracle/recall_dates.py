"""The recall date of a patient, and the due dates that follow from it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from recall_tui.domain.calendar import add_months
from recall_tui.domain.ids import RecallId
from recall_tui.domain.plan_settings import AnchorChoice, PlanSettings
from recall_tui.domain.recalls import Anchored, Rulebook
from tests.oracle.evidence import NOBODY_KNOWS, asked_since, begin_of, done_days
from tests.oracle.judging import judge
from tests.oracle.records import Person

YEAR = 12
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Due dates are ``base`` plus ``shift`` plus any number of months, in one step."""

    base: date
    shift: int = 0

    def plus(self, months: int) -> date:
        """Return the anchor moved by ``months``."""
        return add_months(self.base, self.shift + months)

    def grid(self, every: int, after: date, until: date) -> list[date]:
        """Return the dates of the grid later than ``after``, up to ``until`` and one beyond.

        A grid of over twelve months counts from the first recall date later than ``after``.
        """
        step = min(every, YEAR)
        months = (after.year - self.base.year) * YEAR - 2 * YEAR
        months -= months % step
        while self.plus(months) <= after:
            months += step
        dates = [self.plus(months)]
        while dates[-1] <= until:
            months += every
            dates.append(self.plus(months))
        return dates

    def first_of_grid(self, every: int, after: date, wanted: date) -> date:
        """Return the first date on or after ``wanted`` of the grid that counts from ``after``."""
        first = self.grid(every, after, after)[0]
        months = (first.year - self.base.year) * YEAR + first.month - self.base.month - self.shift
        while self.plus(months) >= wanted:
            months -= every
        while self.plus(months) < wanted:
            months += every
        return self.plus(months)


@dataclass(frozen=True, slots=True)
class RecallDate:
    """The anchor in force, and the one before it while that still counts."""

    anchor: Anchor
    source: str
    earlier: Anchor | None = None
    changed_on: date | None = None
    settings: PlanSettings = field(default_factory=PlanSettings)

    def grid(self, every: int, after: date, until: date) -> list[date]:
        """Return the due dates later than ``after``: of the earlier grid, then of the new one."""
        dates = self.anchor.grid(every, after, until)
        if self.earlier is None or self.changed_on is None:
            return dates
        last = self._last_of_earlier(self.earlier, self.changed_on, every, after)
        earlier = [day for day in self.earlier.grid(every, after, until) if day <= last]
        return earlier + [day for day in dates if day > last]

    def _last_of_earlier(self, earlier: Anchor, changed_on: date, every: int, after: date) -> date:
        """Return the first date of the earlier grid whose window opened after the change."""
        tolerance = self.settings.tolerance_days(every)
        day = earlier.first_of_grid(every, after, changed_on)
        while window_opens(self._kept_free(day, every), tolerance) <= changed_on:
            day = earlier.first_of_grid(every, after, day + DAY)
        return day

    def _kept_free(self, day: date, every: int) -> date:
        free = self.settings.free_months
        months = 0
        while every >= YEAR and len(free) < YEAR and add_months(day, -months).month in free:
            months += 1
        return add_months(day, -months)

    def next_after(self, today: date) -> date:
        """Return the next date of the recall date in force."""
        return self.anchor.grid(YEAR, today, today)[0]


def recall_date(
    person: Person,
    rulebook: Rulebook,
    settings: PlanSettings,
    on: frozenset[RecallId],
    today: date,
) -> RecallDate:
    """Return the recall date in force for a person who is on the registers ``on``."""
    base, source = _base(person, rulebook, settings, today)
    month = person.choice.chosen_month
    anchor = Anchor(base)
    if month is not None:
        anchor, source = Anchor(date(base.year, 1, base.day), month - 1), "chosen"
    held = person.choice.recall_date
    if held is None:
        return RecallDate(anchor, source)
    if source == "medication_review" and _completed(person, rulebook, settings, on, base, today):
        anchor = Anchor(held)
    earlier, changed = person.choice.earlier_recall_date, person.choice.changed_on
    same = (anchor.plus(0).month, anchor.plus(0).day) == (held.month, held.day)
    recent = earlier is not None and changed is not None and changed > add_months(today, -YEAR)
    if not same and not recent:
        earlier, changed = held, today
    return RecallDate(anchor, source, Anchor(earlier) if earlier else None, changed, settings)


def _base(
    person: Person, rulebook: Rulebook, settings: PlanSettings, today: date
) -> tuple[date, str]:
    codes = {code for name in rulebook.medication_review for code in rulebook.clusters[name].codes}
    reviews = [
        event.day
        for event in person.events
        if event.code in codes
        and event.kind in {"done", None}
        and event.precision == "D"
        and event.day <= today
    ]
    if settings.anchor is AnchorChoice.MEDICATION_REVIEW and reviews:
        return max(reviews), "medication_review"
    return person.born or person.registered_on or NOBODY_KNOWS, "birthday"


def _completed(  # noqa: PLR0913, PLR0917 - what the question is about
    person: Person,
    rulebook: Rulebook,
    settings: PlanSettings,
    on: frozenset[RecallId],
    review: date,
    today: date,
) -> bool:
    """Whether the review itself completed a due item in its window of the recall date held."""
    held = person.choice.recall_date
    if held is None:
        return False
    for recall in rulebook.active():
        for need in recall.requirements:
            clusters = set(rulebook.items[need.item].clusters)
            if recall.id not in on or not clusters & set(rulebook.medication_review):
                continue
            if not isinstance(need.schedule, Anchored):
                continue
            if need.only_if is not None and not judge(need.only_if, person, rulebook, today).true:
                continue
            every = need.schedule.every.count
            tolerance = settings.tolerance_days(every)
            begins = begin_of(person, recall, asked_since(recall, need, person, rulebook, today))
            opens = _window_around(review, Anchor(held), every, begins, tolerance)
            days = [one.first for one in done_days(person, rulebook, need.item, today)]
            if min((day for day in days if day >= opens), default=None) == review:
                return True
    return False


def _window_around(day: date, anchor: Anchor, every: int, begins: date, tolerance: int) -> date:
    """Return the first day of the window of the grid counted from ``begins`` that holds ``day``."""
    due = anchor.first_of_grid(every, begins, add_months(day, -2 * every))
    while (
        window_opens(following := anchor.first_of_grid(every, begins, due + DAY), tolerance) <= day
    ):
        due = following
    return window_opens(due, tolerance)


def window_opens(due: date, tolerance: int) -> date:
    """Return the first day on which an event counts for ``due``."""
    return min(due - timedelta(days=tolerance), due.replace(day=1))
