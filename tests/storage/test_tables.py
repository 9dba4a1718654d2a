"""Tables and migrations: keys begin with the practice, and both engines have the same tables."""

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from recall_tui import frames
from recall_tui.errors import StoreTrouble
from storage.engine import open_database
from storage.migrations.run import FOLDER, downgrade, upgrade
from storage.revision import HEAD
from storage.tables import METADATA
from storage.work import Database
from tests.support.postgres import fresh_database

TENANT_TABLES = [table for table in METADATA.sorted_tables if table.name != "practice"]


def drift(connection: Connection) -> list[Any]:
    """Return what Alembic would still have to change."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA))


def test_no_drift(database: Database) -> None:
    """A migrated store has exactly the tables that the code describes."""
    assert database.read(drift) == []


def test_up_down_up(database: Database) -> None:
    """The migrations can be taken back and applied again, in one transaction each."""
    database.write(downgrade)
    left = database.read(lambda connection: inspect(connection).get_table_names())
    assert left == ["alembic_version"]
    database.write(upgrade)
    assert database.read(drift) == []


def test_failed_migration_leaves_nothing(database: Database) -> None:
    """A migration that fails half-way leaves the old tables as they were."""

    def fails(connection: Connection) -> None:
        downgrade(connection)
        raise StoreTrouble("stopped half-way")

    with pytest.raises(StoreTrouble):
        database.write(fails)
    assert database.read(drift) == []


def test_head_is_known() -> None:
    """The revision that the program compares with is the newest migration."""
    assert ScriptDirectory(str(FOLDER)).get_current_head() == HEAD


def test_newer_store_is_refused(database: Database, database_url: str) -> None:
    """A store of a newer program is refused in one line that says what to do."""
    later = text("UPDATE alembic_version SET version_num = '0099'")
    database.write(lambda connection: connection.execute(later))
    with pytest.raises(StoreTrouble, match=r"newer version of this program .*install the newer"):
        open_database(database_url)


def test_alembic_is_not_loaded_for_a_current_store(database: Database, database_url: str) -> None:
    """Opening a store that is up to date loads neither Alembic nor Polars."""
    code = (
        "import sys; from storage.store import SqlStore; from storage.engine import open_database;"
        f"open_database({database_url!r}).close();"
        "print([name for name in ('alembic', 'polars', 'textual') if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert database.banners == ()
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("table", TENANT_TABLES, ids=lambda table: table.name)
def test_practice_comes_first(table: Table) -> None:
    """The practice is the first column of every key, constraint and index."""
    keys = [list(constraint.columns) for constraint in _keys(table)]
    keys += [list(index.columns) for index in table.indexes]
    assert table.primary_key in table.constraints
    assert [columns[0].name for columns in keys] == ["practice_id"] * len(keys)
    assert not table.dialect_options["sqlite"]["with_rowid"]


def _keys(table: Table) -> list[Any]:
    return [one for one in table.constraints if hasattr(one, "columns")]


@pytest.fixture(scope="module")
def empty_postgres() -> Generator[Database]:
    """Give an open Postgres with nothing of ours in it but the tables."""
    with fresh_database() as url:
        database = open_database(url)
        yield database
        database.close()


def test_can_be_partitioned(empty_postgres: Database) -> None:
    """Postgres takes every table partitioned by practice, which it would not without the key."""

    def unit(connection: Connection) -> int:
        connection.execute(text("CREATE SCHEMA parts"))
        connection.execute(text("SET LOCAL search_path = parts"))
        connection.execute(CreateTable(METADATA.tables["practice"]))
        for table in TENANT_TABLES:
            ddl = str(CreateTable(table).compile(dialect=postgresql.dialect())).rstrip()
            connection.exec_driver_sql(f"{ddl} PARTITION BY HASH (practice_id)")
            for index in table.indexes:
                connection.execute(CreateIndex(index))
        return len(TENANT_TABLES)

    assert empty_postgres.write(unit) == len(METADATA.tables) - 1


@pytest.mark.parametrize(
    ("table", "schema", "extra"),
    [
        (
            "patient",
            frames.PATIENTS,
            {"absent_since", "search_name", "home_key", "mobile_key", "changed_no"},
        ),
        ("coded_event", frames.EVENTS, set[str]()),
        ("medication", frames.MEDICATIONS, set[str]()),
        ("appointment", frames.APPOINTMENTS, {"origin"}),
        ("staff_member", frames.STAFF, set[str]()),
        ("register_member", frames.REGISTER, set[str]()),
        ("due_item", frames.DUE_ITEMS, {"listed_month"}),
        ("planned_appointment", frames.PLANNED_APPOINTMENTS, set[str]()),
        ("patient_plan", frames.PATIENT_PLANS, set[str]()),
    ],
)
def test_tables_hold_the_frames(table: str, schema: frames.Schema, extra: set[str]) -> None:
    """Each table holds every column of its frame, and says which ones are its own."""
    columns = set(METADATA.tables[table].columns.keys())
    assert columns - {"practice_id", "run_no"} == set(schema) | extra


def test_events_are_append_only() -> None:
    """No code of the store changes or removes an event or an entry of the access log.

    But for retention, which blanks the looks that were kept long enough: each keeps its place and
    its MAC, and a sealed row says so (tests/people/test_retention.py).
    """
    for path in Path("storage").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if path == Path("storage/retaining.py"):
            assert source.count("update(ACCESS_LOG)") == 1
            source = source.replace("update(ACCESS_LOG)", "")
        for name in ("EVENT", "ACCESS_LOG"):
            for verb in ("update", "delete", "remove", "upsert"):
                assert f"{verb}({name})" not in source, path
                assert f"{verb}(connection, {name}," not in source, path
