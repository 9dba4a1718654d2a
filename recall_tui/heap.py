"""The memory of a session that stays open all day: glibc is told to keep no more than it needs.

Threads of one Python process never work at once, yet each would keep a heap of its own, none of
them full. Where there is no glibc, nothing is done.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

_ARENA_MAX: Final = -8
"""``M_ARENA_MAX`` of malloc.h."""


def one_heap() -> None:
    """Let all threads that are started from now on share one heap."""
    _call("mallopt", _ARENA_MAX, 1)


def give_back() -> None:
    """Give what the start needed and freed again back to the system."""
    _call("malloc_trim", 0)


def _call(name: str, *values: int) -> None:
    import ctypes  # noqa: PLC0415 - not every Python is built with it

    with suppress(AttributeError, OSError):
        getattr(ctypes.CDLL(None), name)(*values)
