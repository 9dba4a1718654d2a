"""Write a canonical extract: frames by our schemas in, the files of docs/extract.md out."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

import polars as pl

from recall_tui.errors import BadInput
from recall_tui.importers.columns import BY_NAME, Column, Kind, Table

_PART: Final = ".part"


@dataclass(frozen=True, slots=True)
class About:
    """The row of extract.csv."""

    practice_code: str
    practice_name: str
    extracted_at: datetime
    """Local time of the practice, no zone."""

    system: str


class ExtractWriter:
    """Writes the files of one extract into a folder, frame after frame, whole or not at all.

    Use it as a context: the files get their names when it ends well, and are removed when it does
    not. They are readable by their owner only.
    """

    def __init__(self, folder: Path, about: About) -> None:
        """Prepare to write into ``folder``, which is made when it does not exist.

        Raises:
            BadInput: an extract is there already.
        """
        self._folder = folder
        self._streams: dict[str, IO[bytes]] = {}
        names = ["extract.csv", *(table.file for table in BY_NAME.values())]
        there = [name for name in names if (folder / name).exists()]
        if there:
            words = f"holds {there[0]} already: choose an empty folder"
            raise BadInput.at(folder, None, words)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write_about(about)
        for name in ("patients", "events"):
            self._stream(BY_NAME[name])

    def append(self, table: str, rows: pl.DataFrame) -> None:
        """Append ``rows``, which have the schema of ``table`` (such as ``events``)."""
        known = BY_NAME[table]
        text = rows.select(_cells(known))
        text.write_csv(self._stream(known), include_header=False)

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Name the files when all went well, remove them otherwise."""
        for name, stream in self._streams.items():
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
            part = self._folder / (name + _PART)
            if kind is None:
                part.replace(self._folder / name)
            else:
                part.unlink()

    def _write_about(self, about: About) -> None:
        frame = pl.DataFrame(
            {
                "practice_code": [about.practice_code],
                "practice_name": [about.practice_name],
                "extracted_at": [about.extracted_at.isoformat(timespec="seconds")],
                "system": [about.system],
            }
        )
        frame.write_csv(self._open("extract.csv"))

    def _stream(self, table: Table) -> IO[bytes]:
        """Return the open file of a table; a new one begins with its header."""
        stream = self._streams.get(table.file)
        if stream is None:
            stream = self._open(table.file)
            header = ",".join(column.name for column in table.columns)
            stream.write(f"{header}\n".encode())
        return stream

    def _open(self, name: str) -> IO[bytes]:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        number = os.open(self._folder / (name + _PART), flags, 0o600)
        self._streams[name] = os.fdopen(number, "wb")
        return self._streams[name]


def _cells(table: Table) -> Iterable[pl.Expr]:
    return [_cell(column).alias(column.name) for column in table.columns]


def _cell(column: Column) -> pl.Expr:
    """Return the text of a column as docs/extract.md asks for it."""
    match column.kind:
        case Kind.PERIOD:
            day = pl.col("event_date").dt.to_string("iso")
            precision = pl.col("precision")
            month = pl.when(precision == "M").then(day.str.slice(0, 7))
            return month.when(precision == "Y").then(day.str.slice(0, 4)).otherwise(day)
        case Kind.VALUE:
            number = pl.col("value").cast(pl.String).str.strip_suffix(".0")
            return pl.coalesce(pl.col("value_text"), number)
        case Kind.YES_NO:
            return (
                pl.when(pl.col(column.name))
                .then(pl.lit("Y"))
                .when(~pl.col(column.name))
                .then(pl.lit("N"))
            )
        case Kind.TIME:
            return pl.col(column.name).dt.to_string("%Y-%m-%d %H:%M")
        case _:
            return pl.col(column.name)
