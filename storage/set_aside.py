"""Rows set aside in SQLite before its lock is taken, and put in their places by SQLite itself.

Turning a frame into rows takes longer than storing them. It is done while others write: into
temporary tables in memory, which belong to one connection and are in no file.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import Connection, Table

from storage.bulk import insertion, overwriting, run_many
from storage.driver import SQLITE
from storage.trouble import driver_errors


@dataclass(frozen=True, slots=True)
class _Rows:
    table: Table
    place: str
    columns: tuple[str, ...]
    numbers: tuple[str, ...]
    """Columns that are the same in every row, and known only under the lock."""

    removes: bool
    new: bool


class SetAside:
    """Rows in temporary tables, in the order in which they will be moved."""

    def __init__(self, connection: Connection) -> None:
        """Begin with nothing."""
        self._connection = connection
        self._rows: list[_Rows] = []

    def keep(
        self, table: Table, frame: pl.DataFrame, numbers: Sequence[str] = (), *, new: bool = False
    ) -> None:
        """Keep rows that are to be inserted, or (unless ``new``) to overwrite others."""
        self._keep(table, frame, tuple(numbers), removes=False, new=new)

    def keep_out(self, table: Table, keys: pl.DataFrame) -> None:
        """Keep the keys of rows that are to be removed."""
        wanted = keys.select([column.name for column in table.primary_key.columns])
        self._keep(table, wanted, (), removes=True, new=False)

    def put_aside(self, table: Table, frame: pl.DataFrame, purpose: str) -> str:
        """Put rows beside a table, for a statement of another's; return where, quoted."""
        columns = _quoted(frame.columns)
        place = f'temp."stage_{purpose}"'
        driver: Any = self._connection.connection.driver_connection
        with driver_errors(self._connection):
            driver.execute(f"DROP TABLE IF EXISTS {place}")
            driver.execute(
                f'CREATE TABLE {place} AS SELECT {columns} FROM main."{table.name}" LIMIT 0'  # noqa: S608 - our names
            )
            driver.execute("BEGIN")
            signs = ", ".join("?" * frame.width)
            run_many(self._connection, table, f"INSERT INTO {place} VALUES ({signs})", frame)  # noqa: S608 - as above
            driver.execute("COMMIT")
        return place

    def move_in(self, numbers: Mapping[str, int]) -> None:
        """Put every row in its place, in the transaction that is open."""
        for one in self._rows:
            sql = _removal(one) if one.removes else _move(one)
            values = tuple(numbers[name] for name in one.numbers)
            self._connection.exec_driver_sql(sql, values)

    def _keep(
        self,
        table: Table,
        frame: pl.DataFrame,
        numbers: tuple[str, ...],
        *,
        removes: bool,
        new: bool,
    ) -> None:
        if not frame.is_empty():
            place = self.put_aside(table, frame, str(len(self._rows)))
            self._rows.append(
                _Rows(table, place, tuple(frame.columns), numbers, removes=removes, new=new)
            )


def _removal(one: _Rows) -> str:
    names = _quoted(one.columns)
    wanted = f"SELECT {names} FROM {one.place}"  # noqa: S608 - our names
    return f'DELETE FROM "{one.table.name}" WHERE ({names}) IN ({wanted})'  # noqa: S608 - the same


def _move(one: _Rows) -> str:
    every = (*one.columns, *one.numbers)
    values = f"{_quoted(one.columns)}{', ?' * len(one.numbers)}"
    chosen = f"SELECT {values} FROM {one.place} WHERE true ORDER BY rowid"  # noqa: S608 - our names
    end = "" if one.new else overwriting(one.table, every)
    return f"{insertion(one.table, every)} {chosen}{end}"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


@contextmanager
def setting_aside(connection: Connection) -> Generator[SetAside]:
    """Give where rows can be set aside, before a transaction begins; they end with the block."""
    driver: Any = connection.connection.driver_connection
    with driver_errors(connection):
        driver.execute("PRAGMA temp_store=MEMORY")
    try:
        yield SetAside(connection)
    finally:
        with suppress(SQLITE.Error):
            names = driver.execute("SELECT name FROM temp.sqlite_master").fetchall()
            for (name,) in names:
                driver.execute(f'DROP TABLE temp."{name}"')
