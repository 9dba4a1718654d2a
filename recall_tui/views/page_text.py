"""A patient's page as plain lines for the command line, in the words of the screens.

Loads next to nothing, since the quick path needs it. What to know before speaking to the patient
comes first, then what to book, then what was agreed already.
"""

from __future__ import annotations

from recall_tui.cleaning import clean
from recall_tui.views.words import (
    APPOINTMENT_WORDS,
    CHANNEL_WORDS,
    NOT_CALLED_WORDS,
    NOT_PLANNED_WORDS,
    REOPENED_WORDS,
    STAFF_WORDS,
    STATE_WORDS,
    STOPPED_WORDS,
    WITH_PRESCRIBER_WORDS,
    until_words,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from typing import Any

    from recall_tui.views.patient import AppointmentView, BookingView, InviteView, PatientPage
    from recall_tui.views.worklist import DueItemView, PlannedAppointmentView

UNWANTED = frozenset({"no_text_messages", "no_emails"})
"""Flags set by hand that say which messages a patient wants no more."""

A_YEAR = 365
A_WEEK = 7


class PageWords:
    """What the practice calls things, and how old its data are."""

    __slots__ = ("data_as_of", "is_masked", "items", "number_label", "recalls", "stale_days")

    def __init__(self, kept: Mapping[str, object], data_as_of: date | None) -> None:
        """Take the words as they are kept in the store (``storage.words``); none: the ids."""
        self.items = _texts(kept, "items")
        self.recalls = _texts(kept, "recalls")
        label, days = kept.get("number_label"), kept.get("stale_days")
        self.number_label = label if isinstance(label, str) else "EMIS number"
        self.stale_days = days if isinstance(days, int) else 3
        self.data_as_of = data_as_of
        self.is_masked = False  # privacy: of the date of birth only the year is told

    def item(self, item: str) -> str:
        """Return what an item is called."""
        return self.items.get(item) or plain(item)

    def recall(self, recall: str) -> str:
        """Return what a recall is called."""
        return self.recalls.get(recall) or plain(recall)


def _texts(kept: Mapping[str, object], name: str) -> Mapping[str, str]:
    found: Any = kept.get(name)
    return found or {}


def page_lines(page: PatientPage, words: PageWords, today: date) -> Iterator[str]:
    """Give the page as cleaned lines; ``today`` is the practice's date."""
    lines = (
        *_who(page, words, today),
        *(f"! {one}" for one in _warnings(page, words, today)),
        _reach(page),
        "",
        *_needed(page, words, today),
        *_agreed(page, words, today),
    )
    for line in lines:
        yield clean(line).rstrip()


def day(value: date | None) -> str:
    """Return a day as 3 Dec 2026, nothing for none."""
    return "" if value is None else f"{value.day} {value:%b %Y}"


def span(first: date, last: date) -> str:
    """Return two days as 7 Dec to 4 Jan 2027; one day as on 7 Dec 2026."""
    if first == last:
        return f"on {day(first)}"
    if (last - first).days >= A_YEAR:
        return f"{day(first)} to {day(last)}"
    return f"{first.day} {first:%b} to {day(last)}"


def plain(word: str) -> str:
    """Return an id as words."""
    return word.replace("_", " ")


def staff(group: str) -> str:
    """Return a staff group as people say it."""
    return STAFF_WORDS.get(group) or plain(group) or "any staff"


def _who(page: PatientPage, words: PageWords, today: date) -> Iterator[str]:
    born = page.date_of_birth
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    number = page.nhs_number
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}" if number else "not recorded"
    when = str(born.year) if words.is_masked else day(born)
    yield f"{page.name}   born {when} ({age})   {page.sex}"
    gp = f"   usual GP {page.usual_gp}" if page.usual_gp else ""
    yield f"{words.number_label} {page.patient}   NHS {spaced}   {page.postcode}{gp}"


def _warnings(page: PatientPage, words: PageWords, today: date) -> Iterator[str]:
    """Give everything to know before speaking to the patient, gravest first."""
    if page.status != "registered":
        yield f"{page.status.upper()} {day(page.status_on)}".rstrip()
    if page.stopped:
        yield STOPPED_WORDS[page.stopped]
    if not page.contact_allowed:
        yield "do not contact"
    if page.sensitive:
        yield "restricted record: speak of it with the patient only"
    if page.sharing:
        yield sharing_words(page.sharing)
    if page.interpreter:
        yield f"interpreter ({page.language or 'language not recorded'})"
    yield from _flags(page)
    yield from _age(words, today)


