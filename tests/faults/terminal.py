"""The line drops: the terminal goes while the screen is open."""

import os
import select
import subprocess
import time
from contextlib import closing
from pathlib import Path

from storage.store import open_store
from tests.bench.screen import Program
from tests.faults.killing import look, prepare
from tests.faults.row import Row

PATIENCE = 60.0


def line_drops(folder: Path) -> Row:
    """Close the terminal under the running screen, as a lost SSH line does."""
    file = folder / "line.db"
    url = f"sqlite:///{file}"
    prepare(url)
    program = Program(["-m", "recall_tui", "--db", url, "--today", "2026-11-22"])
    end = time.monotonic() + PATIENCE
    got = b""
    while b"Drama" not in got and time.monotonic() < end:
        ready, _, _ = select.select([program.master], [], [], 1.0)
        got += os.read(program.master, 65536) if ready else b""
    os.close(program.master)
    begun = time.monotonic()
    try:
        code = program.process.wait(PATIENCE)
        words = f"(nobody can read) it ended after {time.monotonic() - begun:.1f} s, code {code}"
    except subprocess.TimeoutExpired:
        program.process.kill()
        words = "THE PROCESS WENT ON"
    with closing(open_store(url)) as store:
        wrong = look(store, set())
    return Row(
        "terminal gone (SIGHUP)", "SQLite", words, "; ".join(wrong) or "store whole, no lease left"
    )
