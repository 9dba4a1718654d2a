"""Runs a program on a real pseudo-terminal, which answers nothing, and keeps the bytes it sends."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from recall_tui.cleaning import is_hidden

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds after which a program that says nothing has failed; only ever reached by a fault."""

_MOMENT = 0.01


ASK_PAINTED = b"\x1b[24~"
"""F12: asks an app of ``painting.SaysPainted`` to say when all before it has been painted."""

PAINTED = b"\x1b]2;painted\x07"
"""What it says: a title, which nothing of ours sets."""


@dataclass(frozen=True)
class Terminal:
    """The terminal that a program is given: its size, its kind, and its environment besides."""

    rows: int = 40
    columns: int = 120
    term: str = "xterm-256color"
    environ: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Sent:
    """What a program sent: until it was ready, after each key, and while nothing was pressed."""

    start: bytes
    keys: tuple[bytes, ...]
    idle: bytes

    @property
    def everything(self) -> bytes:
        """All bytes in their order."""
        return self.start + b"".join(self.keys) + self.idle


class _Program:
    """A running program with its terminal."""

    def __init__(self, script: Sequence[str], terminal: Terminal) -> None:
        self.master, slave = os.openpty()
        size = struct.pack("HHHH", terminal.rows, terminal.columns, 0, 0)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "LANG": "C.UTF-8",
            "TERM": terminal.term,
            "PYTHONPATH": str(ROOT),
            **(terminal.environ or {}),
        }
        self.process = subprocess.Popen(  # noqa: S603 - our own scripts
            [sys.executable, *script],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environ,
            cwd=ROOT,
            start_new_session=True,
        )
        os.close(slave)

    def read(self, *, quiet: float, until: bytes = b"", patience: float = PATIENCE) -> bytes:
        """Read until `until` has come and then nothing for `quiet` seconds, or patience ends.

        Neither counts while the program would go on and waits for a processor.
        """
        got = b""
        end = time.monotonic() + patience
        while (left := end - time.monotonic()) > -4 * PATIENCE:
            is_enough = bool(got) and until in got
            wait = max(min(left, quiet if is_enough else left), _MOMENT)
            ready, _, _ = select.select([self.master], [], [], wait)
            if not ready:
                if self.is_at_work():
                    continue
                break
            try:
                piece = os.read(self.master, 65536)
            except OSError:  # Linux says so when the program has closed its side
                break
            if not piece:
                break
            got += piece
        return got

    def painted(self, key: bytes = b"") -> bytes:
        """Press a key and give all that the program paints for it (``painting.SaysPainted``)."""
        os.write(self.master, key + ASK_PAINTED)
        got = b""
        while PAINTED not in got:
            ready, _, _ = select.select([self.master], [], [], PATIENCE)
            assert ready, f"the program never said that it had painted {key!r}"
            got += os.read(self.master, 65536)
        answer, _said, after = got.partition(PAINTED)
        assert not after, "nothing is painted unasked"
        return answer

    def is_at_work(self) -> bool:
        """Whether the program runs or waits for its turn or the disk, where the system says so."""
        states: list[str] = []
        for one in Path(f"/proc/{self.process.pid}/task").glob("*/stat"):
            with suppress(OSError):  # the thread has ended
                states.append(one.read_text().rpartition(")")[2].split()[0])
        return not {"R", "D"}.isdisjoint(states)

    def close(self) -> None:
        """End the program, and wait for it."""
        self.process.kill()
        self.process.wait(PATIENCE)
        os.close(self.master)


def run_in_pty(  # noqa: PLR0913 - all but the first two by name, each of its own kind
    script: Sequence[str],
    keys: Sequence[bytes] = (),
    *,
    ready: bytes,
    terminal: Terminal | None = None,
    ends: bytes = b"",
    idle: float = 0.0,
    says_painted: bool = False,
) -> Sent:
    """Run a Python script (path and arguments), press keys one by one, and give what it sent.

    A key is pressed when the one before is painted: when `ends` has come, text that is painted last
    after every key, and when the program says so where it `says_painted`
    (``painting.SaysPainted``), else when nothing came for a moment. `ready` is text of the first
    whole screen; `idle` is how many seconds to listen at the end.
    """
    program = _Program(script, terminal or Terminal())
    try:
        start = program.read(until=ready, quiet=0.5)
        assert ready in start, start[-2000:].decode(errors="replace")
        if says_painted:
            start += program.painted()
        answers: list[bytes] = []
        for key in keys:
            if says_painted and not ends:
                answers.append(program.painted(key))
                continue
            os.write(program.master, key)
            patience = PATIENCE if ends else 5.0
            answer = program.read(until=ends, quiet=0.03, patience=patience)
            answers.append(answer + program.painted() if says_painted else answer)
        if answers and not says_painted:
            answers[-1] += program.read(quiet=0.2, patience=0.3)
        return Sent(start, tuple(answers), program.read(quiet=idle, patience=idle) if idle else b"")
    finally:
        program.close()


DOWN = b"\x1b[B"
PAGE_DOWN = b"\x1b[6~"


_GRAMMAR = re.compile(
    r"\x1b\[[0-9;]*[Hm]"  # go there, look like this
    r"|\x1b\[\?[0-9;]+(?:[hl]|\$p)"  # switch a mode, ask about one
    r"|\x1b\[[<>=][0-9;]*u"  # kitty keyboard
    r"|\x1b\]22;[a-z]+\x07"  # the shape of the mouse pointer
    r"|\r\n"
)
"""All that Textual and our widgets have to say to a terminal besides text."""


def harmful(sent: bytes, payloads: Iterable[str] = ()) -> list[str]:
    """Give the characters that act on a terminal though they should not, and whole payloads."""
    text = sent.decode("utf-8", errors="surrogateescape")
    rest = _GRAMMAR.sub("", text)
    acting = [f"U+{ord(letter):04X}" for letter in sorted(set(rest)) if is_hidden(letter)]
    return acting + [payload for payload in payloads if payload in text]
