"""Everything about one patient as lines of plain text, by section."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from recall_tui.views.names import Names
from recall_tui.views.page_text import hand_flag_words, invite_words, plain, urgent_first
from recall_tui.views.past import NO_PAST, PatientPast
from recall_tui.views.past_words import past_sections
from recall_tui.views.patient import InviteView, PatientPage
from recall_tui.views.words import CHANNEL_WORDS
from screens.bindings import key_of
from screens.patient_lines import (
    appointment_line,
    day,
    due_line,
    identity_lines,
    planned_line,
)
from screens.patient_sections import has_unicode, year_lines
from screens.privacy import shown_page, shown_past

CONSENT_WORDS = {"declined": "declined", "given": "agreed", "agreed": "agreed"}


def page_lines(
    page: PatientPage, names: Names, today: date, number_label: str, past: PatientPast = NO_PAST
) -> list[str]:
    """Return the page; headings stand at the margin, all else is indented."""
    page, past = shown_page(page), shown_past(page.patient, past)
    results, household, timeline = past_sections(page, past, names, today, plain=not has_unicode())
    sections: list[tuple[str, list[str]]] = [
        ("How to reach them", _reach(page)),
        ("Appointments needed", _needed(page, names, today)),
        ("The year", year_lines(page, names, today)),
        results,
        ("Noted here as booked", _bookings(page, names)),
        ("In the book", [appointment_line(one) for one in page.future_appointments]),
        ("Invites", _invites(page, names)),
        ("Past appointments", [appointment_line(one) for one in page.past_appointments]),
        (
            "Notes and contacts",
            [
                f"{one.at:%d %b %Y %H:%M} {one.by}: {plain(one.kind)} {one.words}".rstrip()
                for one in page.notes
            ],
        ),
        household,
        timeline,
    ]
    if past.household:
        household[1].append(f"{key_of('page.household')} looks one of them up")
    lines = identity_lines(page, today, number_label)
    for heading, body in sections:
        lines += ["", heading, *_indented(body or ["None."])]
    return lines


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _reach(page: PatientPage) -> list[str]:
    lines = [invite_words(page).capitalize()]
    if not page.contact_allowed:
        lines.append("DO NOT CONTACT")
    for what, value, consent in (
        ("Mobile", page.mobile_phone, page.sms_consent),
        ("E-mail", page.email, page.email_consent),
        ("Home", page.home_phone, ""),
        ("Address", ", ".join(one for one in (page.address, page.postcode) if one), ""),
    ):
        said = CONSENT_WORDS.get(consent, "")
        if value:
            lines.append(f"{what}: {value}" + (f" ({said})" if said else ""))
    if page.preferred_channel:
        lines.append(f"Prefers {_channel(page.preferred_channel)}")
    if page.language:
        needs = ", needs an interpreter" if page.interpreter else ""
        lines.append(f"Speaks {page.language}{needs}")
    lines.append(f"Usual GP: {page.usual_gp or 'none'}")
    lines += [f"Flag by hand: {hand_flag_words(one)}" for one in page.hand_flags]
    if page.assigned_to:
        lines.append(f"Assigned to {page.assigned_to}")
    return lines


def _channel(channel: str) -> str:
    return CHANNEL_WORDS.get(channel, plain(channel)).lower()


def _needed(page: PatientPage, names: Names, today: date) -> list[str]:
    lines: list[str] = []
    for planned in page.appointments_needed:
        lines.append(planned_line(planned, today))
        lines += _indented(due_line(due, names) for due in urgent_first(planned.due_items))
    return lines


def _bookings(page: PatientPage, names: Names) -> list[str]:
    return [
        f"{day(one.on)}: {', '.join(names.item(item) for item in one.items)}"
        f" ({one.state}, by {one.by} on {day(one.at.date())})"
        for one in page.bookings
    ]


def _invites(page: PatientPage, names: Names) -> list[str]:
    return [_invite(one, ", ".join(names.item(item) for item in one.items)) for one in page.invites]


def _invite(invite: InviteView, items: str) -> str:
    if not invite.channel:
        return f"{day(invite.on)}, from {invite.by}" + (f": {items}" if items else "")
    return f"{day(invite.on)} by {_channel(invite.channel)}: {items} (recorded by {invite.by})"
