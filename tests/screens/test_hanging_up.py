"""A terminal that goes without a signal: a container, a wrapper, a line that nobody holds."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
READY = b"EMIS"
PATIENCE = 60.0


def test_a_session_ends_with_its_terminal() -> None:
    """Nothing spins on a server after its terminal hung up, even where no signal tells of it."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "tests/screens/measured.py", "20", "dark"],
        stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    os.close(slave)
    got = b""
    while READY not in got and select.select([master], [], [], PATIENCE)[0]:
        got += os.read(master, 65536)
    os.close(master)
    try:
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
