"""A backup: one consistent copy of the store, private, compared, whole or not at all."""

import os
import tempfile
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError

from recall_tui.errors import BadInput, Refused, StoreTrouble, UsageProblem
from storage.copying import Prints, copy_tables, differences, prints
from storage.deadline import BATCH
from storage.driver import SQLITE, connect
from storage.dumping import can_dump, dump, undump
from storage.encrypting import ENDING, check_recipients, encrypt
from storage.engine import open_database, parse_url
from storage.file_copy import settle_file
from storage.tables import METADATA
from storage.trouble import sqlite_trouble
from storage.work import Database

DUMP_ENDING = ".dump"
_ENDINGS = {".db", DUMP_ENDING, ENDING}
_MAJOR = 10_000


@dataclass(frozen=True, slots=True)
class Sealing:
    """For whom a backup is encrypted."""

    recipients: Sequence[str] = ()
    """Public keys; empty: it is not encrypted."""

    scratch: Path | None = None
    """A folder as private as the store, where the plain copy is while it is made."""


PLAIN = Sealing()


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written."""

    size: int
    rows: int
    tried: bool
    """Whether it was put into a scratch store and compared there."""


def default_ending(database: Database) -> str:
    """Return how a backup of this store is named: ``.dump`` where Postgres' own tools fit."""
    if database.is_sqlite or not can_dump(_server_version(database)):
        return ".db"
    return DUMP_ENDING


def back_up(
    database: Database, target: Path, *, rehearse: bool = True, sealing: Sealing = PLAIN
) -> Backup:
    """Write a copy of the store to ``target`` (mode 0600): of one moment, while others work.

    A name that ends in ``.dump`` asks for a Postgres dump; any other file is a SQLite store, which
    every installation can open, restore and move. What was written is compared with the store, row
    by row, before it gets its name; ``rehearse``: also after putting it into a scratch store. A
    file that exists is never replaced. ``sealing``: for whom it is encrypted, once it is proved;
    such a file ends in ``.age`` after its kind.

    Raises:
        Refused: ``target`` is there already, or the Postgres tools are not, or are too old.
        UsageProblem: a recipient is no public key, or the name says otherwise.
        BadInput: it cannot be written there.
        StoreTrouble: the store cannot be read, or the copy is not sound.
    """
    if target.is_symlink() or target.exists():
        raise Refused(f"{target.name} exists already: choose another name")
    kind = _kind(target, sealing)
    with _temporary(target, sealing.scratch) as temporary:
        if kind == DUMP_ENDING:
            found, tried = _dump_server(database, temporary, rehearse=rehearse)
        else:
            found = _copy(database, temporary)
            tried = rehearse
            if rehearse:
                _rehearse(temporary, found)
        size = _seal(temporary, target, sealing) if sealing.recipients else 0
        size = size or _give_name(temporary, target)
    return Backup(size, sum(one.rows for one in found.values()), tried)


def _kind(target: Path, sealing: Sealing) -> str:
    """Return the ending that says what is written; prove recipients before anything is."""
    is_named_so = target.suffix == ENDING
    if is_named_so is not bool(sealing.recipients):
        message = (
            f"{target.name} ends in .age, but nobody is named for whom to encrypt: --encrypt-to"
            if is_named_so
            else f"an encrypted backup ends in .age: name it {target.name}.age"
        )
        raise UsageProblem(message)
    if not is_named_so:
        return target.suffix
    check_recipients(sealing.recipients)
    return Path(target.stem).suffix


def _seal(plain: Path, target: Path, sealing: Sealing) -> int:
    """Encrypt a proved copy and give it its name."""
    with _temporary(target) as sealed:
        try:
            encrypt(plain, sealed, sealing.recipients)
        except OSError as fault:
            raise BadInput.at(target, None, f"cannot be written: {fault.strerror}") from fault
        return _give_name(sealed, target)


def rotate(folder: Path, keep: int) -> tuple[str, ...]:
    """Remove the oldest of our backups in ``folder`` but ``keep``; return their names."""
    pattern = "recall-[0-9]*-[0-9]*"
    ours = sorted(one for one in folder.glob(pattern) if one.suffix in _ENDINGS and one.is_file())
    gone = ours[:-keep] if keep > 0 else []
    for one in gone:
        one.unlink()
    return tuple(one.name for one in gone)


@contextmanager
def _temporary(target: Path, folder: Path | None = None) -> Generator[Path]:
    try:
        handle, name = tempfile.mkstemp(dir=folder or target.parent, prefix=".recall-backup-")
    except OSError as fault:
        raise BadInput.at(target, None, f"cannot be written: {fault.strerror}") from fault
    os.close(handle)
    try:
        yield Path(name)
    finally:
        for ending in ("", "-wal", "-shm", "-journal", "-presence", "-queue"):
            Path(f"{name}{ending}").unlink(missing_ok=True)


