"""Items: the tests, reviews and treatments that can be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from recall_tui.domain.ids import ClusterId, ItemId


class StaffGroup(StrEnum):
    """Who can do an appointment; the value is what files and commands say."""

    PHLEBOTOMIST = "phlebotomist"
    HCA = "hca"
    NURSING_ASSOCIATE = "nursing_associate"
    NURSE = "nurse"
    PHARMACIST = "pharmacist"
    PHARMACY_TECHNICIAN = "pharmacy_technician"
    PARAMEDIC = "paramedic"
    ANP = "anp"
    GP = "gp"
    DISTRICT_NURSE = "district_nurse"


class Place(StrEnum):
    """Where an item can be done."""

    SURGERY = "surgery"
    HOME = "home"
    CARE_HOME = "care_home"
    TELEPHONE = "telephone"


class ValueNeed(StrEnum):
    """What a coded event needs besides its code to count as done."""

    NONE = "none"
    """The code alone counts: a review, an injection."""

    REQUIRED = "required"
    """A plausible number in a known unit: a measurement."""


@dataclass(frozen=True, slots=True)
class PlausibleRange:
    """A unit in which an item may be reported, and the values that are believable in it.

    ``low`` and ``high`` are inclusive, in ``unit``. A value is brought to the item's own unit (the
    first range listed) by ``value * scale + offset``. Units compare without case and blanks.
    """

    unit: str
    low: float
    high: float
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Item:
    """One test, review or treatment.

    ``clusters`` complete it: any valid event with a code of any of them, unless ``parts`` is given;
    then every part (a tuple of clusters, one of which must be present) is needed on one day
    (blood pressure needs a systolic and a diastolic).
    ``staff`` maps each group that can do it to its cost per minute (a whole number, cheaper is
    preferred). ``after`` names items that must come at least ``lead_days`` and at most
    ``lead_days_most`` before this one when both are due (the bloods that a review reads).
    """

    id: ItemId
    name: str
    clusters: tuple[ClusterId, ...]
    staff: Mapping[StaffGroup, int]
    minutes: int
    parts: tuple[tuple[ClusterId, ...], ...] = ()
    value: ValueNeed = ValueNeed.NONE
    ranges: tuple[PlausibleRange, ...] = ()
    places: tuple[Place, ...] = (Place.SURGERY,)
    after: tuple[ItemId, ...] = ()
    lead_days: int = 14
    lead_days_most: int = 42
    high_risk: bool = False
    reason: str = ""
    """Short wording for the appointment's reason; the name when empty."""

    notes: str = ""
    """Longer wording for the appointment's notes; the name when empty."""

    sources: tuple[str, ...] = field(default=())
