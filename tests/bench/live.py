"""``python -m tests.bench.live [CHANGES]``: how soon others' work is on the screen, and its bytes.

The whole program on a real terminal, on SQLite and on Postgres, while another process books and
unbooks patients of the month that is shown; from the acknowledged commit to the first byte.
"""

import os
import select
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from tests.bench.screen import Program
from tests.bench.steps import TODAY
from tests.support.postgres import fresh_database

PATIENTS = 1_000
PAUSE = "0.9"
QUIET = 2.0
LOST = 5.0
"""Seconds after which a change counts as not seen."""

EARLY = 0.01
"""The screen may hear of a commit a moment before whoever made it is told."""


def build(url: str) -> None:
    """Build the demo practice."""
    arguments = ["demo", "--patients", str(PATIENTS), "--no-tui", "--db", url]
    subprocess.run(
        [sys.executable, "-m", "recall_tui", *arguments, "--today", TODAY.isoformat()], check=True
    )


def follow(url: str, changes: int) -> tuple[list[float], list[int], float]:
    """Return the seconds and the bytes of each change, and the idle bytes a minute."""
    place = ["--db", url, "--today", TODAY.isoformat()]
    program = Program(["-m", "recall_tui", *place])
    _listen(program, until=time.monotonic() + 60, quiet=8.0)
    idle = sum(size for _at, size in _listen(program, until=time.monotonic() + 20, quiet=60.0))
    other = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.changing_process", url, str(changes), PAUSE],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    pieces: list[tuple[float, int]] = []
    while other.poll() is None:
        pieces += _listen(program, until=time.monotonic() + 0.5, quiet=0.5)
    pieces += _listen(program, until=time.monotonic() + QUIET, quiet=QUIET)
    assert other.stdout is not None
    acknowledged = [float(line.split()[-1]) for line in other.stdout]
    program.process.kill()
    program.process.wait()
    os.close(program.master)
    seconds = waits(acknowledged, [when for when, _size in pieces])
    sizes = [
        sum(size for when, size in pieces if at <= when < following)
        for at, following in pairwise([*acknowledged, float("inf")])
    ]
    return seconds, sizes, idle * 3


def waits(acknowledged: Sequence[float], painted: Sequence[float]) -> list[float]:
    """Return for each change that was seen how long after it the next bytes came.

    Changes that follow each other closely are shown together, so bytes may be those of several; a
    change that nothing is painted for has the bytes of a later one, and its wait.
    """
    found: list[float] = []
    for at in acknowledged:
        place = bisect_left(painted, at - EARLY)
        if place < len(painted) and painted[place] - at < LOST:
            found.append(max(0.0, painted[place] - at))
    return found


def _listen(program: Program, *, until: float, quiet: float) -> list[tuple[float, int]]:
    pieces: list[tuple[float, int]] = []
    while (left := until - time.monotonic()) > 0:
        ready, _, _ = select.select([program.master], [], [], min(left, quiet))
        if not ready:
            break
        pieces.append((time.monotonic(), len(os.read(program.master, 65536))))
    return pieces


def main() -> None:
    """Measure both engines and print a line each."""
    changes = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory(prefix="recall-live-") as folder, fresh_database() as server:
        stores = {"SQLite": f"sqlite:///{Path(folder) / 'demo-live.db'}", "Postgres": server}
        for name, url in stores.items():
            build(url)
            seconds, sizes, idle = follow(url, changes)
            middle = sorted(sizes)[len(sizes) // 2]
            print(
                f"{name}: {words(seconds, changes)}, bytes a change {middle:,} (p50), "
                f"{max(sizes):,} (most); idle {idle:.0f} bytes a minute"
            )


def words(seconds: Sequence[float], changes: int) -> str:
    """Return the distribution in words."""
    every = sorted(seconds)
    at = {part: every[min(len(every) - 1, int(len(every) * part))] * 1000 for part in (0.5, 0.99)}
    return (
        f"{len(every)} of {changes} changes seen, p50 {at[0.5]:.0f} ms, p99 {at[0.99]:.0f} ms, "
        f"most {every[-1] * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
