"""Rows told as JSON text: those that say the same things share one template."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import polars as pl

MOST_DAYS = 200_000
"""Days that a table of dates in words spans at most; wider ones are written one by one."""

DAYS_A_ROW = 2
"""So many at most for each row, too: a table for few rows costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column as it is written: ``text`` is JSON, or inside of quotes when ``quoted``.

    A date column stands for itself: its text is then the name of the column.
    """

    columns: tuple[str, ...]
    """Columns that must not be null, or what needs them is left out."""

    text: pl.Expr | str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Something told of the rows for which ``true`` holds and none of its fields is null."""

    true: pl.Expr
    parts: tuple[str | Field, ...]
    """JSON text: literally, or from the row."""

    def holds(self) -> pl.Expr:
        """Return whether it is told of a row."""
        needed = {name for part in self.parts if isinstance(part, Field) for name in part.columns}
        told = self.true.fill_null(value=False)
        for name in sorted(needed):
            told = told & pl.col(name).is_not_null()
        return told


def told_as_lists(rows: pl.DataFrame, groups: Sequence[Sequence[Told]]) -> pl.Series:
    """Return for each row the JSON list of what is told of it, in the order of ``groups``.

    What the first group begins with is told of every row. Of a group there are few shapes: what is
    told of a row by another does not matter to them.
    """
    dates = _Dates.of(rows)
    texts = [
        _texts(rows, group, dates, "[" if number == 0 else ",")
        for number, group in enumerate(groups)
    ]
    parts = pl.DataFrame([text.alias(str(number)) for number, text in enumerate(texts)])
    return parts.select(pl.concat_str(pl.all(), pl.lit("]")).alias("text")).to_series()


def _texts(rows: pl.DataFrame, group: Sequence[Told], dates: "_Dates", before: str) -> pl.Series:
    """Return what is told of each row by ``group``: after ``before``, and with commas between."""
    bits = [one.holds().cast(pl.Int64) * (1 << bit) for bit, one in enumerate(group)]
    shape = rows.select(pl.sum_horizontal(bits).alias("shape")).to_series()
    order = shape.arg_sort()
    read = sorted({name for one in group for name in _read(one)})
    alike = rows.select(read)[order]
    texts = [pl.Series("text", [], dtype=pl.String)]
    start = 0
    for length, told in shape.gather(order).rle().struct.unnest().iter_rows():
        some = [one for bit, one in enumerate(group) if told >> bit & 1]
        mine = alike.slice(start, length)
        text = _joined(some, dates, before) if some else pl.lit("")
        start += length
        texts.append(mine.with_columns(text.alias("text"))["text"])
    # Back into the order of the rows: each text goes to the place that its row was taken from.
    place = pl.int_range(len(order), dtype=pl.UInt32, eager=True)
    return pl.concat(texts, rechunk=True).gather(place.scatter(order, place.clone()))


def _read(one: Told) -> set[str]:
    """Return the columns that the text of ``one`` is made of."""
    names: set[str] = set()
    for part in one.parts:
        if isinstance(part, Field):
            text = part.text
            names |= {text} if isinstance(text, str) else set(text.meta.root_names())
    return names


def _joined(some: Sequence[Told], dates: "_Dates", before: str) -> pl.Expr:
    """Return the text of rows of which exactly ``some`` is told."""
    pieces: list[str | pl.Expr] = []
    for number, one in enumerate(some):
        pieces.append("," if number else before)
        for part in one.parts:
            pieces += [part] if isinstance(part, str) else _written(part, dates)
    merged: list[pl.Expr] = []
    for literal, run in groupby(pieces, lambda piece: isinstance(piece, str)):
        texts = list(run)
        if literal:
            merged.append(pl.lit("".join(str(text) for text in texts)))
        else:
            merged += [text for text in texts if isinstance(text, pl.Expr)]
    return pl.concat_str(merged)


def _written(part: Field, dates: "_Dates") -> list[str | pl.Expr]:
    text = dates.text(part.text) if isinstance(part.text, str) else part.text
    return ['"', text, '"'] if part.quoted else [text]


@dataclass(frozen=True, slots=True)
class _Dates:
    """Dates in words, looked up where they lie close enough together."""

    first: int
    words: pl.Expr | None

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "_Dates":
        days = pl.col(pl.Date).cast(pl.Int32)
        low, high = rows.select(days.min()).row(0), rows.select(days.max()).row(0)
        first = min((day for day in low if day is not None), default=0)
        last = max((day for day in high if day is not None), default=0)
        if last - first > min(MOST_DAYS, DAYS_A_ROW * rows.height):
            return cls(0, None)
        every = pl.int_range(first, last + 1, dtype=pl.Int32, eager=True)
        return cls(first, pl.lit(every.cast(pl.Date).cast(pl.String)))

    def text(self, column: str) -> pl.Expr:
        """Return a date column in words."""
        if self.words is None:
            return pl.col(column).cast(pl.String)
        return self.words.gather(pl.col(column).cast(pl.Int32) - self.first)
