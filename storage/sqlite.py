"""Opening a SQLite store: our own library, safe pragmas, private files, no network folders."""

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from recall_tui.errors import StoreTrouble
from storage import ready
from storage.deadline import listen
from storage.driver import MAGIC, PRAGMAS, SQLITE, connect, is_wanted, library_version, may_use_wal
from storage.network import check_locks, file_system_type, is_network_type
from storage.trouble import sqlite_trouble

WRITES = "recall_writes"
"""Execution option of a connection whose transaction will write."""

_HEADER = 100
_WAL_MARK = 18
_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Opened:
    """An engine, and what people must be told about it on every screen."""

    engine: Engine
    banners: tuple[str, ...]
    is_local: bool
    """Whether it lies on a disk of this machine."""


def open_sqlite(path: Path, *, allow_network: bool, create: bool) -> Opened:
    """Return an engine for the store in ``path``, which is made privately when it may be.

    Raises:
        StoreTrouble: it cannot be opened, is no database, or lies on a network folder.
    """
    version = library_version()
    _prepare_file(path, create=create)
    on_network, banners = _judge_place(path, allow_network=allow_network)
    use_wal = may_use_wal(version) and not on_network
    banners += _judge_file(path, version)
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=os.fspath(path)),
        module=SQLITE,
        creator=partial(_connect, path),
        pool_size=4,
        max_overflow=28,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "checkin", _give_back)  # codespell:ignore checkin - SQLAlchemy's word
    event.listen(engine, "begin", _begin)
    listen(engine)
    ready.listen(engine)
    _set_journal(path, use_wal=use_wal)
    return Opened(engine, banners, is_local=not on_network)


def _connect(path: Path) -> Any:  # noqa: ANN401 - the driver has no types
    """Connect to a file that is there: one that has gone is not made anew, and empty."""
    place = f"{path.as_uri()}?mode=rw"
    return connect(path, place=place, uri=True, timeout=10, check_same_thread=False)


def _prepare_file(path: Path, *, create: bool) -> None:
    try:
        if create:
            path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
            flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC
        else:
            flags = os.O_RDWR | os.O_CLOEXEC
        os.close(os.open(path, flags, _PRIVATE_FILE))
    except FileNotFoundError:
        raise StoreTrouble(f"there is no store {path}: make one with recall init") from None
    except OSError as error:
        raise StoreTrouble(f"the store {path} cannot be opened: {error.strerror}") from error


def _judge_place(path: Path, *, allow_network: bool) -> tuple[bool, tuple[str, ...]]:
    kind = file_system_type(path)
    if not is_network_type(kind):
        return False, ()
    if not allow_network:
        raise StoreTrouble(
            f"the store {path} lies on a network folder ({kind}), where SQLite loses bookings: "
            "move it to a local disk of the server, or use Postgres; a practice that insists sets "
            "allow_network_sqlite = true under [store] in its settings"
        )
    check_locks(path.parent)
    return True, (
        f"The store lies on a network folder ({kind}): slower, and less safe than a local disk.",
    )


def _judge_file(path: Path, version: tuple[int, ...]) -> tuple[str, ...]:
    with path.open("rb") as file:
        header = file.read(_HEADER)
    is_plain = header.startswith(MAGIC)
    if header and not is_plain and not is_wanted():
        raise StoreTrouble(f"{path} is not a recall store (or is encrypted): check the path")
    banners: tuple[str, ...] = ()
    if is_plain and is_wanted():
        banners += ("A key is named, but this store is not encrypted: move it to a new one.",)
    if not may_use_wal(version):
        words = ".".join(str(part) for part in version)
        if len(header) == _HEADER and header[_WAL_MARK] == 2:  # noqa: PLR2004 - the format's mark
            raise StoreTrouble(
                f"SQLite {words} may lose what is in {path}: install pysqlite3 0.6.1 or later"
            )
        banners += (f"SQLite {words} is old: the store works in its slower safe mode.",)
    _refuse_open_doors(path)
    if path.stat().st_mode & _OTHERS:
        banners += (f"Other logins of this server can read {path.name}: set its mode to 0600.",)
    return banners


def _refuse_open_doors(path: Path) -> None:
    """Refuse a store that any login of the server could change or replace."""
    if path.stat().st_mode & stat.S_IWOTH:
        raise StoreTrouble(
            f"every login of this server can change {path}: chmod 600 it (or 660 for the group of "
            "the service account), and look at the audit"
        )
    folder = path.parent.stat().st_mode
    if folder & stat.S_IWOTH and not folder & stat.S_ISVTX:
        raise StoreTrouble(
            f"every login of this server can replace files in {path.parent}: chmod 700 it (or 770 "
            "for the group of the service account)"
        )


def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _give_back(connection: DBAPIConnection | None, _entry: ConnectionPoolEntry) -> None:
    """Let go of the pages that were read: a session that stays open all day has several of these.

    Each would keep two megabytes; the system has the file in memory, once for all.
    """
    if connection is not None:
        driver: Any = connection
        driver.execute("PRAGMA shrink_memory")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def hurried(connection: Connection, seconds: float) -> Generator[None]:
    """Wait for the lock at most so many seconds inside the block; for a transaction not begun."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"PRAGMA busy_timeout={seconds * 1000:.0f}")
    try:
        yield
    finally:
        for pragma in PRAGMAS:
            if "busy_timeout" in pragma:
                driver.execute(pragma)


def _set_journal(path: Path, *, use_wal: bool) -> None:
    """Set the journal mode once; it is kept in the file."""
    wanted = "wal" if use_wal else "delete"
    connection: Any = connect(path, timeout=10)
    try:
        got = connection.execute(f"PRAGMA journal_mode={wanted}").fetchone()[0]
    except SQLITE.DatabaseError as error:
        raise sqlite_trouble(error, str(path)) from error
    finally:
        connection.close()
    if got != wanted:
        raise StoreTrouble(f"the store {path} cannot be opened safely: another program holds it")
