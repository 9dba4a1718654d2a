"""What matching is asked and what it answers: what is wanted, what is in the book, what fits."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from recall_tui.domain.items import Place


class WhyNot(StrEnum):
    """Why an appointment does not cover a due item; the value is what the JSON says."""

    STAFF = "staff"
    """The staff group of the appointment cannot do it."""

    EARLY = "early"
    """Done on that day it would not count: its window opens later."""

    TELEPHONE = "telephone"
    """It cannot be done by telephone."""


@dataclass(frozen=True, slots=True)
class WantedItem:
    """One open due item, with who can do it, where, from when on and how long it takes."""

    item: str
    due_on: date
    opens: date
    """First day on which doing it counts."""

    minutes: int
    staff: tuple[str, ...]
    """Staff groups that can do it, cheapest first."""

    places: tuple[str, ...] = (Place.SURGERY,)
    high_risk: bool = False
    stems: frozenset[str] = frozenset()
    """Beginnings of the words by which a slot type may name it."""


@dataclass(frozen=True, slots=True)
class WantedAppointment:
    """A planned appointment: those of its due items that can be booked."""

    number: int
    staff_group: str
    earliest: date
    latest: date
    items: tuple[WantedItem, ...]

    @property
    def minutes(self) -> int:
        """Minutes of all that is still to do."""
        return sum(one.minutes for one in self.items)


@dataclass(frozen=True, slots=True)
class OfferedAppointment:
    """A future appointment of the book, or a day that somebody types (without an id)."""

    appointment_id: str
    on: date
    starts_at: datetime | None = None
    minutes: int | None = None
    staff_group: str = ""
    """Empty: not recorded."""

    clinician: str = ""
    slot_type: str = ""
    taken: int = 0
    """Minutes of what it is booked for already."""

    is_known_clinician: bool = False
    """The patient's usual GP, or somebody who has seen the patient before."""

    @property
    def free(self) -> int | None:
        """Minutes left in it; None when its length is not recorded."""
        return None if self.minutes is None else max(0, self.minutes - self.taken)


@dataclass(frozen=True, slots=True)
class LeftItem:
    """A due item that an appointment does not cover, and why."""

    wanted: WantedItem
    why: WhyNot


@dataclass(frozen=True, slots=True)
class Fit:
    """How well one appointment of the book suits one planned appointment."""

    wanted: WantedAppointment
    offered: OfferedAppointment
    covered: tuple[WantedItem, ...]
    left: tuple[LeftItem, ...]
    points: tuple[tuple[str, int], ...]
    """Rule and points, in the order of docs/booking.md; they add up to ``score``."""

    @property
    def score(self) -> int:
        """Points of 100; 0: it does not suit at all."""
        return sum(points for _rule, points in self.points)

    @property
    def minutes(self) -> int:
        """Minutes of what is covered."""
        return sum(one.minutes for one in self.covered)

    @property
    def extend_by(self) -> int:
        """By how many minutes the appointment must be longer, in fives; 0: it is long enough."""
        free = self.offered.free
        short = 0 if free is None else max(0, self.minutes - free)
        return -(-short // 5) * 5

    @property
    def days_late(self) -> int:
        """How many days it is after the last day wanted."""
        return max(0, (self.offered.on - self.wanted.latest).days)


@dataclass(frozen=True, slots=True)
class SameDay:
    """A second appointment to ask for on the day of one that exists."""

    staff_group: str
    minutes: int
    items: tuple[WantedItem, ...]
    beside: OfferedAppointment
