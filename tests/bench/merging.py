"""``python -m tests.bench.merging [ROWS [PEOPLE]]``: how long people wait while files are merged.

On SQLite and on Postgres, in one practice: PEOPLE work once a second, and the files of the next day
are imported beside them; then files with ROWS more coded events. From the start of the import to
its end, the longest that anybody waited for a write or a read.
"""

import multiprocessing
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl

from recall_tui.bootstrap import House
from recall_tui.frames import EVENTS, Extract, conform
from recall_tui.importers.synthetic import generate
from recall_tui.importers.synthetic.identifiers import PRACTICE_CODE
from recall_tui.settings import Settings
from tests.bench.session_process import Hours, session
from tests.bench.steps import TODAY
from tests.support.postgres import fresh_database

PATIENTS = 2_000
NEXT_DAY = 0.02
"""The part of the coded events that is new in the files of the next day."""

SETTLED = 5.0
"""Seconds that people work before the import begins."""

FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Waited:
    """What one import was to those who worked meanwhile."""

    database: str
    rows: int
    seconds: float
    writes: Sequence[float]
    reads: Sequence[float]
    errors: Sequence[str]

    def words(self) -> str:
        """Return it as a line."""
        longest = [max(some, default=0.0) * 1000 for some in (self.writes, self.reads)]
        return (
            f"{self.database}: {self.rows:,} rows merged in {self.seconds:.1f} s beside "
            f"{len(self.writes):,} writes and {len(self.reads):,} reads; longest wait "
            f"{longest[0]:.0f} ms for a write, {longest[1]:.0f} ms for a read; "
            f"{len(self.errors)} errors {self.errors[:1] or ''}"
        )


def house_of(url: str, folder: Path, *, create: bool = False) -> House:
    """Return the house of the store at ``url``."""
    settings = Settings(data_folder=folder, database=url, practice=PRACTICE_CODE, today=TODAY)
    return House(settings, create=create)


def prepare(url: str, folder: Path) -> Extract:
    """Fill and plan an empty store; return what was imported."""
    house = house_of(url, folder, create=True)
    extract = house.importer.read(str(folder / "extract"), TODAY, None)
    assert isinstance(extract, Extract)
    _merge(house, extract)
    house.store.merge_plan(
        house.planner.plan(house.store.plan_inputs(), TODAY), None, house.clock.now()
    )
    house.close()
    return extract


def _merge(house: House, extract: Extract) -> int:
    report = house.store.merge_extract(
        extract, by="bench", at=house.clock.now(), accept=True, dry_run=False
    )
    assert report.applied, report.stopped
    return sum(one["added"] + one["changed"] for one in report.counts.values())


def with_more(extract: Extract, rows: int, named: str, minutes: int) -> Extract:
    """Return an extract of the same patients, later, with so many coded events more."""
    people = extract.patients.select("patient_number").with_row_index("place")
    number = pl.int_range(rows, dtype=pl.UInt32)
    more = pl.select(
        (number % people.height).alias("place"),
        (20_000_000 + number // people.height // 300 * 7).cast(pl.String).alias("code"),
        (pl.lit(TODAY) - pl.duration(days=number // people.height % 300 + 1)).alias("event_date"),
        pl.lit("D").alias("precision"),
        pl.lit(0).alias("occurrence"),
        pl.lit(named).alias("term"),
        pl.lit("done").alias("kind"),
    )
    events = conform(more.join(people, on="place").drop("place"), EVENTS)
    at = extract.extracted_at
    return replace(
        extract,
        events=pl.concat([conform(extract.events, EVENTS), events]),
        sha256=named,
        extracted_at=at + timedelta(minutes=minutes) if at else None,
    )


def import_beside(name: str, url: str, folder: Path, extract: Extract, people: int) -> Waited:
    """Import beside so many people at work."""
    start, over, told = FORK.Barrier(people + 1), FORK.Event(), FORK.Queue()
    hours = Hours(3600.0, 1.0, "ours", over)
    working = [
        FORK.Process(target=session, args=(url, one, hours, start, told)) for one in range(people)
    ]
    for one in working:
        one.start()
    house = house_of(url, folder)
    start.wait()
    over.wait(SETTLED)
    begun = perf_counter()
    rows = _merge(house, extract)
    ended = perf_counter()
    over.set()
    answers: list[dict[str, Any]] = [told.get(timeout=600) for _one in working]
    for one in working:
        one.join()
    house.close()

    def meanwhile(what: str) -> list[float]:
        times = [pair for one in answers for pair in zip(one[f"{what}_at"], one[what], strict=True)]
        return [taken for at, taken in times if at + taken >= begun and at <= ended]

    errors = [fault for one in answers for fault in one["errors"]]
    return Waited(name, rows, ended - begun, meanwhile("writes"), meanwhile("reads"), errors)


def measure(name: str, url: str, folder: Path, rows: int, people: int) -> None:
    """Measure one engine and print it."""
    extract = prepare(url, folder)
    fresh = int(extract.events.height * NEXT_DAY)
    tomorrow = with_more(extract, fresh, "next day", 1)
    print("the files of the next day,", import_beside(name, url, folder, tomorrow, people).words())
    more = with_more(tomorrow, rows, "many more", 2)
    print("many rows,", import_beside(name, url, folder, more, people).words(), flush=True)


def main() -> None:
    """Measure both engines."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    people = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory(prefix="recall-merging-") as name, fresh_database() as server:
        folder = Path(name)
        generate(folder / "extract", today=TODAY, patients=PATIENTS)
        measure("SQLite", f"sqlite:///{folder / 'recall.db'}", folder, rows, people)
        measure("Postgres", server, folder, rows, people)
        shutil.rmtree(folder / "extract")


if __name__ == "__main__":
    main()
