"""Read the feeds of one extract table by table, and keep what was wrong in them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from recall_tui.domain.import_guards import FileRows
from recall_tui.errors import BadInput
from recall_tui.frames import PARKED, ROW_PROBLEMS, conform, empty
from recall_tui.importers.checking import check_belonging, check_patients, check_staff
from recall_tui.importers.columns import BY_NAME
from recall_tui.importers.converting import Converted, Converter
from recall_tui.importers.gathering import PLACE, Gathering, Shares
from recall_tui.importers.problems import REJECTED, Fault, parked_frame, problem_frame
from recall_tui.importers.reading import Batch
from recall_tui.importers.shapes import Feed, Reading

Progress = Callable[[str, int, int], None]
"""Takes what is being done, and how many bytes of how many are read."""

RECORDS: Final = ("events", "medications", "appointments")
"""The tables whose rows belong to patients."""


class TableReader:
    """Reads every feed of one extract; ask for the patients first."""

    def __init__(self, reading: Reading, today: date, progress: Progress | None) -> None:
        """Begin; nothing is read yet."""
        self._reading = reading
        self._today = today
        self._progress = progress
        self._total = sum(feed.file.size for feed in reading.feeds)
        self._done = 0
        self._problems: list[pl.DataFrame] = []
        self._read: dict[tuple[str, str], int] = {}
        self.parked = empty(PARKED)
        """Patients whose row was rejected, but could be told by their number."""

        self.unreadable = 0
        """Rows of the list of patients that could not be told apart or have no number."""

        for fault, columns in (
            (Fault.UNKNOWN_COLUMN, reading.unknown_columns),
            (Fault.ABSENT_COLUMN, reading.absent_columns),
        ):
            for file, name in columns:
                self._note((file.name, name), fault)

    def note_files(self, names: Iterable[str]) -> None:
        """Note files that are not read."""
        for name in names:
            self._note((name, None), Fault.UNKNOWN_FILE)

    def _note(self, where: tuple[str, str | None], fault: Fault) -> None:
        line = pl.Series([1], dtype=pl.Int64)
        self._problems.append(problem_frame(where, line, fault, rejected=False))

    def patients(self) -> pl.DataFrame:
        """Read the patients.

        Raises:
            BadInput: there is none that can be read.
        """
        patients = self._people("patients", check_patients)
        known = patients.select("patient_number")
        self.parked = self.parked.join(known, on="patient_number", how="anti")
        if not patients.height:
            raise BadInput.at("patients.csv", None, "has no patient that can be read")
        return patients

    def staff(self) -> pl.DataFrame:
        """Read the staff."""
        return self._people("staff", check_staff)

    def problems(self) -> pl.DataFrame:
        """Return what was wrong in everything read so far, by file and line."""
        if not self._problems:
            return empty(ROW_PROBLEMS)
        return pl.concat(self._problems).sort("file", "line", maintain_order=True)

    def files(self) -> tuple[FileRows, ...]:
        """Return how many rows each file had, and how many were rejected."""
        rejected = (
            self.problems()
            .filter(pl.col("severity") == REJECTED)
            .group_by("file")
            .agg(pl.col("line").n_unique())
        )
        bad: dict[str, int] = dict(rejected.iter_rows())
        return tuple(
            FileRows(file, table, read, bad.get(file, 0))
            for (file, table), read in self._read.items()
        )

    @property
    def rows_read(self) -> dict[str, int]:
        """Table to data rows read so far, parked ones included."""
        rows: dict[str, int] = {}
        for (_, table), read in self._read.items():
            rows[table] = rows.get(table, 0) + read
        return rows

    def records(self, name: str, patients: pl.DataFrame, spool: Path, shares: Shares) -> Gathering:
        """Read every file that feeds ``name``, one of ``RECORDS``."""
        places = patients.select("patient_number", "date_of_birth").with_row_index(PLACE)
        gathering = Gathering(name, BY_NAME[name].schema, spool, shares)
        feeds = self._feeds(name)
        for feed in feeds:
            converter = self._converter(feed)
            for batch in self._batches(feed):
                found = converter.convert(feed.text(batch.rows))
                known = check_belonging(converter, found.rows, places)
                self._problems += [*found.problems, *known.problems]
                gathering.add(known.rows)
        for lines in gathering.finish():
            file = feeds[-1].file.name
            self._problems.append(
                problem_frame((file, None), lines, Fault.APPOINTMENT_TWICE, rejected=True)
            )
        return gathering

    def _people(
        self, name: str, check: Callable[[Converter, pl.DataFrame], Converted]
    ) -> pl.DataFrame:
        """Read a table that is held whole and whose rows are checked against each other."""
        schema = BY_NAME[name].schema
        for feed in self._feeds(name):
            converter = self._converter(feed)
            parts = [converter.convert(feed.text(batch.rows)) for batch in self._batches(feed)]
            if not parts:
                continue
            if name == "patients":
                self._keep_parked(parts)
            checked = check(converter, pl.concat([part.rows for part in parts]))
            for part in (*parts, checked):
                self._problems += part.problems
            return conform(checked.rows, schema).sort(next(iter(schema)))
        return empty(schema)

    def _keep_parked(self, parts: Iterable[Converted]) -> None:
        """Keep what rejected rows still say of patients."""
        rows = pl.concat([part.parked for part in parts if part.parked is not None])
        told = pl.col("patient_number").is_not_null()
        self.unreadable += rows.filter(~told).height
        kept = conform(rows.filter(told), PARKED).unique("patient_number", keep="first")
        self.parked = kept.sort("patient_number")

    def _feeds(self, name: str) -> list[Feed]:
        return [feed for feed in self._reading.feeds if feed.table.name == name]

    def _converter(self, feed: Feed) -> Converter:
        return Converter(feed.table, feed.file.name, feed.headers, self._today)

    def _batches(self, feed: Feed) -> Iterator[Batch]:
        """Yield the batches of a file, noting what was parked and how far we are."""
        key = (feed.file.name, feed.table.name)
        self._read.setdefault(key, 0)
        so_far = 0
        for batch in feed.file.batches():
            self._read[key] += batch.rows.height + len(batch.parked)
            if feed.table.name == "patients":
                lost = [one for one in batch.parked if one.fault is not Fault.REPEATED_HEADER]
                self.unreadable += len(lost)
            if batch.parked:
                self._problems.append(parked_frame(feed.file.name, batch.parked))
            yield batch
            so_far += batch.bytes_read
            self._tell(feed, min(self._done + so_far, self._total))
        self._done += feed.file.size
        self._tell(feed, self._done)

    def _tell(self, feed: Feed, done: int) -> None:
        if self._progress is not None:
            self._progress(f"reading {feed.file.name}", done, self._total)
