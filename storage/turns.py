"""Turns at writing to a SQLite file: whoever came first writes first.

SQLite's own lock has no queue: who waits looks again after a while, so on a busy store somebody may
wait for seconds while others pass. Here everybody takes the next number from a file beside the
store, holds a lock on the byte of that number, and waits for the lock on the byte before it. The
kernel frees the byte of a process that dies. It is a courtesy only: what keeps writers apart is
SQLite's lock, so a turn that cannot be had in time is done without.
"""

import fcntl
import os
import struct
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final

MOST_SECONDS: Final = 5.0
"""How long a turn is waited for; after that SQLite's lock alone decides."""

_NUMBERS = 1 << 30
"""Numbers begin again after so many."""

_LOCK: Final = struct.Struct("hhqqi4x")
"""``struct flock`` of Linux on 64 bits: type, whence, start, length, process."""

_WORD: Final = struct.Struct("<q")
_READ_AND_WRITE = 0o666
_TAKEN, _SERVED = 0, 8
"""Where in the file the newest number is, and that of whoever had the last turn."""

_SHORTEST, _LONGEST = 0.0005, 0.01
"""Seconds between two looks of who is next, and of who comes late."""

_COUNTER = 1 << 40
"""The byte whose lock is held while a number is taken; far behind those of the numbers."""


def queue_file(store: Path) -> Path:
    """Return the file of the queue of a SQLite store: beside it."""
    return store.with_name(f"{store.name}-queue")


def turns_of(store: Path) -> "Turns":
    """Return the queue of the SQLite store in this file; its file is made when it is missing."""
    if not hasattr(fcntl, "F_OFD_SETLKW"):
        return Turns()
    file = queue_file(store)
    with suppress(OSError):
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        mode = store.stat().st_mode & _READ_AND_WRITE
        descriptor = os.open(file, flags, mode)
        os.fchmod(descriptor, mode)
        os.close(descriptor)
    return Turns(file)


@dataclass(frozen=True, slots=True)
class Turns:
    """The queue of one store; ``file`` None: there is none, everybody goes at once."""

    file: Path | None = None

    @contextmanager
    def turn(self, seconds: float = MOST_SECONDS) -> Generator[None]:
        """Wait for one's turn (``MOST_SECONDS`` at most); it ends with the block."""
        place = self._take(min(seconds, MOST_SECONDS))
        try:
            yield
        finally:
            if place is not None:
                os.close(place)

    def _take(self, seconds: float) -> int | None:
        """Return the open file whose byte is ours, once it is our turn; None: without a turn."""
        if self.file is None:
            return None
        try:
            place = os.open(self.file, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return None
        try:
            number = _next_number(place)
            if not _wait(place, number, seconds):
                os.close(place)
                return None
            os.pwrite(place, _WORD.pack(number), _SERVED)
        except OSError:
            os.close(place)
            return None
        return place


def _next_number(place: int) -> int:
    """Take the next number and lock its byte."""
    _lock(place, _COUNTER, fcntl.F_WRLCK, wait=True)
    number = (_word(place, _TAKEN) + 1) % _NUMBERS
    _lock(place, number, fcntl.F_WRLCK)
    os.pwrite(place, _WORD.pack(number), _TAKEN)
    _lock(place, _COUNTER, fcntl.F_UNLCK)
    return number


def _wait(place: int, number: int, seconds: float) -> bool:
    """Wait for the number before ours; return whether it came in time.

    A call that waits in the kernel could not be ended in time, so the byte is looked at: often by
    who is next, seldom by who comes late.
    """
    before, until = (number - 1) % _NUMBERS, monotonic() + seconds
    while not _lock(place, before, fcntl.F_RDLCK):
        if monotonic() > until:
            return False
        ahead = (number - _word(place, _SERVED)) % _NUMBERS
        sleep(min(max(ahead, 1) * _SHORTEST, _LONGEST))
    _lock(place, before, fcntl.F_UNLCK)
    return True


def _word(place: int, offset: int) -> int:
    word = os.pread(place, _WORD.size, offset)
    return _WORD.unpack(word)[0] if len(word) == _WORD.size else 0


def _lock(place: int, number: int, kind: int, *, wait: bool = False) -> bool:
    how = fcntl.F_OFD_SETLKW if wait else fcntl.F_OFD_SETLK
    try:
        fcntl.fcntl(place, how, _LOCK.pack(kind, os.SEEK_SET, number, 1, 0))
    except BlockingIOError:
        return False
    return True
