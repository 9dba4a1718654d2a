"""recall bench: how fast this installation is, each figure beside its floor."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, emit_rows, warn
from recall_tui.cli.shapes import BENCH_SCHEMA
from recall_tui.domain.calendar import Month
from recall_tui.errors import StoreTrouble

ROUNDS = 5
HEADERS = ("what", "of", "seconds", "floor", "times the floor")
ROOT = Path(__file__).parents[2]
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Measured:
    """One thing measured: the middle of several rounds, beside its floor where it has one."""

    what: str
    of: str
    seconds: float
    floor: float | None = None

    def row(self) -> tuple[str, str, float, float | None, float | None]:
        """Return the row of the answer."""
        ratio = round(self.seconds / self.floor, 1) if self.floor else None
        floor = round(self.floor, 4) if self.floor else None
        return (self.what, self.of, round(self.seconds, 4), floor, ratio)


@click.command("bench")
@click.option("--no-plan", is_flag=True, help="Leave the planning of everybody out.")
@common
def bench_command(given: Given, *, no_plan: bool) -> None:
    """Measure this installation on its own store; nothing is changed."""
    house = open_house(given)
    try:
        rows = [one.row() for one in _measure(house, plan=not no_plan)]
    finally:
        house.close()
    if given.as_json:
        names = [name.replace(" ", "_") for name in HEADERS]
        emit_json(BENCH_SCHEMA, [dict(zip(names, row, strict=True)) for row in rows])
    else:
        emit_rows(HEADERS, rows)


def _measure(house: House, *, plan: bool) -> Iterator[Measured]:
    warn("  a month's list")
    month = Month.of(house.today)
    snapshot = house.store.worklist(month, house.today)
    seconds = _middle(lambda: house.store.worklist(month, house.today))
    yield Measured("worklist of a month", f"{len(snapshot.rows):,} rows", seconds)
    if snapshot.rows:
        warn("  a look-up as a whole process")
        number = snapshot.rows[0].patient
        place = ("--practice", house.ods_code, "--today", house.today.isoformat())
        floor = _middle(lambda: _run(house, "-c", "pass"))
        seconds = _middle(lambda: _run(house, "-m", "recall_tui", *place, number))
        yield Measured("look-up, whole process", "1 patient", seconds, floor)
    if plan:
        warn("  planning everybody (not stored)")
        yield _planned(house)


def _planned(house: House) -> Measured:
    """Measure the engine beside the reading of what it needs."""
    started = perf_counter()
    inputs = house.store.plan_inputs()
    read = perf_counter()
    house.planner.plan(inputs, house.today)
    words = house.store.status().get("patients", "the practice")
    return Measured("plan (floor: reading its input)", words, perf_counter() - read, read - started)


def _middle(work: Callable[[], object]) -> float:
    """Return the median of some rounds in seconds."""
    taken: list[float] = []
    for _round in range(ROUNDS):
        started = perf_counter()
        work()
        taken.append(perf_counter() - started)
    return median(taken)


def _run(house: House, *arguments: str) -> None:
    # The URL may hold a password: the environment is private, arguments are not.
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, *arguments], check=False, capture_output=True, timeout=PATIENCE, cwd=ROOT,
        env={**os.environ, "RECALL_DB": house.settings.database},
    )  # fmt: skip
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no answer"]
        message = f"the look-up did not work: {lines[-1]}"
        raise StoreTrouble(message)
