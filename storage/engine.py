"""Opening a store by its URL: SQLite file or Postgres database, tables brought up to date."""

import logging
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, make_url, text
from sqlalchemy.exc import ArgumentError

from recall_tui.errors import StoreTrouble
from recall_tui.settings import user_data_folder
from storage.audit_keys import AuditKeys, keys_of_file, keys_of_server
from storage.deadline import BATCH
from storage.migrations import bring_up_to_date, is_current, version
from storage.revision import HEAD
from storage.sqlite import open_sqlite
from storage.turns import Turns, turns_of
from storage.work import Database

_DRIVERS = ("sqlalchemy", "psycopg", "alembic")
"""Who would tell standard error, with a traceback, of a connection that it could not close."""


def open_database(
    url: str,
    *,
    allow_network_sqlite: bool = False,
    create: bool = True,
    audit_folder: Path | None = None,
    is_copy: bool = False,
) -> Database:
    """Return the open database of ``url`` with up-to-date tables.

    Args:
        url: ``sqlite:///path``, a plain path, or ``postgresql://…``.
        allow_network_sqlite: whether the practice insists on a network folder.
        create: whether a SQLite file that is missing is made.
        audit_folder: where its audit keys are; None: beside the file, or in the data folder.
        is_copy: it is a scratch copy of a store, whose audit keys are not beside it: that its
            tables are brought up to date is not noted in it.

    Raises:
        StoreTrouble: it cannot be opened, is locked, newer, or not ours; one line says which.
    """
    _quieten()
    place = parse_url(url)
    if place.get_backend_name() == "sqlite":
        path = sqlite_path(place)
        opened = open_sqlite(path, allow_network=allow_network_sqlite, create=create)
        keys = AuditKeys(audit_folder) if audit_folder else keys_of_file(path)
        turns = turns_of(path) if opened.is_local else Turns()
        database = Database(opened.engine, str(path), keys, opened.banners, turns=turns)
    else:
        from storage.postgres import open_postgres  # noqa: PLC0415 - most stores are a file

        keys = AuditKeys(audit_folder) if audit_folder else _keys_of_server(place)
        database = Database(open_postgres(place), words_for(place), keys)
    _migrate(database, is_noted=not is_copy)
    return database


def _quieten() -> None:
    """Let nobody but this program say what is wrong: theirs quotes servers and is not one line."""
    for name in _DRIVERS:
        logging.getLogger(name).propagate = False
        logging.getLogger(name).handlers = [logging.NullHandler()]


def parse_url(url: str) -> URL:
    """Return the parsed URL; a plain path is a SQLite file.

    Raises:
        StoreTrouble: it is no URL we know.
    """
    text = url.strip()
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser()))
    text = text.replace("postgres://", "postgresql://", 1)
    try:
        place = make_url(text)
    except ArgumentError:
        raise StoreTrouble("the store's URL cannot be read: check RECALL_DB or --db") from None
    if place.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreTrouble(
            f"{place.get_backend_name()} stores are not supported: use a file or postgresql://…"
        )
    return place


def sqlite_path(place: URL) -> Path:
    """Return the file of a SQLite URL.

    Raises:
        StoreTrouble: the URL names no file.
    """
    if not place.database or place.database == ":memory:":
        raise StoreTrouble("the store needs a file: give a path or sqlite:///path")
    return Path(place.database).expanduser().absolute()


def words_for(place: URL) -> str:
    """Return the place of a Postgres store without its password."""
    host = place.host or place.query.get("host") or "this machine"
    return f"{place.database or ''} on {host}"


def audit_keys_of(url: str, audit_folder: Path | None = None) -> AuditKeys:
    """Return the audit keys of a store that need not be open.

    Raises:
        StoreTrouble: the URL is none that we know.
    """
    if audit_folder is not None:
        return AuditKeys(audit_folder)
    place = parse_url(url)
    if place.get_backend_name() == "sqlite":
        return keys_of_file(sqlite_path(place))
    return _keys_of_server(place)


def _keys_of_server(place: URL) -> AuditKeys:
    host = place.host or str(place.query.get("host") or "local")
    return keys_of_server(user_data_folder(), host, place.database or "")


def _migrate(database: Database, *, is_noted: bool) -> None:
    def check(connection: Connection) -> bool:
        return is_current(connection, database.location)

    def migrate(connection: Connection) -> bool:
        before = version(connection)
        done = bring_up_to_date(connection, database.location)
        if done and before and is_noted:
            _note_migration(connection, before)
        return done

    try:
        if not database.read(check):
            database.write(migrate, seconds=BATCH)
            # SQLite reads what its planner knows when a connection opens.
            database.engine.dispose()
    except BaseException:
        database.close()
        raise


def _note_migration(connection: Connection, before: str) -> None:
    """Note in each practice's audit that its tables are newer now, and under which login."""
    # Loaded here: it is seldom needed, and the writer takes a while to load.
    from recall_tui.identity import kernel_login  # noqa: PLC0415
    from storage.upkeep_notes import note_upkeep  # noqa: PLC0415
    from storage.written import Author  # noqa: PLC0415

    is_sqlite = connection.dialect.name == "sqlite"
    user = kernel_login() if is_sqlite else connection.execute(text("SELECT session_user")).scalar()
    details = {"from": before, "to": HEAD}
    note_upkeep(connection, "migrate", details, Author(str(user), datetime.now(UTC)))
