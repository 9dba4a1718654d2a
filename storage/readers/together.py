"""Several selects in one question: each round trip to a server costs more than what it fetches."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Integer,
    Select,
    String,
    cast,
    literal,
    null,
    union_all,
)

from storage.tables.base import Instant

Row = Mapping[str, Any]


def read_together(
    connection: Connection, selects: Mapping[str, Select[*tuple[Any, ...]]]
) -> Mapping[str, list[Row]]:
    """Return the rows of each select, by its name, read in one statement.

    A row gives by column name what the select alone would give; in no particular order. Columns
    are texts, numbers without fraction, truth values, days or times.
    """
    columns = {name: list(one.selected_columns) for name, one in selects.items()}
    width = max(map(len, columns.values()))
    every = [
        one.with_only_columns(
            literal(name),
            *(cast(column, String) for column in columns[name]),
            *(cast(null(), String) for _ in range(width - len(columns[name]))),
        )
        for name, one in selects.items()
    ]
    makers = {
        name: [(str(one.name), _maker(one)) for one in some] for name, some in columns.items()
    }
    found: dict[str, list[Row]] = {name: [] for name in selects}
    for row in connection.execute(union_all(*every)):
        name: str = row[0]
        texts: Sequence[str | None] = row[1:]
        pairs = zip(makers[name], texts, strict=False)
        found[name].append(
            {column: None if text is None else make(text) for (column, make), text in pairs}
        )
    return found


def _maker(column: ColumnElement[Any]) -> Callable[[str], Any]:
    """Return what makes the value of a column of its text, in either database."""
    match column.type:
        case Instant():
            return lambda text: datetime.fromisoformat(text).astimezone(UTC)
        case DateTime():
            return datetime.fromisoformat
        case Date():
            return date.fromisoformat
        case Boolean():
            return lambda text: text in {"1", "true"}
        case Integer():
            return int
        case _:
            return str
