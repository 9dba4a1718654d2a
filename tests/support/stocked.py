"""Stores that are filled once and copied for every test that begins with the same rows."""

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import pytest

from storage.engine import audit_keys_of, open_database
from storage.practices import add_practice
from storage.store import SqlStore
from tests.support import postgres

MADE_AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
CODE, NAME = "A12345", "Drama Street Surgery"

Filling = Callable[[SqlStore], object]
"""What puts the rows of a module's tests into the store of a practice without patients."""


def filled_by(filling: Filling, only_for: str = "") -> object:
    """Return the fixture ``filling`` of a module whose stores begin with the same rows.

    All do, or those of the tests that stand on the fixture ``only_for``.
    """

    @pytest.fixture(name="filling")
    def fixture(request: pytest.FixtureRequest) -> Filling | None:
        return filling if not only_for or only_for in request.fixturenames else None

    return fixture


@dataclass(frozen=True)
class Stocked:
    """A store that is copied, never opened again: its file or database, and its audit's folder."""

    place: str
    audit: Path


class Stock:
    """Every store that this process has filled so far."""

    def __init__(self, folder: Path) -> None:
        """Keep them in ``folder``."""
        self._folder = folder
        self._known: dict[tuple[str, bool, Filling | None], Stocked] = {}

    def take(self, kind: str, filling: Filling | None, *, with_practice: bool) -> Stocked:
        """Return the store of a kind with the tables, with the practice, and with its rows."""
        wanted = kind, with_practice, filling if with_practice else None
        if wanted not in self._known:
            self._known[wanted] = self._make(*wanted)
        return self._known[wanted]

    def _make(self, kind: str, with_practice: bool, filling: Filling | None) -> Stocked:  # noqa: FBT001 - a key, unpacked
        folder = Path(mkdtemp(dir=self._folder))
        if not with_practice:
            place = postgres.template() if kind == "postgres" else str(folder / "recall.db")
            if kind == "sqlite":
                open_database(place).close()
            return Stocked(place, folder / "none")
        emptier = self.take(kind, None, with_practice=filling is not None)
        place, url = self.copy(kind, emptier, folder / "recall.db")
        with closing(open_database(url)) as database:
            store = SqlStore(database, add_practice(database, CODE, NAME, MADE_AT))
            if filling is not None:
                filling(store)
        audit = audit_keys_of(url).folder
        if audit.exists():
            shutil.copytree(audit, folder / "audit")
        return Stocked(place, folder / "audit")

    @staticmethod
    def copy(kind: str, stocked: Stocked, path: Path) -> tuple[str, str]:
        """Copy a store, for SQLite to ``path``; return where it is, and its URL."""
        if kind == "sqlite":
            shutil.copyfile(stocked.place, path)
            path.chmod(0o600)
            place, url = str(path), f"sqlite:///{path}"
        else:
            place = postgres.make_database(stocked.place)
            url = postgres.url_of(place)
        if stocked.audit.exists():
            shutil.copytree(stocked.audit, audit_keys_of(url).folder, dirs_exist_ok=True)
        return place, url
