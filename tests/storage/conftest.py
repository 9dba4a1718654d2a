"""Every test of the store runs on SQLite and on a real Postgres."""

from collections.abc import Generator
from pathlib import Path

import pytest

from storage.engine import open_database
from storage.practices import choose_practice
from storage.store import SqlStore
from storage.work import Database
from tests.support import postgres
from tests.support.stocked import MADE_AT, Filling, Stock

__all__ = ["MADE_AT"]


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """Give the stores that are filled once and copied."""
    return Stock(tmp_path_factory.mktemp("stock"))


@pytest.fixture
def filling() -> Filling | None:
    """Give nothing: the store has no patients, unless a module says with what it begins."""
    return None


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(
    request: pytest.FixtureRequest, stock: Stock, filling: Filling | None, tmp_path: Path
) -> Generator[str]:
    """Give the URL of a store of each kind: with the practice where ``store`` is used, or empty."""
    kind: str = request.param
    stocked = stock.take(kind, filling, with_practice="store" in request.fixturenames)
    place, url = stock.copy(kind, stocked, tmp_path / "recall.db")
    yield url
    if kind == "postgres":
        postgres.drop_database(place)


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    """Give the open store of each kind."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> SqlStore:
    """Give the store of a practice, without patients or as the module's ``filling`` leaves it."""
    return SqlStore(database, choose_practice(database))
