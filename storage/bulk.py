"""Frames in and out of tables by the fast path of each engine; differences between frames.

SQLite: the driver's executemany, sorted by key. Postgres: COPY of the bytes that Polars writes.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any, Final

import polars as pl
from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    SelectBase,
    String,
    Table,
    any_,
    bindparam,
    func,
    select,
)

from storage.deadline import heard
from storage.trouble import driver_errors

MANY_ROWS = 5_000
"""After a change of more rows than this the database looks at its tables anew."""

_SLICE = 20_000
"""Rows that are handed to the driver at a time."""

_PORTION = 1_000_000
"""Rows of SQLite that are read at a time: its texts may not be longer than 1,000 MB."""

_MOMENT = "%Y-%m-%d %H:%M:%S%.6f"

_NULL: Final = float("nan")
"""What is bound for a null: SQLite stores it as NULL, as it does every NaN.

None is no type that the driver binds as it is: it looks for a way to adapt it, cell by cell, which
takes as long as binding ten texts.
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """What turns the stored rows into the wanted ones; ``before`` holds the rows it overwrites."""

    added: pl.DataFrame
    changed: pl.DataFrame
    removed: pl.DataFrame
    before: pl.DataFrame
    unchanged: int

    @property
    def rows(self) -> int:
        """How many rows it touches."""
        return self.added.height + self.changed.height + self.removed.height

    @property
    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """The rows that are added, changed and removed."""
        return self.added, self.changed, self.removed

    def of(
        self,
        added: pl.DataFrame | None,
        changed: pl.DataFrame | None,
        removed: pl.DataFrame | None,
    ) -> "Difference":
        """Return a part of it: these of its rows (None: none), without those it overwrites."""
        wanted = zip((added, changed, removed), self.frames, strict=True)
        parts = [every.clear() if some is None else some for some, every in wanted]
        return Difference(*parts, before=self.before.clear(), unchanged=0)

    def only_added(self) -> "Difference":
        """Return it without the rows that it changes and removes."""
        empty = (self.changed.clear(), self.removed.clear(), self.before.clear())
        return Difference(self.added, *empty, self.unchanged)

    def without_added(self) -> "Difference":
        """Return it without the rows that it adds."""
        return replace(self, added=self.added.clear())


def difference(stored: pl.DataFrame, wanted: pl.DataFrame, keys: Sequence[str]) -> Difference:
    """Compare two frames of the same columns by their ``keys``, nulls equal to nulls."""
    on = list(keys)
    new = wanted.join(stored, on=wanted.columns, how="anti", nulls_equal=True)
    gone = stored.join(wanted, on=on, how="anti")
    added = new.join(stored, on=on, how="anti")
    changed = new.join(stored, on=on, how="semi")
    return Difference(
        added=added.sort(on),
        changed=changed.sort(on),
        removed=gone.sort(on),
        before=pl.concat([stored.join(changed, on=on, how="semi"), gone]).sort(on),
        unchanged=wanted.height - new.height,
    )


def among(column: ColumnElement[str], values: Collection[str], dialect: str) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of ``values``, one parameter however many."""
    if dialect == "sqlite":
        each = func.json_each(bindparam(None, json.dumps(list(values)))).table_valued("value")
        return column.in_(select(each.c.value))
    wanted = bindparam(None, list(values), type_=ARRAY(String))
    return column == any_(wanted)


def read_frame(
    connection: Connection, statement: SelectBase, schema: dict[str, Any]
) -> pl.DataFrame:
    """Return the rows of ``statement``, whose columns stand in the order of ``schema``."""
    compiled = statement.compile(
        dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
    )
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        values = [compiled.params[name] for name in compiled.positiontup or ()]
        return _frame_of_columns(connection, str(compiled), values, schema)
    sql = f"COPY ({compiled}) TO STDOUT (FORMAT csv)"
    with (
        driver_errors(connection),
        driver.cursor().copy(sql, dict(compiled.params)) as copy,
    ):
        content = b"".join(copy)
    return _frame_of_csv(content, schema)


def upsert(connection: Connection, table: Table, frame: pl.DataFrame, *, new: bool = False) -> None:
    """Insert rows, or overwrite those with the same key (``new``: no key is stored yet)."""
    if frame.is_empty():
        return
    if connection.dialect.name == "sqlite":
        sql = f"{insertion(table, frame.columns)} VALUES ({', '.join('?' * frame.width)})"
        sql += "" if new else overwriting(table, frame.columns)
        run_many(connection, table, sql, frame)
        return
    if new and not _row_security(connection, table):
        _copy_in(connection, table, frame, table.name)
        return
    stage = put_aside(connection, table, frame)
    columns = ", ".join(_quoted(name) for name in frame.columns)
    connection.exec_driver_sql(
        f"{insertion(table, frame.columns)} SELECT {columns} FROM {stage}"  # noqa: S608 - our names
        + overwriting(table, frame.columns)
    )
    connection.exec_driver_sql(f"DROP TABLE {stage}")


def _row_security(connection: Connection, table: Table) -> bool:
    """Whether this login's rows are judged one by one, where Postgres takes no COPY."""
    sql = f"SELECT row_security_active('{_quoted(table.name)}')"
    return bool(connection.exec_driver_sql(sql).scalar())


