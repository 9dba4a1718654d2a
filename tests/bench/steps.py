"""The steps that are measured: ``python -m tests.bench.steps NAME FOLDER``, one process each.

FOLDER holds ``extract/`` (the files of a synthetic practice) and ``recall.db``. A step prints its
own seconds, so that starting Python is not counted; the peak of memory is read from outside.
"""

import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import polars as pl

from recall_tui.bootstrap import House
from recall_tui.domain.calendar import Month
from recall_tui.importers.readers import read_extract
from recall_tui.importers.synthetic.identifiers import PRACTICE_CODE
from recall_tui.settings import Settings

TODAY = date(2026, 11, 22)


def open_bench_house(folder: Path, *, create: bool = False) -> House:
    """Return the house of the store in ``folder``."""
    settings = Settings(
        data_folder=folder,
        database=f"sqlite:///{folder / 'recall.db'}",
        practice=PRACTICE_CODE,
        today=TODAY,
    )
    return House(settings, create=create)


def import_files(folder: Path) -> None:
    """Read, check and merge the extract into an empty store."""
    house = open_bench_house(folder, create=True)
    extract = house.importer.read(str(folder / "extract"), TODAY, None)
    report = house.store.merge_extract(
        extract, by="bench", at=house.clock.now(), accept=False, dry_run=False
    )
    assert report.applied, report.stopped
    house.close()


def floor_insert(folder: Path) -> None:
    """Floor of the import: the same rows through a bare sqlite3 insert, unchecked."""
    extract = read_extract(folder / "extract", TODAY)
    frames = (extract.patients, extract.events, extract.medications, extract.appointments)
    begun = time.perf_counter()
    connection = sqlite3.connect(folder / "floor.db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    for number, frame in enumerate(frames):
        columns = ", ".join(f"c{index}" for index in range(frame.width))
        marks = ", ".join("?" * frame.width)
        connection.execute(f"CREATE TABLE t{number} ({columns})")
        rows = frame.cast(dict.fromkeys(frame.columns, pl.String)).iter_rows()
        connection.executemany(f"INSERT INTO t{number} VALUES ({marks})", rows)  # noqa: S608
    connection.commit()
    connection.close()
    (folder / "floor.db").unlink()
    print(f"{time.perf_counter() - begun:.4f}")
    sys.exit(0)


def plan_practice(folder: Path) -> None:
    """Do what ``recall plan`` does: plan from the store, store the plan and the words for it."""
    house = open_bench_house(folder)
    inputs = house.store.plan_inputs()
    house.store.merge_plan(house.planner.plan(inputs, TODAY), None, house.clock.now())
    house.rules.keep_words()
    house.close()


def floor_scan(folder: Path) -> None:
    """Floor of the plan: scan the same events and group by patient and code, latest each."""
    path = folder / "events.parquet"
    begun = time.perf_counter()
    latest = (
        pl.scan_parquet(path)
        .group_by("patient_number", "code")
        .agg(pl.col("event_date").max(), pl.col("value").last())
        .collect()
    )
    assert latest.height
    print(f"{time.perf_counter() - begun:.4f}")
    sys.exit(0)


def write_parquet(folder: Path) -> None:
    """Write the events as Parquet, for the floor."""
    read_extract(folder / "extract", TODAY).events.write_parquet(folder / "events.parquet")


def month_query(folder: Path) -> None:
    """Read the present month's list."""
    house = open_bench_house(folder)
    assert house.store.revision()
    begun = time.perf_counter()
    snapshot = house.store.worklist(Month.of(TODAY), TODAY)
    print(f"{time.perf_counter() - begun:.4f} {len(snapshot.rows)}")
    house.close()
    sys.exit(0)


STEPS: Mapping[str, Callable[[Path], None]] = {
    "import": import_files,
    "floor-insert": floor_insert,
    "plan": plan_practice,
    "floor-scan": floor_scan,
    "parquet": write_parquet,
    "month": month_query,
}


def main() -> None:
    """Run one step and print its seconds."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    begun = time.perf_counter()
    STEPS[name](folder)
    print(f"{time.perf_counter() - begun:.4f}")


if __name__ == "__main__":
    main()