def _flags(page: PatientPage) -> Iterator[str]:
    """Give the flags that hold, and what people said of them by hand."""
    if page.flags:
        yield ", ".join(plain(flag) for flag in page.flags)
    yield from map(hand_flag_words, page.hand_flags)


def hand_flag_words(said: tuple[str, bool, date | None, str]) -> str:
    """Return what somebody said of a flag by hand: who, and when."""
    flag, holds, on, by = said
    return f"{'' if holds else 'not '}{plain(flag)}, said {by} on {day(on)}"


def _age(words: PageWords, today: date) -> Iterator[str]:
    """Say that the data are old, or that there are none."""
    if words.data_as_of is None:
        yield "no data imported yet"
    elif (today - words.data_as_of).days > words.stale_days:
        age = (today - words.data_as_of).days
        yield f"data are {age:,} days old: somebody may have been seen since"


def sharing_words(others: int) -> str:
    """Return the warning for a phone number that other patients have, too."""
    return f"{shared_phone_words(others)}: name no condition, confirm who it is"


def shared_phone_words(others: int) -> str:
    """Return with how many other patients a phone number is shared."""
    return f"phone shared with {'1 other patient' if others == 1 else f'{others} others'}"


def _reach(page: PatientPage) -> str:
    phones = " or ".join(one for one in (page.mobile_phone, page.home_phone) if one)
    return f"Phone {phones or 'none'}   {invite_words(page)}"


def invite_words(page: PatientPage) -> str:
    """Return how a patient is invited, and which messages they asked not to get.

    Nobody who died or left is invited.
    """
    if page.status in {"died", "left"}:
        return "nobody to invite"
    by = CHANNEL_WORDS[page.channel].lower()
    how = by if page.channel == "none" else f"invite by {by}"
    said = [plain(flag) for flag, holds, _on, _by in page.hand_flags if holds and flag in UNWANTED]
    return f"{how} ({', '.join(said)})" if said else how


TO_BOOK = frozenset({"escalated", "outstanding", "no_contact", "invited"})
"""States of a due item for which an appointment is still wanted."""


def _needed(page: PatientPage, words: PageWords, today: date) -> Iterator[str]:
    if not page.appointments_needed:
        coming = [due.due_on for one in page.year for due in one.due_items if due.state in TO_BOOK]
        yield f"Nothing to book now; next due {day(min(coming))}." if coming else "Nothing to book."
    for one in page.appointments_needed:
        yield _planned_line(one, today)
        for due in urgent_first(one.due_items):
            yield f"  {due_line(due, words)}"


def _planned_line(planned: PlannedAppointmentView, today: date) -> str:
    if not planned.staff_group:
        return unplanned_words(planned)
    what = f"{staff(planned.staff_group)} {planned.minutes} min"
    if planned.place and planned.place != "surgery":
        what += f" ({plain(planned.place)})"
    return f"{what}: {standing_words(planned, today)}"


def standing_words(planned: PlannedAppointmentView, today: date) -> str:
    """Return where a planned appointment stands: done, booked, booked in part, or to be booked."""
    if planned.state == "done":
        return "done"
    count = len(planned.due_items)
    done = sum(due.state == "done" for due in planned.due_items)
    partly = f" ({done} of {count} done)" if done else ""
    booked = [due.booked_for for due in planned.due_items if due.state == "booked"]
    on = next((one for one in booked if one), None)
    if on is None:
        return f"{APPOINTMENT_WORDS[planned.state].lower()}{partly}{when_words(planned, today)}"
    if any(due.state in TO_BOOK for due in planned.due_items):
        rest = f"{len(booked)} of {count} booked for {day(on)}"
        return f"still to book{partly}{when_words(planned, today)}; {rest}"
    return f"booked for{partly} {day(on)}"


def when_words(planned: PlannedAppointmentView, today: date) -> str:
    """Return since when a planned appointment is overdue, else between which days it is wanted.

    Days that are over are not told. ``!!`` and the day of high-risk monitoring come first, as on
    the list.
    """
    risky = min((on for one in planned.due_items if (on := _risky_since(one))), default=None)
    if risky:
        return f", !! overdue since {day(risky)}"
    late = [one.overdue_since for one in planned.due_items if one.state != "done"]
    since = min((one for one in late if one), default=None)
    if since:
        return f", overdue since {day(since)}"
    if planned.earliest <= today < planned.latest:
        return f", from now to {day(planned.latest)}"
    return f" {span(planned.earliest, planned.latest)}"


def urgent_first(dues: Iterable[DueItemView]) -> list[DueItemView]:
    """Return due items, those of overdue high-risk monitoring before all others."""
    every = list(dues)
    risky = [(since, at) for at, one in enumerate(every) if (since := _risky_since(one))]
    first = [at for _since, at in sorted(risky)]
    return [*(every[at] for at in first), *(one for at, one in enumerate(every) if at not in first)]


