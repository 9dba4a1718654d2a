"""``python -m tests.faults.migrating [ROWS]``: newer and older tables with so many coded events.

On SQLite and on Postgres: down to the version before, and to the first, and up again; each time a
digest of everything that no migration may touch is compared, and the audit verified.
"""

import hashlib
import sys
import tempfile
from collections.abc import Generator
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter

import polars as pl
from sqlalchemy import Connection, text

from recall_tui.domain.commands import MarkBooked
from storage.audit_verifying import verify
from storage.bulk import upsert
from storage.deadline import BATCH
from storage.engine import open_database
from storage.migrations.run import downgrade
from storage.practices import add_practice
from storage.store import SqlStore, open_store
from storage.tables import CODED_EVENT
from tests.storage.test_migrating import CHAINED, KEPT, REVISIONS
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import due, extract, patient, plan
from tests.support.postgres import fresh_database

PATIENTS = 1_000
_CODE = "999791000000106"


def prepare(url: str, keys: Path, rows: int) -> None:
    """Make a practice with so many coded events, a plan and decisions."""
    numbers = [f"{serial:05d}" for serial in range(PATIENTS)]
    with closing(open_database(url, audit_folder=keys)) as database:
        store = SqlStore(database, add_practice(database, "A12345", "Drama Street", AT))
        given = extract([patient(one) for one in numbers])
        store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
        store.merge_plan(plan([due(one, "hba1c", date(2026, 11, 10)) for one in numbers]), None, AT)
        for one in numbers[:50]:
            act(store, MarkBooked((target(store, one, "hba1c"),), TODAY))
        adding = partial(upsert, table=CODED_EVENT, frame=_events(store, numbers, rows), new=True)
        database.write(adding, seconds=BATCH)


def _events(store: SqlStore, numbers: list[str], rows: int) -> pl.DataFrame:
    given = {
        column.name: pl.lit("", dtype=pl.String)
        for column in CODED_EVENT.c
        if not column.nullable and column.server_default is None
    }
    serial = pl.int_range(rows)
    each = -(-rows // PATIENTS)
    given |= {
        "practice_id": pl.lit(store.practice.practice_id, dtype=pl.Int32),
        "patient_number": pl.lit(pl.Series(numbers)).gather(serial // each),
        "code": pl.lit(_CODE),
        "event_date": pl.lit(date(2000, 1, 1)) + pl.duration(days=serial % each % 9_000),
        "precision": pl.lit("D"),
        "occurrence": (serial % each // 9_000).cast(pl.Int32),
        "kind": pl.lit("done"),
        "value": (serial % 997) / 10,
        "run_no": pl.lit(1, dtype=pl.Int32),
    }
    return pl.select(serial.alias("serial")).select(
        value.alias(name) for name, value in given.items()
    )


def digests(connection: Connection) -> dict[str, str]:
    """Return, of each table, how many rows there are and a digest of what has to stay."""
    found: dict[str, str] = {}
    for table, columns in KEPT.items():
        digest, count = hashlib.sha256(), 0
        every = f"SELECT {columns} FROM {table} ORDER BY 1, 2, 3"  # noqa: S608 - the names above
        for row in connection.execution_options(yield_per=10_000).execute(text(every)):
            digest.update(repr(tuple(row)).encode())
            count += 1
        found[table] = f"{count:,} {digest.hexdigest()[:16]}"
    return found


def down_and_up(url: str, keys: Path, older: str) -> str:
    """Migrate down to a version and up again; return how long each took, and what is wrong."""
    began = perf_counter()
    with closing(open_database(url, audit_folder=keys)) as database:
        before = database.read(digests, seconds=BATCH)
        start = perf_counter()
        database.write(lambda connection: downgrade(connection, older), seconds=BATCH)
        down = perf_counter() - start
        wrong = [] if database.read(digests, seconds=BATCH) == before else [f"changed by {older}"]
    start = perf_counter()
    with closing(open_store(url, audit_folder=keys)) as store:
        up = perf_counter() - start
        if store.database.read(digests, seconds=BATCH) != before:
            wrong.append("changed on the way up")
        if not verify(url, "A12345", store.database.audit).is_sound and older >= CHAINED:
            wrong.append("the audit is not sound")
    words = "; ".join(wrong) or f"as before: {before['coded_event']}"
    whole = perf_counter() - began
    return f"to {older} {down:.1f} s, up {up:.1f} s ({whole:.0f} s with comparing): {words}"


def _stores(folder: Path) -> Generator[tuple[str, str]]:
    yield "SQLite", str(folder / "recall.db")
    with fresh_database() as server:
        yield "Postgres", server


def main() -> None:
    """Migrate on both engines and print what was found."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        for engine, url in _stores(Path(name)):
            keys = Path(name) / engine
            prepare(url, keys, rows)
            for older in (REVISIONS[0], "0001"):
                print(f"{engine}, {rows:,} rows: {down_and_up(url, keys, older)}", flush=True)


if __name__ == "__main__":
    main()
