"""Imports: what each one brought, refused and overwrote."""

from datetime import datetime

from sqlalchemy import Column, DateTime, Index, Integer, Named, String, Table, Text

from storage.tables.base import CLUSTERED, METADATA, Instant, Tenant


class ImportRunColumns(Tenant):
    """One import; also the proof that it was applied, when an answer was lost."""

    run_id: Named[str] = Column(String, primary_key=True)
    run_no: Named[int]
    """Counts from 1 within the practice."""

    sha256: Named[str]
    system: Named[str]
    extracted_at: Named[datetime | None] = Column(DateTime)
    """Local time of the practice."""

    applied_at: Named[datetime] = Column(Instant)
    applied_by: Named[str]
    state: Named[str]
    """applied, stopped (only deaths, departures and do-not-contact were taken), rolled_back."""

    counts: Named[str] = Column(Text)
    """JSON: table to added, changed, unchanged, left, died, removed, rejected."""

    words: Named[str] = Column(Text)


class RowProblemColumns(Tenant):
    """One thing wrong in the files of an import, without identifiable text."""

    run_id: Named[str] = Column(String, primary_key=True)
    problem_no: Named[int] = Column(Integer, primary_key=True)
    file: Named[str | None]
    line: Named[int | None]
    column: Named[str | None]
    code: Named[str | None]
    words: Named[str | None]
    severity: Named[str | None]


class ImportChangeColumns(Tenant):
    """A clinical row as it was before an import changed or removed it."""

    run_id: Named[str] = Column(String, primary_key=True)
    table_name: Named[str] = Column(String, primary_key=True)
    row_key: Named[str] = Column(String, primary_key=True)
    """JSON list of the key after the practice."""

    before: Named[str] = Column(Text)
    """JSON object of every column."""


IMPORT_RUN = Table(
    "import_run",
    METADATA,
    ImportRunColumns,
    Index(None, "practice_id", "run_no", unique=True),
    Index(None, "practice_id", "sha256"),
    **CLUSTERED,
)
ROW_PROBLEM = Table("row_problem", METADATA, RowProblemColumns, **CLUSTERED)
IMPORT_CHANGE = Table("import_change", METADATA, ImportChangeColumns, **CLUSTERED)
