"""Practices, and the counters that each of them keeps."""

from datetime import datetime

from sqlalchemy import Column, Integer, Named, String, Table, TypedColumns

from storage.tables.base import CLUSTERED, METADATA, Instant, Tenant


class PracticeColumns(TypedColumns):
    """A practice; its ODS code is an attribute, since codes change on mergers."""

    practice_id: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    ods_code: Named[str] = Column(String, unique=True)
    name: Named[str]
    created_at: Named[datetime] = Column(Instant)


class CounterColumns(Tenant):
    """One row a practice; a write transaction begins by locking it, so they follow each other."""

    revision: Named[int]
    """Grows with every transaction that changed anything."""

    event_seq: Named[int]
    """Number of the newest event."""

    run_no: Named[int]
    """Number of the newest import."""

    clinical_version: Named[int]
    """Grows when an import changed clinical rows."""

    plan_version: Named[int]
    """Grows when the plan changed."""


PRACTICE = Table("practice", METADATA, PracticeColumns, **CLUSTERED)
COUNTER = Table("change_seq", METADATA, CounterColumns, **CLUSTERED)
