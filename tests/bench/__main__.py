"""``make bench``: run every step beside its floor and write docs/performance.md."""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recall_tui.importers.synthetic import generate
from tests.bench.audit import measure_both
from tests.bench.bulk import measure_both as measure_bulk
from tests.bench.engine_rows import explained, planned_again, pure_plan
from tests.bench.growth import MOST_GROWTH, Grown, grow
from tests.bench.line import arguments_for, first_listed, measure_line
from tests.bench.screen import Answer, ScreenFigures, filter_at, measure_screen
from tests.bench.steps import TODAY

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "performance.md"
MIB = 1024

BAD_LINE_AT = 10_000
"""The size at which the screen is tried over a bad line."""

MOST_IN_A_STORE = 200_000
"""No practice is larger: above, only the engine is measured."""

GROWN_FROM, PRACTICES = 10_000, (1, 10, 100)
"""Of which practice the store is made that grows, and how many such practices it holds."""


@dataclass(frozen=True)
class Measured:
    """One process: its own seconds, its wall seconds, its peak in MiB, and what it said."""

    seconds: float
    wall: float
    peak: float
    said: tuple[str, ...]


def run(arguments: Sequence[str]) -> Measured:
    """Run a process to its end and measure it from outside."""
    begun = time.perf_counter()
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        said = tuple(process.stdout.read().decode().split())
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if process.returncode:
        message = f"{' '.join(arguments)} ended with {process.returncode}"
        raise RuntimeError(message)
    own = float(said[0]) if said and said[0].replace(".", "").isdigit() else wall
    return Measured(own, wall, usage.ru_maxrss / MIB, said)


def step(name: str, folder: Path) -> Measured:
    """Run one step of ``tests.bench.steps``."""
    return run([sys.executable, "-m", "tests.bench.steps", name, str(folder)])


def beside(arguments: Sequence[str], floor: Sequence[str], runs: int = 21) -> tuple[float, ...]:
    """Return median wall milliseconds of a command and of its floor, by turns, and of the ratio."""
    run(arguments)
    turns = [(run(arguments).wall * 1000, run(floor).wall * 1000) for _ in range(runs)]
    ours, theirs = zip(*turns, strict=True)
    ratios = [one / other for one, other in turns]
    return statistics.median(ours), statistics.median(theirs), statistics.median(ratios)


def median_wall(arguments: Sequence[str], runs: int = 11) -> float:
    """Return the median wall milliseconds of a command over some runs, after one warm-up."""
    run(arguments)
    return statistics.median(run(arguments).wall for _ in range(runs)) * 1000


@dataclass(frozen=True)
class Line:
    """One row of the page."""

    patients: int
    what: str
    figure: str
    floor: str
    ratio: str
    peak: str


def ratio(ours: float, floor: float) -> str:
    """Return a ratio with one decimal."""
    return f"{ours / floor:.1f}x"


def measure(patients: int, folder: Path) -> list[Line]:
    """Measure one size."""
    generate(folder / "extract", today=TODAY, patients=patients)
    imported, insert = step("import", folder), step("floor-insert", folder)
    step("parquet", folder)
    planned, scan = step("plan", folder), step("floor-scan", folder)
    month = step("month", folder)
    number = first_number(folder)
    database = f"sqlite:///{folder / 'recall.db'}"
    os.environ["RECALL_DB"] = database
    ours, empty = [sys.executable, "-m", "recall_tui", number], [sys.executable, "-c", "pass"]
    lookup, nothing, times = beside(ours, empty)
    screen = measure_screen(database, folder)
    engine = [
        *explained(patients, number, lambda asked: median_wall(asked, 3), nothing),
        *planned_again(patients, folder, run, planned.seconds),
    ]
    return [
        Line(patients, "import (read, check, merge)", f"{imported.seconds:.2f} s",
             f"bare sqlite3 insert {insert.seconds:.2f} s",
             ratio(imported.seconds, insert.seconds), f"{imported.peak:.0f} MiB"),
        Line(patients, "plan (from the store, stored)", f"{planned.seconds:.2f} s",
             f"Polars scan and group-by {scan.seconds * 1000:.0f} ms",
             ratio(planned.seconds, scan.seconds), f"{planned.peak:.0f} MiB"),
        Line(patients, f"month query ({month.said[1]} patients listed)",
             f"{month.seconds * 1000:.0f} ms", "", "", f"{month.peak:.0f} MiB"),
        Line(patients, "`recall NUMBER`, whole process", f"{lookup:.0f} ms",
             f"`python -c pass` {nothing:.0f} ms, at most 4x", f"{times:.1f}x", ""),
        *(Line(*row) for row in engine),
        *screen_lines(patients, screen),
        *line_lines(patients, database),
    ]  # fmt: skip


def screen_lines(patients: int, screen: ScreenFigures) -> list[Line]:
    """Return the rows of the screen."""
    found = screen.page_down
    paged = "the list is one page" if found is None else f"{found:.0f} B"
    return [
        Line(patients, "first paint with data", f"{screen.first_paint * 1000:.0f} ms",
             f"minimal Textual app {screen.minimal * 1000:.0f} ms",
             ratio(screen.first_paint, screen.minimal), f"{screen.peak:.0f} MiB"),
        Line(patients, "bytes per Down (mean of 100, without pane), 40x120", f"{screen.down:.0f} B",
             "at most 700 B", "", ""),
        Line(patients, "bytes per Page Down, 40x120", paged,
             "at most 8,000 B", "", ""),
        Line(patients, "memory of one session after 100 keys", f"{screen.peak:.0f} MiB",
             "at most 70 MiB", "", f"{screen.peak:.0f} MiB"),
        *filter_rows(patients, "filter key", screen.keystroke, "at most 50 ms"),
    ]  # fmt: skip


