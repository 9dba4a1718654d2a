"""Who is on which patient now: leases that expire, so that a session that went away blocks nobody.

They are hints, never locks: what is right does not depend on them. They are kept apart, in a file
beside the SQLite store or an unlogged table of Postgres, so that a heartbeat neither waits for the
disk nor wakes the other sessions. Where that cannot be used, nobody is shown and work goes on.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, text

from recall_tui.errors import StoreTrouble
from recall_tui.views.presence import Present
from storage.driver import SQLITE, connect
from storage.work import Database

LEASE_SECONDS: Final = 120
"""How long a session is believed to be where it said it was."""

Ask = Callable[[str, dict[str, object]], list[Any]]
"""Runs a statement with named values and returns its rows."""

_MAKE = """CREATE TABLE IF NOT EXISTS presence (
  practice_id INTEGER NOT NULL, patient_number TEXT NOT NULL, session_id TEXT NOT NULL,
  who TEXT NOT NULL, since INTEGER NOT NULL, expires INTEGER NOT NULL,
  PRIMARY KEY (practice_id, patient_number, session_id)) WITHOUT ROWID"""
_LEAVE = (
    "DELETE FROM presence WHERE practice_id = :practice_id"
    " AND (session_id = :session AND patient_number <> :patient OR expires < :now)"
)
_COME = (
    "INSERT INTO presence (practice_id, patient_number, session_id, who, since, expires)"
    " VALUES (:practice_id, :patient, :session, :who, :now, :expires)"
    " ON CONFLICT (practice_id, patient_number, session_id) DO UPDATE SET expires = :expires"
)
_OTHERS = (
    "SELECT who, since FROM presence WHERE practice_id = :practice_id"
    " AND patient_number = :patient AND session_id <> :session AND expires >= :now"
    " ORDER BY since, who"
)
_TIME = {
    "sqlite": "CAST(strftime('%s', 'now') AS INTEGER)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM now()) AS INTEGER)",
}
"""The clock that all sessions of a store share."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session of one person in one practice."""

    practice_id: int
    session_id: str
    who: str


class PresenceBook:
    """Where sessions say on which patient they are."""

    def __init__(self, database: Database, session: Session) -> None:
        """Take the store beside which the leases are; nothing is opened yet."""
        self._database = database
        self._session = session
        self._file: Any = None
        self._lock = Lock()

    def come(self, patient: str) -> tuple[Present, ...]:
        """Say that this session is on ``patient`` and no other; return who else is there."""
        return self._carried(patient, (_LEAVE, _COME, _OTHERS))

    def look(self, patient: str) -> tuple[Present, ...]:
        """Return who else is on ``patient``, without being there."""
        return self._carried(patient, (_OTHERS,))

    def leave(self) -> None:
        """Say that this session is on nobody."""
        self._carried("", (_LEAVE,))

    def close(self) -> None:
        """Leave, and let go of the file."""
        self.leave()
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _carried(self, patient: str, statements: tuple[str, ...]) -> tuple[Present, ...]:
        values: dict[str, object] = {
            "practice_id": self._session.practice_id,
            "session": self._session.session_id,
            "who": self._session.who,
            "patient": patient,
        }
        try:
            rows = self._ask(statements, values)
        except (StoreTrouble, SQLITE.DatabaseError, OSError):
            return ()
        return tuple(Present(who, datetime.fromtimestamp(since, UTC)) for who, since in rows)

    def _ask(self, statements: tuple[str, ...], values: dict[str, object]) -> list[Any]:
        if not self._database.is_sqlite:
            return self._database.write(lambda one: _on_server(one, statements, values))
        rows: list[Any] = []
        with self._lock:
            connection = self._opened()
            for statement in statements:
                rows = connection.execute(_timed(statement, "sqlite"), values).fetchall()
        return rows

    def _opened(self) -> Any:  # noqa: ANN401 - the driver has no types
        if self._file is None:
            path = presence_file(Path(self._database.location))
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
            self._file = connect(path, timeout=1, check_same_thread=False)
            self._file.execute("PRAGMA synchronous=OFF")
            self._file.execute(_MAKE)
        return self._file


def presence_file(store: Path) -> Path:
    """Return where the leases of a SQLite store are: beside it."""
    return store.with_name(f"{store.name}-presence")


def _on_server(
    connection: Connection, statements: tuple[str, ...], values: dict[str, object]
) -> list[Any]:
    rows: list[Any] = []
    for statement in statements:
        done = connection.execute(text(_timed(statement, "postgresql")), values)
        rows = [tuple(row) for row in done] if done.returns_rows else []
    return rows


def _timed(statement: str, dialect: str) -> str:
    """Put the database's own clock in place of ``:now`` and ``:expires``."""
    now = _TIME[dialect]
    return statement.replace(":expires", f"{now} + {LEASE_SECONDS}").replace(":now", now)
