"""``make explore``: practices drawn one after another until so many patient-rule pairs agree.

A pair is one registered, living patient and one active recall: engine and oracle must say the same
about the register, the hold, and every due item. One call of the engine plans a whole practice; the
oracle reads its people one by one.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tests.oracle.comparing import between, described, differing, engine_plans, oracle_plans
from tests.oracle.practices import Practice, random_practice, smallest
from tests.oracle.records import PersonPlan

PATIENTS = 1_000
"""In one practice: rules matter more than people, so practices stay small and are many."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was compared so far."""

    practices: int = 0
    pairs: int = 0
    on_registers: int = 0
    rows: int = 0
    open_rows: int = 0
    differing: tuple[int, ...] = ()
    last: int = -1
    """The seed of the newest one."""

    def words(self) -> str:
        """Return the counts in a sentence."""
        return (
            f"{self.pairs:,} pairs in {self.practices:,} practices, {self.on_registers:,} of them"
            f" on the register, {self.rows:,} due items ({self.open_rows:,} open):"
            f" {len(self.differing)} practices differ"
        )


def explore(pairs: int, seed: int, said: Callable[[Tally], None], patients: int) -> Tally:
    """Compare practices from ``seed`` on until ``pairs`` were compared; return what was.

    Args:
        pairs: so many at the least.
        seed: of the first practice; the next one has the next.
        said: told after each practice.
        patients: in each practice.
    """
    tally = Tally()
    while tally.pairs < pairs:
        drawn = seed + tally.practices
        tally = compared(tally, random_practice(drawn, patients), drawn)
        said(tally)
    return tally


def compared(tally: Tally, practice: Practice, seed: int) -> Tally:
    """Return the tally with this practice in it."""
    engine, oracle = engine_plans(practice), oracle_plans(practice)
    living = [plan for plan in oracle.values() if plan != PersonPlan()]
    rows = [row for plan in living for row in plan.due_items]
    return replace(
        tally,
        practices=tally.practices + 1,
        pairs=tally.pairs + len(living) * len(practice.rulebook.active()),
        on_registers=tally.on_registers + sum(len(plan.registers) for plan in living),
        rows=tally.rows + len(rows),
        last=seed,
        open_rows=tally.open_rows + sum(row.is_open for row in rows),
        differing=(*tally.differing, seed) if between(engine, oracle) else tally.differing,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, say how far it is, and show the smallest patient of the first difference."""
    parser = argparse.ArgumentParser(prog="make explore", description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first practice")
    parser.add_argument("--patients", type=int, default=PATIENTS, help="in each practice")
    asked = parser.parse_args(arguments)
    print(f"from seed {asked.seed}")
    tally = explore(asked.pairs, asked.seed, _progress, asked.patients)
    print(tally.words())
    for seed in tally.differing[:1]:
        print(f"the smallest patient of seed {seed}:")
        print(described(smallest(random_practice(seed, asked.patients), differing)))
    if tally.differing:
        print(f"all seeds that differ: {' '.join(map(str, tally.differing))}")
    return 1 if tally.differing else 0


def _progress(tally: Tally) -> None:
    if tally.differing and tally.differing[-1] == tally.last:
        print(f"seed {tally.last} differs", flush=True)
    if tally.practices % 25 == 0:
        print(tally.words(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
