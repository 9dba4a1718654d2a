"""Room on the disk of a SQLite store: people are told before it is full, not when."""

import shutil
from pathlib import Path
from typing import Final

GIB: Final = 1 << 30
LEAST: Final = GIB
_TIMES: Final = 3
"""A migration, a backup and the log beside the store each need as much as the store itself."""


def needed(store: Path) -> int:
    """Return how many bytes should be free on the disk of a store."""
    return max(_TIMES * store.stat().st_size, LEAST)


def room_banners(store: Path) -> tuple[str, ...]:
    """Return what every screen says when the disk fills up; nothing if that cannot be seen."""
    try:
        free, wanted = shutil.disk_usage(store.parent).free, needed(store)
    except OSError:
        return ()
    if free >= wanted:
        return ()
    there, least = f"{free / GIB:.1f} GiB are free", f"{wanted / GIB:.1f} are needed"
    return (f"The disk is nearly full: {there}, {least}. When it is full nothing can be saved.",)
