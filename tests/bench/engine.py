"""The engine by itself: frames in from Parquet, frames out to Parquet, beside its floor.

``python -m tests.bench.engine STEP FOLDER [NUMBER]``, one process each; a step prints its own
seconds first, then its processor seconds. FOLDER holds ``people/0.parquet`` …, and the same of
``events`` and ``issues``: a hundred thousand invented patients each. Steps:

* ``people`` writes NUMBER patients there, unless they are there;
* ``floor`` scans the events once and takes the latest of each (patient, cluster);
* ``plan`` plans everybody, part after part, two parts at a time;
* ``again`` plans NUMBER patients of the store in FOLDER again, a tenth of whose events are gone.
"""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import polars as pl

import recall_tui.pack
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Rulebook
from recall_tui.frames import CHOICES, CLOSED, PINNED, PlanInputs, empty
from recall_tui.importers.readers import read_extract
from recall_tui.importers.synthetic import generate
from recall_tui.pack.reader import read_rulebook
from recall_tui.planning.engine import plan
from recall_tui.planning.needs import needs_of
from recall_tui.planning.parts import PATIENTS_A_PART, Part, parts_of
from recall_tui.planning.streams import EVENT_COLUMNS, code_table
from tests.bench.steps import TODAY, open_bench_house

A_FILE = 100_000
CORES = 2
KINDS = ("people", "events", "issues")
LOOKED_AT = (
    ("patient_number", "date_of_birth", "sex", "registered_on", "left_on", "died_on"),
    EVENT_COLUMNS,
    ("patient_number", "code", "issued_on", "repeat", "stopped_on"),
)
"""Columns that planning looks at of each kind."""


def rules() -> Rulebook:
    """Return the shipped rules."""
    return read_rulebook([Path(recall_tui.pack.__file__).parent])


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
    made = folder / f"made-{at}"
    generate(made, today=TODAY, patients=number, seed=at + 1)
    _write(folder, at, made)
    shutil.rmtree(made)


def _write(folder: Path, at: int, made: Path) -> None:
    """Write the extract in ``made`` as Parquet; numbers of patients begin with the file's."""
    extract = read_extract(made, TODAY)
    own = pl.format("{}{}", pl.lit(f"{at:02d}-"), "patient_number").alias("patient_number")
    frames = (extract.patients, extract.events, extract.medications)
    for name, frame in zip(KINDS, frames, strict=True):
        frame.with_columns(own).write_parquet(folder / name / f"{at}.parquet")


def floor(folder: Path, _number: int) -> None:
    """Scan the events once and take the latest of each patient and cluster."""
    book = rules()
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
    return time.perf_counter(), time.process_time()


def _since(begun: tuple[float, float]) -> tuple[str, str]:
    """Return the seconds since ``begun`` by the clock and of the processor."""
    wall, processor = begun
    return f"{time.perf_counter() - wall:.4f}", f"{time.process_time() - processor:.4f}"


def plan_everybody(folder: Path, _number: int) -> None:
    """Plan every part from its Parquet rows and write its due items and appointments.

    Two parts at a time, each in a thread: what the packing was asked once is known to both.
    """
    book = rules()
    out = folder / "planned"
    out.mkdir(exist_ok=True)

    def one(at: int, inputs: Callable[[], PlanInputs]) -> int:
        made = plan(inputs(), book, PlanSettings(), TODAY)
        made.due_items.write_parquet(out / f"due-{at}.parquet")
        made.appointments.write_parquet(out / f"appointments-{at}.parquet")
        return made.due_items.height

    begun = _now()
    with ThreadPoolExecutor(CORES) as pool:
        rows = list(pool.map(one, *zip(*enumerate(_inputs(folder)), strict=True)))
    print(*_since(begun), sum(rows))


def _inputs(folder: Path) -> Iterator[Callable[[], PlanInputs]]:
    for file in sorted((folder / "people").glob("*.parquet"), key=lambda one: int(one.stem)):
        numbers = pl.read_parquet(file, columns=["patient_number"])["patient_number"]
        # Two parts at least, so that both cores have work.
        size = min(PATIENTS_A_PART, -(-len(numbers) // CORES))
        for part in parts_of(numbers, size):
            yield lambda file=file, part=part: _read(folder, file.name, part)


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
