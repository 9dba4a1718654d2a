"""``python -m tests.bench.sessions [PEOPLE [SECONDS]]``: many people on one store, on both engines.

Each person is a process of its own that reads, books, notes and assigns once a second; by turns
with them, as many send the same statements to the bare driver; then 32 work without a pause.
Afterwards every acknowledged command must be there once, and no other.
"""

import multiprocessing
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

import psycopg
from sqlalchemy import text

from storage.store import open_store
from tests.bench.live import build
from tests.bench.session_process import Hours, session
from tests.faults.killing import events_wrong
from tests.faults.server import own_server, restart

UNTHROTTLED = 32
LOOK = 5.0
"""Seconds after which somebody looks whether all are still there."""

TURNS = 2
"""What else the machine does falls on ours and on the bare driver alike."""


FORK = multiprocessing.get_context("fork")
"""Processes that need not read the program again; each opens the store for itself."""


def together(url: str, people: int, seconds: float, pace: float, kind: str) -> list[dict[str, Any]]:
    """Let so many processes work at once; return what each saw."""
    start, told = FORK.Barrier(people), FORK.Queue()
    given = Hours(seconds, pace, kind)
    running = [
        FORK.Process(target=session, args=(url, one, given, start, told)) for one in range(people)
    ]
    for one in running:
        one.start()
    answers: list[dict[str, Any]] = []
    while len(answers) < people:
        try:
            answers.append(told.get(timeout=LOOK))
        except Empty:
            if any(one.exitcode for one in running):
                for one in running:
                    one.kill()
                raise SystemExit(
                    "A session ended before its time; what it said stands above."
                ) from None
    for one in running:
        one.join()
    return answers


@contextmanager
def roomy_server(people: int) -> Generator[str]:
    """Give the URL of a Postgres that takes as many connections as docs/operations.md asks for."""
    with own_server() as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as one:
            one.execute(f"ALTER SYSTEM SET max_connections = {3 * people + 20}".encode())
        restart(server)
        yield str(server.get_uri())


def middle(answers: Sequence[dict[str, Any]], what: str) -> str:
    """Return p50, p99 and the longest of all sessions in milliseconds."""
    every = sorted(seconds for one in answers for seconds in one[what])
    return (
        f"p50 {every[len(every) // 2] * 1000:.1f} ms, p99 {p99(answers, what):.1f} ms, "
        f"most {every[-1] * 1000:.0f} ms"
    )


def p99(answers: Sequence[dict[str, Any]], what: str) -> float:
    """Return the 99th part of a hundred in milliseconds."""
    every = sorted(seconds for one in answers for seconds in one[what])
    return every[int(len(every) * 0.99)] * 1000


def checked(url: str, known: Counter[str]) -> str:
    """Return whether each acknowledged command is there, once, and nothing else."""
    with closing(open_store(url)) as store:
        wrong = store.database.read(lambda one: events_wrong(one, set(known)))
        stored = store.database.read(
            lambda one: one.execute(
                text("SELECT command_id, count(DISTINCT seq) FROM event GROUP BY command_id")
            ).all()
        )
    others = {row[0] for row in stored} - set(known)
    wrong += [f"{len(others)} commands that nobody was told of"] if others else []
    return "; ".join(wrong) or "nothing lost, nothing twice, nothing besides"


def measure(name: str, url: str, people: int, seconds: float) -> None:
    """Measure one engine and print it."""
    build(url)
    known: Counter[str] = Counter()
    load = os.getloadavg()[0]
    paced: list[dict[str, Any]] = []
    floor: list[dict[str, Any]] = []
    for _turn in range(TURNS):
        floor += together(url, people, seconds / TURNS / 2, 1.0, "floor")
        paced += together(url, people, seconds / TURNS, 1.0, "ours")
    known.update(command for one in paced for command in one["acknowledged"])
    errors = [fault for one in paced for fault in one["errors"]]
    ratio = p99(paced, "writes") / p99(floor, "writes")
    print(f"{name}: {people} people, {seconds:.0f} s, load before {load:.1f}")
    print(f"  {len(known):,} writes: {middle(paced, 'writes')}; reads: {middle(paced, 'reads')}")
    print(f"  bare driver: {middle(floor, 'writes')}; reads: {middle(floor, 'reads')}")
    print(f"  p99 of a write {ratio:.1f} times that of the bare driver, at most 5")
    conflicts = sum(one["conflicts"] for one in paced)
    print(f"  {conflicts} conflicts told, {len(errors)} errors {Counter(errors).most_common(2)}")
    print(f"  {checked(url, known)}", flush=True)
    wild = together(url, UNTHROTTLED, seconds, 0.0, "ours")
    known.update(command for one in wild for command in one["acknowledged"])
    errors = [fault for one in wild for fault in one["errors"]]
    done = sum(len(one["acknowledged"]) for one in wild)
    print(f"  {UNTHROTTLED} without a pause: {done:,} writes, {middle(wild, 'writes')}, "
          f"{len(errors)} errors {Counter(errors).most_common(2) or ''}")  # fmt: skip
    print(f"  {checked(url, known)}", flush=True)


def main() -> None:
    """Measure both engines."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    with tempfile.TemporaryDirectory(prefix="recall-people-") as folder:
        measure("SQLite", f"sqlite:///{Path(folder) / 'demo-people.db'}", people, seconds)
    with roomy_server(people) as server:
        measure("Postgres", server, people, seconds)


if __name__ == "__main__":
    main()
