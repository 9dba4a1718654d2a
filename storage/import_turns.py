"""Turns on Postgres: one import of a practice at a time, since it writes long before it locks."""

from typing import Final

from sqlalchemy import Connection

_IMPORTS: Final = 0x7265_6361
WRITERS: Final = 0x7265_6362
"""What our advisory locks are called among those of the database: "reca", "recb"."""


def wait_for_imports(connection: Connection, practice_id: int) -> None:
    """Wait until no other import of the practice runs, and let others wait until this ends.

    SQLite's lock of the whole file does so anyway.
    """
    _wait(connection, _IMPORTS, practice_id)


def wait_for_writers(connection: Connection, practice_id: int) -> None:
    """Wait for one's turn to lock, behind everybody who waits already; SQLite has its own queue."""
    _wait(connection, WRITERS, practice_id)


def _wait(connection: Connection, whose: int, practice_id: int) -> None:
    if connection.dialect.name != "sqlite":
        values = (whose, practice_id)
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s, %s)", values)
