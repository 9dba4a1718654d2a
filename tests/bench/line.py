"""The screen over a bad line: 256 kbit/s and 150 ms each way, from a key to the last byte painted.

``python -m tests.bench.line DATABASE NUMBER`` puts a throttle between a real terminal and the
program: keys arrive late; what the program sends waits for its turn, as much of it as an SSH server
holds, and then the program itself waits. Nothing is compressed, which `ssh -C` would do.
"""

from __future__ import annotations

import heapq
import json
import os
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from tests.bench.screen import DOWN, ESCAPE, HOME, PAGE_DOWN, Program
from tests.bench.steps import TODAY

BYTES_A_SECOND = 256_000 / 8
DELAY = 0.15
HELD_BACK = 32_768
"""Bytes that wait on the server before the program must."""

QUIET = 0.6
"""Seconds without a byte after which all is painted."""

LONGEST = 60.0
"""Seconds after which a measurement has failed."""

REPEATS = 30
"""Keys a second, when one is held."""


@dataclass
class Line:
    """A program behind a bad line."""

    program: Program
    free_at: float = 0.0
    got: bytes = b""
    last: float = 0.0
    _up: deque[tuple[float, bytes]] = field(default_factory=deque[tuple[float, bytes]])
    _down: list[tuple[float, int, bytes]] = field(default_factory=list[tuple[float, int, bytes]])
    _waiting: int = 0
    _numbers: count[int] = field(default_factory=count)

    def type(self, keys: bytes, at: float) -> None:
        """Send keys at an instant of `time.perf_counter`."""
        self._up.append((at + DELAY, keys))

    def run(self, until: float) -> None:
        """Let bytes flow until an instant."""
        while (now := time.perf_counter()) < until:
            self._deliver(now)
            due = [until, now + 0.005]
            if self._up:
                due.append(self._up[0][0])
            if self._down:
                due.append(self._down[0][0])
            ready = [self.program.master] if self._waiting < HELD_BACK else []
            if not select.select(ready, [], [], max(0.0, min(due) - now))[0]:
                continue
            try:
                self._send(os.read(self.program.master, 1_024))
            except OSError:  # Linux says so when the program has closed its side
                return

    def settle(self, word: bytes = b"") -> float:
        """Let bytes flow until all is painted, and return the instant of the last byte.

        Something must come first, and ``word`` with it.
        """
        begun, before = time.perf_counter(), len(self.got)
        while not self._is_at_rest(before, word):
            self.run(time.perf_counter() + 0.05)
            if time.perf_counter() - begun > LONGEST:
                message = f"the screen never comes to rest: {self.got[-200:]!r}"
                raise RuntimeError(message)
        return self.last

    def _is_at_rest(self, before: int, word: bytes) -> bool:
        if self._up or self._down or len(self.got) == before or word not in self.got:
            return False
        return time.perf_counter() - self.last >= QUIET

    def answer(self, keys: bytes) -> float:
        """Press keys at once and return the seconds until the last byte that they changed."""
        begun = time.perf_counter()
        self.type(keys, begun)
        return self.settle() - begun

    def hold(self, key: bytes, seconds: float) -> float:
        """Hold a key and return how many seconds after it was let go all is painted."""
        begun = time.perf_counter()
        for at in range(int(seconds * REPEATS)):
            self.type(key, begun + at / REPEATS)
        self.run(begun + seconds)
        return self.settle() - (begun + seconds)

    def _deliver(self, now: float) -> None:
        while self._up and self._up[0][0] <= now:
            os.write(self.program.master, self._up.popleft()[1])
        while self._down and self._down[0][0] <= now:
            at, _number, piece = heapq.heappop(self._down)
            self._waiting -= len(piece)
            self.got += piece
            self.last = at

    def _send(self, piece: bytes) -> None:
        self.free_at = max(self.free_at, time.perf_counter()) + len(piece) / BYTES_A_SECOND
        self._waiting += len(piece)
        heapq.heappush(self._down, (self.free_at + DELAY, next(self._numbers), piece))


def measure_line(arguments: Sequence[str], number: str) -> list[tuple[str, float]]:
    """Return what was pressed, and seconds, for a program and a patient number on its list."""
    os.environ["SSH_CONNECTION"] = "192.0.2.1 1 192.0.2.2 22"
    line = Line(Program(arguments))
    found: list[tuple[str, float]] = []
    try:
        found.append(("opened, all painted", line.settle(b" of ") - line.program.begun))
        steps: list[tuple[str, bytes, bytes]] = [
            ("Down", DOWN, b""),
            ("Page Down", PAGE_DOWN, b""),
            ("a key of the filter", b"s", b"/"),
            ("look-up: number and Enter to the booking window", number.encode() + b"\r", ESCAPE),
            ("the day to be typed (`b`)", b"b", b""),
            ("booked, back in the window", b"+9\r", b""),
        ]
        for words, keys, before in steps:
            if before:
                line.answer(before)
            found.append((words, line.answer(keys)))
        line.answer(ESCAPE)
        line.answer(HOME)
        found.append(("Down held for 3 s: after it is let go", line.hold(DOWN, 3.0)))
        found.append(("Page Down held for 3 s: after it is let go", line.hold(PAGE_DOWN, 3.0)))
    finally:
        line.program.close()
        del os.environ["SSH_CONNECTION"]
    return found


def first_listed(database: str) -> str:
    """Return the number of the first patient on the list of a store who can be booked."""
    command = [sys.executable, *arguments_for(database), "worklist", "--json"]
    done = subprocess.run(command, check=True, capture_output=True)
    number: str = json.loads(done.stdout.splitlines()[0])["patient"]
    return number


def arguments_for(database: str) -> list[str]:
    """Return what opens the screen on a store."""
    return ["-m", "recall_tui", "--db", database, "--today", str(TODAY)]


if __name__ == "__main__":
    for name, seconds in measure_line(arguments_for(sys.argv[1]), sys.argv[2]):
        sys.stdout.write(f"{name:55} {seconds * 1000:6.0f} ms\n")
