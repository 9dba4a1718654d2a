"""Read an extract, whatever its shape: the one entry from files to frames."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

import polars as pl

from recall_tui.cleaning import clean_name
from recall_tui.errors import BadInput
from recall_tui.frames import APPOINTMENTS, EVENTS, MEDICATIONS, Extract, empty
from recall_tui.importers import cells
from recall_tui.importers.columns import TABLES, plain
from recall_tui.importers.gathering import Gathering, Shares
from recall_tui.importers.problems import Fault
from recall_tui.importers.reading import CsvFile
from recall_tui.importers.shapes import Reading, only_patients, read_canonical
from recall_tui.importers.source import Source, open_source
from recall_tui.importers.synthea import FILES as SYNTHEA_FILES
from recall_tui.importers.synthea import only_patients as synthea_patients
from recall_tui.importers.synthea import read_synthea
from recall_tui.importers.tables import RECORDS, Progress, TableReader

_ABOUT: Final = "extract.csv"
_PATIENTS: Final = "patients.csv"
_KNOWN: Final = SYNTHEA_FILES | {_ABOUT} | {table.file for table in TABLES}


class StagedExtract:
    """An extract that was read and checked, to be had whole or by patients in shares."""

    def __init__(
        self,
        path: Path,
        source: Source,
        today: date,
        progress: Progress | None,
        *stopped: str,
    ) -> None:
        """Read and check every file of ``source``.

        When ``stopped`` says why they cannot be taken, only the list of patients is read.
        """
        known = {_ABOUT, _PATIENTS} if stopped else _KNOWN
        files = {
            key: CsvFile(file.path, file.name) for key, file in source.files.items() if key in known
        }
        about = _read_about(files.get(_ABOUT))
        reading = _patients_only(files) if stopped else _shape_of(path, source, files)
        tables = TableReader(reading, today, progress)
        if reading.names_files:
            tables.note_files([*_unknown(source), *source.ignored])
        patients = tables.patients()
        size = sum(feed.file.size for feed in reading.feeds if feed.table.name in RECORDS)
        self._shares = Shares.of(size, patients.height)
        self._records: dict[str, Gathering] = {
            name: tables.records(name, patients, source.spool.path, self._shares)
            for name in RECORDS
        }
        self.facts = replace(
            _facts(tables, patients),
            sha256=source.sha256,
            tables=frozenset(feed.table.name for feed in reading.feeds),
            system=about.get("system", "") or reading.shape,
            extracted_at=_extracted_at(about, source),
            is_dated=bool(about.get("extractedat", "")),
            practice_code=about.get("practicecode", "").upper(),
            practice_name=about.get("practicename", ""),
            stopped=stopped,
        )
        """Everything but the events, medications and appointments."""

    @property
    def shares(self) -> int:
        """How many shares the patients are dealt into."""
        return self._shares.count

    def whole(self) -> Extract:
        """Return everything at once."""
        return replace(
            self.facts,
            events=self._whole("events"),
            medications=self._whole("medications"),
            appointments=self._whole("appointments"),
        )

    def _whole(self, name: str) -> pl.DataFrame:
        table = self._records[name]
        return pl.concat([table.share(share) for share in range(self.shares)], rechunk=False)

    def parts(self) -> Iterator[Extract]:
        """Yield the extract share by share: some patients, in order, and all that is theirs.

        Staff, problems and facts are the same in each.
        """
        for share in range(self.shares):
            patients = self.facts.patients.slice(share * self._shares.each, self._shares.each)
            yield replace(
                self.facts,
                patients=patients,
                events=self._records["events"].share(share),
                medications=self._records["medications"].share(share),
                appointments=self._records["appointments"].share(share),
            )


def _facts(tables: TableReader, patients: pl.DataFrame) -> Extract:
    """Return what the tables say, after all of them were read."""
    return Extract(
        patients=patients,
        events=empty(EVENTS),
        medications=empty(MEDICATIONS),
        appointments=empty(APPOINTMENTS),
        staff=tables.staff(),
        problems=tables.problems(),
        sha256="",
        tables=frozenset(),
        rows_read=tables.rows_read,
        files=tables.files(),
        parked=tables.parked,
        unreadable=tables.unreadable,
    )


def read_extract(path: Path, today: date, progress: Progress | None = None) -> Extract:
    """Read the folder or zip ``path`` into checked frames.

    Nothing is written but a private spool, which goes away again.

    Raises:
        BadInput: the files cannot be taken at all: one line that says which, why and what to do.
    """
    with staged_extract(path, today, progress) as staged:
        return staged.whole()


@contextmanager
def staged_extract(
    path: Path, today: date, progress: Progress | None = None
) -> Generator[StagedExtract]:
    """Read ``path`` as ``read_extract`` does, but keep what is large on disk while in use.

    Raises:
        BadInput: as ``read_extract``.
    """
    source = open_source(path)
    try:
        yield _staged(path, source, today, progress)
    finally:
        source.spool.close()


def _staged(path: Path, source: Source, today: date, progress: Progress | None) -> StagedExtract:
    try:
        try:
            return StagedExtract(path, source, today, progress)
        except BadInput as fault:
            return _with_patients(fault, (path, source, today, progress))
    except OSError as fault:
        words = f"no room or right to work in {source.spool.path.parent}: {fault.strerror or fault}"
        raise BadInput.at(path, None, words) from fault


def _with_patients(
    fault: BadInput, wanted: tuple[Path, Source, date, Progress | None]
) -> StagedExtract:
    """Return the list of patients alone, stopped by ``fault`` in another file.

    Deaths, deductions and do-not-contact are taken from it all the same (DESIGN.md section 5).

    Raises:
        BadInput: the list cannot be read either: the first fault.
    """
    try:
        return StagedExtract(*wanted, fault.words)
    except BadInput:
        raise fault from None


def _unknown(source: Source) -> list[str]:
    return [file.name for key, file in source.files.items() if key not in _KNOWN]


def _shape_of(path: Path, source: Source, files: Mapping[str, CsvFile]) -> Reading:
    for read in (read_synthea, read_canonical):
        found = read(files)
        if found is not None:
            return found
    expected = (
        "expected patients.csv and events.csv with the column patient_number"
        " (see docs/extract.md), or the CSV files of Synthea"
    )
    patients = files.get("patients.csv")
    if patients is None:
        there = ", ".join(sorted(file.name for file in source.files.values())[:8])
        raise BadInput.at(path, None, f"patients.csv is missing; there is {there}; {expected}")
    words = f"is no patient list that we know: its columns are {', '.join(patients.header[:8])}"
    raise BadInput.at(patients.name, 1, f"{words}; {expected}")


def _patients_only(files: Mapping[str, CsvFile]) -> Reading:
    """Return how to read the list of patients alone.

    Raises:
        BadInput: there is none that we know.
    """
    for read in (synthea_patients, only_patients):
        found = read(files)
        if found is not None:
            return found
    raise BadInput("there is no list of patients that we know")


def _read_about(file: CsvFile | None) -> dict[str, str]:
    """Return the cells of extract.csv by plain header; empty without the file.

    Raises:
        BadInput: it has not exactly one row.
    """
    if file is None:
        return {}
    batches = list(file.batches())
    if sum(batch.rows.height for batch in batches) != 1 or any(batch.parked for batch in batches):
        raise BadInput.at(file.name, None, "must have the header and one row")
    row = next(batch.rows.row(0)[1:] for batch in batches if batch.rows.height)
    return {
        plain(header): clean_name(cell or "") for header, cell in zip(file.header, row, strict=True)
    }


def _extracted_at(about: Mapping[str, str], source: Source) -> datetime | None:
    text = about.get("extractedat", "")
    if not text:
        return source.newest
    found, fault = cells.read_time(text)
    if found is None:
        words = f"extracted_at {(fault or Fault.TIME).words}"
        raise BadInput.at(_ABOUT, 2, words)
    return found
