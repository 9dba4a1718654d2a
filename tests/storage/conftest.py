"""Every test of the store runs on SQLite and on a real Postgres."""

import shutil
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.engine import open_database
from storage.practices import add_practice
from storage.store import SqlStore
from storage.work import Database
from tests.support.postgres import fresh_database

MADE_AT = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file that holds the tables and nothing else."""
    path = tmp_path_factory.mktemp("template") / "recall.db"
    open_database(str(path)).close()
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path
) -> Generator[str]:
    """Give the URL of an empty store of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "recall.db"
        shutil.copyfile(sqlite_template, path)
        path.chmod(0o600)
        yield f"sqlite:///{path}"
    else:
        with fresh_database() as url:
            yield url


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    """Give an open, empty store of each kind."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> SqlStore:
    """Give the store of a practice without patients."""
    practice = add_practice(database, "A12345", "Drama Street Surgery", MADE_AT)
    return SqlStore(database, practice)
