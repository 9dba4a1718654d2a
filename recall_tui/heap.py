"""The memory of a process: what it need not keep, and what it need not look through.

Threads of one Python process never work at once, yet each would keep a heap of its own, none of
them full: glibc is told to keep no more than a session that stays open all day needs. Where there
is no glibc, nothing is done about that.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from functools import cache
from typing import Final

_ARENA_MAX: Final = -8
"""``M_ARENA_MAX`` of malloc.h."""


def one_heap() -> None:
    """Let all threads that are started from now on share one heap."""
    _call("mallopt", _ARENA_MAX, 1)


def give_back() -> None:
    """Give what the start needed and freed again back to the system."""
    _call("malloc_trim", 0)


@cache
def keep_what_is_loaded() -> None:
    """Let no search for garbage look at what is loaded by now: it stays until the process ends.

    A planning would meet one such search, which takes as long as planning fifty patients.
    """
    gc.freeze()


def tidy() -> None:
    """Give back what is reachable no more, lines that were drawn over above all.

    Each holds itself in caches of its own, and Python alone looks for such seldom.
    """
    gc.collect()
    give_back()


def _call(name: str, *values: int) -> None:
    import ctypes  # noqa: PLC0415 - not every Python is built with it

    with suppress(AttributeError, OSError):
        getattr(ctypes.CDLL(None), name)(*values)