def remove(connection: Connection, table: Table, keys: pl.DataFrame) -> None:
    """Delete the rows with these keys; ``keys`` holds every column of the primary key."""
    if keys.is_empty():
        return
    names = [column.name for column in table.primary_key.columns]
    wanted = keys.select(names)
    if connection.dialect.name == "sqlite":
        where = " AND ".join(f"{_quoted(name)} = ?" for name in names)
        sql = f"DELETE FROM {_quoted(table.name)} WHERE {where}"  # noqa: S608 - our names
        run_many(connection, table, sql, wanted)
        return
    stage = put_aside(connection, table, wanted)
    where = " AND ".join(f"t.{_quoted(name)} = s.{_quoted(name)}" for name in names)
    connection.exec_driver_sql(
        f"DELETE FROM {_quoted(table.name)} t USING {stage} s WHERE {where}"  # noqa: S608 - our names
    )
    connection.exec_driver_sql(f"DROP TABLE {stage}")


def put_aside(connection: Connection, table: Table, frame: pl.DataFrame, purpose: str = "") -> str:
    """Put rows beside a table of Postgres until the transaction ends; return where, quoted."""
    name = f"stage_{purpose or table.name}"
    columns = ", ".join(_quoted(column) for column in frame.columns)
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE {_quoted(name)} ON COMMIT DROP AS "  # noqa: S608 - our names
        f"SELECT {columns} FROM {_quoted(table.name)} WITH NO DATA"
    )
    _copy_in(connection, table, frame, name)
    return _quoted(name)


def gather_statistics(connection: Connection, tables: Iterable[Table]) -> None:
    """Let Postgres see what is in tables that changed much; SQLite was told once and for all."""
    if connection.dialect.name != "sqlite":
        for table in tables:
            connection.exec_driver_sql(f"ANALYZE {_quoted(table.name)}")


def insertion(table: Table, columns: Sequence[str]) -> str:
    """Return the beginning of an INSERT into these columns."""
    return f"INSERT INTO {_quoted(table.name)} ({', '.join(map(_quoted, columns))})"


def overwriting(table: Table, columns: Sequence[str]) -> str:
    """Return the end of an INSERT that overwrites rows with the same key."""
    keys = [column.name for column in table.primary_key.columns]
    others = [name for name in columns if name not in keys]
    target = ", ".join(_quoted(name) for name in keys)
    if not others:
        return f" ON CONFLICT ({target}) DO NOTHING"
    changes = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in others)
    return f" ON CONFLICT ({target}) DO UPDATE SET {changes}"


def _copy_in(connection: Connection, table: Table, frame: pl.DataFrame, into: str) -> None:
    columns = ", ".join(_quoted(name) for name in frame.columns)
    driver: Any = connection.connection.driver_connection
    sql = f"COPY {_quoted(into)} ({columns}) FROM STDIN (FORMAT csv)"
    with driver_errors(connection), driver.cursor().copy(sql) as copy:
        for part in frame.iter_slices(_SLICE):
            ready = _for_postgres(table, part)
            copy.write(ready.write_csv(include_header=False, datetime_format=_MOMENT))
            heard(connection)


def run_many(connection: Connection, table: Table, sql: str, frame: pl.DataFrame) -> None:
    """Run a statement of SQLite for every row of a frame with columns of ``table``."""
    driver: Any = connection.connection.driver_connection
    for part in _for_sqlite(table, frame).iter_slices(_SLICE):
        with driver_errors(connection):
            # Whole columns at once: rows made one by one cost the driver a quarter more.
            driver.executemany(sql, zip(*map(_cells, part.get_columns()), strict=True))
        heard(connection)


def _cells(column: pl.Series) -> Iterable[object]:
    """Return the values of a column as they are bound; one that all rows have is made once."""
    first, nulls = column[0], column.null_count()
    if nulls == len(column):
        return repeat(_NULL, nulls)
    if nulls:
        return [_NULL if one is None else one for one in column.to_list()]
    same = column[-1] == first and bool((column == first).all())
    return repeat(first, len(column)) if same else column.to_list()


def _quoted(name: str) -> str:
    return f'"{name}"'


