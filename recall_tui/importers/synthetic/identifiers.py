"""Identifiers that can belong to nobody: NHS numbers, telephone numbers, postcodes.

* NHS numbers come from the range 9000000000 to 9999999999, which has never been issued.
* Telephone numbers come from the ranges that Ofcom keeps for drama: mobiles 07700 900000 to 900999,
  landlines 01632 960000 to 960999. These are a thousand numbers each, so they repeat in any
  practice of more than about a thousand households. They are handed out in turn: within a
  household a number is shared on purpose (partners, children with a parent's mobile), between
  households only because the range has come round again.
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


def mobile(turn: int, rng: Random) -> str:
    """Return the ``turn``-th drama mobile, written in one of the ways that people write them."""
    return _spelling(rng).format(turn % _DRAMA)


def landline(turn: int) -> str:
    """Return the ``turn``-th drama landline."""
    return f"01632 960{turn % _DRAMA:03d}"


def postcode(turn: int) -> str:
    """Return a postcode of the area ZZ, another for each ``turn`` up to 32,400."""
    unit, rest = turn % 20, turn // 20
    sector, district = rest % 9 + 1, rest // 9 % 9 + 1
    second = _INWARD[rest // 81 % 20]
    return f"ZZ{district} {sector}{_INWARD[unit]}{second}"
