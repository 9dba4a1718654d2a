"""Putting a backup back: what would be lost is said first, and the replaced store is kept."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from recall_tui.domain.decisions import DecisionKind
from recall_tui.domain.exports import Export, exports_of
from recall_tui.errors import BadInput, Refused, StoreTrouble
from recall_tui.views.restoring import Held, Lost
from storage.backing_up import back_up, undumped
from storage.copying import copy_tables, lock
from storage.deadline import BATCH
from storage.driver import MAGIC, SQLITE, is_wanted
from storage.encrypting import decrypt, is_encrypted
from storage.engine import open_database
from storage.file_copy import settle_file
from storage.ids import new_row_id
from storage.recorder import Recorder
from storage.shared import export_changes
from storage.tables import COUNTER, EVENT, IMPORT_RUN, PATIENT, PRACTICE, RESTORATION
from storage.work import Database

_DUMP_MAGIC = b"PGDMP"
_MOST_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is put back: from where, by whom, when, and where the replaced store goes."""

    source: str
    aside: Path
    by: str
    at: datetime


Identity = Callable[[], str]
"""Gives the secret key of an encrypted backup; asked only where one is needed."""


def _no_identity() -> str:
    raise Refused("the backup is encrypted: name the file that holds its key with --identity")


@contextmanager
def opened_backup(
    file: Path, target: Database, identity: Identity = _no_identity
) -> Generator[Database]:
    """Give a backup as an open store, from a private copy brought up to date; FILE is not touched.

    Raises:
        BadInput: there is no such file, or it is no backup of ours.
        Refused: it is a Postgres dump that cannot be tried here, or encrypted for another key.
        StoreTrouble: it is damaged, or of a newer program.
    """
    if not is_encrypted(file):
        with _opened_plain(file, target) as opened:
            yield opened
        return
    with tempfile.TemporaryDirectory(prefix="recall-restore-") as folder:
        plain = Path(folder) / file.with_suffix("").name
        decrypt(file, plain, identity())
        with _opened_plain(plain, target) as opened:
            yield opened


@contextmanager
def _opened_plain(file: Path, target: Database) -> Generator[Database]:
    try:
        with file.open("rb") as stream:
            start = stream.read(len(MAGIC))
    except OSError as fault:
        raise BadInput.at(file, None, f"cannot be read: {fault.strerror}") from fault
    if start.startswith(_DUMP_MAGIC):
        if target.is_sqlite:
            raise Refused(f"{file.name} is a Postgres dump: name a Postgres store with --db")
        with undumped(target, file) as opened:
            yield opened
    elif start == MAGIC or is_wanted():
        with tempfile.TemporaryDirectory(prefix="recall-restore-") as folder:
            copy = Path(folder) / "backup.db"
            shutil.copyfile(file, copy)
            os.chmod(copy, 0o600)  # noqa: PTH101 - of the copy, just made in a private folder
            try:
                settle_file(copy)
            except SQLITE.DatabaseError as error:
                raise StoreTrouble(f"{file.name} is damaged: try an older backup") from error
            with closing(open_database(str(copy), create=False, is_copy=True)) as opened:
                yield opened
    else:
        raise BadInput.at(file, None, "is no backup of recall: give a .db or .dump file")


def held(database: Database) -> tuple[Held, ...]:
    """Return what each practice of a store holds."""

    def unit(connection: Connection) -> tuple[Held, ...]:
        found: list[Held] = []
        for practice_id, code in connection.execute(
            select(PRACTICE.c.practice_id, PRACTICE.c.ods_code).order_by(PRACTICE.c.ods_code)
        ):
            patients = select(func.count()).where(PATIENT.c.practice_id == practice_id)
            newest = select(func.count(), func.max(EVENT.c.at)).where(
                EVENT.c.practice_id == practice_id
            )
            count, at = connection.execute(newest).one()
            found.append(Held(code, connection.execute(patients).scalar_one(), count, at))
        return tuple(found)

    return database.read(unit, seconds=BATCH)


def lost(backup: Database, target: Database) -> Lost:
    """Return what the store holds and the backup does not.

    Who is in an open export may have been sent an invite, and counts as one.
    """
    kept = backup.read(_decisions, seconds=BATCH)
    now = target.read(_decisions, seconds=BATCH)
    gone = [kind for key, kind in now.items() if key not in kept]
    known = {one.export_id for one in backup.read(_exports, seconds=BATCH)}
    unknown = [one for one in target.read(_exports, seconds=BATCH) if one.export_id not in known]
    imports = target.read(_imports) - backup.read(_imports)
    there = {one.code for one in held(backup)}
    return Lost(
        decisions=len(gone),
        bookings=gone.count(DecisionKind.BOOKED),
        invites=gone.count(DecisionKind.INVITED)
        + sum(len(one.patients) for one in unknown if one.is_open),
        imports=len(imports),
        practices=tuple(one.code for one in held(target) if one.code not in there),
    )


