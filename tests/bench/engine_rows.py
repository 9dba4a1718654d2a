"""The rows of the engine on docs/performance.md, each beside its floor."""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from tests.bench.engine import CORES

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
    """Measure the plan from Parquet, in two processes; return the rows and the cost per patient.

    ``small`` is the cost per patient at the smallest size, in microseconds (None: this is it).
    """
    _step(run, "people", folder, patients)
    floor = min((_step(run, "floor", folder, 0) for _ in range(3)), key=lambda one: one.seconds)
    with ThreadPoolExecutor(CORES) as pool:
        begun = [pool.submit(_step, run, "plan", folder, at) for at in range(CORES)]
        both = [one.result() for one in begun]
    seconds = max(one.seconds for one in both)
    peak = sum(one.peak for one in both)
    each = seconds / patients * 1_000_000
    compared = f"{each / small:.2f}x" if small else ""
    return [
        (patients, "plan, frames in and out of Parquet, two processes", f"{seconds:.2f} s",
         f"scan and group by (patient, cluster) {floor.seconds * 1000:.0f} ms; at most 6x",
         f"{seconds / floor.seconds:.1f}x", f"{peak:.0f} MiB"),
        (patients, "cost per patient of that plan", f"{each:.0f} us", "at the smallest size",
         compared, ""),
    ], each  # fmt: skip


def planned_again(patients: int, folder: Path, run: Run, full: float) -> list[Row]:
    """Measure planning again after an import that touches a few; ``full`` seconds for everybody."""
    few = _step(run, "again", folder, AGAIN)
    return [
        (patients, f"plan again {AGAIN} patients (store, {few.said[1]} rows changed)",
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
