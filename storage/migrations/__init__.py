"""The version of the store's tables, checked with one SELECT, and how it is brought up to date."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from recall_tui.errors import StoreTrouble
from storage.revision import HEAD, newer_words

_ADVISORY_LOCK = 0x7265_6361_6C6C  # "recall"


def bring_up_to_date(connection: Connection, location: str) -> bool:
    """Migrate the store when it is empty or older; return whether anything was done.

    One process does it while others wait for its lock. An older SQLite store is copied first.

    Raises:
        StoreTrouble: the store is newer than this program, or holds somebody else's tables, or
            there is no room for the copy.
    """
    if connection.dialect.name != "sqlite":
        lock = text("SELECT pg_advisory_xact_lock(:number)")
        connection.execute(lock, {"number": _ADVISORY_LOCK})
    if is_current(connection, location):
        return False
    older = version(connection)
    if older and connection.dialect.name == "sqlite":
        from storage.file_copy import keep_before  # noqa: PLC0415 - once in a release

        keep_before(Path(location), older)
    # Imported here: Alembic costs half a second, which only a migration should pay.
    from storage.migrations.run import upgrade  # noqa: PLC0415

    upgrade(connection)
    return True


def version(connection: Connection) -> str:
    """Return the version of the store's tables; empty when it has none."""
    if "alembic_version" not in inspect(connection).get_table_names():
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def is_current(connection: Connection, location: str) -> bool:
    """Whether the store has the tables of this program.

    Raises:
        StoreTrouble: the store is newer than this program, or holds somebody else's tables.
    """
    names = inspect(connection).get_table_names()
    if not names:
        return False
    if "alembic_version" not in names:
        raise StoreTrouble(f"{location} is a database, but not a recall store: check its name")
    found = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    if found > HEAD:
        raise StoreTrouble(newer_words(location, found))
    return found == HEAD
