"""Chains of due dates: what one requirement makes due, and what of it is done."""

from dataclasses import dataclass
from datetime import date, timedelta

from recall_tui.domain.calendar import add_months
from recall_tui.domain.recalls import Every, Unit
from tests.oracle.asking import Asked


@dataclass(frozen=True, slots=True)
class Due:
    """One due date with its window."""

    day: date
    opens: date
    every: Every | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """The last due date that was completed or closed."""

    due: Due
    done_on: date | None
    closed_by: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What one requirement says about the item."""

    asked: Asked
    schedule: str
    open: Due | None
    later: tuple[Due, ...] = ()
    """Due dates after the open one, as far as they are expected."""

    closed: Closed | None = None
    closed_through: date | None = None
    overdue_since: date | None = None
    early: bool = False
    """The latest event came after the due date was completed and before the next window."""


def plus(day: date, every: Every, times: int = 1) -> date:
    """Return ``day`` moved by a frequency, in one step."""
    match every.unit:
        case Unit.MONTHS:
            return add_months(day, every.count * times)
        case Unit.WEEKS:
            return day + timedelta(weeks=every.count * times)
        case Unit.DAYS:
            return day + timedelta(days=every.count * times)


def marks(asked: Asked) -> list[date]:
    """Return the due dates of the item that people closed."""
    return sorted(day for item, day in asked.world.person.marked_done if item == asked.need.item)


def within_a_year(asked: Asked, dues: list[Due]) -> tuple[Due, ...]:
    """Return those that are due within the coming twelve months."""
    limit = add_months(asked.world.today, 12)
    return tuple(due for due in dues if asked.world.today < due.day <= limit)
