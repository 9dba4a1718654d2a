"""``make holding``: is a stored plan still the plan on every day up to which it says that it holds?

Each patient is planned again on the very last of these days, and on days chosen at random before
it. Everything that is stored must be the same: due items with their reasons and holds, registers,
appointments, and what is kept of the patient. Who has no plan at all holds for years.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import polars as pl

from recall_tui.frames import CHOICES, PINNED, PlanFrames, PlanInputs, conform
from recall_tui.planning.engine import plan
from tests.oracle.as_frames import inputs_of
from tests.oracle.practices import random_practice

MEMORY = ("recall_date", "earlier_recall_date", "changed_on")
"""What the store keeps of a plan and hands back with the next one."""

TABLES = ("due_items", "registers", "appointments", "patients")
READ = ("patients", "events", "medications", "closed", "choices", "pinned", "hand_flags")
BOOKED = (-12, -7, -3, 0, 5, 20, 60)
YEARS = timedelta(days=5 * 366)


class Held:
    """A practice planned once, some of it booked, and what the store hands out from then on."""

    def __init__(self, seed: int, patients: int) -> None:
        """Draw the practice of this seed and plan it."""
        self.practice = random_practice(seed, patients)
        self.rng = Random(seed)  # noqa: S311 - test data, the same every time
        inputs = inputs_of(self.practice)
        self.plan = self._planned(inputs, self.practice.today)
        if self.rng.random() < 1 / 2:
            inputs = replace(inputs, pinned=self._booked())
            self.plan = self._planned(inputs, self.practice.today)
        kept = self.plan.patients.select("patient_number", *MEMORY)
        known = inputs.choices.drop(MEMORY)
        known = known.join(kept, on="patient_number", how="full", coalesce=True)
        self.inputs = replace(inputs, choices=conform(known, CHOICES))

    def _planned(self, inputs: PlanInputs, day: date) -> PlanFrames:
        return plan(inputs, self.practice.rulebook, self.practice.settings, day)

    def _booked(self) -> pl.DataFrame:
        """Return bookings of some of what is open, past and to come."""
        opened = self.plan.due_items.filter("is_open").select("patient_number", "item", "due_on")
        rows = [
            (*row, self.practice.today + timedelta(days=self.rng.choice(BOOKED)))
            for row in opened.iter_rows()
            if self.rng.random() < 1 / 6
        ]
        return pl.DataFrame(rows, schema=dict(PINNED), orient="row")

    def until(self) -> Mapping[str, date]:
        """Return the last day on which each patient's plan holds."""
        known = dict(self.plan.patients.select("patient_number", "valid_until").iter_rows())
        far = self.practice.today + YEARS
        return {one.number: min(known.get(one.number, far), far) for one in self.practice.people}

    def changed(self, day: date, whom: Sequence[str]) -> Iterable[str]:
        """Yield in words what is other in a plan made on ``day`` of those whose plan holds then."""
        mine = pl.col("patient_number").is_in(whom)
        some = {name: getattr(self.inputs, name).filter(mine) for name in READ}
        later = self._planned(replace(self.inputs, **some), day)
        for name in TABLES:
            before = getattr(self.plan, name).filter(mine)
            after = getattr(later, name)
            if name == "patients":
                before, after = before.drop("valid_until"), after.drop("valid_until")
            if not before.equals(after):
                yield from _differing(name, day, before, after)


def _differing(name: str, day: date, before: pl.DataFrame, after: pl.DataFrame) -> Iterable[str]:
    for sign, one, other in (("was", before, after), ("is", after, before)):
        rows = {str(row) for row in other.to_dicts()}
        for row in one.to_dicts():
            if str(row) not in rows:
                known = {key: str(value) for key, value in row.items() if value is not None}
                yield f"{known.pop('patient_number')} on {day}, {name} {sign}: {known}"


def held_too_long(seed: int, patients: int, most_days: int = 1_000) -> list[str]:
    """Return in words what changed in the practice of this seed while its plans held.

    Args:
        seed: of the practice.
        patients: in it.
        most_days: so many days are looked at, chosen at random of those that are somebody's last,
            of the next ones and of some between.
    """
    held = Held(seed, patients)
    today, until = held.practice.today, held.until()
    soon = [today + timedelta(days=days) for days in (1, 6, held.rng.randint(2, 400))]
    days = sorted({*until.values(), *soon} - {today})
    found: list[str] = []
    for day in sorted(held.rng.sample(days, min(most_days, len(days)))):
        # On the last day of somebody's plan theirs is looked at, on other days everybody's.
        last = [number for number, until_ in until.items() if until_ == day]
        whom = [number for number, until_ in until.items() if until_ >= day]
        found += held.changed(day, whom if day in soon else last)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at practice after practice, and show what changed while plans held."""
    parser = argparse.ArgumentParser(prog="make holding", description=__doc__)
    parser.add_argument("--practices", type=int, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first practice")
    parser.add_argument("--patients", type=int, default=40, help="in each practice")
    asked = parser.parse_args(arguments)
    print(f"from seed {asked.seed}", flush=True)
    wrong = 0
    for seed in range(asked.seed, asked.seed + asked.practices):
        if lines := held_too_long(seed, asked.patients):
            wrong += 1
            print("\n  ".join([f"seed {seed}:", *lines[:6]]), flush=True)
    total = asked.practices * asked.patients
    print(f"{asked.practices} practices, {total:,} patients: in {wrong} a plan held too long")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
