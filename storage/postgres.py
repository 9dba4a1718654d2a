"""Opening a Postgres store: short timeouts everywhere, so that a dead link is noticed."""

from typing import Any

from sqlalchemy import URL, create_engine
from sqlalchemy.engine import Engine

from storage.deadline import BATCH

_OPTIONS = {
    "timezone": "UTC",
    "statement_timeout": f"{BATCH:.0f}s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "client_encoding": "UTF8",
}
CONNECT: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 5000,
    "application_name": "recall",
    "options": " ".join(f"-c {name}={value}" for name, value in _OPTIONS.items()),
}
"""What libpq is told on every connection (reliability.md 2.5)."""


def open_postgres(url: URL) -> Engine:
    """Return an engine for the database at ``url``; nothing is connected yet.

    Pooled connections are not pinged first: a ping of a frozen server would hang before any
    deadline runs. A unit that finds its connection dead is run again on a fresh one.
    """
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=CONNECT,
        pool_size=4,
        max_overflow=28,
        pool_timeout=10,
        hide_parameters=True,
    )
