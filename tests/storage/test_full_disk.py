"""A disk that fills up (R-20): told before, refused when it is, and everything goes on after."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from recall_tui.domain.commands import AddNote
from recall_tui.errors import StoreTrouble
from storage import room
from storage.store import SqlStore
from tests.support.desk import AT, act
from tests.support.extracts import extract, patient

FULL = "DO $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$"
"""What a server says whose disk is full."""


@pytest.fixture
def filled(store: SqlStore) -> tuple[SqlStore, Callable[[], None]]:
    """Give a store that cannot grow, and what makes room again."""
    people = extract([patient("100")])
    store.merge_extract(people, by="jo", at=AT, accept=False, dry_run=False)
    act(store, AddNote("100", "before"))
    engine = store.database.engine

    def full(connection: Connection) -> None:
        if engine.dialect.name == "sqlite":
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        elif not connection.get_execution_options().get("postgresql_readonly"):
            connection.exec_driver_sql(FULL)

    event.listen(engine, "begin", full)

    def lift() -> None:
        event.remove(engine, "begin", full)
        if store.database.is_sqlite:
            engine.dispose()

    return store, lift


def test_full_while_working(filled: tuple[SqlStore, Callable[[], None]]) -> None:
    """A change is refused in one line, reading goes on, and with room the same session saves."""
    store, lift = filled
    before = store.revision()

    def fill() -> None:
        for _ in range(200):
            act(store, AddNote("100", "x" * 900))

    with pytest.raises(StoreTrouble, match=r"cannot grow.* disk is full: nothing was saved"):
        fill()
    stored = store.revision()
    assert store.find_by_number("100")
    counted = text("SELECT count(*) FROM event")
    notes = store.database.read(lambda one: one.execute(counted).scalar_one())
    assert notes - 1 == stored - before
    lift()
    act(store, AddNote("100", "after"))
    assert store.revision() == stored + 1


def _told(answer: object, _path: Path) -> object:
    return answer


def test_told_before_it_is_full(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """With less than a gibibyte every screen says so; a server's disk is not ours to see."""
    usage = shutil.disk_usage(Path.cwd())
    for free, told in ((room.LEAST, False), (room.LEAST - 1, True)):
        monkeypatch.setattr(shutil, "disk_usage", partial(_told, usage._replace(free=free)))
        found = [one for one in store.banners if "disk is nearly full: 1.0 GiB" in one]
        assert bool(found) is (told and store.database.is_sqlite)


def test_three_times_the_store(tmp_path: Path) -> None:
    """A large store needs three times its size."""
    file = tmp_path / "large.db"
    with file.open("wb") as stream:
        stream.truncate(room.GIB)
    assert room.needed(file) == 3 * room.GIB
    assert room.room_banners(tmp_path / "gone") == ()
