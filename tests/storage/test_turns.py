"""Turns at writing: first come, first served, and no dead process stands in the way."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import turns
from storage.turns import Turns, queue_file, turns_of

PATIENCE = 60.0
"""Seconds to wait for what must come; only ever reached by a fault."""

TAKES_A_TURN = """
import pathlib, sys, time
from storage.turns import turns_of
with turns_of(pathlib.Path(sys.argv[1])).turn():
    print("mine", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Give a file that stands for a store."""
    path = tmp_path / "recall.db"
    path.touch(0o600)
    return path


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        threading.Event().wait(0.001)


def waiting(store: Path) -> int:
    """Return how many numbers were taken."""
    return int.from_bytes(queue_file(store).read_bytes()[:8], "little")


def taking(store: Path) -> subprocess.Popen[bytes]:
    """Return a process that takes a turn, says so, and keeps it."""
    command = [sys.executable, "-c", TAKES_A_TURN, str(store)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603 - our own words


def test_first_come_first_served(store: Path) -> None:
    """Whoever took a number first writes first, however long the others looked."""
    queue, order = turns_of(store), list[int]()

    def write(number: int) -> None:
        with turns_of(store).turn():
            order.append(number)

    with queue.turn():
        taken = waiting(store)
        threads = [threading.Thread(target=write, args=(one,)) for one in range(8)]
        for number, thread in enumerate(threads):
            thread.start()
            until(lambda number=number: waiting(store) == taken + number + 1)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_who_dies_frees_the_turn(store: Path) -> None:
    """A process that was killed in its turn, or while it waited, stops nobody."""
    queue = turns_of(store)
    with taking(store) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"mine\n"
        with taking(store) as second:
            until(lambda: waiting(store) == 2)
            second.kill()
        holder.kill()
        with queue.turn():
            assert waiting(store) == 3


def test_a_turn_that_does_not_come_is_done_without(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waited long enough goes on, and leaves the queue whole for those behind."""
    queue = turns_of(store)
    monkeypatch.setattr(turns, "MOST_SECONDS", 0.05)
    with queue.turn():
        with queue.turn():
            pass
        assert waiting(store) == 2
    with queue.turn():
        assert waiting(store) == 3


def test_without_its_file(tmp_path: Path) -> None:
    """Where the queue cannot be used, everybody goes at once."""
    for queue in (Turns(), Turns(tmp_path / "gone")):
        with queue.turn(), queue.turn():
            pass


def test_as_private_as_the_store(store: Path) -> None:
    """The queue can be used by whoever can use the store, and by nobody else."""
    store.chmod(0o660)
    turns_of(store)
    assert queue_file(store).stat().st_mode & 0o777 == 0o660
