"""A machine whose clock is behind what was recorded already: people are told, work goes on.

Decisions are ordered by number, so nothing is lost; but "today" may be yesterday, and with it what
is due. The newest anchor of the audit tells the time of the newest row without asking the store.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from storage.audit_keys import ANCHORS_FILE, AuditKeys

TOLERATED: Final = timedelta(seconds=5)
_TAIL = 1024
_WORDS = 5
"""Of an anchor: practice, number, MAC, instant, kind."""


def clock_banners(keys: AuditKeys, now: datetime) -> tuple[str, ...]:
    """Return what every screen says when the clock is behind; nothing where that cannot be told."""
    newest = max(_instants(keys), default=now)
    if newest - now <= TOLERATED:
        return ()
    late = _words(newest - now)
    told = f"The clock of this machine is {late} behind what was recorded last: today may be the "
    return (f"{told}wrong day here. Have it set.",)


def _instants(keys: AuditKeys) -> Iterator[datetime]:
    """Give the instants of the newest anchors."""
    try:
        descriptor = os.open(keys.folder / ANCHORS_FILE, os.O_RDONLY | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            file.seek(max(os.fstat(file.fileno()).st_size - _TAIL, 0))
            lines = file.read().decode("ascii", "replace").splitlines()
    except OSError:
        return
    for line in lines:
        words = line.split()
        if len(words) == _WORDS:
            try:
                yield datetime.fromisoformat(words[3])
            except ValueError:
                continue


def _words(late: timedelta) -> str:
    seconds = round(late.total_seconds())
    for size, one in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {one}{'s' * (count != 1)}"
    return f"{seconds} seconds"
