"""Which file of which shape feeds which table, and how its columns become ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from recall_tui.errors import BadInput
from recall_tui.importers.columns import TABLES, Table, plain
from recall_tui.importers.reading import LINE, CsvFile

_OF_RESULTS: Final = ("value", "unit")
"""Columns of events without which no measurement counts."""

Prepare = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Feed:
    """One file that feeds one table.

    ``sources`` maps our column names to the plain header they come from; ``prepare`` gets the
    file's text columns by plain header (and ``line``) and returns them by our names.
    """

    file: CsvFile
    table: Table
    sources: Mapping[str, str]
    prepare: Prepare

    @property
    def headers(self) -> Mapping[str, str]:
        """Our column names to the headers as the file writes them."""
        written = {plain(header): header for header in self.file.header if plain(header)}
        return {ours: written[theirs] for ours, theirs in self.sources.items() if theirs in written}

    def text(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return a batch's rows as text columns by our names."""
        names = {str(at): plain(header) or f"?{at}" for at, header in enumerate(self.file.header)}
        return self.prepare(rows.rename(names))


@dataclass(frozen=True, slots=True)
class Reading:
    """How an extract is going to be read."""

    shape: str
    """The system that wrote it, where nothing in the files says so."""

    feeds: tuple[Feed, ...]
    unknown_columns: tuple[tuple[CsvFile, str], ...] = ()
    absent_columns: tuple[tuple[CsvFile, str], ...] = ()
    """Columns that may be missing, but not for nothing."""

    names_files: bool = True
    """Whether files that we do not know are worth a word."""


def read_canonical(files: Mapping[str, CsvFile]) -> Reading | None:
    """Return how to read our own shape; None when these files are not of it.

    Raises:
        BadInput: they are, but a file or column that is needed is missing.
    """
    patients = files.get("patients.csv")
    if patients is None or not _names(patients) & _accepted(TABLES[0])["patient_number"]:
        return None
    if "events.csv" not in files:
        raise BadInput.at("events.csv", None, "is missing; export it along with patients.csv")
    feeds: list[Feed] = []
    unknown: list[tuple[CsvFile, str]] = []
    for table in TABLES:
        file = files.get(table.file)
        if file is not None:
            sources = _bind(file, table)
            feeds.append(Feed(file, table, sources, _renaming(sources)))
            used = set(sources.values())
            unknown += [(file, name) for name in file.header if name and plain(name) not in used]
    absent = [
        (feed.file, name)
        for feed in feeds
        if feed.table.name == "events"
        for name in _OF_RESULTS
        if name not in feed.sources
    ]
    return Reading("", tuple(feeds), tuple(unknown), tuple(absent))


def only_patients(files: Mapping[str, CsvFile]) -> Reading | None:
    """Return how to read the list of patients of our own shape alone; None when it is not.

    Raises:
        BadInput: a column that is needed is missing.
    """
    table, patients = TABLES[0], files.get("patients.csv")
    if patients is None or not _names(patients) & _accepted(table)["patient_number"]:
        return None
    sources = _bind(patients, table)
    return Reading("", (Feed(patients, table, sources, _renaming(sources)),), names_files=False)


def _names(file: CsvFile) -> set[str]:
    return {plain(header) for header in file.header}


def _accepted(table: Table) -> dict[str, set[str]]:
    return {
        column.name: {plain(column.name), *(plain(alias) for alias in column.aliases)}
        for column in table.columns
    }


def _bind(file: CsvFile, table: Table) -> dict[str, str]:
    """Map our columns to the file's plain headers.

    Raises:
        BadInput: a needed column is missing, or two headers mean the same.
    """
    sources: dict[str, str] = {}
    accepted = _accepted(table)
    for header in file.header:
        key = plain(header)
        for name, names in accepted.items():
            if key not in names:
                continue
            if name in sources:
                words = f"two columns of the header mean {name} (one is {header}): remove one"
                raise BadInput.at(file.name, 1, words)
            sources[name] = key
    needed = [column.name for column in table.columns if column.needed]
    missing = [name for name in needed if name not in sources]
    if missing:
        raise BadInput.at(file.name, 1, missing_words(missing, file.header))
    return sources


def missing_words(missing: Sequence[str], header: Sequence[str]) -> str:
    """Say which columns are missing, and what the header holds instead."""
    seen = ", ".join(header[:12]) + (", …" if len(header) > 12 else "")  # noqa: PLR2004 - enough to recognise a file
    return f"the column {' and '.join(missing)} is missing; the header has: {seen}"


def _renaming(sources: Mapping[str, str]) -> Prepare:
    def rename(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.select(LINE, *(pl.col(theirs).alias(ours) for ours, theirs in sources.items()))

    return rename
