"""Turn text columns into a table's schema: every cell read, every fault said with its line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from recall_tui.errors import BadInput
from recall_tui.importers import cells
from recall_tui.importers.columns import YES_NO, Column, Kind, Table, plain
from recall_tui.importers.problems import Fault, problem_frame
from recall_tui.importers.reading import LINE

Reader = Callable[[str], tuple[Any, Fault | None]]

_PLAIN_KEY: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
_ODD_TEXT: Final = r"[^\x20-\x7E]|  "
_NUMBER: Final = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_FLOAT: Final = pl.Float64()
_TEN_DIGITS: Final = r"^[0-9]{10}$"
_KEEPS_CELL: Final = frozenset({Fault.HIDDEN_REMOVED})


@dataclass(frozen=True, slots=True)
class Converted:
    """Rows of a table's schema (with ``line``, without ``occurrence``), and what was wrong."""

    rows: pl.DataFrame
    problems: list[pl.DataFrame]
    rejected: int
    parked: pl.DataFrame | None = None
    """The rejected rows, as far as their cells could be read."""


@dataclass(frozen=True, slots=True)
class Converter:
    """Reads the text columns of one file into one table.

    ``headers`` maps our column names to the names in the file, for the words of problems.
    """

    table: Table
    file: str
    headers: Mapping[str, str]
    today: date

    def convert(self, rows: pl.DataFrame) -> Converted:
        """Read ``rows``: ``line`` and text columns by our names (absent ones are empty).

        Raises:
            BadInput: the dates of a column are in American order.
        """
        out: dict[str, pl.Series] = {LINE: rows.get_column(LINE)}
        problems: list[pl.DataFrame] = []
        bad = pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
        for column in self.table.columns:
            raw = _text(rows, column.name)
            values, faults = _read(column, raw)
            out |= values
            said, rejects = self._say(column, raw, faults, rows.get_column(LINE))
            problems += said
            bad = bad | rejects if rejects is not None else bad
        frame = pl.DataFrame(out)
        return Converted(frame.filter(~bad), problems, int(bad.sum()), frame.filter(bad))

    def _say(
        self, column: Column, raw: pl.Series, faults: pl.Series | None, lines: pl.Series
    ) -> tuple[list[pl.DataFrame], pl.Series | None]:
        """Return the problems of one column, and which rows they reject."""
        rejecting = column.needed or column.strict
        said: list[pl.DataFrame] = []
        bad: pl.Series | None = None
        if column.needed and raw.null_count():
            bad = raw.is_null()
            said.append(self.say(lines.filter(bad), column.name, Fault.MISSING, rejected=True))
        for code in faults.drop_nulls().unique(maintain_order=True) if faults is not None else ():
            fault = Fault(code)
            where = (faults == code).fill_null(value=False)
            if fault is Fault.DATE_AMERICAN:
                self._refuse_american(column.name, lines.filter(where)[0])
            rejects = rejecting and fault not in _KEEPS_CELL
            words = column.odd_words if fault is Fault.WORD else ""
            said.append(
                self.say(lines.filter(where), column.name, fault, rejected=rejects, words=words)
            )
            if rejects:
                bad = where if bad is None else bad | where
        return said, bad

    def say(
        self, lines: pl.Series, column: str, fault: Fault, *, rejected: bool, words: str = ""
    ) -> pl.DataFrame:
        """Return ROW_PROBLEMS of one of our columns on these lines."""
        where = (self.file, self.header(column))
        return problem_frame(where, lines, fault, rejected=rejected, words=words)

    def header(self, column: str) -> str:
        """Return what the file calls our column."""
        return self.headers.get(column, column)

    def _refuse_american(self, column: str, line: int) -> None:
        words = (
            f"the dates of {self.header(column)} are in American order (month/day/year):"
            " export them as YYYY-MM-DD or dd/mm/yyyy"
        )
        raise BadInput.at(self.file, line, words)


def _text(rows: pl.DataFrame, name: str) -> pl.Series:
    """Return a column trimmed, its empty cells null."""
    if name not in rows.columns:
        return pl.repeat(None, rows.height, dtype=pl.String, eager=True).alias(name)
    column = pl.col(name).str.strip_chars()
    return rows.select(pl.when(column != "").then(column).alias(name)).get_column(name)


def _read(column: Column, raw: pl.Series) -> tuple[dict[str, pl.Series], pl.Series | None]:
    """Return the values by schema column, and the code of the fault of each row (or None)."""
    if column.kind is Kind.PERIOD:
        return _read_period(raw)
    if column.kind is Kind.VALUE:
        return _read_value(raw)
    if column.kind is Kind.KEY:
        values, faults = _read_unless(raw, raw.str.contains(_PLAIN_KEY), cells.read_key)
    elif column.kind is Kind.NHS_NUMBER:
        values, faults = _read_unless(raw, _is_nhs_number(raw), cells.read_nhs_number)
    elif column.kind is Kind.TEXT:
        values, faults = _read_unless(raw, ~raw.str.contains(_ODD_TEXT), cells.read_text)
    else:
        reader, dtype = _reader_of(column)
        values, faults = _read_each(raw, reader, dtype)
    return {column.name: _with_defaults(column, values, faults)}, faults


