"""On Postgres people work on while an import writes, and see it whole or not at all."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
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

SOON = 0.5
"""Seconds within which a colleague's change must be saved."""


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
        other.write(look, seconds=SOON)
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
