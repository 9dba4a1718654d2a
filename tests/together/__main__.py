"""Several people at once, at length.

``python -m tests.together pairs [DEED…]``: every pair of deeds at every point of the first.
``python -m tests.together desks RUNS STEPS``: the state machine, with what it did.
"""

import sys
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.audit_verifying import verify
from storage.engine import open_database
from tests.support.postgres import fresh_database
from tests.together.deeds import KINDS, NAMES, world_at
from tests.together.pairs import try_all
from tests.together.two_desks import TwoDesks, run

_MOST_TRIES = 600
"""Patients of a store: one for each time that something is tried in it."""


def _stores(folder: Path) -> Generator[tuple[str, str]]:
    yield "SQLite", str(folder / "recall.db")
    with fresh_database() as server:
        yield "Postgres", server


def pairs(names: Sequence[str]) -> None:
    """Try every pair of these deeds at every point on both engines."""
    every: dict[str, Counter[str]] = {}
    for under_way in KINDS:
        if not under_way.is_second or under_way.name not in (names or NAMES):
            continue
        with TemporaryDirectory() as name:
            for engine, url in _stores(Path(name)):
                with world_at(url, Path(name) / engine, _MOST_TRIES) as world:
                    counts = try_all(world, under_way, print)
                print(engine, under_way.name, dict(counts), flush=True)
                every.setdefault(engine, Counter()).update(counts)
    for engine, counts in every.items():
        print(engine, dict(counts))


def desks(runs: int, steps: int) -> None:
    """Let the state machine run on both engines, and print what it did."""
    with TemporaryDirectory() as name:
        for engine, url in _stores(Path(name)):
            TwoDesks.counted = Counter()
            first = next(TwoDesks.numbers) + 1
            with ExitStack() as stack:
                jo, sam = (
                    stack.enter_context(
                        closing(open_database(url, audit_folder=Path(name) / engine))
                    )
                    for _ in range(2)
                )
                run((jo, sam), runs, steps)
                practices = range(first, next(TwoDesks.numbers))
                sound = [verify(url, f"M{one:05d}", jo.audit).is_sound for one in practices]
            found = ", ".join(f"{what} {times:,}" for what, times in TwoDesks.counted.items())
            print(f"{engine}: {found}; {sum(sound)} of {len(sound)} chains sound", flush=True)


def main() -> None:
    """Do what was asked for."""
    match sys.argv[1:]:
        case ["pairs", *names]:
            pairs(names)
        case ["desks", runs, steps]:
            desks(int(runs), int(steps))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
