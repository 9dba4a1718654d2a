"""What the screen costs: first paint, bytes per key, memory, through a real pty."""

import os
import pty
import resource
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path
from typing import NamedTuple

from tests.bench.painted import RESTING, Area, Piece, bytes_outside, last_within
from tests.support.real_pty import DOWN, PAGE_DOWN

HOME, ESCAPE = b"\x1b[H", b"\x1b"

ROOT = Path(__file__).parent.parent.parent
ROWS, COLUMNS = 40, 120
RUNS = 5
QUIET = 0.5
SETTLED_IN = 2.0
"""Longer than the badges wait after the first list: they are no key's."""

KEY_QUIET = 0.05
"""Seconds of silence after which a key is taken to be painted."""

LIST = Area(range(2, 25), 32)
"""The line that says what is typed, and below it rows, right of the counts and above the pane."""

PATIENCE = 120.0


class Answer(NamedTuple):
    """What a key of the filter took, in seconds."""

    listed: float
    """Until the last byte of the list was here."""

    seconds: float
    """Until the last byte of all was here: counts and pane follow the list."""

    worked: float
    """Of the processor, for all of it."""


@dataclass(frozen=True)
class ScreenFigures:
    """Seconds, bytes and MiB."""

    first_paint: float
    minimal: float
    down: float
    page_down: float | None
    """None where the whole list fits the screen."""

    peak: float
    keystroke: Answer


class Program:
    """A program on a pty of its own."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """Start it."""
        self.begun = time.perf_counter()
        self.master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        environ = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
        environ.pop("COLORTERM", None)
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave, stdout=slave, stderr=slave, env=environ, cwd=ROOT,
            start_new_session=True,
        )  # fmt: skip
        os.close(slave)

    def until(self, word: bytes) -> float:
        """Return the seconds from the start until ``word`` is on the terminal."""
        got = b""
        end = time.perf_counter() + PATIENCE
        while time.perf_counter() < end:
            if select.select([self.master], [], [], 0.01)[0]:
                got += os.read(self.master, 65536)
                if word in got:
                    return time.perf_counter() - self.begun
        message = f"{word!r} never came; last: {got[-300:]!r}"
        raise RuntimeError(message)

    def settle(self, quiet: float = QUIET) -> int:
        """Return how many bytes come until it is quiet."""
        return len(self.heard(quiet, quiet))

    def heard(self, quiet: float, wait: float) -> bytes:
        """Return what comes until it is quiet; the first may take ``wait`` seconds."""
        sent = b""
        while select.select([self.master], [], [], wait)[0]:
            sent, wait = sent + os.read(self.master, 65536), quiet
        return sent

    def press(self, key: bytes) -> int:
        """Press a key and return the bytes it cost, without what follows when the hand rests."""
        os.write(self.master, key)
        return bytes_outside(RESTING, self.heard(KEY_QUIET, QUIET))

    def answer(self, key: bytes) -> Answer:
        """Press a key and return how long it took until all that it changed was here."""
        worked = self.worked()
        begun = time.perf_counter()
        pieces: list[Piece] = []
        os.write(self.master, key)
        while select.select([self.master], [], [], QUIET)[0]:
            came = os.read(self.master, 65536)
            pieces.append(Piece(time.perf_counter() - begun, came))
        last = pieces[-1].seconds if pieces else 0.0
        return Answer(last_within(LIST, pieces), last, self.worked() - worked)

    def worked(self) -> float:
        """Return the seconds of processor that the program has used, in all its threads."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(one.read_text().split()[0]) for one in threads) / 1e9

    def close(self) -> float:
        """End it and return its peak memory in MiB, without that of processes that it started."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
        self.process.terminate()
        self.process.wait()
        os.close(self.master)
        return int(peak) / 1024


def paint_seconds(arguments: Sequence[str], word: bytes) -> float:
    """Return the median seconds to the first paint of ``word``."""
    times: list[float] = []
    for _ in range(RUNS):
        program = Program(arguments)
        times.append(program.until(word))
        program.settle()
        program.close()
    return statistics.median(times)


def measure_screen(database: str, folder: Path) -> ScreenFigures:
    """Measure the overview on a store."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["XDG_DATA_HOME"] = str(folder)
    ours = ["-m", "recall_tui", "--db", database, "--today", "2026-11-22"]
    shown = b" of "
    first = paint_seconds(ours, shown)
    minimal = paint_seconds([str(Path(__file__).parent / "minimal_app.py")], b"PAINTED")
    program = Program(ours)
    program.until(shown)
    program.settle(SETTLED_IN)
    down = statistics.mean(program.press(DOWN) for _ in range(100))
    moved = pages(program, 10)
    page_down = statistics.mean(moved) if moved else None
    keystroke = filter_seconds(program)
    peak = program.close()
    return ScreenFigures(first, minimal, down, page_down, peak, keystroke)


def pages(program: Program, count: int) -> list[int]:
    """Return the bytes of so many Page Downs that moved; from the end, back to the beginning.

    None at all where the whole list fits the screen.
    """
    found: list[int] = []
    while len(found) < count:
        program.press(HOME)
        program.settle()
        before = len(found)
        while len(found) < count and (sent := program.press(PAGE_DOWN)):
            found.append(sent)
            program.settle()
        if len(found) == before:
            break
    return found


def filter_seconds(program: Program) -> Answer:
    """Return the medians of a key typed into the filter."""
    times: list[Answer] = []
    for words in (b"smi", b"jon", b"wal"):
        program.answer(b"/")
        times += [program.answer(words[at : at + 1]) for at in range(len(words))]
        program.answer(ESCAPE)
    return Answer(*(statistics.median(some) for some in zip(*times, strict=True)))


def filter_at(rows: int) -> Answer:
    """Return the same for a list of invented patients of about so many rows."""
    program = Program(["-m", "tests.bench.rows", str(rows)])
    program.until(b" of ")
    program.settle()
    seconds = filter_seconds(program)
    program.close()
    return seconds
