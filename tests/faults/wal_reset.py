"""``python -m tests.faults.wal_reset [SECONDS]``: writes beside checkpoints, which once lost rows.

Two processes write and two write the log back into the file all the time, on the SQLite that the
program brings along. After each round every acknowledged row has to be there, and the file whole.
SQLite before 3.51.3 fails here after some ten to a hundred seconds.
"""

import mmap
import multiprocessing
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TypeAlias

from storage.driver import SQLITE, connect

ROUND = 15.0
"""Seconds of work between two looks."""

PEOPLE = 2
_FORK = multiprocessing.get_context("fork")
_STOP, _FIRST = 0, 1
"""Places among the shared numbers: whether to stop, and the counts of each process from then on."""

Numbers: TypeAlias = "memoryview[int]"
"""Shared by the processes; each writes to its own place."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look after a round found."""

    commits: int
    checkpoints: int
    wrong: tuple[str, ...]


def _write(file: Path, who: int, numbers: Numbers, place: int) -> None:
    with closing(connect(file, timeout=10)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        while not numbers[_STOP]:
            number = numbers[place] + 1
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO row VALUES (?, ?, ?)", (who, number, "x" * 90))
            connection.execute("UPDATE counter SET number = ? WHERE who = ?", (number, who))
            connection.execute("COMMIT")
            numbers[place] = number


def _check_point(file: Path, _who: int, numbers: Numbers, place: int) -> None:
    with closing(connect(file, timeout=10)) as connection:
        while not numbers[_STOP]:
            with suppress(SQLITE.OperationalError):  # another one is at it
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                numbers[place] += 1


def prepare(file: Path) -> None:
    """Make the file: a table of rows, and one of how many each has written."""
    with closing(connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE row (who INTEGER, number INTEGER, words TEXT)")
        connection.execute("CREATE INDEX row_number ON row (number, who)")
        connection.execute("CREATE TABLE counter (who INTEGER PRIMARY KEY, number INTEGER)")
        connection.executemany("INSERT INTO counter VALUES (?, 0)", [(n,) for n in range(PEOPLE)])


def work(file: Path, seconds: float) -> Seen:
    """Write and check-point for so long; return what is wrong then."""
    every: list[tuple[Callable[..., None], int]] = [(_write, who) for who in range(PEOPLE)]
    every += [(_check_point, who) for who in range(PEOPLE)]
    # A piece of memory that the processes inherit: semaphores would need a writable /dev/shm.
    numbers = memoryview(mmap.mmap(-1, 8 * (_FIRST + len(every)))).cast("q")
    for who in range(PEOPLE):
        numbers[_FIRST + who] = _known(file, who)
    running = [
        _FORK.Process(target=do, args=(file, who, numbers, place))
        for place, (do, who) in enumerate(every, _FIRST)
    ]
    for one in running:
        one.start()
    Event().wait(seconds)
    numbers[_STOP] = 1
    for one in running:
        one.join()
    wrong = [f"a process ended with {one.exitcode}" for one in running if one.exitcode]
    counts = numbers[_FIRST:].tolist()
    acknowledged, check_points = counts[:PEOPLE], counts[PEOPLE:]
    wrong += _look(file, acknowledged)
    return Seen(sum(acknowledged), sum(check_points), tuple(wrong))


def _known(file: Path, who: int) -> int:
    with closing(connect(file)) as connection:
        row = connection.execute("SELECT number FROM counter WHERE who = ?", (who,)).fetchone()
        return int(row[0])


def _look(file: Path, acknowledged: list[int]) -> list[str]:
    wrong: list[str] = []
    with closing(connect(file)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        wrong += [f"integrity: {words}" for words in found if words != "ok"][:3]
        for who, number in enumerate(acknowledged):
            for name, sql in (
                ("rows", "SELECT count(*) FROM row NOT INDEXED WHERE who = ?"),
                ("rows by the index", "SELECT count(*) FROM row WHERE number > 0 AND who = ?"),
                ("counted", "SELECT number FROM counter WHERE who = ?"),
            ):
                there = connection.execute(sql, (who,)).fetchone()[0]
                if there != number:
                    wrong.append(f"{number:,} acknowledged, {name}: {there:,}")
    return wrong


def main() -> None:
    """Go on for some seconds, and say after each round what was found."""
    until = monotonic() + (float(sys.argv[1]) if len(sys.argv) > 1 else 600)
    checkpoints = rounds = 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.db"
        prepare(file)
        while monotonic() < until:
            found = work(file, min(ROUND, max(until - monotonic(), 1)))
            checkpoints, rounds = checkpoints + found.checkpoints, rounds + 1
            print(
                f"SQLite {SQLITE.sqlite_version}, round {rounds}: {found.commits:,} commits, "
                f"{checkpoints:,} checkpoints; {'; '.join(found.wrong) or 'nothing wrong'}",
                flush=True,
            )
            if found.wrong:
                sys.exit(1)


if __name__ == "__main__":
    main()
