"""The one SQLite library that may touch a store: our own, never the system's.

The driver has no type hints; it is loaded by name and its few calls are used behind ``Any``.
"""

from __future__ import annotations

import os

from recall_tui.errors import StoreTrouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

_KEY_FROM: Final = "RECALL_KEY_FROM"
"""As ``storage.store_key`` names it, which few sites have need of."""


def is_wanted() -> bool:
    """Whether stores that are made now are to be encrypted."""
    return bool(os.environ.get(_KEY_FROM))


def _load() -> Any:  # noqa: ANN401 - the driver has no types
    """Return the plain driver, or the one that encrypts, where a key is named."""
    if not is_wanted():
        return __import__("pysqlite3.dbapi2", fromlist=["*"])
    try:
        return __import__("sqlcipher3.dbapi2", fromlist=["*"])
    except ImportError:
        raise StoreTrouble(
            f"{_KEY_FROM} is set, but sqlcipher3 is not installed: "
            "pip install 'recall-tui[encrypted]'"
        ) from None


SQLITE: Any = _load()
"""The driver module (PEP 249)."""

MAGIC = b"SQLite format 3\x00"
"""How a file begins that is not encrypted."""

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


def is_plain(path: str | os.PathLike[str]) -> bool:
    """Whether this file is a SQLite store that is not encrypted."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib costs the quick path 5 ms
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def connect(
    path: str | os.PathLike[str],
    *,
    like: str | os.PathLike[str] | None = None,
    place: str = "",
    **options: Any,  # noqa: ANN401 - as below
) -> Any:  # noqa: ANN401 - the driver has no types
    """Connect to a SQLite file; with the key of the store, where one is named and it needs it.

    A file that is made is encrypted when a key is named; ``like`` is the file whose copy it
    becomes. ``place`` is the URI where one is used.

    Raises:
        StoreTrouble: the key is not to be had.
    """
    connection = SQLITE.connect(place or path, isolation_level=None, **options)
    if is_wanted() and not is_plain(like or path):
        from storage.store_key import store_key  # noqa: PLC0415 - few sites have need of it

        # The library prints what goes wrong, which would stand on the screen.
        connection.execute("PRAGMA cipher_log_level=NONE")
        connection.execute(f"PRAGMA key = \"x'{store_key()}'\"")
    return connection


def library_version() -> tuple[int, ...]:
    """Return the version of the SQLite library that is loaded."""
    info: tuple[int, ...] = SQLITE.sqlite_version_info
    return info


def may_use_wal(version: tuple[int, ...]) -> bool:
    """Whether a SQLite of this version may open a database in write-ahead mode."""
    return version >= _BACKPORTS.get(version[:2], WAL_SAFE)
