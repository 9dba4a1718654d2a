"""The one SQLite library that may touch a store: our own, never the system's.

The driver has no type hints; it is loaded by name and its few calls are used behind ``Any``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SQLITE: Any = __import__("pysqlite3.dbapi2", fromlist=["*"])
"""The driver module (PEP 249)."""

WAL_SAFE = (3, 51, 3)
"""The first release whose write-ahead log cannot lose acknowledged rows (reliability.md 2.11)."""

_BACKPORTS: dict[tuple[int, ...], tuple[int, ...]] = {(3, 44): (3, 44, 6), (3, 50): (3, 50, 7)}

PRAGMAS = (
    "PRAGMA busy_timeout=10000",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
)
"""Set on every connection."""


def library_version() -> tuple[int, ...]:
    """Return the version of the SQLite library that is loaded."""
    info: tuple[int, ...] = SQLITE.sqlite_version_info
    return info


def may_use_wal(version: tuple[int, ...]) -> bool:
    """Whether a SQLite of this version may open a database in write-ahead mode."""
    return version >= _BACKPORTS.get(version[:2], WAL_SAFE)
