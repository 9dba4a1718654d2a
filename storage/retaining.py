"""Removing what was kept long enough, without breaking the audit chain.

A look that goes keeps its place, its MAC and its time; who looked at whom is blanked. The row that
says so is sealed in the same transaction: it names how many went, holds a digest of their places
and MACs, and one of every row of the chain as it is left (``audit_verifying`` asks for both).
Decisions are never removed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, func, select, update

from storage.audit_chain import BLANKED, PRUNED, Blanks, Digest, chain_rows
from storage.deadline import BATCH
from storage.recorder import Recorder
from storage.tables import ACCESS_LOG, IMPORT_CHANGE, IMPORT_RUN, ROW_PROBLEM
from storage.work import Database
from storage.written import Author

_BLANK = {
    "by": "", "role": "", "origin": "", "action": BLANKED, "patients": "[]", "details": "{}",
}  # fmt: skip
_AT_ONCE = 500
_KEPT_ACTIONS = (BLANKED, PRUNED, "chain begun", "chain accepted")
"""Rows of the access log that verifying needs as they are."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Moments before which something is kept no longer; None: it is kept for ever."""

    looks: datetime | None
    problems: datetime | None
    images: datetime | None


@dataclass(frozen=True, slots=True)
class Outlived:
    """How much is, or was, kept too long."""

    looks: int
    problems: int
    images: int


def outlived(database: Database, practice_id: int, limits: Limits) -> Outlived:
    """Return what is kept too long; nothing is changed."""

    def unit(connection: Connection) -> Outlived:
        return Outlived(
            _count(connection, _old_looks(practice_id, limits.looks)),
            _count(connection, _of_old_runs(ROW_PROBLEM, practice_id, limits.problems)),
            _count(connection, _of_old_runs(IMPORT_CHANGE, practice_id, limits.images)),
        )

    return database.read(unit, seconds=BATCH)


def prune(
    database: Database, practice_id: int, limits: Limits, author: Author, files: Sequence[str] = ()
) -> Outlived:
    """Remove what is kept too long, and seal in the audit what went; ``files``: names of files.

    Raises:
        StoreTrouble: the login may not, or the audit cannot be written; nothing was removed.
    """

    def unit(connection: Connection) -> Outlived:
        work = Recorder(connection, practice_id)
        work.role_of(author.by)
        found = Outlived(
            _blank_looks(connection, practice_id, limits.looks),
            _remove(connection, ROW_PROBLEM, practice_id, limits.problems),
            _remove(connection, IMPORT_CHANGE, practice_id, limits.images),
        )
        details: dict[str, object] = {
            "looks": found.looks, "problems": found.problems, "images": found.images,
            "files": list(files), "until": limits.looks.isoformat() if limits.looks else "",
        }  # fmt: skip
        if found.looks:
            details |= _as_left(connection, practice_id)
        work.record_access(PRUNED, (), by=author.by, at=author.at, details=details)
        work.finish()
        return found

    return database.write(unit, seconds=BATCH)


def _old_looks(practice_id: int, until: datetime | None) -> Select[Any] | None:
    if until is None:
        return None
    table = ACCESS_LOG.c
    return select(table.access_id).where(
        table.practice_id == practice_id, table.at < until, table.action.not_in(_KEPT_ACTIONS)
    )


def _blank_looks(connection: Connection, practice_id: int, until: datetime | None) -> int:
    wanted = _old_looks(practice_id, until)
    keys = [] if wanted is None else [row[0] for row in connection.execute(wanted)]
    for start in range(0, len(keys), _AT_ONCE):
        connection.execute(
            update(ACCESS_LOG)
            .where(
                ACCESS_LOG.c.practice_id == practice_id,
                ACCESS_LOG.c.access_id.in_(keys[start : start + _AT_ONCE]),
            )
            .values(**_BLANK)
        )
    return len(keys)


def _as_left(connection: Connection, practice_id: int) -> dict[str, object]:
    """Return which looks are blanked by now, how many rows there are, and a digest of them all."""
    is_sqlite = connection.dialect.name == "sqlite"

    def ask(sql: str, values: Sequence[Any]) -> Iterator[Sequence[Any]]:
        text = sql if is_sqlite else sql.replace("?", "%s")
        yield from connection.exec_driver_sql(text, tuple(values))

    digest, blanks = Digest(), Blanks()
    for row in chain_rows(ask, practice_id, is_sqlite=is_sqlite):
        digest.add(row)
        if row.action == BLANKED:
            blanks.add(row)
    return {"blanks": blanks.words(), "rows_before": digest.rows, "digest_before": digest.words()}


def _of_old_runs(table: Table, practice_id: int, until: datetime | None) -> Select[Any] | None:
    """Select rows of imports before a moment; the newest can be taken back, so it stays."""
    if until is None:
        return None
    newest = select(func.max(IMPORT_RUN.c.run_no)).where(IMPORT_RUN.c.practice_id == practice_id)
    old = select(IMPORT_RUN.c.run_id).where(
        IMPORT_RUN.c.practice_id == practice_id,
        IMPORT_RUN.c.applied_at < until,
        IMPORT_RUN.c.run_no < newest.scalar_subquery(),
    )
    return select(table.c.run_id).where(table.c.practice_id == practice_id, table.c.run_id.in_(old))


def _remove(connection: Connection, table: Table, practice_id: int, until: datetime | None) -> int:
    rows = _of_old_runs(table, practice_id, until)
    if rows is None or not (count := _count(connection, rows)):
        return 0
    runs = connection.scalars(rows.distinct()).all()
    connection.execute(
        delete(table).where(table.c.practice_id == practice_id, table.c.run_id.in_(runs))
    )
    return count


def _count(connection: Connection, rows: Select[Any] | None) -> int:
    if rows is None:
        return 0
    return connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
