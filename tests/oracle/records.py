"""What the oracle reads and answers: plain records of one patient."""

import calendar
from dataclasses import dataclass
from datetime import date

from recall_tui.domain.ids import ItemId, RecallId


@dataclass(frozen=True, slots=True)
class Event:
    """A coded event; ``day`` is the first of its month or year when ``precision`` is M or Y."""

    code: str
    day: date
    precision: str = "D"
    value: float | None = None
    unit: str | None = None
    kind: str | None = "done"

    @property
    def last_day(self) -> date:
        """The last day on which it may have been."""
        if self.precision == "D":
            return self.day
        month = 12 if self.precision == "Y" else self.day.month
        return date(self.day.year, month, calendar.monthrange(self.day.year, month)[1])


@dataclass(frozen=True, slots=True)
class Issue:
    """A drug issue or a repeat template."""

    code: str
    issued_on: date
    repeat: bool = False
    stopped_on: date | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What is remembered and chosen about the recall date."""

    chosen_month: int | None = None
    recall_date: date | None = None
    earlier_recall_date: date | None = None
    changed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One patient with everything that was recorded and decided."""

    number: str
    born: date | None
    sex: str | None = "F"
    registered_on: date | None = None
    left_on: date | None = None
    died_on: date | None = None
    events: tuple[Event, ...] = ()
    issues: tuple[Issue, ...] = ()
    marked_done: tuple[tuple[ItemId, date], ...] = ()
    choice: Choice = Choice()


@dataclass(frozen=True, slots=True)
class Registered:
    """One patient on one register."""

    recall: RecallId
    started_on: date | None
    held: bool
    hold_words: str | None
    hold_review_on: date | None


@dataclass(frozen=True, slots=True)
class DueItem:
    """One row of the plan."""

    item: ItemId
    due_on: date
    is_open: bool
    window_opens: date
    done_on: date | None = None
    closed_by: str | None = None
    overdue_since: date | None = None
    last_done: date | None = None
    early_days: int | None = None
    closed_through: date | None = None
    schedule: str = ""
    every: str = ""
    recalls: tuple[str, ...] = ()
    held: bool = False
    hold_words: str | None = None
    hold_review_on: date | None = None
    high_risk: bool = False
    long_gap_days: int | None = None
    qof_by: date | None = None


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """Everything that is planned for one patient."""

    registers: tuple[Registered, ...] = ()
    due_items: tuple[DueItem, ...] = ()
    recall_date: date | None = None
    anchor_source: str | None = None
