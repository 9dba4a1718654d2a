"""What colleagues share beside patients: the changes of named views and recipes."""

from datetime import datetime

from sqlalchemy import Column, Index, Integer, Named, Table, Text

from storage.tables.base import CLUSTERED, METADATA, Instant, Tenant


class SharedChangeColumns(Tenant):
    """One change of a named view or a recipe. Rows are added, never changed or removed."""

    seq: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    """Counts with the events of the practice."""

    at: Named[datetime] = Column(Instant)
    by: Named[str]
    act: Named[str]
    kind: Named[str]
    shared_id: Named[str]
    payload: Named[str] = Column(Text)
    command_id: Named[str]
    undoes: Named[str]


SHARED_CHANGE = Table(
    "shared_change",
    METADATA,
    SharedChangeColumns,
    Index(None, "practice_id", "command_id", "seq"),
    Index(None, "practice_id", "by", "seq"),
    Index(None, "practice_id", "act", "seq"),
    **CLUSTERED,
)
