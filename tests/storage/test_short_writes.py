"""A write holds the lock for as short a time as can be: few statements, all compiled before."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import CacheStats

from recall_tui.domain.commands import AddNote, Assign, MarkBooked, Unbook
from storage.store import SqlStore, open_store
from tests.support.compiling import compile_alone
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import due, extract, patient, plan
from tests.support.stocked import filled_by

Heard = list[tuple[str, CacheStats]]


@contextmanager
def heard(store: SqlStore) -> Generator[Heard]:
    """Give every statement that is sent, and whether it had been compiled before."""
    found: Heard = []

    def note(*sent: Any) -> None:  # noqa: ANN401 - as SQLAlchemy calls it
        _connection, _cursor, sql, _values, context, _many = sent
        if context.compiled is not None:
            found.append((sql.split("\n")[0], context.cache_hit))

    event.listen(store.database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(store.database.engine, "before_cursor_execute", note)


def as_it_begins(store: SqlStore) -> None:
    given = extract([patient("100")])
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    store.merge_plan(plan([due("100", "hba1c", date(2026, 11, 10))]), None, AT)
    act(store, AddNote("100", "rang"))


filling = filled_by(as_it_begins, "planned")


@pytest.fixture
def planned(store: SqlStore) -> SqlStore:
    """Give the store of a patient with something due, about whom something was decided."""
    return store


def test_few_statements_and_none_compiled_under_the_lock(
    planned: SqlStore, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first change of a session sends few statements, and compiles none in its transaction."""
    compile_alone(monkeypatch)
    item = target(planned, "100", "hba1c")
    with closing(open_store(database_url)) as store:
        store.database.make_ready()
        with heard(store) as found:
            act(store, AddNote("100", "rang"))
            noted = len(found)
            act(store, Assign(("100",), "sam"))
            assigned = len(found) - noted
            done = act(store, MarkBooked((item,), TODAY))
            booked = len(found) - noted - assigned
            act(store, Unbook("100", done.booking_id))
            unbooked = len(found) - noted - assigned - booked
    late = [sql for sql, hit in found if hit is not CacheStats.CACHE_HIT]
    assert late == []
    assert noted <= 6
    assert assigned <= 11  # two ask who works here and which teams there are
    assert booked <= 10
    assert unbooked <= 11
