"""Which appointment of the book suits which planned one: docs/booking.md states the rules."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from recall_tui.domain.items import Place
from recall_tui.domain.matching_terms import (
    Fit,
    LeftItem,
    OfferedAppointment,
    SameDay,
    WantedAppointment,
    WantedItem,
    WhyNot,
)

COVER, STAFF, DAY, LENGTH, SLOT, CLINICIAN = 40, 15, 20, 15, 7, 3
"""The most points of each rule; 100 together."""

OTHER_STAFF, UNKNOWN_STAFF = 10, 5
SOONER = 10
"""It counts, but is sooner than planned: before the bloods are back."""

DAYS_A_POINT = 2
EXTENDED, UNKNOWN_LENGTH = 9, 6
SHORT_EXTENSION = 10
"""Minutes by which a slot is easily made longer."""

UNNAMED_SLOT, UNKNOWN_CLINICIAN = 3, 0
STEM = 5
"""Letters by which words are compared: vaccine, vaccination."""

_TELEPHONE = frozenset({"telep", "phone", "tel", "video", "onlin"})
_DULL = frozenset({"and", "the", "for", "check", "test", "routi", "appoi", "clini", "gener", "min"})


def stems_of(*texts: str) -> frozenset[str]:
    """Return the beginnings of the words of texts, without those that say nothing."""
    words = "".join(mark if mark.isalnum() else " " for text in texts for mark in f"{text} ")
    stems = {word[:STEM] for word in words.lower().split() if len(word) > 2}  # noqa: PLR2004 - no "of"
    return frozenset(stems - _DULL)


def is_by_telephone(offered: OfferedAppointment) -> bool:
    """Whether the slot is one for a call."""
    return bool(stems_of(offered.slot_type) & _TELEPHONE)


def why_not(item: WantedItem, offered: OfferedAppointment) -> WhyNot | None:
    """Return why an appointment does not cover a due item, None when it does."""
    if offered.staff_group and offered.staff_group not in item.staff:
        return WhyNot.STAFF
    if is_by_telephone(offered) and Place.TELEPHONE not in item.places:
        return WhyNot.TELEPHONE
    return WhyNot.EARLY if offered.on < item.opens else None


def fit(
    wanted: WantedAppointment, offered: OfferedAppointment, known: frozenset[str] = frozenset()
) -> Fit:
    """Return how well an appointment suits a planned one.

    ``known``: the stems by which slot types may name any item of the rules.
    """
    reasons = [(item, why_not(item, offered)) for item in wanted.items]
    covered = tuple(item for item, why in reasons if why is None)
    left = tuple(LeftItem(item, why) for item, why in reasons if why is not None)
    found = Fit(wanted, offered, covered, left, ())
    if not covered or _is_full(found):
        return found
    points = (
        ("cover", COVER * found.minutes // max(1, wanted.minutes)),
        ("staff", _staff_points(wanted, offered)),
        ("day", _day_points(wanted, offered.on)),
        ("length", _length_points(found)),
        ("slot", _slot_points(covered, offered, known)),
        ("clinician", CLINICIAN if offered.is_known_clinician else UNKNOWN_CLINICIAN),
    )
    return Fit(wanted, offered, covered, left, points)


def _is_full(found: Fit) -> bool:
    """Whether what it is booked for already fills an appointment, and more is far too much."""
    offered = found.offered
    return bool(offered.taken and not offered.free) and found.extend_by > SHORT_EXTENSION


def _staff_points(wanted: WantedAppointment, offered: OfferedAppointment) -> int:
    if not offered.staff_group:
        return UNKNOWN_STAFF
    return STAFF if offered.staff_group == wanted.staff_group else OTHER_STAFF


def _day_points(wanted: WantedAppointment, on: date) -> int:
    if on < wanted.earliest:
        return SOONER
    late = max(0, (on - wanted.latest).days)
    return max(0, DAY - -(-late // DAYS_A_POINT))


def _length_points(found: Fit) -> int:
    if found.offered.minutes is None:
        return UNKNOWN_LENGTH
    if not found.extend_by:
        return LENGTH
    return EXTENDED if found.extend_by <= SHORT_EXTENSION else 0


def _slot_points(
    covered: Iterable[WantedItem], offered: OfferedAppointment, known: frozenset[str]
) -> int:
    named = stems_of(offered.slot_type)
    if any(named & item.stems for item in covered):
        return SLOT
    return 0 if named & known else UNNAMED_SLOT


def best_pairs(
    wanted: Sequence[WantedAppointment],
    offered: Sequence[OfferedAppointment],
    known: frozenset[str] = frozenset(),
) -> tuple[Fit, ...]:
    """Return the pairs with the most points together, best first; each appointment is in one.

    Exact. Of equal sums the one whose appointments are earlier. What covers high-risk monitoring
    comes before what does not, whatever the points: it is accepted first.
    """
    best: dict[int, tuple[int, tuple[Fit, ...]]] = {0: (0, ())}
    for slot in sorted(offered, key=_in_time):
        fits = [fit(one, slot, known) for one in wanted]
        for taken, (total, pairs) in list(best.items()):
            for place, found in enumerate(fits):
                mask, score = taken | 1 << place, total + found.score
                if mask == taken or not found.score:
                    continue
                if mask not in best or score > best[mask][0]:
                    best[mask] = (score, (*pairs, found))
    _total, pairs = max(best.values(), key=lambda one: one[0])
    return tuple(
        sorted(pairs, key=lambda one: (not _monitors(one), -one.score, *_in_time(one.offered)))
    )


def _monitors(pair: Fit) -> bool:
    return any(one.high_risk for one in pair.covered)


def _in_time(offered: OfferedAppointment) -> tuple[date, datetime, str]:
    at = offered.starts_at or datetime.combine(offered.on, datetime.min.time())
    return offered.on, at.replace(tzinfo=None), offered.appointment_id


def offered_along(found: Fit, others: Iterable[WantedItem], weeks: int) -> tuple[WantedItem, ...]:
    """Return what else could be done in the same appointment.

    Everything that its staff can do, that counts on its day, and that is due within ``weeks`` after
    it; most important first.
    """
    until = found.offered.on + timedelta(weeks=weeks)
    mine = {item.item for item in found.wanted.items}
    able = {
        item.item: item
        for item in others
        if item.item not in mine and item.due_on <= until and why_not(item, found.offered) is None
        and (found.offered.staff_group or found.wanted.staff_group) in item.staff
    }  # fmt: skip
    return tuple(sorted(able.values(), key=lambda one: (not one.high_risk, one.due_on, one.item)))


def still_wanted(
    wanted: Iterable[WantedAppointment], pairs: Iterable[Fit]
) -> Mapping[int, tuple[WantedItem, ...]]:
    """Return by planned appointment what no pair covers."""
    covered = {(one.wanted.number, item.item) for one in pairs for item in one.covered}
    found = {
        one.number: tuple(item for item in one.items if (one.number, item.item) not in covered)
        for one in wanted
    }
    return {number: items for number, items in found.items() if items}


def same_day(
    wanted: WantedAppointment, items: Sequence[WantedItem], book: Iterable[OfferedAppointment]
) -> SameDay | None:
    """Return the appointment to ask for beside one of the book, None when no day suits.

    The day must lie in the days wanted, and each item must count on it; the first such day wins.
    """
    opens = max([wanted.earliest, *(item.opens for item in items)])
    days = [one for one in sorted(book, key=_in_time) if opens <= one.on <= wanted.latest]
    if not days or not items:
        return None
    minutes = sum(item.minutes for item in items)
    return SameDay(staff_for(items, wanted.staff_group), minutes, tuple(items), days[0])


def staff_for(items: Sequence[WantedItem], planned: str) -> str:
    """Return who does these items: the planned group if it can, else the first that can do all."""
    every = [item.staff for item in items]
    if all(planned in staff for staff in every) or not every:
        return planned
    return next((one for one in every[0] if all(one in staff for staff in every)), planned)
