"""A terminal that goes without a signal, or takes nothing more: nobody holds the line."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.screens.stalled import STALLED

ROOT = Path(__file__).parents[2]
READY = b"EMIS"
PATIENCE = 60.0


@contextmanager
def _on_a_terminal(
    *script: str, told: int | None = None
) -> Generator[tuple[subprocess.Popen[bytes], int]]:
    """Run a script on a terminal that controls nothing; give it and our side of the terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own scripts
        [sys.executable, *script],
        stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, start_new_session=True,
        pass_fds=() if told is None else (told,),
        env={**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    os.close(slave)
    try:
        yield process, master
    finally:
        process.kill()
        process.wait(PATIENCE)


def test_a_session_ends_with_its_terminal() -> None:
    """Nothing spins on a server after its terminal hung up, even where no signal tells of it."""
    with _on_a_terminal("tests/screens/measured.py", "20", "dark") as (process, master):
        got = b""
        while READY not in got and select.select([master], [], [], PATIENCE)[0]:
            got += os.read(master, 65536)
        os.close(master)
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("how", ["hung up", "told to end"])
def test_a_session_ends_on_a_line_that_takes_nothing_more(how: str) -> None:
    """Who waits for a dead line to be written ends all the same, by hanging up or by a signal."""
    hears, told = os.pipe()
    with _on_a_terminal("tests/screens/stalled.py", str(told), told=told) as (process, master):
        os.close(told)
        while select.select([master, hears], [], [], PATIENCE)[0] == [master]:
            os.read(master, 65536)
        assert os.read(hears, len(STALLED)) == STALLED
        if how == "hung up":
            os.close(master)
        else:
            process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
    os.close(hears)
