"""What libpq is told on every connection, so that a dead link is noticed (reliability.md 2.5)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

LONGEST_STATEMENT: Final = 600
"""Seconds after which the server itself stops a statement."""

_OPTIONS = {
    "timezone": "UTC",
    "statement_timeout": f"{LONGEST_STATEMENT}s",
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
"""Keyword arguments of ``psycopg.connect``."""
