"""``python -m tests.bench.planning [PATIENTS]``: how long somebody waits while a plan is stored.

Everybody's plan is another one. It is stored in one transaction, and in portions as the program
does, by turns; somebody notes something about a patient without a pause.
"""

import multiprocessing
import sys
import tempfile
from collections.abc import Generator
from contextlib import closing
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter

from recall_tui.domain.commands import AddNote
from recall_tui.frames import PlanFrames
from storage import plan_merging
from storage.engine import open_database
from storage.practices import add_practice
from storage.store import SqlStore, open_store
from tests.support.desk import AT, act
from tests.support.extracts import due, extract, patient, plan
from tests.support.postgres import fresh_database

ITEMS = ("hba1c", "foot_check", "lipids", "uacr", "blood_pressure", "weight")
_FORK = multiprocessing.get_context("spawn")


def planned(numbers: list[str], day: date) -> PlanFrames:
    """Return a plan of everybody for a day."""
    holds = day + timedelta(days=30)
    return plan(
        [due(one, item, day) for one in numbers for item in ITEMS],
        patients=[{"patient_number": one, "valid_until": holds, "flags": []} for one in numbers],
    )


def note(url: str, keys: Path, number: str, line: Connection) -> None:
    """Note something again and again, until told to stop; send the longest wait."""
    waits: list[float] = []
    with closing(open_store(url, audit_folder=keys)) as store:
        act(store, AddNote(number, "rang"))
        line.send(0.0)
        while not line.poll():
            start = perf_counter()
            act(store, AddNote(number, "rang"))
            waits.append(perf_counter() - start)
        line.send((max(waits), len(waits)))


def wait_while(url: str, keys: Path, store: SqlStore, wanted: PlanFrames, number: str) -> str:
    """Store a plan while somebody works; return how long it took, and how long they waited."""
    mine, theirs = _FORK.Pipe()
    other = _FORK.Process(target=note, args=(url, keys, number, theirs))
    other.start()
    mine.recv()
    start = perf_counter()
    rows = store.merge_plan(wanted, None, AT)
    seconds = perf_counter() - start
    mine.send(None)
    longest, count = mine.recv()
    other.join()
    return f"{rows:,} rows in {seconds:.1f} s; {count:,} notes, longest {longest * 1000:.0f} ms"


def _stores(folder: Path) -> Generator[tuple[str, str]]:
    yield "SQLite", str(folder / "recall.db")
    with fresh_database() as server:
        yield "Postgres", server


def main() -> None:
    """Measure both ways on both engines."""
    numbers = [f"{n:06d}" for n in range(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)]
    day = date(2026, 11, 10)
    many = plan_merging.MANY_ROWS
    with tempfile.TemporaryDirectory() as name:
        for engine, url in _stores(Path(name)):
            keys = Path(name) / engine
            with closing(open_database(url, audit_folder=keys)) as database:
                store = SqlStore(database, add_practice(database, "A12345", "Drama", AT))
                given = extract([patient(one) for one in numbers])
                store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
                store.merge_plan(planned(numbers, day), None, AT)
                for turn in range(1, 5):
                    at_once = turn % 2
                    plan_merging.MANY_ROWS = 10**9 if at_once else many
                    wanted = planned(numbers, day + timedelta(days=turn))
                    words = wait_while(url, keys, store, wanted, numbers[7])
                    print(engine, "at once: " if at_once else "portions:", words, flush=True)


if __name__ == "__main__":
    main()
