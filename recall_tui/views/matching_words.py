"""What is said of an appointment beside a planned one: on screen and on the command line."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from recall_tui.domain.matching_terms import (
    Fit,
    LeftItem,
    OfferedAppointment,
    SameDay,
    WantedItem,
    WhyNot,
)
from recall_tui.views.matching import Guide, Reconciled
from recall_tui.views.words import STAFF_WORDS


def day_words(on: date) -> str:
    """Return a day as people say it: Mon 21 Dec 2026."""
    return f"{on:%a} {on.day} {on:%b %Y}"


def staff_words(group: str) -> str:
    """Return a staff group as people say it."""
    return STAFF_WORDS.get(group, group or "any staff")


def names_of(items: Iterable[WantedItem], guide: Guide) -> str:
    """Return the names of items, in a line."""
    return ", ".join(guide.name(one.item) for one in items)


def offered_words(offered: OfferedAppointment) -> str:
    """Return an appointment of the book in a line."""
    at = f" {offered.starts_at:%H:%M}" if offered.starts_at else ""
    minutes = "" if offered.minutes is None else f" {offered.minutes} min"
    parts = [f"{day_words(offered.on)}{at} {staff_words(offered.staff_group)}{minutes}"]
    return ", ".join([*parts, *(one for one in (offered.clinician, offered.slot_type) if one)])


def cover_words(found: Fit, guide: Guide) -> str:
    """Say what an appointment covers of a planned one."""
    if not found.covered:
        return "Covers nothing that is due."
    count, every = len(found.covered), len(found.wanted.items)
    much = "Covers it all" if count == every else f"Covers {count} of {every}"
    return f"{much}: {names_of(found.covered, guide)}."


def fit_words(found: Fit, guide: Guide) -> list[str]:
    """Return all there is to say of a pair: what it covers, what not and why, length and day."""
    said = [cover_words(found, guide)]
    if found.left and found.covered:
        left = ", ".join(_left_words(one, found.offered, guide) for one in found.left)
        said.append(f"Not covered: {left}.")
    if found.offered.taken and found.offered.minutes:
        taken, whole = found.offered.taken, found.offered.minutes
        said.append(f"{taken} of its {whole} min are booked already.")
    if found.extend_by:
        said.append(f"Extend it by {found.extend_by} min: {found.minutes} min are needed.")
    if found.days_late:
        days = "1 day" if found.days_late == 1 else f"{found.days_late} days"
        said.append(f"{days} after the last day wanted, {day_words(found.wanted.latest)}.")
    is_due = any(one.due_on <= found.offered.on for one in found.covered)
    if found.covered and found.offered.on < found.wanted.earliest and not is_due:
        said.append(f"Sooner than planned ({day_words(found.wanted.earliest)}).")
    if found.covered and found.offered.appointment_id and not found.offered.staff_group:
        said.append("The book does not say with whom: check who does it.")
    return said


def _left_words(left: LeftItem, offered: OfferedAppointment, guide: Guide) -> str:
    why = {
        WhyNot.STAFF: f"not by {staff_words(offered.staff_group)}",
        WhyNot.EARLY: f"counts from {day_words(left.wanted.opens)}",
        WhyNot.TELEPHONE: "not by telephone",
    }
    return f"{guide.name(left.wanted.item)} ({why[left.why]})"


def same_day_words(extra: SameDay, guide: Guide) -> str:
    """Say which second appointment to ask for on the day of one that exists."""
    beside, at = extra.beside, ""
    if beside.starts_at is not None:
        ends = beside.starts_at + timedelta(minutes=beside.minutes or 0)
        at = f" from {ends:%H:%M}" if beside.minutes else f" beside {beside.starts_at:%H:%M}"
    who = f"{staff_words(extra.staff_group)} {extra.minutes} min"
    return (
        f"Same day: ask for {who} on {day_words(beside.on)}{at} ({names_of(extra.items, guide)})."
    )


def rest_words(
    found: Reconciled, number: int, items: Sequence[WantedItem], guide: Guide
) -> list[str]:
    """Say what of a planned appointment is still to book, and on which day it could be had."""
    if not items:
        return []
    minutes = sum(one.minutes for one in items)
    said = [f"Still to book: {names_of(items, guide)}, {minutes} min."]
    extra = found.beside(number, items)
    return said if extra is None else [*said, same_day_words(extra, guide)]


def fit_shape(found: Fit, along: Iterable[WantedItem]) -> dict[str, object]:
    """Return a pair as JSON values of ``recall.fits/1``."""
    return {
        "appointment": found.offered.appointment_id or None,
        "on": found.offered.on,
        "staff_group": found.offered.staff_group or None,
        "minutes": found.offered.minutes,
        "clinician": found.offered.clinician or None,
        "slot_type": found.offered.slot_type or None,
        "score": found.score,
        "points": dict(found.points),
        "covers": [one.item for one in found.covered],
        "not_covered": [{"item": one.wanted.item, "why": str(one.why)} for one in found.left],
        "minutes_needed": found.minutes,
        "extend_by": found.extend_by,
        "days_late": found.days_late,
        "along": [{"item": one.item, "due_on": one.due_on} for one in along],
    }


def wanted_shape(
    found: Reconciled, number: int, pair: Fit | None, guide: Guide
) -> dict[str, object]:
    """Return one planned appointment with its best pair as JSON values of ``recall.fits/1``."""
    wanted = found.wanted_of(number)
    if wanted is None:
        return {}
    covered = {one.item for one in pair.covered} if pair else set[str]()
    rest = tuple(one for one in wanted.items if one.item not in covered)
    extra = found.beside(number, rest)
    beside = None if extra is None else {
        "staff_group": extra.staff_group, "minutes": extra.minutes, "on": extra.beside.on,
        "beside": extra.beside.appointment_id, "items": [one.item for one in extra.items],
    }  # fmt: skip
    reason, notes = guide.texts(one.item for one in (pair.covered if pair else wanted.items))
    along = found.along(pair, guide.along_weeks) if pair else ()
    return {
        "planned": {
            "staff_group": wanted.staff_group, "minutes": wanted.minutes,
            "earliest": wanted.earliest, "latest": wanted.latest,
            "items": [one.item for one in wanted.items],
        },
        "fit": fit_shape(pair, along) if pair else None,
        "still_to_book": [one.item for one in rest],
        "same_day": beside,
        "reason": reason,
        "notes": notes,
    }  # fmt: skip
