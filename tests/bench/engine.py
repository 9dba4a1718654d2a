"""The engine by itself: frames in from Parquet, frames out to Parquet, beside its floor.

``python -m tests.bench.engine STEP FOLDER [NUMBER]``, one process each; a step prints its own
seconds first. FOLDER holds ``people/0.parquet`` …, and the same of ``events`` and ``issues``: a
hundred thousand invented patients each. Steps:

* ``people`` writes NUMBER patients there;
* ``floor`` scans the events once and takes the latest of each (patient, cluster);
* ``plan`` plans the parts NUMBER, NUMBER + 2 … (NUMBER is 0 or 1: a process for each core);
* ``again`` plans NUMBER patients of the store in FOLDER again, a tenth of whose events are gone.
"""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
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
from recall_tui.planning.parts import Part, parts_of
from recall_tui.planning.streams import code_table
from tests.bench.steps import TODAY, open_bench_house

A_FILE = 100_000
CORES = 2


def rules() -> Rulebook:
    """Return the shipped rules."""
    return read_rulebook([Path(recall_tui.pack.__file__).parent])


def people(folder: Path, number: int) -> None:
    """Write so many invented patients, each hundred thousand from a seed of its own."""
    for name in ("people", "events", "issues"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    known = folder / "extract"
    for at, start in enumerate(range(0, number, A_FILE)):
        made = known if known.is_dir() and number <= A_FILE else folder / "made"
        if made != known:
            generate(made, today=TODAY, patients=min(A_FILE, number - start), seed=at + 1)
        extract = read_extract(made, TODAY)
        own = pl.format("{}{}", pl.lit(f"{at:02d}-"), "patient_number").alias("patient_number")
        frames = {
            "people": extract.patients,
            "events": extract.events,
            "issues": extract.medications,
        }
        for name, frame in frames.items():
            frame.with_columns(own).write_parquet(folder / name / f"{at}.parquet")
        shutil.rmtree(folder / "made", ignore_errors=True)


def floor(folder: Path, _number: int) -> None:
    """Scan the events once and take the latest of each patient and cluster."""
    book = rules()
    clusters = code_table(needs_of(book).clusters(book), book).lazy()
    begun = time.perf_counter()
    latest = (
        pl.scan_parquet(folder / "events" / "*.parquet")
        .join(clusters, on="code", how="inner")
        .group_by("patient_number", "cluster")
        .agg(pl.col("event_date").max(), pl.col("value").sort_by("event_date").last())
        .collect()
    )
    print(f"{time.perf_counter() - begun:.4f} {latest.height}")


def plan_parts(folder: Path, number: int) -> None:
    """Plan every second part from its Parquet rows and write its due items."""
    book = rules()
    out = folder / "planned"
    out.mkdir(exist_ok=True)
    begun = time.perf_counter()
    rows = 0
    for at, inputs in enumerate(_inputs(folder)):
        if at % CORES == number:
            made = plan(inputs(), book, PlanSettings(), TODAY)
            made.due_items.write_parquet(out / f"due-{at}.parquet")
            made.appointments.write_parquet(out / f"appointments-{at}.parquet")
            rows += made.due_items.height
    print(f"{time.perf_counter() - begun:.4f} {rows}")


def _inputs(folder: Path) -> Iterator[Callable[[], PlanInputs]]:
    for file in sorted((folder / "people").glob("*.parquet"), key=lambda one: int(one.stem)):
        numbers = pl.read_parquet(file, columns=["patient_number"])["patient_number"]
        # Two parts at least, so that both processes have work.
        size = min(50_000, -(-len(numbers) // CORES))
        for part in parts_of(numbers, size):
            yield lambda file=file, part=part: _read(folder, file.name, part)


def _read(folder: Path, name: str, part: Part) -> PlanInputs:
    mine = pl.col("patient_number").is_between(pl.lit(part.first), pl.lit(part.last))
    people, events, issues = (
        pl.scan_parquet(folder / kind / name).filter(mine).collect()
        for kind in ("people", "events", "issues")
    )
    return PlanInputs(people, events, issues, empty(CLOSED), empty(CHOICES), empty(PINNED))


def again(folder: Path, number: int) -> None:
    """Plan some patients of a planned practice again after their records changed."""
    house = open_bench_house(folder)
    every = house.store.plan_inputs()
    assert isinstance(every, PlanInputs)
    some = every.patients["patient_number"].sample(number, seed=1).to_list()
    planner = house.planner
    begun = time.perf_counter()
    inputs = house.store.plan_inputs(some)
    assert isinstance(inputs, PlanInputs)
    kept = replace(inputs, events=inputs.events.sample(fraction=0.9, seed=1))
    rows = house.store.merge_plan(planner.plan(kept, TODAY), some, house.clock.now())
    print(f"{time.perf_counter() - begun:.4f} {rows}")
    house.close()


STEPS: Mapping[str, Callable[[Path, int], None]] = {
    "people": people,
    "floor": floor,
    "plan": plan_parts,
    "again": again,
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
