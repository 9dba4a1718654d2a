"""Identifiers that can belong to nobody: NHS numbers, telephone numbers, postcodes.

* NHS numbers come from the range 9000000000 to 9999999999, which has never been issued.
* Telephone numbers come from the ranges that Ofcom keeps for drama: mobiles 07700 900000 to 900999,
  landlines a thousand in each of sixteen areas. They are handed out in turn. There are no more
  mobiles than that, so in a practice of more than about 1,400 patients fewer people have one than
  in life (``mobile_share``): a number that nine strangers share would be on every page what in
  life is a family's. Within a household a number is shared on purpose (partners, children with a
  parent's mobile).
* Postcodes lie in the area ZZ, which the Royal Mail does not use, outside ZZ99, which the NHS does.
* The practice code ``X99999`` has the shape of an ODS code. No practice in the United Kingdom has
  a code that begins with X: England uses A to P and Y, Wales W, Scotland S, Northern Ireland Z.
"""

from collections.abc import Iterator
from random import Random

from recall_tui.domain.ids import TEST_PRACTICE
from recall_tui.importers.synthetic.chances import Draw

PRACTICE_CODE = TEST_PRACTICE
PRACTICE_NAME = "Recall Synthetic Practice"

_STEMS = 100_000_000
_STRIDE = (
    61_803_399  # shares no factor with _STEMS, so every stem comes once before any comes twice
)
_WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3, 2)
_ELEVEN = 11
_NONE = 10
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_DRAMA = 1000
_MOBILES_EACH = 0.76
"""Mobiles of their own that a patient has, in life: children and many of the oldest have none."""

_LEAST_SHARE = 0.1
_AREAS = (
    "01632 960", "0113 496 0", "0114 496 0", "0115 496 0", "0116 496 0", "0117 496 0",
    "0118 496 0", "0121 496 0", "0131 496 0", "0141 496 0", "0151 496 0", "0161 496 0",
    "020 7946 0", "0191 498 0", "028 9649 6", "029 2018 0",
)  # fmt: skip
"""https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama"""
_spelling = Draw(
    ("07700 900{:03d}", 62),
    ("07700900{:03d}", 28),
    ("+447700900{:03d}", 7),
    ("0044 7700 900{:03d}", 2),
    ("07700-900-{:03d}", 1),
)


def check_digit(stem: str) -> int | None:
    """Return the check digit of nine digits, or None where no valid number has that stem."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, stem, strict=True))
    check = (_ELEVEN - total % _ELEVEN) % _ELEVEN
    return None if check == _NONE else check


def nhs_numbers(seed: int, start: int = 0) -> Iterator[str]:
    """Yield different NHS numbers of the never issued range, over 90 million of them."""
    first = (seed * 7_654_321 + start * _STRIDE) % _STEMS
    for step in range(_STEMS):
        stem = f"9{(first + step * _STRIDE) % _STEMS:08d}"
        check = check_digit(stem)
        if check is not None:
            yield f"{stem}{check}"


def mobile_share(patients: int) -> float:
    """Return which part of those who have a mobile gets one, so that no two strangers share it.

    In a practice of over 14,000 patients the numbers come round again rather than that nobody gets
    a text message.
    """
    return min(1.0, max(_LEAST_SHARE, _DRAMA / (_MOBILES_EACH * patients)))


def mobile(turn: int, rng: Random) -> str:
    """Return the ``turn``-th drama mobile, written in one of the ways that people write them."""
    return _spelling(rng).format(turn % _DRAMA)


def landline(turn: int) -> str:
    """Return the ``turn``-th drama landline, another one for each of 16,000."""
    return f"{_AREAS[turn // _DRAMA % len(_AREAS)]}{turn % _DRAMA:03d}"


def postcode(turn: int) -> str:
    """Return a postcode of the area ZZ, another for each ``turn`` up to 32,400."""
    unit, rest = turn % 20, turn // 20
    sector, district = rest % 9 + 1, rest // 9 % 9 + 1
    second = _INWARD[rest // 81 % 20]
    return f"ZZ{district} {sector}{_INWARD[unit]}{second}"
