"""Sending many writes to Postgres at once, so that their answers are waited for once."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import Connection

from storage.deadline import heard
from storage.ready import Write, refuse_missed, text_of
from storage.trouble import driver_errors


def carry_out_at_once(connection: Connection, writes: Iterable[Write]) -> None:
    """Send all writes to Postgres in one go and wait once: nothing is thought about in between.

    Raises:
        Conflict: a row that was to be overwritten has another version by now.
    """
    wanted = [one for one in writes if one.rows]
    dialect = connection.dialect
    sent = [(text_of(one.statement, frozenset(one.rows[0]), dialect), one.rows) for one in wanted]
    for one, cursor in zip(wanted, at_once(connection, sent), strict=True):
        refuse_missed(one, cursor.rowcount)


def at_once(
    connection: Connection, sent: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]
) -> list[Any]:
    """Send statements to Postgres, each for its rows, in one go; return the driver's cursors."""
    driver: Any = connection.connection.driver_connection
    cursors: list[Any] = []
    heard(connection)
    with driver_errors(connection), _pipeline(driver):
        for sql, rows in sent:
            cursor = driver.cursor()
            cursors.append(cursor)
            if len(rows) == 1:
                cursor.execute(sql, rows[0])
            else:
                cursor.executemany(sql, rows)
    heard(connection)
    return cursors


def _pipeline(driver: Any) -> AbstractContextManager[object]:  # noqa: ANN401 - the driver's connection
    """Return the driver's pipeline; where its libpq has none, statements go one by one."""
    from psycopg import Pipeline  # noqa: PLC0415 - not for SQLite

    return driver.pipeline() if Pipeline.is_supported() else nullcontext()
