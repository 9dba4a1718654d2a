"""Who is on which patient: leases that expire, block nobody, and wake nobody."""

import stat
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from recall_tui.views.presence import Present
from storage.driver import SQLITE
from storage.engine import open_database
from storage.presence import PresenceBook, Session, presence_file
from storage.store import SqlStore

Books = tuple[PresenceBook, PresenceBook]


@pytest.fixture
def books(store: SqlStore) -> Generator[Books]:
    """Give the presence of two sessions: Jo's and Sam's."""
    made = tuple(
        PresenceBook(store.database, Session(store.practice.practice_id, f"{who}-1", who))
        for who in ("jo", "sam")
    )
    yield made[0], made[1]
    for book in made:
        book.close()


def names(others: tuple[Present, ...]) -> list[str]:
    """Return who is there."""
    return [one.who for one in others]


def test_others_are_seen(books: Books) -> None:
    """Each sees the other on the same patient, not oneself, nor who is elsewhere or has left."""
    jo, sam = books
    assert names(jo.come("001")) == []
    assert names(sam.look("001")) == ["jo"]
    assert names(sam.come("001")) == ["jo"]
    assert names(jo.come("001")) == ["sam"]
    assert names(jo.come("002")) == []
    assert names(sam.come("001")) == []
    sam.leave()
    assert names(jo.come("001")) == []


def test_a_session_that_went_away_is_forgotten(store: SqlStore, books: Books) -> None:
    """A lease ends by itself, so that an offline session is not shown for ever."""
    jo, sam = books
    jo.come("001")
    _let_leases_end(store)
    assert names(sam.look("001")) == []
    assert names(sam.come("001")) == []
    assert names(jo.come("001")) == ["sam"]


def test_heartbeats_wake_nobody(store: SqlStore, books: Books) -> None:
    """Coming and going changes no revision, and with SQLite not even the file of the store."""
    before, file = store.revision(), Path(store.database.location)
    bytes_before = file.read_bytes() if store.database.is_sqlite else b""
    for _beat in range(3):
        books[0].come("001")
    assert store.revision() == before
    if store.database.is_sqlite:
        assert file.read_bytes() == bytes_before
        assert stat.S_IMODE(presence_file(file).stat().st_mode) == 0o600


def test_it_stops_no_work_where_it_cannot_be_kept(tmp_path: Path) -> None:
    """A file of leases that is no database shows nobody and raises nothing."""
    path = tmp_path / "recall.db"
    presence_file(path).write_bytes(b"rubbish" * 900)
    with closing(open_database(str(path))) as database:
        book = PresenceBook(database, Session(1, "jo-1", "jo"))
        assert book.come("001") == ()
        book.close()


def _let_leases_end(store: SqlStore) -> None:
    statement = "UPDATE presence SET expires = expires - 1000"
    if store.database.is_sqlite:
        connection = SQLITE.connect(presence_file(Path(store.database.location)))
        connection.execute(statement)
        connection.commit()
        connection.close()
    else:
        store.database.write(lambda one: one.execute(text(statement)))