def _reader_of(column: Column) -> tuple[Reader, pl.DataType]:
    if column.kind is Kind.WORD:
        return partial(cells.read_word, words=column.words), pl.String()
    return _READERS[column.kind]


def _read_yes_no(text: str) -> tuple[bool | None, Fault | None]:
    found = YES_NO.get(plain(text))
    return found, Fault.WORD if found is None else None


_READERS: Final[Mapping[Kind, tuple[Reader, pl.DataType]]] = MappingProxyType(
    {
        Kind.CODE: (cells.read_code, pl.String()),
        Kind.DAY: (cells.read_day, pl.Date()),
        Kind.TIME: (cells.read_time, pl.Datetime("us")),
        Kind.WHOLE: (cells.read_whole, pl.Int32()),
        Kind.YES_NO: (_read_yes_no, pl.Boolean()),
    }
)


def _read_each(
    raw: pl.Series, reader: Reader, dtype: pl.DataType
) -> tuple[pl.Series, pl.Series | None]:
    """Read every distinct text of ``raw`` once."""
    texts = raw.drop_nulls().unique()
    read = [reader(text) for text in texts]
    if not read:
        return pl.repeat(None, raw.len(), dtype=dtype, eager=True), None
    new = pl.Series([value for value, _ in read], dtype=dtype)
    values = raw.replace_strict(texts, new, default=None, return_dtype=dtype)
    bad = {text: fault.value for text, (_, fault) in zip(texts, read, strict=True) if fault}
    if not bad:
        return values, None
    return values, raw.replace_strict(bad, default=None, return_dtype=pl.String)


def _read_unless(
    raw: pl.Series, is_plain: pl.Series, reader: Reader
) -> tuple[pl.Series, pl.Series | None]:
    """Take the plain texts as they stand and read only the others."""
    if is_plain.all(ignore_nulls=True):
        return raw, None
    frame = pl.DataFrame({"raw": raw, "plain": is_plain})
    odd = frame.select(pl.when(~pl.col("plain")).then(pl.col("raw"))).to_series()
    values, faults = _read_each(odd, reader, pl.String())
    frame = frame.with_columns(values.alias("read"))
    kept = frame.select(pl.when(pl.col("plain")).then(pl.col("raw")).otherwise(pl.col("read")))
    return kept.to_series(), faults


def _is_nhs_number(raw: pl.Series) -> pl.Series:
    """Whether each text is ten bare digits that ``cells.read_nhs_number`` would keep as they are.

    The same rule for a whole column at once: a million calls of stdnum take ten seconds.
    """
    frame = pl.DataFrame({"raw": raw})
    digits = [pl.col("raw").str.slice(place, 1).cast(pl.Int32, strict=False) for place in range(10)]
    check = pl.sum_horizontal((10 - place) * digit for place, digit in enumerate(digits)) % 11
    is_same = pl.col("raw") == pl.col("raw").str.slice(0, 1).repeat_by(10).list.join("")
    good = pl.col("raw").str.contains(_TEN_DIGITS) & (check == 0) & ~is_same
    return frame.select(good.alias("good")).to_series()


def _read_period(raw: pl.Series) -> tuple[dict[str, pl.Series], pl.Series | None]:
    values, faults = _read_each(raw, cells.read_period, pl.Date())
    length = pl.col("raw").str.len_bytes()
    precision = pl.when(length == 4).then(pl.lit("Y")).when(length == 7).then(pl.lit("M"))  # noqa: PLR2004 - YYYY, YYYY-MM
    frame = pl.DataFrame({"raw": raw}).select(precision.otherwise(pl.lit("D")))
    return {"event_date": values, "precision": frame.to_series()}, faults


def _read_value(raw: pl.Series) -> tuple[dict[str, pl.Series], pl.Series | None]:
    number = pl.when(pl.col("raw").str.contains(_NUMBER)).then(pl.col("raw"))
    cast = number.cast(pl.Float64, strict=False)
    frame = pl.DataFrame({"raw": raw}).select(
        pl.when(cast.is_finite()).then(cast).alias("value"),
        pl.when(~cast.is_finite().fill_null(value=False)).then(pl.col("raw")).alias("text"),
    )
    text = frame.get_column("text")
    texts, faults = _read_unless(text, ~text.str.contains(_ODD_TEXT), cells.read_text)
    bounds = _bounds(texts)
    values = frame.get_column("value")
    if bounds:
        values = values.fill_null(texts.replace_strict(bounds, default=None, return_dtype=_FLOAT))
    return {"value": values, "value_text": texts}, faults


def _bounds(texts: pl.Series) -> dict[str, float]:
    """Return the number that each text such as ``<3`` stands for; others are left out."""
    found = texts.drop_nulls().unique()
    read = {text: cells.read_bound(text) for text in found.filter(found.str.contains(r"^[<>≤≥=]"))}
    return {text: value for text, value in read.items() if value is not None}


def _with_defaults(column: Column, values: pl.Series, faults: pl.Series | None) -> pl.Series:
    if column.when_odd is not None and faults is not None:
        frame = pl.DataFrame({"value": values, "fault": faults})
        odd = pl.when(pl.col("fault").is_not_null()).then(pl.lit(column.when_odd))
        values = frame.select(odd.otherwise(pl.col("value"))).to_series()
    if column.when_empty is not None and values.null_count():
        values = values.fill_null(column.when_empty)
    return values
