"""Planning in parts of so many patients, so that memory and cost per patient stay the same.

A patient's plan needs nothing of another patient's. Numbers are compared by code point, as
everywhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from recall_tui.frames import PlanFrames, PlanInputs

PATIENTS_A_PART = 50_000
"""So many are planned at a time; a part needs about a gigabyte."""

_INPUTS = ("patients", "events", "medications", "closed", "choices", "pinned", "hand_flags")
_PLAN = ("registers", "due_items", "appointments", "patients")


@dataclass(frozen=True, slots=True)
class Part:
    """The patients from ``first`` to ``last``, both inclusive."""

    first: str
    last: str

    def of(self, inputs: PlanInputs) -> PlanInputs:
        """Return what ``inputs`` hold of these patients."""
        mine = pl.col("patient_number").is_between(pl.lit(self.first), pl.lit(self.last))
        frames = {name: getattr(inputs, name).filter(mine) for name in _INPUTS}
        return replace(inputs, **frames)


def parts_of(numbers: pl.Series, size: int = PATIENTS_A_PART) -> Iterator[Part]:
    """Yield parts of at most ``size`` of the patient ``numbers``, in order; none is left out."""
    ordered = numbers.unique().sort()
    for start in range(0, len(ordered), size):
        some = ordered.slice(start, size)
        yield Part(some[0], some[-1])


def together(plans: Iterable[PlanFrames]) -> PlanFrames:
    """Return one plan of plans that follow one another in the order of patients."""
    every = list(plans)
    frames = {name: pl.concat([getattr(plan, name) for plan in every]) for name in _PLAN}
    frames["registers"] = frames["registers"].sort("recall", "patient_number")
    return replace(every[0], **frames)