def _risky_since(due: DueItemView) -> date | None:
    return due.overdue_since if due.high_risk and due.state != "done" else None


def unplanned_words(planned: PlannedAppointmentView) -> str:
    """Return what stands above due items that no planned appointment holds."""
    states = {due.state for due in planned.due_items}
    if "escalated" in states and states <= {"escalated", "on_hold", "done"}:
        return WITH_PRESCRIBER_WORDS
    return NOT_CALLED_WORDS if states <= {"on_hold", "done"} else NOT_PLANNED_WORDS


def due_line(due: DueItemView, words: PageWords) -> str:
    """Return one due item: what, when, what stands in the way, and the recalls that ask for it."""
    name = words.item(due.item)
    if due.state == "done":
        return f"{name}, done {day(due.done_on)}" if due.done_on else f"{name}, marked done"
    parts = [name]
    late = due.overdue_since
    parts.append(f"! overdue since {day(late)}" if late else f"due {day(due.due_on)}")
    if due.high_risk:
        parts.append("high risk")
    if due.state != "outstanding":
        parts.append(_state_words(due))
    if due.reopened:
        parts.append(reopened_words(due.reopened, due.booked_for))
    if due.hold_words:
        parts.append(due.hold_words)
    parts += _before(due)
    asked = "; ".join(words.recall(recall) for recall in due.recalls)
    return ", ".join(parts) + (f"  [{asked}]" if asked else "")


def _before(due: DueItemView) -> Iterator[str]:
    """Give when it was last done, and what is odd about that."""
    if due.last_done:
        yield f"last done {day(due.last_done)}"
    if due.early_days:
        yield f"done {due.early_days} days early, too early to count"
    if due.long_gap_days:
        yield gap_words(due.long_gap_days)


def gap_words(days: int) -> str:
    """Return what is odd about a due item that comes long after it was last done."""
    return f"long gap: {days:,} days from last done to due"


def reopened_words(why: str, on: date | None) -> str:
    """Return why a booking no longer counts, and for which day it was."""
    words = REOPENED_WORDS.get(why, plain(why))
    return f"{words} ({day(on)})" if on else words


def _state_words(due: DueItemView) -> str:
    words = STATE_WORDS[due.state].lower()
    if due.state == "snoozed" and due.snoozed_until:
        return f"{words} {until_words(due.snoozed_until, due.snoozed_when)}"
    if due.state == "invited" and due.last_invited:
        times = "" if due.invites == 1 else f" {due.invites} times, last"
        return f"{words}{times} {day(due.last_invited)}"
    return words


def _agreed(page: PatientPage, words: PageWords, today: date) -> Iterator[str]:
    """Give bookings, the appointment book, invites and notes, each under its heading.

    A booking of over a week ago is no agreement any more: what came of it stands with the item.
    """
    standing = [
        _booking(one, words)
        for one in page.bookings
        if one.state == "active" and (today - one.on).days <= A_WEEK
    ]
    yield from _under("Noted here as booked", standing)
    yield from _under("In the appointment book", map(_appointment, page.future_appointments))
    yield from _under("Invited", [_invite(one, words) for one in page.invites])
    notes = [
        f"{day(one.at.date())} {one.by}: {plain(one.kind)} {one.words}".rstrip()
        for one in page.notes
    ]
    yield from _under("Notes", notes)


def _under(heading: str, lines: Iterable[str]) -> Iterator[str]:
    every = list(lines)
    if every:
        yield ""
        yield heading
        yield from (f"  {line}" for line in every)


def _booking(booking: BookingView, words: PageWords) -> str:
    items = ", ".join(words.item(item) for item in booking.items)
    who = f" {staff(booking.staff_group)}" if booking.staff_group else ""
    return f"{day(booking.on)}{who}: {items} (by {booking.by})"


def _appointment(real: AppointmentView) -> str:
    parts = [f"{day(real.starts_at.date())} {real.starts_at:%H:%M} {staff(real.staff_group)}"]
    if real.minutes is not None:
        parts.append(f"{real.minutes} min")
    return ", ".join(parts + [one for one in (real.clinician, real.slot_type, real.status) if one])


def _invite(invite: InviteView, words: PageWords) -> str:
    items = ", ".join(words.item(item) for item in invite.items)
    if not invite.channel:
        return f"{day(invite.on)}, from {invite.by}" + (f": {items}" if items else "")
    by = CHANNEL_WORDS.get(invite.channel, plain(invite.channel)).lower()
    return f"{day(invite.on)} by {by}: {items} (by {invite.by})"
