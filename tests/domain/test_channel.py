"""How a patient is reached: what is open, what was declined, what they prefer."""

import pytest

from recall_tui.domain.channel import (
    Channel,
    Contact,
    choose_channel,
    mobile_digits,
    possible_channels,
)

MOBILE, EMAIL, ADDRESS = "07700 900123", "a@drama.example", "1 Drama Street"


def contact(**but: object) -> Contact:
    """Return somebody whom everything reaches, but for what is given."""
    known: dict[str, object] = {"mobile_phone": MOBILE, "email": EMAIL, "address": ADDRESS}
    return Contact(**(known | but))  # type: ignore[arg-type] - by name, as a row gives them


@pytest.mark.parametrize(
    ("but", "channels"),
    [
        ({}, "sms email letter"),
        ({"sms_consent": "declined"}, "email letter"),
        ({"email_consent": "declined"}, "sms letter"),
        ({"sms_consent": "declined", "email_consent": "declined"}, "letter"),
        ({"sms_consent": "allowed", "email_consent": "allowed"}, "sms email letter"),
        ({"mobile_phone": "01632 960123"}, "email letter"),
        ({"mobile_phone": ""}, "email letter"),
        ({"email": "a at drama.example"}, "sms letter"),
        ({"email": "a@drama"}, "sms letter"),
        ({"email": f" {EMAIL} "}, "sms email letter"),
        ({"address": "  "}, "sms email"),
        ({"contact_allowed": False}, ""),
    ],
)
def test_what_is_open_best_first(but: dict[str, object], channels: str) -> None:
    """Text, e-mail, letter, in this order: never what was declined, or cannot arrive."""
    assert possible_channels(contact(**but)) == tuple(map(Channel, channels.split()))


@pytest.mark.parametrize(
    ("but", "chosen"),
    [
        ({}, Channel.SMS),
        ({"preferred": "letter"}, Channel.LETTER),
        ({"preferred": "email"}, Channel.EMAIL),
        ({"preferred": "email", "email_consent": "declined"}, Channel.SMS),
        ({"preferred": "phone"}, Channel.SMS),
        ({"preferred": "letter", "contact_allowed": False}, Channel.NONE),
        ({"mobile_phone": "", "email": "", "address": ""}, Channel.NONE),
    ],
)
def test_the_patients_own_wish_comes_first_where_it_is_possible(
    but: dict[str, object], chosen: Channel
) -> None:
    """A wish opens nothing that is shut; nobody who allows no contact is reached at all."""
    assert choose_channel(contact(**but)) is chosen


def test_nothing_is_declined_until_somebody_says_so() -> None:
    """Of whom nothing is known but a number, a text message is possible: practices ask for a no."""
    assert possible_channels(Contact(mobile_phone=MOBILE)) == (Channel.SMS,)
    assert possible_channels(Contact(email=EMAIL)) == (Channel.EMAIL,)
    assert possible_channels(Contact()) == ()


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("07700 900123", "07700900123"), ("+44 7700 900123", "07700900123"),
        ("0044 7700900123", "07700900123"), ("447700900123", "07700900123"),
        ("+44 (0) 7700 900-123", "07700900123"), ("(07700) 900.123", "07700900123"),
        ("0770090012", ""), ("077009001234", ""), ("01632 960123", ""), ("7700900123", ""),
        ("07700 900123 wife", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_mobile_number_in_whichever_form(typed: str, digits: str) -> None:
    """Read in every usual form; a landline, a digit too many or words beside it are none."""
    assert mobile_digits(typed) == digits
