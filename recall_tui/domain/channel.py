"""How a patient may be reached: one choice from what the record says and the patient allowed.

The order is that of the usual UK practice (reference: Ardens' cascade): text message when there is
a mobile number and it was not declined, else e-mail when there is an address and it was not
declined, else a letter. The patient's own preference comes first where it is possible.
Loads next to nothing, since the quick path needs it.
"""

from __future__ import annotations

import re
from enum import StrEnum

_MOBILE = re.compile(r"(?:\+44|0044|44|0)7\d{9}")
_FILLERS = re.compile(r"(?<=44)\s*\(0\)|[\s().\-/]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


NO_TEXTS = "no_text_messages"
NO_EMAILS = "no_emails"
"""Flags that people set by hand when a patient asks for no more messages of a kind."""


class Channel(StrEnum):
    """How a patient is contacted."""

    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    PHONE = "phone"
    NONE = "none"


class Contact:
    """What the record says about reaching a patient; texts are empty when unknown."""

    __slots__ = (
        "address",
        "contact_allowed",
        "email",
        "email_consent",
        "mobile_phone",
        "preferred",
        "sms_consent",
    )

    def __init__(  # noqa: PLR0913 - one for each column that counts, all by name
        self,
        *,
        mobile_phone: str = "",
        email: str = "",
        address: str = "",
        sms_consent: str = "unknown",
        email_consent: str = "unknown",
        contact_allowed: bool = True,
        preferred: str = "",
    ) -> None:
        """Keep what the record says."""
        self.mobile_phone = mobile_phone
        self.email = email
        self.address = address
        self.sms_consent = sms_consent
        self.email_consent = email_consent
        self.contact_allowed = contact_allowed
        self.preferred = preferred


def mobile_digits(text: str) -> str:
    """Return a UK mobile number as ``07…`` (11 digits), or nothing when it is none.

    Only the shape is judged, so the numbers that Ofcom keeps for drama count as mobiles.
    """
    plain = _FILLERS.sub("", text)
    return "0" + plain[-10:] if _MOBILE.fullmatch(plain) else ""


def possible_channels(contact: Contact) -> tuple[Channel, ...]:
    """Return the channels that are open, best first; none when contact is not allowed."""
    if not contact.contact_allowed:
        return ()
    found: list[Channel] = []
    if contact.sms_consent != "declined" and mobile_digits(contact.mobile_phone):
        found.append(Channel.SMS)
    if contact.email_consent != "declined" and _EMAIL.fullmatch(contact.email.strip()):
        found.append(Channel.EMAIL)
    if contact.address.strip():
        found.append(Channel.LETTER)
    return tuple(found)


def choose_channel(contact: Contact) -> Channel:
    """Return the channel for an invite, or ``Channel.NONE``."""
    possible = possible_channels(contact)
    for one in possible:
        if str(one) == contact.preferred:
            return one
    return possible[0] if possible else Channel.NONE
