"""Copying every table of a store into another one, in one transaction, and comparing the two.

Backups of a server, restoring and moving all do this, so a copy is the same whatever it is copied
to. Rows are compared as Python values, which are alike on both engines: how many there are, and a
digest of them all that does not depend on their order, which differs with the collation.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, select, text

from recall_tui.errors import StoreTrouble
from storage.deadline import heard
from storage.tables import CHANGE_NOTE, METADATA, PRESENCE
from storage.trouble import driver_errors

SLICE: Final = 5_000
"""Rows that are read and written at a time."""

PASSING: Final = frozenset({PRESENCE.name, CHANGE_NOTE.name})
"""What is of the moment only: it is not copied."""

_WHOLE: Final = 1 << 128

Step = Callable[[str], None]
"""Is told of each table that was dealt with."""


@dataclass(frozen=True, slots=True)
class Print:
    """What a table holds: its rows, and a digest of all of them."""

    rows: int
    digest: int


Prints = Mapping[str, Print]


def tables() -> tuple[Table, ...]:
    """Return every table that is copied, those first to which others refer."""
    return tuple(table for table in METADATA.sorted_tables if table.name not in PASSING)


def prints(connection: Connection, step: Step | None = None) -> Prints:
    """Return what every table holds."""
    found: dict[str, Print] = {}
    for table in tables():
        counting = _Counting()
        for rows in slices(connection, table):
            counting.take(rows)
        found[table.name] = counting.done()
        if step:
            step(table.name)
    return found


def copy_tables(source: Connection, target: Connection, step: Step | None = None) -> Prints:
    """Replace all that ``target`` holds by what ``source`` holds, and prove it row by row.

    Both are transactions of the caller; commit the target only when this returns.

    Raises:
        StoreTrouble: what arrived differs from what was read.
    """
    lock(target)
    for table in reversed(tables()):
        target.execute(delete(table))
    read: dict[str, Print] = {}
    for table in tables():
        counting = _Counting()
        for rows in slices(source, table):
            counting.take(rows)
            _write(target, table, rows)
        read[table.name] = counting.done()
        if step:
            step(table.name)
    differing = differences(read, prints(target))
    if differing:
        raise StoreTrouble(f"the copy differs from the store in {', '.join(differing)}: not kept")
    return read


def lock(connection: Connection) -> None:
    """Keep everybody else from writing until the transaction ends; SQLite does that anyway."""
    if connection.dialect.name == "sqlite":
        return
    names = ", ".join(f'"{table.name}"' for table in METADATA.sorted_tables)
    connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))


def differences(one: Prints, other: Prints) -> tuple[str, ...]:
    """Name the tables that hold different rows."""
    return tuple(name for name in one if one[name] != other.get(name))


def slices(connection: Connection, table: Table) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Read a table, some thousand rows at a time."""
    rows = iter(connection.execute(select(table), execution_options={"yield_per": SLICE}))
    while some := [tuple(row) for row in islice(rows, SLICE)]:
        heard(connection)
        yield some


class _Counting:
    """Counts rows and adds their digests up."""

    def __init__(self) -> None:
        self._rows = self._sum = 0

    def take(self, rows: Sequence[tuple[Any, ...]]) -> None:
        for row in rows:
            digest = blake2b(repr(row).encode(), digest_size=16).digest()
            self._sum += int.from_bytes(digest, "big")
        self._rows += len(rows)

    def done(self) -> Print:
        return Print(self._rows, self._sum % _WHOLE)


def _write(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows by the driver's fast path."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    driver: Any = connection.connection.driver_connection
    with driver_errors(connection):
        if connection.dialect.name == "sqlite":
            marks = ", ".join("?" * len(table.columns))
            driver.executemany(
                f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})',  # noqa: S608 - our names
                _bound(connection, table, rows),
            )
        else:
            with driver.cursor().copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copying:
                for row in rows:
                    copying.write_row(row)
    heard(connection)


def _bound(
    connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """Turn values into what SQLite keeps."""
    dialect = connection.dialect
    turns = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    for row in rows:
        yield tuple(turn(value) if turn else value for turn, value in zip(turns, row, strict=True))
