"""The rows of the engine on docs/performance.md, each beside its floor."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

AGAIN = 200
"""Patients that an import touches."""

Row = tuple[int, str, str, str, str, str]
"""Patients, what, figure, floor or limit, ratio, peak."""


class Ran(Protocol):
    """A process that ended: its own seconds, its peak in MiB, and what it said."""

    @property
    def seconds(self) -> float:
        """Seconds it measured itself."""
        ...

    @property
    def peak(self) -> float:
        """Peak of memory in MiB."""
        ...

    @property
    def said(self) -> tuple[str, ...]:
        """What it printed."""
        ...


Run = Callable[[Sequence[str]], Ran]


def pure_plan(
    patients: int, folder: Path, run: Run, small: float | None
) -> tuple[list[Row], float]:
    """Measure the plan from Parquet; return the rows and the cost per patient.

    ``small`` is the cost per patient at the smallest size, in microseconds of the processor (None:
    this is it).
    """
    _step(run, "people", folder, patients)
    floor = min((_step(run, "floor", folder, 0) for _ in range(3)), key=lambda one: one.seconds)
    made = _step(run, "plan", folder, 0)
    bare, own = float(floor.said[1]), float(made.said[1])
    each = own / patients * 1_000_000
    compared = f"{each / small:.2f}x" if small else ""
    return [
        (patients, f"plan, frames in and out of Parquet ({int(made.said[2]):,} rows)",
         f"{made.seconds:.2f} s",
         f"scan and group by (patient, cluster) {floor.seconds * 1000:.0f} ms; at most 6x",
         f"{made.seconds / floor.seconds:.1f}x", f"{made.said[3]} MiB"),
        (patients, "the same in processor time", f"{own:.2f} s",
         f"{bare * 1000:.0f} ms", f"{own / bare:.1f}x", ""),
        (patients, "processor time per patient of that plan", f"{each:.0f} us",
         "at the smallest size", compared, ""),
    ], each  # fmt: skip


def planned_again(patients: int, folder: Path, run: Run, full: float) -> list[Row]:
    """Measure planning again after an import that touches a few; ``full`` seconds for everybody."""
    few = _step(run, "again", folder, AGAIN)
    return [
        (patients, f"plan again {AGAIN} patients (store, {few.said[2]} rows changed)",
         f"{few.seconds * 1000:.0f} ms", f"plan of everybody {full:.2f} s; at most a tenth",
         f"{few.seconds / full:.2f}x", f"{few.peak:.0f} MiB"),
    ]  # fmt: skip


def explained(
    patients: int, number: str, median: Callable[[Sequence[str]], float], nothing: float
) -> list[Row]:
    """Measure ``recall explain`` as a whole process, from what is stored and planned anew."""
    asked = [sys.executable, "-m", "recall_tui", "explain", number]
    stored, fresh = median(asked), median([*asked, "--fresh"])
    return [
        (patients, f"`{name}`, whole process", f"{taken:.0f} ms",
         f"`python -c pass` {nothing:.0f} ms; aim {aim} ms", f"{taken / nothing:.1f}x", "")
        for name, taken, aim in (
            ("recall explain NUMBER", stored, 60), ("recall explain NUMBER --fresh", fresh, 700),
        )
    ]  # fmt: skip


def _step(run: Run, name: str, folder: Path, number: int) -> Ran:
    return run([sys.executable, "-m", "tests.bench.engine", name, str(folder), str(number)])
