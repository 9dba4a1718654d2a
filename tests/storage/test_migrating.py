"""Newer tables: the store is copied first, nothing that people did is lost, one process does it."""

import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, text

from recall_tui.domain.commands import AddNote, MarkBooked
from recall_tui.domain.reason_evidence import BETWEEN, FIELDS
from recall_tui.errors import StoreTrouble
from recall_tui.views.audit import Inquiry
from storage import file_copy
from storage.audit_verifying import verify
from storage.auditing import entries
from storage.driver import SQLITE
from storage.engine import open_database
from storage.migrations import version
from storage.migrations.run import FOLDER, downgrade
from storage.revision import HEAD
from storage.store import SqlStore, open_store
from storage.work import Database
from tests.storage.test_tables import drift
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import coded, due, extract, patient, plan
from tests.support.stocked import filled_by

REVISIONS = [
    one.revision for one in ScriptDirectory(str(FOLDER)).walk_revisions() if one.revision != HEAD
]
CHAINED = "0004"
"""The first version with an audit chain: going below it takes the chain away."""
EVIDENCE = "0011"
"""The first version whose reasons an older program cannot read."""

KEPT = {
    "patient": "patient_number, family_name, date_of_birth",
    "coded_event": "patient_number, code, event_date, value",
    "event": "seq, event_id, kind, patient_number, item, due_on, payload, command_id",
    "booking": "booking_id, patient_number, covers, active",
    "item_state": "patient_number, item, booking_id, version",
}
"""What every version of the tables has, and no migration may touch."""


def as_it_begins(store: SqlStore) -> None:
    numbers = [f"{serial:03d}" for serial in range(5)]
    events = [coded(one, "999791000000106", date(2026, 3, 1), value=48.5) for one in numbers]
    given = extract([patient(one) for one in numbers], events)
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    evidence = BETWEEN.join("anchored" if name == "kind" else "" for name in FIELDS)
    dues = [due(one, "hba1c", date(2026, 11, 10), reasons=evidence) for one in numbers]
    store.merge_plan(plan(dues), None, AT)
    act(store, MarkBooked((target(store, "001", "hba1c"),), TODAY))


filling = filled_by(as_it_begins, "practice")


@pytest.fixture
def practice(store: SqlStore) -> SqlStore:
    """Give a store with records, decisions and a plan."""
    return store


def kept(database: Database) -> dict[str, Sequence[Any]]:
    """Return the rows that must stay."""

    def unit(connection: Connection) -> dict[str, Sequence[Any]]:
        return {
            table: connection.execute(text(f"SELECT {columns} FROM {table} ORDER BY 1, 2")).all()  # noqa: S608 - the names above
            for table, columns in KEPT.items()
        }

    return database.read(unit)


def reasons(database: Database) -> set[str]:
    """Return what is stored of why due items stand where they do."""
    asked = text("SELECT reasons FROM due_item")
    return set(database.read(lambda connection: connection.execute(asked).scalars().all()))


def migrations(url: str) -> list[Mapping[str, Any]]:
    """Return what the audit says of newer tables."""
    return [one.details for one in entries(url, 1, Inquiry()) if one.action == "migrate"]


@pytest.mark.parametrize("older", [REVISIONS[0], "0001"])
def test_down_and_up_with_data(practice: SqlStore, database_url: str, older: str) -> None:
    """From any version up, what people recorded stays, and SQLite has a copy of before."""
    before = kept(practice.database)
    practice.database.write(lambda connection: downgrade(connection, older))
    assert kept(practice.database) == before
    assert older >= EVIDENCE or reasons(practice.database) == {"[]"}  # what it can read
    with closing(open_store(database_url)) as store:
        assert kept(store.database) == before
        assert store.database.read(drift) == []
        assert migrations(database_url)[-1] == {"from": older, "to": HEAD}
        found = verify(database_url, store.practice.ods_code, store.database.audit)
        assert found.is_sound or older < CHAINED
        act(store, AddNote("003", "rang"))
        if store.database.is_sqlite:
            file = Path(store.database.location)
            copy = file.with_name(f"{file.name}.before-{older}")
            assert stat.S_IMODE(copy.stat().st_mode) == 0o600
            with closing(SQLITE.connect(copy)) as connection:
                found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            assert found == (older,)


def test_a_newer_store_is_refused(practice: SqlStore, database_url: str) -> None:
    """A program from before an upgrade leaves the newer tables alone, and says what to do."""
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    practice.database.write(lambda one: one.execute(newer).rowcount)
    with pytest.raises(StoreTrouble, match="belongs to a newer version of this program"):
        open_store(database_url)
    assert practice.database.read(version) == "9999"


def test_one_process_migrates_while_others_wait(practice: SqlStore, database_url: str) -> None:
    """Three processes that open an older store at once all get the new one."""
    practice.database.write(lambda connection: downgrade(connection, "0001"))
    practice.database.engine.dispose()
    code = (
        "import sys; from storage.store import open_store; store = open_store(sys.argv[1]);"
        "print(store.revision()); store.close()"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, database_url], stdout=subprocess.PIPE)  # noqa: S603 - our own
        for _process in range(3)
    ]
    answers = [one.communicate()[0] for one in running]
    assert [one.returncode for one in running] == [0, 0, 0]
    assert len(set(answers)) == 1
    assert len(migrations(database_url)) == 1
    assert practice.database.read(drift) == []


def test_a_migration_that_fails_half_way(practice: SqlStore, database_url: str) -> None:
    """Whichever change of a table fails, the old tables stay whole; the next try migrates."""
    before = kept(practice.database)
    practice.database.write(lambda connection: downgrade(connection, "0001"))
    practice.database.engine.dispose()
    changes: list[str] = []
    last = 0

    def fail(_one: Any, _two: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401 - an event
        if statement.lstrip().startswith(("CREATE", "ALTER", "DROP", "INSERT", "UPDATE")):
            changes.append(statement)
            if len(changes) == last:
                raise OSError(5, "Input/output error")

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        for wanted in (1, 9, 20):
            last = wanted
            changes.clear()
            with pytest.raises(OSError, match="Input/output"):
                open_database(database_url)
            assert practice.database.read(version) == "0001"
            assert kept(practice.database) == before
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    with closing(open_database(database_url)) as database:
        assert database.read(drift) == []
        assert kept(database) == before


def test_no_room_for_the_copy(
    practice: SqlStore, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a copy of before nothing is migrated, and one line says so."""
    if not practice.database.is_sqlite:
        return
    practice.database.write(lambda connection: downgrade(connection, "0001"))

    def full(_store: Path, _temporary: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file_copy, "copy_file", full)
    with pytest.raises(StoreTrouble, match=r"could not be copied first \(No space left on device"):
        open_database(database_url)
    monkeypatch.undo()
    with closing(open_database(database_url)) as database:
        assert database.read(drift) == []