def _for_sqlite(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    casts: list[pl.Expr] = []
    for name in frame.columns:
        kind = table.c[name].type
        if isinstance(kind, Date):
            casts.append(pl.col(name).cast(pl.Date).cast(pl.String))
        elif isinstance(kind, DateTime):
            casts.append(pl.col(name).dt.strftime(_MOMENT))
        elif isinstance(kind, Boolean):
            casts.append(pl.col(name).cast(pl.Int8))
    return frame.with_columns(casts)


def _for_postgres(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    dates = [name for name in frame.columns if isinstance(table.c[name].type, Date)]
    return frame.with_columns(pl.col(dates).cast(pl.Date)) if dates else frame


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame whose dates and times are ISO text and whose booleans are 0 and 1."""
    casts: list[pl.Expr] = []
    for name, dtype in frame.schema.items():
        if dtype == pl.Date:
            casts.append(pl.col(name).cast(pl.String))
        elif isinstance(dtype, pl.Datetime):
            casts.append(pl.col(name).dt.strftime(_MOMENT))
        elif dtype == pl.Boolean:
            casts.append(pl.col(name).cast(pl.Int8))
    return frame.with_columns(casts)


def text_types(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the types that ``as_text`` leaves of a schema."""
    return {name: _raw(dtype) for name, dtype in schema.items()}


def from_text(frame: pl.DataFrame, schema: dict[str, Any]) -> pl.DataFrame:
    """Return a frame of ``as_text`` in its own types again."""
    return frame.with_columns(
        _typed(pl.col(name), dtype) for name, dtype in schema.items() if frame.schema[name] != dtype
    )


def _typed(column: pl.Expr, dtype: Any) -> pl.Expr:  # noqa: ANN401 - a Polars data type or its class
    """Return a column of ``as_text`` in its own type."""
    if isinstance(dtype, pl.List):
        return column.str.json_decode(dtype)
    if dtype == pl.Date:
        return column.str.to_date("%Y-%m-%d")
    if isinstance(dtype, pl.Datetime):
        return column.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
    return column.cast(dtype)


def _frame_of_columns(
    connection: Connection, sql: str, values: Sequence[object], schema: dict[str, Any]
) -> pl.DataFrame:
    """Return the rows of a SELECT of SQLite, each column put together by SQLite as one JSON text.

    A Python object for each cell would cost three times as much. JSON keeps every text, and from
    SQLite 3.53 on (17 digits) every number as it is.
    """
    names = ", ".join(f"c{place}" for place in range(len(schema)))
    columns = ", ".join(f"json_group_array(c{place})" for place in range(len(schema)))
    whole = (
        f"WITH wanted({names}) AS ({sql}) SELECT count(*), {columns} "  # noqa: S608 - our statement
        "FROM (SELECT * FROM wanted LIMIT ? OFFSET ?)"
    )
    driver: Any = connection.connection.driver_connection
    parts: list[pl.DataFrame] = []
    count = _PORTION
    while count == _PORTION:
        with driver_errors(connection):
            limits = (_PORTION, len(parts) * _PORTION)
            count, *texts = driver.execute(whole, (*values, *limits)).fetchone()
        heard(connection)
        parts.append(_decoded(texts, schema))
    return pl.concat(parts)


def _decoded(texts: Sequence[str], schema: dict[str, Any]) -> pl.DataFrame:
    """Return the columns of these JSON texts, all in one query."""
    columns: list[pl.Expr] = []
    for name, raw in text_types(schema).items():
        values = pl.col(name).str.json_decode(pl.List(raw))
        column = values.explode(empty_as_null=False, keep_nulls=False)
        columns.append(column if raw == schema[name] else _typed(column, schema[name]))
    written = [pl.Series(name, [text]) for name, text in zip(schema, texts, strict=True)]
    return pl.DataFrame(written).select(columns)


def _frame_of_csv(content: bytes, schema: dict[str, Any]) -> pl.DataFrame:
    raw = {name: pl.String if _is_text(dtype) else dtype for name, dtype in schema.items()}
    frame = pl.read_csv(content, has_header=False, schema=raw, raise_if_empty=False)
    booleans = [name for name, dtype in schema.items() if dtype == pl.Boolean]
    return from_text(frame.with_columns(pl.col(name) == "t" for name in booleans), schema)


def _is_text(dtype: Any) -> bool:  # noqa: ANN401 - a Polars data type or its class
    return dtype == pl.Boolean or isinstance(dtype, (pl.List, pl.Datetime))


def _raw(dtype: Any) -> Any:  # noqa: ANN401 - a Polars data type or its class
    if dtype == pl.Date or isinstance(dtype, (pl.List, pl.Datetime)):
        return pl.String
    return pl.Int8 if dtype == pl.Boolean else dtype
