"""A date of birth beside a name, in every usual way of writing it."""

from datetime import date

import pytest

from recall_tui.domain.birth_dates import birth_days, split_birth

TODAY = date(2026, 12, 1)
BORN = date(1975, 1, 24)


@pytest.mark.parametrize("written", [
    "24/01/1975", "24/1/75", "24-01-1975", "24.01.1975", "24 01 1975", "24 Jan 1975",
    "24 January 1975", "24th of Jan 75", "Jan 24, 1975", "1975-01-24", "24011975", "240175",
])  # fmt: skip
def test_before_and_behind_the_name(written: str) -> None:
    """The day is read and the name is what is left, whichever comes first."""
    for text in (f"Danielle Webb {written}", f"{written} Danielle Webb", f"Webb, {written}"):
        found = split_birth(text, TODAY)
        assert found.days == (BORN,), text
        assert found.name in {"danielle webb", "webb"}, text


@pytest.mark.parametrize(("text", "found"), [
    ("April Jones 1/2/26", ("april jones", (date(2026, 2, 1), date(1926, 2, 1)), None)),
    ("June 1975", ("june", (), 1975)),
    ("1950 Evans", ("evans", (), 1950)),
    ("Webb 31/02/1975", ("webb", (), None)),
    ("Webb 24/1/2027", ("webb", (), None)),
    ("Abbott774 Bob", ("abbott774 bob", (), None)),
])  # fmt: skip
def test_nothing_is_guessed(text: str, found: tuple[object, ...]) -> None:
    """Two centuries are two days; no day to come, none that is not; months may be names."""
    told = split_birth(text, TODAY)
    assert (told.name, told.days, told.year) == found


def test_a_date_of_birth_has_nothing_beside_it() -> None:
    """Said on the phone to confirm who it is: with a name beside it, it confirms nobody."""
    assert birth_days("24/01/1975", TODAY) == (BORN,)
    assert birth_days("Danielle Webb 24/01/1975", TODAY) == ()
    assert birth_days("Danielle", TODAY) == ()
