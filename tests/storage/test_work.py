"""Units of work: run again when they had to give way, given up in time, never half done."""

import os
import socket
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from recall_tui.domain.decisions import Decision, DecisionKind
from recall_tui.errors import Refused, StoreTrouble
from recall_tui.ports import Work
from storage import deadline as deadlines
from storage.deadline import DEADLINE
from storage.engine import open_database
from storage.sqlite import WRITES
from storage.store import SqlStore
from storage.work import Database
from tests.support.desk import AT
from tests.support.extracts import extract, patient
from tests.support.postgres import fresh_database
from tests.support.slow_line import line_to

REVISIONS = text("SELECT revision FROM change_seq")


def note(store: SqlStore, command_id: str) -> Decision:
    """Return an event about the first patient, who is imported where needed."""
    given = extract([patient("100")])
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    return Decision(f"e-{command_id}", command_id, AT, "jo", DecisionKind.NOTED, "100")


def test_writes_take_the_lock_at_once(tmp_path: Path) -> None:
    """On SQLite a unit that writes holds the lock from its start; one that reads holds none."""
    with closing(open_database(str(tmp_path / "recall.db"))) as database:

        def unit(connection: Connection) -> object:
            return connection.get_execution_options().get(WRITES)

        assert database.write(unit) is True
        assert database.read(unit) is False
        with database.engine.connect().execution_options(**{WRITES: True}) as holder:
            holder.begin()
            with pytest.raises(StoreTrouble, match=r"is locked|did not answer"):
                database.write(lambda _connection: None, seconds=0.2)
            database.read(lambda connection: connection.execute(REVISIONS).all())


def test_busy_unit_runs_again(store: SqlStore) -> None:
    """A unit that had to give way is run again, and its result is that of the last run."""
    event = note(store, "c1")
    runs: list[int] = []

    def unit(work: Work) -> int:
        work.append([event])
        runs.append(1)
        if len(runs) == 1:
            raise _busy(store.database)
        return len(runs)

    assert store.write(unit) == 2
    assert len(store.write(lambda work: work.command_events("c1"))) == 1


def _busy(database: Database) -> DBAPIError:
    """Return the error that the engine gives to whoever must give way."""
    error = Exception("give way")
    if database.is_sqlite:
        error.sqlite_errorcode = 5  # type: ignore[attr-defined] - as the driver does
    else:
        error.sqlstate = "40P01"  # type: ignore[attr-defined] - the same
    return DBAPIError("statement", (), error)


def test_gives_up(store: SqlStore) -> None:
    """A unit that has to give way every time ends in one line, after five tries at most."""
    runs: list[int] = []

    def unit(_work: Work) -> None:
        runs.append(1)
        raise _busy(store.database)

    with pytest.raises(StoreTrouble):
        store.write(unit)
    assert len(runs) == 5


def test_bugs_stay_loud(store: SqlStore) -> None:
    """A broken rule of the database is a bug of ours and is not dressed up as trouble."""
    event = note(store, "c1")
    with pytest.raises(IntegrityError) as bug:
        store.write(lambda work: work.append([event]) and work.append([event]))
    assert "Drama" not in str(bug.value)


def test_deadline(store: SqlStore) -> None:
    """A statement that does not end is ended from our side, in time and with nothing saved."""
    slow = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        if store.database.is_sqlite
        else "SELECT pg_sleep(60)"
    )

    def unit(connection: Connection) -> object:
        return connection.execute(text(slow)).scalar()

    for attempt in (store.database.read, store.database.write):
        with pytest.raises(StoreTrouble, match="did not answer within"):
            attempt(unit, seconds=0.3)
    assert store.revision() == 1


