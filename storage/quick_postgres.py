"""Postgres for the quick path: libpq itself, which psycopg's wheel brings, through ctypes.

Importing psycopg takes ten times as long as asking the server. Where the library is not found (a
psycopg built from source), psycopg is imported after all: slower, the same answer.
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime

from recall_tui.errors import StoreTrouble
from storage.connecting import CONNECT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from typing import Any, TypeAlias

    Row: TypeAlias = dict[str, Any]
    Ask: TypeAlias = Callable[[str, Sequence[object]], list[Row]]

CONNECTED, ROWS = 0, 2
"""``CONNECTION_OK`` and ``PGRES_TUPLES_OK`` of libpq-fe.h."""

COMMAND_DONE = 1
"""``PGRES_COMMAND_OK``."""

BOOL, INT8, INT2, INT4, FLOAT8, DAY, MOMENT, INSTANT = 16, 20, 21, 23, 701, 1082, 1114, 1184
"""Object ids of types (pg_type.dat); every other value stays the text that it is."""


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


_READERS: dict[int, Callable[[str], object]] = {
    BOOL: lambda text: text == "t",
    INT8: int,
    INT2: int,
    INT4: int,
    FLOAT8: float,
    DAY: date.fromisoformat,
    MOMENT: datetime.fromisoformat,
    INSTANT: _instant,
}


@contextmanager
def reading(url: str) -> Generator[Ask]:
    """Give a function that runs one SELECT, all of them in one snapshot, read only.

    Raises:
        StoreTrouble: the server does not answer.
    """
    place = f"postgresql://{url.partition('://')[2]}"
    library = _library()
    with _slow(place) if library is None else _quick(library, place) as ask:
        yield ask


def _library() -> str | None:
    """Return the path of libpq in psycopg's wheel, None when there is none."""
    for entry in sys.path:
        folder = os.path.join(entry, "psycopg_binary.libs")  # noqa: PTH118 - pathlib costs 5 ms
        if os.path.isdir(folder):  # noqa: PTH112 - as above
            for name in sorted(os.listdir(folder)):  # noqa: PTH208 - as above
                if name.startswith("libpq-") and ".so" in name:
                    return os.path.join(folder, name)  # noqa: PTH118 - as above
    return None


@contextmanager
def _quick(library: str, place: str) -> Generator[Ask]:
    pq = _declared(ctypes.CDLL(library))
    given = {**CONNECT, "dbname": place}
    names = (ctypes.c_char_p * (len(given) + 1))(*[name.encode() for name in given], None)
    values = (ctypes.c_char_p * (len(given) + 1))(*[str(v).encode() for v in given.values()], None)
    connection = pq.PQconnectdbParams(names, values, 1)
    try:
        if pq.PQstatus(connection) != CONNECTED:
            raise StoreTrouble("the store does not answer: no connection")
        begin = b"BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
        begun = pq.PQexec(connection, begin)
        if pq.PQresultStatus(begun) != COMMAND_DONE:
            raise StoreTrouble("the store does not answer: no transaction")
        pq.PQclear(begun)
        yield lambda sql, values: _ask(pq, connection, sql, values)
    finally:
        pq.PQfinish(connection)


def _declared(pq: Any) -> Any:  # noqa: ANN401 - a library has no type
    """Tell ctypes which calls give pointers, and which texts."""
    for name in ("PQconnectdbParams", "PQexec", "PQexecParams"):
        getattr(pq, name).restype = ctypes.c_void_p
    for name in ("PQfname", "PQgetvalue", "PQresultErrorField"):
        getattr(pq, name).restype = ctypes.c_char_p
    for name in ("PQstatus", "PQresultStatus", "PQntuples", "PQnfields", "PQclear", "PQfinish"):
        getattr(pq, name).argtypes = [ctypes.c_void_p]
    pq.PQexec.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    pq.PQfname.argtypes = pq.PQftype.argtypes = [ctypes.c_void_p, ctypes.c_int]
    pq.PQgetvalue.argtypes = pq.PQgetisnull.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
    pq.PQexecParams.argtypes = [
        *(ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p),
        *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
    ]
    return pq


def _ask(pq: Any, connection: object, sql: str, values: Sequence[object]) -> list[Row]:  # noqa: ANN401 - as above
    numbered = sql
    for place in range(1, len(values) + 1):
        numbered = numbered.replace("?", f"${place}", 1)
    texts = (ctypes.c_char_p * len(values))(*[str(value).encode() for value in values])
    result = pq.PQexecParams(connection, numbered.encode(), len(values), None, texts, None, None, 0)
    try:
        if pq.PQresultStatus(result) != ROWS:
            raise StoreTrouble("the store does not answer: it refused the question")
        fields = [
            (pq.PQfname(result, at).decode(), _READERS.get(pq.PQftype(result, at), str))
            for at in range(pq.PQnfields(result))
        ]
        return [
            {
                name: None
                if pq.PQgetisnull(result, row, at)
                else read(pq.PQgetvalue(result, row, at).decode())
                for at, (name, read) in enumerate(fields)
            }
            for row in range(pq.PQntuples(result))
        ]
    finally:
        pq.PQclear(result)


@contextmanager
def _slow(place: str) -> Generator[Ask]:
    import psycopg  # noqa: PLC0415 - only where libpq is not found by itself

    try:
        with psycopg.connect(place, **CONNECT) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True

            def ask(sql: str, values: Sequence[object]) -> list[Row]:
                text: Any = sql.replace("?", "%s")
                cursor = connection.execute(text, values)
                names = [column.name for column in cursor.description or ()]
                return [dict(zip(names, row, strict=True)) for row in cursor]

            yield ask
    except psycopg.Error as error:
        raise StoreTrouble(f"the store does not answer: {type(error).__name__}") from error
