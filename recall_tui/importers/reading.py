"""Read one CSV file as text, in batches, each record with its physical line number.

Clean stretches are parsed by Polars, whose result is checked against counts of line ends and
commas made without it; whatever is quoted, ragged or odd goes through ``records``, row by row.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from recall_tui.cleaning import clean_name
from recall_tui.errors import BadInput
from recall_tui.importers.inspecting import LONGEST_LINE, Looks, inspect
from recall_tui.importers.problems import Fault, Parked
from recall_tui.importers.records import Records, row_pattern, split_records

BLOCK: Final = 32 << 20
"""Bytes that are parsed at once."""

MOST_PARKED: Final = 100_000
"""More rows than this that do not fit the header: it is the wrong header, not some bad rows."""

LINE: Final = "line"

_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "vertical bars", "~": "tildes"}


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records of a file.

    ``rows`` has the column ``line`` (physical line of the record's first character) and one text
    column for each column of the header, named by its position ("0", "1", …).
    ``rows.height + len(parked) + blank`` is the number of records.
    """

    rows: pl.DataFrame
    parked: list[Parked]
    blank: int
    bytes_read: int


class CsvFile:
    """A CSV file whose bytes and header were judged.

    Raises:
        BadInput: on making it, when the file cannot be read as UTF-8, comma-separated text.
    """

    def __init__(self, path: Path, name: str) -> None:
        """Judge the bytes and read the header of ``path``; ``name`` is what messages call it."""
        self.path = path
        self.name = name
        self.size = path.stat().st_size
        self.looks: Looks = inspect(path, name)
        self.header, self._header_lines = self._read_header()

    def _read_header(self) -> tuple[tuple[str, ...], int]:
        with self.path.open(encoding="utf-8-sig", newline="\n") as stream:
            line = stream.readline(LONGEST_LINE)
        text = line.rstrip("\r\n")
        try:
            rows = list(csv.reader([text], strict=True))
        except csv.Error:
            raise BadInput.at(self.name, 1, "the header is not CSV: export it again") from None
        header = tuple(clean_name(cell) for cell in rows[0]) if rows else ()
        self._judge_header(header, text)
        return header, 1

    def _judge_header(self, header: tuple[str, ...], text: str) -> None:
        if not any(header):
            words = "the first line is blank; it must hold the names of the columns"
            raise BadInput.at(self.name, 1, words)
        if len(header) == 1:
            for separator, plural in _SEPARATORS.items():
                if separator in text:
                    words = f"is separated by {plural}: export it again separated by commas"
                    raise BadInput.at(self.name, 1, words)
            words = f"has one column only ({header[0][:40]}): is this the right file?"
            raise BadInput.at(self.name, 1, words)
        seen: set[str] = set()
        for cell in header:
            key = cell.casefold()
            if key and key in seen:
                words = f"the column {cell} stands twice in the header: export it again"
                raise BadInput.at(self.name, 1, words)
            seen.add(key)

    @property
    def width(self) -> int:
        """Columns of the header."""
        return len(self.header)

    def batches(self) -> Iterator[Batch]:
        """Yield every record, parked or not, in the order of the file.

        Raises:
            BadInput: a line is longer than a megabyte, or so many rows do not fit the header
                that it must be the wrong one.
        """
        parked = 0
        line = 1 + self._header_lines
        for block, final in self._blocks():
            batch = self._read_plain(block, line)
            if batch is not None:
                line += block.count(b"\n")
            else:
                batch, line = self._read_odd(block, line, final=final)
            parked += len(batch.parked)
            if parked > MOST_PARKED:
                words = f"more than {MOST_PARKED} rows do not fit the header: export it again"
                raise BadInput.at(self.name, batch.parked[0].line, words)
            yield batch

    def _blocks(self) -> Iterator[tuple[bytes, bool]]:
        """Yield whole lines, about ``BLOCK`` bytes at a time; what is left over comes again."""
        self._left = b""
        with self.path.open("rb") as stream:
            stream.seek(self.looks.start)
            stream.readline()
            while chunk := stream.read(BLOCK):
                cut = chunk.rfind(b"\n") + 1
                if not cut and len(chunk) > LONGEST_LINE:
                    raise BadInput.at(self.name, None, "has a line longer than a megabyte")
                block, rest = self._left + chunk[:cut], chunk[cut:]
                self._left = b""
                if block:
                    yield block, False
                self._left += rest
            while self._left:
                block, self._left = self._left, b""
                yield block, True

    def _read_plain(self, block: bytes, line: int) -> Batch | None:
        """Return the block's records, or None when they must be looked at one by one."""
        if not _is_plain(block, self.width):
            return None
        try:
            rows = pl.read_csv(
                io.BytesIO(block),
                has_header=False,
                schema=self._schema,
                quote_char=None,
            )
        except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
            return None
        if rows.height != block.count(b"\n"):
            return None
        rows = rows.with_row_index(LINE, line).with_columns(pl.col(LINE).cast(pl.Int64))
        return self._without_headers(rows, [], 0, len(block))

    def _read_odd(self, block: bytes, line: int, *, final: bool) -> tuple[Batch, int]:
        """Read well-formed lines by Polars and the stretches between them row by row."""
        physical = _lines(block)
        whole = physical.get_column("text").str.contains(row_pattern(self.width).pattern)
        found = Records()
        used = physical.height
        for start, length in _stretches(~whole):
            ends_block = start + length == physical.height
            lines = physical.get_column("text").slice(start, length).to_list()
            part = split_records(lines, line + start, self.width, final=final or not ends_block)
            found.take(part)
            if part.used < length:
                used = start + part.used
                self._left = "\n".join([*lines[part.used :], ""]).encode() + self._left
        good = physical.with_row_index(LINE, line).filter(whole)
        text = good.get_column("text").str.join("\n").item() or ""
        rows = pl.concat([self._parse_good(text, good.get_column(LINE)), self._frame(found)])
        rows = rows.sort(LINE) if found.rows else rows
        batch = self._without_headers(rows, found.parked, found.blank, len(block))
        return batch, line + used

    def _parse_good(self, text: str, lines: pl.Series) -> pl.DataFrame:
        if not lines.len():
            return self._frame(Records())
        rows = pl.read_csv(io.BytesIO(text.encode()), has_header=False, schema=self._schema)
        if rows.height != lines.len():
            message = f"{self.name}: {rows.height} rows in {lines.len()} well-formed lines"
            raise AssertionError(message)
        return rows.insert_column(0, lines.cast(pl.Int64))

    def _frame(self, found: Records) -> pl.DataFrame:
        columns = list(zip(*found.rows, strict=True)) or [()] * self.width
        return pl.DataFrame(
            {LINE: found.lines, **{str(at): cells for at, cells in enumerate(columns)}},
            schema={LINE: pl.Int64, **self._schema},
        )

    @property
    def _schema(self) -> dict[str, type[pl.String]]:
        return {str(at): pl.String for at in range(self.width)}

    def _without_headers(
        self, rows: pl.DataFrame, parked: list[Parked], blank: int, size: int
    ) -> Batch:
        """Park rows that repeat the header, and drop those of empty cells."""
        first = rows.get_column("0").str.strip_chars()
        if (first == self.header[0]).any():
            same = [pl.col(str(at)).fill_null("") == name for at, name in enumerate(self.header)]
            repeated = rows.filter(pl.all_horizontal(same))
            again = [Parked(line, Fault.REPEATED_HEADER) for line in repeated.get_column(LINE)]
            parked = sorted([*parked, *again], key=lambda row: row.line)
            rows = rows.filter(~pl.all_horizontal(same))
        if first.null_count() or (first == "").any():
            cells = pl.exclude(LINE).str.strip_chars().fill_null("") == ""
            kept = rows.filter(~pl.all_horizontal(cells))
            blank += rows.height - kept.height
            rows = kept
        return Batch(rows, parked, blank, size)


def _is_plain(block: bytes, width: int) -> bool:
    """Whether no quote, bare CR, ragged or blank line can be in the block.

    Polars refuses rows with too many cells, so the right number of commas in all means the right
    number in each.
    """
    return (
        b'"' not in block
        and block.count(b"\r") == block.count(b"\r\n")
        and block.count(b",") == (width - 1) * block.count(b"\n")
    )


def _lines(block: bytes) -> pl.DataFrame:
    """Return the physical lines of a block, without their line ends, as one column ``text``."""
    lines = block.decode("utf-8").replace("\r\n", "\n").split("\n")
    return pl.DataFrame({"text": lines[:-1]}, schema={"text": pl.String})


def _stretches(marked: pl.Series) -> Iterator[tuple[int, int]]:
    """Yield start and length of each run of True."""
    runs = pl.DataFrame({"is": marked}).select(
        pl.col("is"), pl.col("is").rle_id().alias("run"), pl.int_range(pl.len()).alias("at")
    )
    starts = (
        runs.filter("is").group_by("run", maintain_order=True).agg(pl.col("at").first(), pl.len())
    )
    for _, start, length in starts.iter_rows():
        yield start, length
