"""How names and phone numbers are brought to the form in which they are looked for."""

import unicodedata

APOSTROPHES = "'`\N{RIGHT SINGLE QUOTATION MARK}"
SHORTEST_PHONE = 4
"""Fewer last digits than this fit too many people."""


def name_key(words: str) -> str:
    """Return a name in lower case, without accents and anything but letters and digits."""
    bare = unicodedata.normalize("NFKD", words).lower()
    kept = "".join(mark if mark.isalnum() else " " for mark in bare if _is_base(mark))
    return " ".join(kept.split())


def phone_key(number: str) -> str:
    """Return the digits of a phone number backwards, +44 read as 0."""
    digits = "".join(mark for mark in number if mark.isascii() and mark.isdecimal())
    if number.strip().startswith("+44") or digits.startswith("0044"):
        digits = "0" + digits.removeprefix("00").removeprefix("44").removeprefix("0")
    return digits[::-1]


def number_key(number: str) -> str:
    """Return a patient or NHS number as typed, without blanks and hyphens."""
    return "".join(mark for mark in number if not mark.isspace() and mark != "-")


def _is_base(mark: str) -> bool:
    # Apostrophes are part of a name (O'Brien), not a break between two.
    return not unicodedata.combining(mark) and mark not in APOSTROPHES
