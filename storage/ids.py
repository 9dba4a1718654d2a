"""Row ids: UUID version 7, so that ids made anywhere sort by time and never collide."""

import secrets
import time

_RANDOM_BITS = 74


def new_row_id() -> str:
    """Return a UUIDv7 as 32 lower-case hexadecimal digits."""
    milliseconds = time.time_ns() // 1_000_000
    return uuid7_hex(milliseconds, secrets.randbits(_RANDOM_BITS))


def uuid7_hex(milliseconds: int, random_bits: int) -> str:
    """Return the UUIDv7 of an instant (Unix milliseconds) with 74 random bits."""
    high, low = divmod(random_bits, 1 << 62)
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76 | (high & 0xFFF) << 64
    value |= 0b10 << 62 | low
    return f"{value:032x}"