def restore(backup: Database, target: Database, wanted: Wanted) -> Lost:
    """Replace all that ``target`` holds by the backup, in one transaction; return what was lost.

    What was there is first written to ``wanted.aside``. People may work meanwhile: their screens
    show the restored store within a second. Where invites were lost, recording more of them waits
    until somebody says that they are dealt with.

    Raises:
        StoreTrouble: it could not be done; nothing was changed.
    """
    for _round in range(_MOST_ROUNDS):
        before = target.read(_revisions)
        missing = lost(backup, target)
        if before:
            wanted.aside.unlink(missing_ok=True)
            back_up(target, wanted.aside, rehearse=False)
        done = backup.read(
            lambda source, old=before, gone=missing: target.write(
                lambda connection: _replace(source, connection, old, gone, wanted), seconds=BATCH
            ),
            seconds=BATCH,
        )
        if done:
            return missing
    raise StoreTrouble("people are working in the store all the time: ask them to stop, try again")


def settle(connection: Connection, practice_id: int, by: str, at: datetime) -> int:
    """Note that the lost invites are dealt with; return how many restores that was about."""
    work = Recorder(connection, practice_id)
    work.role_of(by)
    done = connection.execute(
        update(RESTORATION)
        .where(RESTORATION.c.practice_id == practice_id, RESTORATION.c.settled_at.is_(None))
        .values(settled_at=at, settled_by=by)
    )
    work.record_access("restore settled", (), by=by, at=at, details={"restores": done.rowcount})
    work.finish()
    return done.rowcount


def _replace(
    source: Connection,
    connection: Connection,
    before: Mapping[int, int],
    missing: Lost,
    wanted: Wanted,
) -> bool:
    lock(connection)
    if _revisions(connection) != before:
        return False
    unsettled = _unsettled(connection)
    copy_tables(source, connection)
    _keep_unsettled(connection, unsettled)
    for practice_id, restored in _revisions(connection).items():
        newest = max(restored, before.get(practice_id, 0)) + 1
        _note(connection, practice_id, newest, wanted, missing)
        connection.execute(
            insert(RESTORATION).values(
                practice_id=practice_id,
                restore_id=new_row_id(),
                at=wanted.at,
                by=wanted.by,
                source=wanted.source,
                aside=str(wanted.aside) if before else "",
                lost=json.dumps(missing.counts()),
                settled_at=None if missing.invites else wanted.at,
                settled_by="" if missing.invites else wanted.by,
            )
        )
    return True


def _unsettled(connection: Connection) -> list[dict[str, Any]]:
    """Return the restores after which lost invites are not dealt with yet."""
    rows = connection.execute(select(RESTORATION).where(RESTORATION.c.settled_at.is_(None)))
    return [dict(row) for row in rows.mappings()]


def _keep_unsettled(connection: Connection, unsettled: Sequence[Mapping[str, Any]]) -> None:
    """Put them beside what a later restore put back: what they lost may have gone out as before."""
    there = _revisions(connection)
    known = set(connection.scalars(select(RESTORATION.c.restore_id)))
    missing = [
        dict(one)
        for one in unsettled
        if one["practice_id"] in there and one["restore_id"] not in known
    ]
    if missing:
        connection.execute(insert(RESTORATION), missing)


def _note(
    connection: Connection, practice_id: int, newest: int, wanted: Wanted, missing: Lost
) -> None:
    """Make ``newest`` the revision, for which all is read again, and tell the audit of it."""
    work = Recorder(connection, practice_id)
    work.counters["revision"], work.touched, work.changed = newest - 1, None, True
    work.role_of(wanted.by)
    details = {"source": wanted.source, "lost": missing.counts()}
    with suppress(StoreTrouble):  # another computer's key: recall audit accept says it then
        work.record_access("restore", (), by=wanted.by, at=wanted.at, details=details)
    work.finish()


def _decisions(connection: Connection) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(select(EVENT.c.event_id, EVENT.c.kind))}


def _exports(connection: Connection) -> list[Export]:
    practices = connection.scalars(select(COUNTER.c.practice_id)).all()
    return [one for key in practices for one in exports_of(export_changes(connection, key))]


def _imports(connection: Connection) -> set[str]:
    return set(connection.scalars(select(IMPORT_RUN.c.run_id)))


def _revisions(connection: Connection) -> dict[int, int]:
    rows = connection.execute(select(COUNTER.c.practice_id, COUNTER.c.revision))
    return {row[0]: row[1] for row in rows}
