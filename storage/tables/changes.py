"""What the store keeps about itself: what each change touched, and that a backup was put back."""

from datetime import datetime

from sqlalchemy import Column, Integer, Named, String, Table, Text

from storage.tables.base import CLUSTERED, METADATA, Instant, Tenant


class ChangeNoteColumns(Tenant):
    """Whom the transaction of a revision touched; only the newest notes are kept."""

    revision: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    patients: Named[str] = Column(Text)
    """JSON list of patient numbers; empty text: it may be anything."""


class RestorationColumns(Tenant):
    """A backup that was put back, and what was lost with the store that it replaced."""

    restore_id: Named[str] = Column(String, primary_key=True)
    at: Named[datetime] = Column(Instant)
    by: Named[str]
    source: Named[str] = Column(Text)
    """Name of the backup."""

    aside: Named[str] = Column(Text)
    """Where the replaced store is kept."""

    lost: Named[str] = Column(Text)
    """JSON: decisions, bookings and invites that were in the replaced store only."""

    settled_at: Named[datetime | None] = Column(Instant)
    """When a person said that the lost invites are dealt with; until then none is recorded."""

    settled_by: Named[str]


class PresenceColumns(Tenant):
    """Which session is on which patient; with SQLite in a file of its own, and this one empty."""

    patient_number: Named[str] = Column(String, primary_key=True)
    session_id: Named[str] = Column(String, primary_key=True)
    who: Named[str]
    since: Named[int]
    """Seconds since 1970, by the clock of the database, as is the end."""

    expires: Named[int]


CHANGE_NOTE = Table("change_note", METADATA, ChangeNoteColumns, **CLUSTERED)
RESTORATION = Table("restoration", METADATA, RestorationColumns, **CLUSTERED)
PRESENCE = Table("presence", METADATA, PresenceColumns, **CLUSTERED)
