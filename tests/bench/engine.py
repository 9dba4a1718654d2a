"""The engine by itself: frames in from Parquet, frames out to Parquet, beside its floor.

``python -m tests.bench.engine STEP FOLDER [NUMBER]``, one process each; a step prints its own
seconds first, then its processor seconds. FOLDER holds ``people/0.parquet`` …, and the same of
``events`` and ``issues``: a hundred thousand invented patients each. Steps:

* ``people`` writes NUMBER patients there, unless they are there;
* ``floor`` scans the events once and takes the latest of each (patient, cluster);
* ``plan`` plans everybody, part after part, several parts in two processes; it prints the rows and
  the peak of all processes together in MiB, too;
* ``again`` plans NUMBER patients of the store in FOLDER again, a tenth of whose events are gone.
"""

import gc
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Rulebook
from recall_tui.frames import CHOICES, CLOSED, PINNED, PlanInputs, empty
from recall_tui.pack.compiled import rulebook_of
from recall_tui.pack.files import SHIPPED
from recall_tui.planning.engine import plan
from recall_tui.planning.needs import needs_of
from recall_tui.planning.parts import PATIENTS_A_PART, Part, parts_of
from recall_tui.planning.streams import EVENT_COLUMNS, code_table

_OWN = resource.RUSAGE_SELF
TODAY = date(2026, 11, 22)
A_FILE = 100_000
CORES = 2
KINDS = ("people", "events", "issues")
ALONE = {
    "POLARS_MAX_THREADS": "1",
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:-1,muzzy_decay_ms:-1",
}
"""What Polars is told in a process that has one core and plans part after part: the next part needs
the memory that the last one gave back."""
LOOKED_AT = (
    ("patient_number", "date_of_birth", "sex", "registered_on", "left_on", "died_on"),
    EVENT_COLUMNS,
    ("patient_number", "code", "issued_on", "repeat", "stopped_on"),
)
"""Columns that planning looks at of each kind."""


def rules(folder: Path) -> Rulebook:
    """Return the shipped rules as the program reads them: kept in FOLDER once they were checked."""
    kept = folder / "rules"
    kept.mkdir(mode=0o700, exist_ok=True)
    return rulebook_of((SHIPPED,), kept)


def people(folder: Path, number: int) -> None:
    """Write so many invented patients, each hundred thousand from a seed of its own."""
    for name in KINDS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    known = folder / "extract"
    if known.is_dir() and number <= A_FILE:
        _write(folder, 0, known)
        return
    sizes = {at: min(A_FILE, number - start) for at, start in enumerate(range(0, number, A_FILE))}
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        list(pool.map(_make, [folder] * len(sizes), sizes, sizes.values()))


def _make(folder: Path, at: int, number: int) -> None:
    if all((folder / name / f"{at}.parquet").is_file() for name in KINDS):
        return
    from recall_tui.importers.synthetic import generate  # noqa: PLC0415 - not to plan

    made = folder / f"made-{at}"
    generate(made, today=TODAY, patients=number, seed=at + 1)
    _write(folder, at, made)
    shutil.rmtree(made)


def _write(folder: Path, at: int, made: Path) -> None:
    """Write the extract in ``made`` as Parquet; numbers of patients begin with the file's."""
    from recall_tui.importers.readers import read_extract  # noqa: PLC0415 - not to plan

    extract = read_extract(made, TODAY)
    own = pl.format("{}{}", pl.lit(f"{at:02d}-"), "patient_number").alias("patient_number")
    frames = (extract.patients, extract.events, extract.medications)
    for name, frame in zip(KINDS, frames, strict=True):
        frame.with_columns(own).write_parquet(folder / name / f"{at}.parquet")


def floor(folder: Path, _number: int) -> None:
    """Scan the events once and take the latest of each patient and cluster."""
    book = rules(folder)
    clusters = code_table(needs_of(book).clusters(book), book).lazy()
    begun = _now()
    latest = (
        pl.scan_parquet(folder / "events" / "*.parquet")
        .join(clusters, on="code", how="inner")
        .group_by("patient_number", "cluster")
        .agg(pl.col("event_date").max(), pl.col("value").sort_by("event_date").last())
        .collect()
    )
    print(*_since(begun), latest.height)


def _now() -> tuple[float, float]:
    return time.perf_counter(), _processor()


