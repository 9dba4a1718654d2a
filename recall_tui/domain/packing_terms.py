"""What the packing is asked and what it answers; hashable, so that it is asked once."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from recall_tui.domain.ids import ItemId
from recall_tui.domain.items import Place, StaffGroup


class ContactModel(StrEnum):
    """How a practice divides the work between those who gather and those who review."""

    TWO_CONTACT = "two_contact"
    """Gatherers gather, reviewers review: nobody else is booked only for what a gatherer can do."""

    FEWEST = "fewest"
    """No division: any group that can do it may do it."""


GATHERERS = frozenset({StaffGroup.PHLEBOTOMIST, StaffGroup.HCA, StaffGroup.NURSING_ASSOCIATE})
"""The groups that gather in the two-contact model; every other group reviews."""


@dataclass(frozen=True, slots=True)
class PackItem:
    """One due item of one patient, as the packing sees it.

    Days are whole numbers relative to a base that the caller chooses (say, the patient's earliest
    due date), so that patients with the same pattern ask the same question. The same ``item`` may
    come several times with different targets; item and target together name it.
    """

    item: ItemId
    earliest: int
    """First allowed day."""

    target: int
    """The day it is due; the appointment is wanted on this day or before."""

    latest: int
    """Last allowed day, at or after ``earliest``."""

    minutes: int
    staff: tuple[tuple[StaffGroup, int], ...]
    """Who can do it, each with its cost per minute; at least one."""

    places: tuple[Place, ...] = (Place.SURGERY,)
    after: tuple[ItemId, ...] = ()
    """Items that must be done in an earlier appointment, where they are due at that time."""

    lead_days: int = 14
    lead_days_most: int = 42
    pinned: str | None = None
    """Name of the booked or invited appointment that it belongs to: such a group stays as it is."""


@dataclass(frozen=True, slots=True)
class PackLimits:
    """What holds for all appointments of the patient."""

    slot_minutes: int = 40
    slot_minutes_by_group: tuple[tuple[StaffGroup, int], ...] = ()
    """Longest slots that differ from ``slot_minutes``."""

    place: Place = Place.SURGERY
    """Where the patient is seen: an item that can be done there is done there."""

    model: ContactModel = ContactModel.TWO_CONTACT

    def slot_of(self, group: StaffGroup) -> int:
        """Return the longest appointment of ``group`` in minutes."""
        return dict(self.slot_minutes_by_group).get(group, self.slot_minutes)


class PackedAppointment(NamedTuple):
    """One appointment that the patient needs: the due items one member of staff does together."""

    stage: int
    """1 for the first appointment of a sequence, 2 for one that must follow it, and so on."""

    staff_group: StaffGroup
    place: Place
    items: tuple[PackItem, ...]
    """In order of (target, item)."""

    minutes: int
    earliest: int
    """First day that suits every item and leaves room for what must precede and follow."""

    target: int
    """The day it is wanted: the first target of its items, within earliest and latest."""

    latest: int
    listed: int
    """Target of the first appointment of its sequence: the day that decides the month's list."""

    pinned: str | None = None