def line_lines(patients: int, database: str) -> list[Line]:
    """Return the rows of the bad line, of one size."""
    if patients != BAD_LINE_AT:
        return []
    number = first_listed(database)
    return [
        Line(patients, f"256 kbit/s, 150 ms each way: {words}", f"{seconds * 1000:.0f} ms",
             "the line alone 300 ms", "", "")
        for words, seconds in measure_line(arguments_for(database), number)
    ]  # fmt: skip


def filter_lines() -> list[Line]:
    """Return the rows of the filter on long lists."""
    return [
        line
        for rows, limit in ((10_000, 50), (100_000, 150))
        for line in filter_rows(
            rows, f"filter key, {rows:,} rows", filter_at(rows), f"at most {limit} ms"
        )
    ]


def filter_rows(size: int, key: str, found: Answer, limit: str) -> list[Line]:
    """Return the rows of a key of the filter: until its list is painted, and what it takes."""
    whole = f"{key} to counts and pane, which follow"
    return [
        Line(size, f"{key} to painted list", f"{found.listed * 1000:.0f} ms", limit, "", ""),
        Line(size, whole, f"{found.seconds * 1000:.0f} ms", "", "", ""),
        Line(size, "the same in processor time", f"{found.worked * 1000:.0f} ms", "", "", ""),
    ]


def audit_lines(rows: int = 100_000) -> list[Line]:
    """Return the rows of the audit chain, on both databases."""
    return [
        line
        for one in measure_both(rows)
        for line in (
            Line(1, f"decision with the audit chain, {one.database}", f"{one.sealed:.2f} ms",
                 f"plain audit row {one.plain:.2f} ms, at most 1.6x",
                 f"{one.sealed / one.plain:.2f}x", ""),
            Line(1, f"`recall audit verify`, {rows:,} rows, {one.database} (processor time)",
                 f"{one.rows_a_second:,.0f} rows/s", "100,000 rows/s", "", ""),
        )
    ]  # fmt: skip


def growth_lines(patients: int, folder: Path) -> list[Line]:
    """Return the rows of a practice's list in a store of ever more practices, on each engine."""
    first: dict[str, Grown] = {}
    return [
        Line(patients, f"its month's list in a {one.database} store of {one.patients:,} patients",
             f"{one.milliseconds:.0f} ms", f"alone {small.milliseconds:.0f} ms, at most "
             f"{MOST_GROWTH}x; by {one.index or 'no index'}",
             f"{one.milliseconds / small.milliseconds:.2f}x", "")
        for one in grow(folder, PRACTICES)
        if (small := first.setdefault(one.database, one)) is not one
    ]  # fmt: skip


def bulk_lines(rows: int = 1_000_000) -> list[Line]:
    """Return the rows of a bulk load, on both databases."""
    return [
        Line(1, f"bulk load of {rows:,} coded events, {one.database}", f"{one.ours:.2f} s",
             f"{one.floor_name} {one.floor:.2f} s, at most {one.limit}x",
             f"{one.ratio:.2f}x", "")
        for one in measure_bulk(rows)
    ]  # fmt: skip


def first_number(folder: Path) -> str:
    """Return the first patient number of the extract."""
    with (folder / "extract" / "patients.csv").open(encoding="utf-8-sig") as lines:
        next(lines)
        return next(lines).split(",")[0]


def page(lines: Sequence[Line]) -> str:
    """Return docs/performance.md."""
    head = [
        "# Performance",
        "",
        "Made by `make bench`. Ratios within one run are what counts: the machine is small.",
        (
            f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, SQLite store, "
            f"synthetic practice, practice date {TODAY}."
        ),
        "",
        "| patients | what | ours | floor, or limit | ratio | peak memory |",
        "|---|---|---|---|---|---|",
    ]
    body = [
        f"| {one.patients:,} | {one.what} | {one.figure} | {one.floor} | {one.ratio} | {one.peak} |"
        for one in lines
    ]
    return "\n".join([*head, *body, ""])


def kept_people(folder: Path | None, size: int) -> Path | None:
    """Return the folder in which so many invented patients are kept, if any are."""
    return folder / str(size) if folder else None


def main() -> None:
    """Measure the sizes asked for and write the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--no-page", action="store_true")
    parser.add_argument("--people", type=Path, help="a folder to make and keep the patients in")
    parser.add_argument("--no-long-lists", action="store_false", dest="long_lists")
    chosen = parser.parse_args()
    lines: list[Line] = []
    small: float | None = None
    for size in map(int, chosen.sizes.split(",")):
        folder = Path(tempfile.mkdtemp(prefix="recall-bench-"))
        try:
            lines += measure(size, folder) if size <= MOST_IN_A_STORE else []
            lines += growth_lines(size, folder) if size == GROWN_FROM else []
            rows, each = pure_plan(size, kept_people(chosen.people, size) or folder, run, small)
            lines += [Line(*row) for row in rows]
            small = small or each
        finally:
            shutil.rmtree(folder)
    if chosen.long_lists:
        lines += filter_lines()
    lines += audit_lines()
    lines += bulk_lines()
    text = page(lines)
    print(text)
    if not chosen.no_page:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