def _processor() -> float:
    """Return the processor seconds of this process and of those that it waited for."""
    mine, theirs = (resource.getrusage(who) for who in (_OWN, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def _peak() -> float:
    """Return the peak of this process's memory in MiB."""
    return resource.getrusage(_OWN).ru_maxrss / 1024


def _since(begun: tuple[float, float]) -> tuple[str, str]:
    """Return the seconds since ``begun`` by the clock and of the processor."""
    wall, processor = begun
    return f"{time.perf_counter() - wall:.4f}", f"{_processor() - processor:.4f}"


@dataclass(frozen=True, slots=True)
class _Work:
    """A part to plan: where its rows are, its patients, and its number."""

    folder: Path
    name: str
    part: Part
    at: int


def plan_everybody(folder: Path, _number: int) -> None:
    """Plan every part from its Parquet rows and write its due items and appointments.

    Nobody's plan needs anybody else's: of several parts each core has a process with one thread.
    """
    (folder / "planned").mkdir(exist_ok=True)
    begun = _now()
    parts = list(_parts(folder))
    peaks: dict[int, float] = {}
    rows = 0
    for planned, process, peak in _each(parts):
        rows += planned
        peaks[process] = max(peak, peaks.get(process, 0.0))
    peaks[os.getpid()] = _peak()
    print(*_since(begun), rows, f"{sum(peaks.values()):.0f}")


def _each(parts: list[_Work]) -> list[tuple[int, int, float]]:
    """Plan every part: one alone here, several in processes of their own."""
    if len(parts) == 1:
        return [_plan_part(parts[0])]
    os.environ.update(ALONE)
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_plan_part, parts))


@cache
def _read_once(folder: Path) -> Rulebook:
    """Return the rules; nothing that was loaded until now is looked at again for garbage."""
    book = rules(folder)
    gc.collect()
    gc.freeze()
    return book


def _plan_part(work: _Work) -> tuple[int, int, float]:
    """Plan a part; return the rows, the process and its peak in MiB."""
    inputs = _read(work.folder, work.name, work.part)
    made = plan(inputs, _read_once(work.folder), PlanSettings(), TODAY)
    out = work.folder / "planned"
    made.due_items.write_parquet(out / f"due-{work.at}.parquet", compression="lz4")
    made.appointments.write_parquet(out / f"appointments-{work.at}.parquet", compression="lz4")
    return made.due_items.height, os.getpid(), _peak()


def _parts(folder: Path) -> Iterator[_Work]:
    files = sorted((folder / "people").glob("*.parquet"), key=lambda one: int(one.stem))
    at = 0
    for file in files:
        numbers = pl.read_parquet(file, columns=["patient_number"])["patient_number"]
        for part in parts_of(numbers, PATIENTS_A_PART):
            yield _Work(folder, file.name, part, at)
            at += 1


def _read(folder: Path, name: str, part: Part) -> PlanInputs:
    """Return the rows of a part; of each only what planning looks at."""
    mine = pl.col("patient_number").is_between(pl.lit(part.first), pl.lit(part.last))
    people, events, issues = (
        pl.scan_parquet(folder / kind / name).filter(mine).select(columns).collect()
        for kind, columns in zip(KINDS, LOOKED_AT, strict=True)
    )
    return PlanInputs(people, events, issues, empty(CLOSED), empty(CHOICES), empty(PINNED))


def again(folder: Path, number: int) -> None:
    """Plan some patients of a planned practice again after their records changed."""
    from tests.bench.steps import open_bench_house  # noqa: PLC0415 - not to plan

    house = open_bench_house(folder)
    every = house.store.plan_inputs()
    assert isinstance(every, PlanInputs)
    some = every.patients["patient_number"].sample(number, seed=1).to_list()
    planner = house.planner
    begun = _now()
    inputs = house.store.plan_inputs(some)
    assert isinstance(inputs, PlanInputs)
    kept = replace(inputs, events=inputs.events.sample(fraction=0.9, seed=1))
    rows = house.store.merge_plan(planner.plan(kept, TODAY), some, house.clock.now())
    print(*_since(begun), rows)
    house.close()


STEPS: Mapping[str, Callable[[Path, int], None]] = {
    "people": people,
    "floor": floor,
    "plan": plan_everybody,
    "again": again,
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
