"""People work on while an import writes or prepares, and see it whole or not at all."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from recall_tui.domain.commands import AddNote
from recall_tui.frames import Extract
from recall_tui.ports import Work
from recall_tui.views.imports import ImportReport
from storage import importing
from storage.audit_verifying import verify
from storage.engine import open_database
from storage.practices import add_practice
from storage.store import SqlStore, open_store
from storage.tables import CODED_EVENT, IMPORT_RUN, PATIENT
from tests.support.desk import AT, TODAY, act
from tests.support.extracts import coded, extract, patient
from tests.support.postgres import fresh_database

PATIENCE = 20.0
"""Seconds that a colleague waits: in vain if the import, which waits for them, held the lock."""


@pytest.fixture
def store() -> Generator[SqlStore]:
    """Give the Postgres store of a practice with one patient."""
    with fresh_database() as url:
        database = open_database(url)
        built = SqlStore(database, add_practice(database, "A12345", "Drama Street Surgery", AT))
        bring(built, extract([patient("100")]))
        yield built
        built.close()


@pytest.fixture
def other(store: SqlStore) -> Generator[SqlStore]:
    """Give a colleague's session on the same store."""
    url = store.database.engine.url.render_as_string(hide_password=False)
    with closing(open_store(url)) as session:
        yield session


def bring(store: SqlStore, given: Extract) -> ImportReport:
    """Import an extract."""
    return store.merge_extract(given, by="jo", at=AT, accept=True, dry_run=False)


def tomorrow() -> Extract:
    """Return files with a changed patient, a new one, and a coded event of each."""
    people = [patient("100", postcode="LS1 4AP"), patient("200")]
    found = [coded(one, "1000001", TODAY) for one in ("100", "200")]
    return replace(extract(people, events=found), sha256="tomorrow")


def before_the_lock(monkeypatch: pytest.MonkeyPatch, once: Callable[[], object]) -> None:
    """Let something happen, once, when an import has written and has not taken the lock."""
    real, done = importing.put_aside, []

    def aside(*values: Any) -> str:  # noqa: ANN401 - passed on
        if not done:
            done.append(True)
            once()
        return real(*values)

    monkeypatch.setattr(importing, "put_aside", aside)


def look(work: Work) -> None:
    """Note that somebody looked at the patient."""
    work.record_access("look", ["100"], by="al", at=AT)


def rows(store: SqlStore) -> tuple[int, ...]:
    """Return how many patients, coded events and imports there are."""
    tables = (PATIENT, CODED_EVENT, IMPORT_RUN)
    counts = [select(func.count()).select_from(table) for table in tables]
    return store.database.read(
        lambda one: tuple(one.execute(count).scalar_one() for count in counts)
    )


def test_people_work_on(store: SqlStore, other: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """While an import has written and not ended a colleague's note is saved at once."""
    seen: list[tuple[int, ...]] = []

    def work() -> None:
        other.write(look, seconds=PATIENCE)
        act(other, AddNote("100", "rang"), "al")
        seen.append(rows(other))

    before_the_lock(monkeypatch, work)
    assert bring(store, tomorrow()).applied
    assert seen == [(1, 0, 1)]
    assert rows(other) == (2, 2, 2)
    assert other.expired_patients(TODAY) == ("100", "200")
    marks = other.database.read(
        lambda one: one.execute(text("SELECT DISTINCT changed_no FROM patient")).scalars().all()
    )
    assert marks == [other.revision()]
    url = store.database.engine.url.render_as_string(hide_password=False)
    assert verify(url, "A12345", store.database.audit).is_sound


def test_nothing_half_done(
    store: SqlStore, other: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import that ends before it has the lock leaves nothing; the next one brings it all."""

    def end() -> None:
        raise MemoryError

    before_the_lock(monkeypatch, end)
    with pytest.raises(MemoryError):
        bring(store, tomorrow())
    assert rows(other) == (1, 0, 1)
    assert bring(other, tomorrow()).applied
    assert rows(other) == (2, 2, 2)


def test_a_program_that_locks_first(
    store: SqlStore, other: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where another version of the program imported meanwhile, the files are compared again."""

    def older_program() -> None:
        grown = "UPDATE change_seq SET clinical_version = clinical_version + 1"
        other.database.write(lambda one: one.execute(text(grown)))

    before_the_lock(monkeypatch, older_program)
    assert bring(store, tomorrow()).applied
    assert rows(other) == (2, 2, 2)


@pytest.fixture
def file_store(tmp_path: Path) -> Generator[SqlStore]:
    """Give the SQLite store of a practice with one patient."""
    database = open_database(str(tmp_path / "recall.db"))
    built = SqlStore(database, add_practice(database, "A12345", "Drama Street Surgery", AT))
    bring(built, extract([patient("100", mobile_phone="07700 900100")]))
    yield built
    built.close()


def while_setting_aside(monkeypatch: pytest.MonkeyPatch, once: Callable[[], object]) -> None:
    """Let something happen, once, when an import has set its rows aside on SQLite."""
    real, done = importing.SetAside.put_aside, []

    def aside(rows: importing.SetAside, *values: Any) -> str:  # noqa: ANN401 - passed on
        place = real(rows, *values)
        if values[-1] == "touched" and not done:
            done.append(True)
            once()
        return place

    monkeypatch.setattr(importing.SetAside, "put_aside", aside)


def left_behind(store: SqlStore) -> int:
    """Return how many temporary tables the store's connection still has."""
    names = text("SELECT count(*) FROM temp.sqlite_master")
    return store.database.read(lambda one: one.execute(names).scalar_one())


def test_people_work_on_beside_a_file(
    file_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While an import sets its rows aside on SQLite a colleague's look is saved at once."""
    seen: list[tuple[int, ...]] = []
    with closing(open_store(file_store.database.location)) as other:

        def work() -> None:
            other.write(look, seconds=PATIENCE)
            act(other, AddNote("100", "rang"), "al")
            seen.append(rows(other))

        while_setting_aside(monkeypatch, work)
        assert bring(file_store, tomorrow()).applied
        assert seen == [(1, 0, 1)]
        assert rows(other) == (2, 2, 2)
        assert other.expired_patients(TODAY) == ("100", "200")
        assert [one.patient for one in other.find_by_phone("900100")] == []
    assert left_behind(file_store) == 0


def test_nothing_half_done_in_a_file(file_store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that fails under the lock of SQLite leaves no row, and nothing set aside."""
    real, failed = importing.expire_staged, []

    def fail(*values: Any) -> None:  # noqa: ANN401 - passed on
        if not failed:
            failed.append(True)
            raise MemoryError
        real(*values)

    monkeypatch.setattr(importing, "expire_staged", fail)
    with pytest.raises(MemoryError):
        bring(file_store, tomorrow())
    assert rows(file_store) == (1, 0, 1)
    assert left_behind(file_store) == 0
    assert bring(file_store, tomorrow()).applied
    assert rows(file_store) == (2, 2, 2)


def test_another_import_of_a_file(file_store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody imported while rows were set aside, the files are compared again."""
    with closing(open_store(file_store.database.location)) as other:
        more = replace(extract([patient("100"), patient("300")]), sha256="more")
        while_setting_aside(monkeypatch, lambda: bring(other, more))
        assert bring(file_store, tomorrow()).applied
        assert rows(other) == (3, 2, 3)
