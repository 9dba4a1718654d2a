"""What every table shares: the metadata, instants in UTC, and the practice first in every key."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, Integer, MetaData, Named, String, TypedColumns
from sqlalchemy.types import TypeDecorator, TypeEngine

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every table of the store."""

CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}
"""Rows lie in the order of their primary key: a patient's rows are neighbours."""


class Instant(TypeDecorator[datetime]):
    """A point in time: UTC with its zone in Python, ``…Z`` text in SQLite, timestamptz else."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return text for SQLite and a timestamp with time zone for Postgres."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an instant of any zone into what the database keeps."""
        if value is None:
            return None
        instant = value.astimezone(UTC)
        if dialect.name != "sqlite":
            return instant
        text: Any = f"{instant.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
        return text

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - text or instant, as the driver gives it
        """Turn what the database keeps into an instant in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return datetime.fromisoformat(value)
        instant: datetime = value
        return instant.astimezone(UTC)


class Tenant(TypedColumns):
    """The first column of every table that belongs to a practice, and of each of its keys."""

    practice_id: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