def test_long_work_is_not_silence(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long batch of short statements is not taken for a database that does not answer."""
    now = monotonic()
    monkeypatch.setattr(deadlines, "monotonic", lambda: now)

    def unit(connection: Connection) -> list[float]:
        nonlocal now
        left: list[float] = []
        deadline = connection.get_execution_options()[DEADLINE]
        for _statement in range(8):
            now += 10
            connection.execute(REVISIONS)
            left.append(deadline.ends - now)
        return left

    assert store.database.write(unit, seconds=50) == pytest.approx([50.0] * 8)


def test_frozen_line() -> None:
    """A line that went silent cannot hold us: our end is closed in time, and nothing hangs."""
    with (
        fresh_database() as url,
        line_to(make_url(url)) as line,
        closing(open_database(line.url)) as database,
    ):
        statement = text("SELECT 1")

        def unit(connection: Connection) -> object:
            connection.execute(statement)
            line.freeze()
            return connection.execute(statement).scalar()

        with pytest.raises(StoreTrouble, match="did not answer within"):
            database.read(unit, seconds=0.5)
        line.thaw()
        assert database.read(lambda connection: connection.execute(statement).scalar()) == 1


def test_dead_connections_are_replaced(store: SqlStore) -> None:
    """When every pooled connection was cut, the next unit runs on a fresh one unnoticed."""
    revision = store.revision()
    engine = store.database.engine
    with engine.connect() as first, engine.connect() as second:
        drivers = [one.connection.driver_connection for one in (first, second)]
    for driver in drivers:
        hang_up(driver)
    assert store.revision() == revision


def hang_up(driver: Any) -> None:  # noqa: ANN401 - the driver's own connection
    """Cut a connection behind the pool's back; a SQLite one cannot be cut."""
    if driver is not None and hasattr(driver, "pgconn"):
        with socket.socket(fileno=os.dup(driver.pgconn.socket)) as line:
            line.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("arrived", [True, False])
def test_lost_answer_to_a_commit(store: SqlStore, *, arrived: bool) -> None:
    """When the answer to a commit is lost, the command is looked up before anything is said."""
    event = note(store, "c1")
    with losing_one_commit(store.database, arrived=arrived) as runs:
        assert len(store.write(lambda work: runs.append("unit") or work.append([event]))) == 1
    assert runs == (["unit", "lost"] if arrived else ["unit", "lost", "unit"])
    assert len(store.write(lambda work: work.command_events("c1"))) == 1


def test_lost_answer_that_cannot_be_looked_up(store: SqlStore) -> None:
    """When nothing tells whether a change arrived, the person is told to look."""
    with (
        losing_one_commit(store.database, arrived=True),
        pytest.raises(StoreTrouble, match="look whether the change is there"),
    ):
        store.write(lambda work: work.put_batch("b1", words="x", count=1, by="jo", at=AT))


@contextmanager
def losing_one_commit(database: Database, *, arrived: bool) -> Generator[list[str]]:
    """Cut the line at the next commit, after it arrived or before; give what happened."""
    dialect: Any = database.engine.dialect
    commit, happened = dialect.do_commit, list[str]()
    words = "Cannot operate on a closed database."

    def lossy(connection: Any) -> None:  # noqa: ANN401 - the driver's own connection
        if arrived or "lost" in happened:
            commit(connection)
        if "lost" not in happened:
            happened.append("lost")
            connection.driver_connection.close()
            errors = dialect.loaded_dbapi
            raise errors.ProgrammingError(words) if database.is_sqlite else errors.OperationalError

    dialect.do_commit = lossy
    try:
        yield happened
    finally:
        dialect.do_commit = commit


def test_rollback_that_fails(store: SqlStore) -> None:
    """When the line goes dead inside a unit, the failing rollback does not hide what happened."""
    event = note(store, "c1")

    def unit(work: Work) -> None:
        work.append([event])
        raise Refused("changed my mind")

    dialect: Any = store.database.engine.dialect
    rollback = dialect.do_rollback

    def dead(connection: Any) -> None:  # noqa: ANN401 - the driver's own connection
        connection.driver_connection.close()
        raise dialect.loaded_dbapi.OperationalError

    dialect.do_rollback = dead
    try:
        with pytest.raises(Refused, match="changed my mind"):
            store.write(unit)
    finally:
        dialect.do_rollback = rollback
    assert not store.write(lambda work: work.command_is_known("c1"))
