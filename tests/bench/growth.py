"""How a month's list grows with the store: ``python -m tests.bench.growth FOLDER PRACTICES…``.

FOLDER holds ``recall.db``, one planned practice. On SQLite, and moved to a Postgres of its own, its
rows that a list reads are copied under the numbers of other practices; the list is always that of
the first.
"""

import re
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, func, insert, literal, select, text

from recall_tui.domain.calendar import Month
from recall_tui.importers.synthetic.identifiers import PRACTICE_CODE
from storage.bulk import gather_statistics
from storage.engine import open_database
from storage.moving import move
from storage.store import SqlStore, open_store
from storage.tables import (
    APPOINTMENT,
    DUE_ITEM,
    ITEM_STATE,
    PATIENT,
    PATIENT_PLAN,
    PLANNED_APPOINTMENT,
)
from storage.work import Database
from storage.written import Author
from tests.bench.steps import TODAY
from tests.support.postgres import fresh_database

COPIED = (PATIENT, DUE_ITEM, PLANNED_APPOINTMENT, APPOINTMENT, PATIENT_PLAN, ITEM_STATE)
TURNS = 9
MOST_GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Grown:
    """Patients in the whole store, and median milliseconds of one list."""

    database: str
    patients: int
    milliseconds: float
    """Processor time where the database works in our process (SQLite), else by the clock."""

    listed: int
    index: str


def copy_practices(database: Database, first: int, last: int) -> int:
    """Give practices ``first`` to ``last`` the rows of practice 1; return how many patients."""
    for practice in range(first, last + 1):
        database.write(lambda one, number=practice: _copy(one, number), seconds=600)
    database.write(lambda one: gather_statistics(one, COPIED), seconds=600)
    return database.read(
        lambda one: one.execute(select(func.count()).select_from(PATIENT)).scalar_one(), seconds=600
    )


def _copy(connection: Connection, practice: int) -> None:
    connection.execute(
        text(
            "INSERT INTO practice (practice_id, ods_code, name, created_at) "
            "SELECT :number, :code || ods_code, name, created_at FROM practice "
            "WHERE practice_id = 1"
        ),
        {"number": practice, "code": f"{practice}-"},
    )
    for table in COPIED:
        others = [column for column in table.c if column.name != "practice_id"]
        rows = select(literal(practice), *others).where(table.c.practice_id == 1)
        names = ["practice_id", *(column.name for column in others)]
        connection.execute(insert(table).from_select(names, rows))


def grow(folder: Path, practices: Sequence[int]) -> Iterator[Grown]:
    """Measure the list of the first practice in a store of so many practices, on each engine."""
    whole = folder / "grown"
    whole.mkdir()
    shutil.copyfile(folder / "recall.db", whole / "recall.db")
    yield from _grown(f"sqlite:///{whole / 'recall.db'}", "SQLite", practices)
    with fresh_database() as url:
        _move(folder, whole, url)
        yield from _grown(url, "Postgres", practices)
    shutil.rmtree(whole)


def _move(folder: Path, whole: Path, url: str) -> None:
    """Move a copy of the store to an empty Postgres."""
    shutil.copyfile(folder / "recall.db", whole / "moved.db")
    shutil.copytree(folder / "recall.db.audit", whole / "moved.db.audit")
    place = f"sqlite:///{whole / 'moved.db'}"
    with (
        closing(open_database(place)) as old,
        closing(open_database(url, create=True, audit_folder=whole / "audit")) as new,
    ):
        move(old, new, Author("bench", datetime.now(UTC)))


def _grown(url: str, name: str, practices: Sequence[int]) -> Iterator[Grown]:
    have = 1
    for count in sorted(practices):
        with closing(open_store(url, practice=PRACTICE_CODE)) as store:
            patients = copy_practices(store.database, have + 1, count)
            have = count
            clock = time.process_time if store.database.is_sqlite else time.perf_counter
            taken: list[float] = []
            listed = 0
            for _turn in range(TURNS):
                begun = clock()
                listed = len(store.worklist(Month.of(TODAY), TODAY).rows)
                taken.append(clock() - begun)
            middle = statistics.median(taken) * 1000
            yield Grown(name, patients, middle, listed, _index_of(store))


def _index_of(store: SqlStore) -> str:
    """Return the index by which the database finds the month's due items; empty: by none."""
    asked: list[tuple[str, Any]] = []

    def note(_one: object, _cursor: object, sql: str, values: object, *_rest: object) -> None:
        asked.append((sql, values))

    engine = store.database.engine
    event.listen(engine, "before_cursor_execute", note)
    store.worklist(Month.of(TODAY), TODAY)
    event.remove(engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if store.database.is_sqlite else "EXPLAIN"
    sql, values = next(one for one in asked if one[0].startswith("SELECT d."))
    rows = store.database.read(
        lambda one: one.exec_driver_sql(f"{explain} {sql}", values).all(), seconds=600
    )
    words = " ".join(str(part) for row in rows for part in row)
    return next(iter(re.findall(r"ix_due_item_\w+", words)), "")


def growth_words(one: Grown, first: Grown) -> str:
    """Return a line about one size beside the first of the same engine."""
    grown = one.milliseconds / first.milliseconds
    return (
        f"{one.database}, {one.patients:,} patients in the store: {one.milliseconds:.1f} ms for "
        f"{one.listed} listed by {one.index or 'no index'} ({grown:.2f}x, at most {MOST_GROWTH}x)"
    )


def main() -> None:
    """Print the figures."""
    first: dict[str, Grown] = {}
    for one in grow(Path(sys.argv[1]), [int(count) for count in sys.argv[2:]]):
        print(growth_words(one, first.setdefault(one.database, one)), flush=True)


if __name__ == "__main__":
    main()
