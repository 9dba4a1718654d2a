"""Rows of a list as one number: a bit for each row, the first row in the lowest.

Combining such numbers costs microseconds for a hundred thousand rows; what is here turns them into
places of rows and back without a step of Python for each.
"""

from collections.abc import Iterable, Sequence
from itertools import compress

_DIGITS = bytes([0x30, 0x31]) + bytes(254)
"""0 and 1 as digits."""

_TRUTHS = bytes(0x31) + b"\x01" + bytes(206)
"""The digits as 0 and 1."""


class Bits:
    """Rows by key while they are gathered, row by row; then one number for each key."""

    __slots__ = ("_found", "_size")

    def __init__(self, count: int) -> None:
        """Begin with no row of so many."""
        self._size = count // 8 + 1
        self._found: dict[str, bytearray] = {}

    def add(self, key: str, at: int) -> None:
        """Set the bit of the row at a place."""
        mine = self._found.get(key)
        if mine is None:
            mine = self._found[key] = bytearray(self._size)
        mine[at >> 3] |= 1 << (at & 7)

    def numbers(self) -> dict[str, int]:
        """Return the rows of each key, in the order in which the keys came."""
        return {key: int.from_bytes(mine, "little") for key, mine in self._found.items()}


def every_bit(count: int) -> int:
    """Return a bit for each of so many rows."""
    return (1 << count) - 1


def bits_of(flags: Iterable[bool]) -> int:
    """Return the rows of which the flag is true."""
    return int(b"0" + bytes(flags)[::-1].translate(_DIGITS), 2)


def bits_at(places: Iterable[int], count: int) -> int:
    """Return the rows at these places, of so many rows."""
    flags = bytearray(count)
    for at in places:
        flags[at] = 1
    return int(b"0" + flags[::-1].translate(_DIGITS), 2)


def flags_of(rows: int, count: int) -> bytes:
    """Return for each of at least so many rows 1 if its bit is set, else 0."""
    return f"{rows:0{count}b}".encode()[::-1].translate(_TRUTHS)


def places_of(rows: int) -> Sequence[int]:
    """Return the places of the bits that are set, in order."""
    flags = flags_of(rows, 1)
    return list(compress(range(len(flags)), flags))
