"""The field's words for values that screens, exports and commands share.

Keyed by what files and commands say, so that members of the enums find them too and the quick
path, which loads next to nothing, can use them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

STAFF_WORDS: Mapping[str, str] = {
    "phlebotomist": "Phlebotomist",
    "hca": "HCA",
    "nursing_associate": "Nursing associate",
    "nurse": "Nurse",
    "pharmacist": "Pharmacist",
    "pharmacy_technician": "Pharmacy technician",
    "paramedic": "Paramedic",
    "anp": "ANP",
    "gp": "GP",
    "district_nurse": "District nurse",
}
"""Staff groups as people say them."""

STAFF_SHORT: Mapping[str, str] = {
    "phlebotomist": "Phleb",
    "hca": "HCA",
    "nursing_associate": "NA",
    "nurse": "Nurse",
    "pharmacist": "Pharm",
    "pharmacy_technician": "PhTech",
    "paramedic": "Param",
    "anp": "ANP",
    "gp": "GP",
    "district_nurse": "DN",
}
"""Staff groups for narrow columns."""

STATE_WORDS: Mapping[str, str] = {
    "escalated": "Escalated",
    "outstanding": "To invite",
    "no_contact": "No contact details",
    "invited": "Invited",
    "booked": "Booked",
    "snoozed": "Snoozed",
    "on_hold": "On hold",
    "declined": "Declined",
    "done": "Done",
}
"""States as the list shows them."""

APPOINTMENT_WORDS: Mapping[str, str] = {
    "not_booked": "Not booked",
    "booked": "Booked",
    "partly_done": "Partly done",
    "done": "Done",
}
"""States of a planned appointment."""

CHANNEL_WORDS: Mapping[str, str] = {
    "sms": "Text message",
    "email": "E-mail",
    "letter": "Letter",
    "phone": "Phone",
    "none": "No contact details",
}
"""How a patient is reached."""

WAKE_WORDS: Mapping[str, str] = {
    "reply": "the patient replies",
    "sync": "the next sync",
    "slot": "a slot is free",
}
"""What ends a snooze before its day."""


def until_words(until: date, when: str) -> str:
    """Return how long something is snoozed: "until the next sync, 3 Dec 2026 at the latest"."""
    day = f"{until.day} {until:%b %Y}"
    wake = WAKE_WORDS.get(when)
    return f"until {wake}, {day} at the latest" if wake else f"until {day}"


STOPPED_WORDS: Mapping[str, str] = {
    "deceased": "reported to have died: check, and invite nobody",
    "wrong_number": "the mobile number is somebody else's: no text goes there",
}
"""Why a patient is not asked, or not by text."""

NOT_CALLED_WORDS = "Not called for now, on hold"
"""Stands for an appointment above due items that are all on hold."""

NOT_PLANNED_WORDS = "Not planned with anybody yet"
"""Stands for an appointment above due items that no planned appointment holds."""

WITH_PRESCRIBER_WORDS = "With a prescriber, not called for now"
"""Stands for an appointment above high-risk monitoring that is on hold: a prescriber decides."""

REOPENED_WORDS: Mapping[str, str] = {
    "attended_not_recorded": "attended, not recorded",
    "no_appointment_found": "no appointment found",
    "missed": "did not attend",
    "cancelled": "appointment cancelled",
}
"""Why a booking no longer counts."""
