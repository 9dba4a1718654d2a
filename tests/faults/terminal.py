"""The line drops: the terminal goes while the screen is open."""

import os
import pty
import select
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

from storage.store import open_store
from tests.faults.killing import look, prepare
from tests.faults.row import Row

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
READY = b"Drama"


def line_drops(folder: Path) -> Row:
    """Close the terminal under the running screen, as a lost SSH line does."""
    file = folder / "line.db"
    url = f"sqlite:///{file}"
    prepare(url)
    process, master = _on_a_terminal(url)
    _wait_for_the_list(master)
    os.close(master)
    begun = time.monotonic()
    words = "THE PROCESS WENT ON"
    while time.monotonic() - begun < PATIENCE:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            taken = time.monotonic() - begun
            words = f"(nobody can read) it ended after {taken:.1f} s, code {code}"
            break
        select.select([], [], [], 0.1)
    with closing(open_store(url)) as store:
        wrong = look(store, set())
    return Row("terminal gone (SIGHUP)", "SQLite", words, "; ".join(wrong) or "store whole")


def _on_a_terminal(url: str) -> tuple[int, int]:
    """Start the screen with a terminal that controls it."""
    process, master = pty.fork()
    if process == 0:
        os.chdir(ROOT)
        os.environ["TERM"] = "xterm-256color"
        arguments = ["-m", "recall_tui", "--db", url, "--today", "2026-11-22"]
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - our own program
    return process, master


def _wait_for_the_list(master: int) -> None:
    end = time.monotonic() + PATIENCE
    got = b""
    while READY not in got and time.monotonic() < end:
        ready, _, _ = select.select([master], [], [], 1.0)
        with suppress(OSError):
            got += os.read(master, 65536) if ready else b""