def _copy(database: Database, temporary: Path) -> Prints:
    """Write a SQLite store that holds what the store holds; return what that is."""
    if database.is_sqlite:

        def unit(connection: Connection) -> Prints:
            found = prints(connection)
            driver: Any = connection.connection.driver_connection
            with closing(connect(temporary, like=database.location)) as copy:
                driver.backup(copy)
            return found

        try:
            found = database.read(unit, seconds=BATCH)
        except SQLITE.DatabaseError as error:
            raise sqlite_trouble(error, f"{temporary.parent} (the copy)") from error
        with closing(open_database(str(temporary))) as copied:
            differing = differences(found, copied.read(prints, seconds=BATCH))
        if differing:
            raise StoreTrouble(f"the copy differs in {', '.join(differing)}: not kept")
    else:
        with closing(open_database(str(temporary))) as scratch:
            found = database.read(
                lambda source: scratch.write(
                    lambda target: copy_tables(source, target), seconds=BATCH
                ),
                seconds=BATCH,
            )
    settle_file(temporary)
    return found


def _rehearse(backup: Path, found: Prints) -> None:
    """Put a backup into a scratch store, as a restore would, and compare."""
    with tempfile.TemporaryDirectory(dir=backup.parent, prefix=".recall-rehearsal-") as folder:
        place = Path(folder) / "scratch.db"
        with (
            closing(open_database(str(backup))) as source,
            closing(open_database(str(place))) as scratch,
        ):
            arrived = source.read(
                lambda old: scratch.write(lambda new: copy_tables(old, new), seconds=BATCH),
                seconds=BATCH,
            )
    settle_file(backup)
    differing = differences(found, arrived)
    if differing:
        raise StoreTrouble(f"the backup restores differently in {', '.join(differing)}: not kept")


def _dump_server(database: Database, temporary: Path, *, rehearse: bool) -> tuple[Prints, bool]:
    if database.is_sqlite:
        raise Refused("a SQLite store is not dumped: give a name that ends in .db")
    if not can_dump(_server_version(database)):
        raise Refused(
            "pg_dump is not on this machine, or is older than the server: install the Postgres "
            "client tools of the server's version, or give a name that ends in .db"
        )
    place = parse_url(database.engine.url.render_as_string(hide_password=False))

    def unit(connection: Connection) -> Prints:
        snapshot = str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())
        dump(place, temporary, snapshot)
        return prints(connection)

    found = database.read(unit, seconds=BATCH)
    if not rehearse:
        return found, False
    try:
        with undumped(database, temporary) as scratch:
            differing = differences(found, scratch.read(prints, seconds=BATCH))
    except Refused:
        return found, False
    if differing:
        raise StoreTrouble(f"the dump restores differently in {', '.join(differing)}: not kept")
    return found, True


@contextmanager
def undumped(server: Database, source: Path) -> Generator[Database]:
    """Give a Postgres dump as an open store, in a scratch database beside ``server``.

    Raises:
        Refused: this login may not make databases.
        StoreTrouble: the dump cannot be read.
    """
    place = server.engine.url
    name = f"recall_scratch_{uuid4().hex}"
    engine = create_engine(place, hide_parameters=True)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            try:
                connection.execute(text(f'CREATE DATABASE "{name}"'))
            except ProgrammingError as error:
                raise Refused(
                    "this login may not make a scratch database (CREATEDB): give it the right, or "
                    "use backups that end in .db"
                ) from error
            try:
                scratch = place.set(drivername="postgresql", database=name)
                undump(source, scratch)
                _lift_row_security(scratch)
                with closing(
                    open_database(scratch.render_as_string(hide_password=False), is_copy=True)
                ) as opened:
                    yield opened
            finally:
                connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    finally:
        engine.dispose()


def _lift_row_security(scratch: URL) -> None:
    """Let whoever made a scratch store read it: a dump brings the rules of its people along."""
    engine = create_engine(scratch.set(drivername="postgresql+psycopg"), hide_parameters=True)
    try:
        with engine.begin() as connection:
            for table in METADATA.sorted_tables:
                change = f'ALTER TABLE IF EXISTS "{table.name}" DISABLE ROW LEVEL SECURITY'
                connection.execute(text(change))
    finally:
        engine.dispose()


def _server_version(database: Database) -> int:
    """Return the server's major version."""
    statement = text("SELECT current_setting('server_version_num')::int")
    number: int = database.read(lambda connection: connection.execute(statement).scalar_one())
    return number // _MAJOR


def _give_name(temporary: Path, target: Path) -> int:
    try:
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        os.link(temporary, target)
        with suppress(OSError):  # a folder that cannot be synchronised, on a network share
            handle = os.open(target.parent, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)
        return target.stat().st_size
    except FileExistsError as fault:
        raise Refused(f"{target.name} exists already: choose another name") from fault
    except OSError as fault:
        raise BadInput.at(target, None, f"cannot be written: {fault.strerror}") from fault
