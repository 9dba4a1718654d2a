"""Measures: who has reached what by the end of a contract year, as QOF counts it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from recall_tui.domain.calendar import qof_year_end
from recall_tui.domain.recalls import Measure


class Outcome(StrEnum):
    """What a measure says of a patient of its register."""

    MET = "met"
    NOT_MET = "not met"
    EXCEPTION = "exception"
    """Not met, and left out of the denominator for a stated reason (PCA)."""

    EXCLUDED = "excluded"
    """On the register, and never counted: the measure is not about them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one measure says of one patient, with the reason when the patient is left out."""

    measure: str
    patient: str
    outcome: Outcome
    words: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """One measure over a practice."""

    measure: Measure
    register: int
    excluded: int
    exceptions: int
    met: int
    not_met: int

    @property
    def denominator(self) -> int:
        """Those who count: met or not met."""
        return self.met + self.not_met

    @property
    def per_cent(self) -> float | None:
        """Met of those who count; None when nobody does."""
        return round(100 * self.met / self.denominator, 1) if self.denominator else None


def contract_year(day: date) -> str:
    """Return the contract year of a day: 2026/27 from 1 April 2026 to 31 March 2027."""
    end = qof_year_end(day).year
    return f"{end - 1}/{end % 100:02d}"


def tally(measure: Measure, standings: tuple[Standing, ...]) -> Tally:
    """Return the numbers of one measure."""
    counts = dict.fromkeys(Outcome, 0)
    for one in standings:
        if one.measure == measure.name:
            counts[one.outcome] += 1
    return Tally(
        measure,
        sum(counts.values()),
        counts[Outcome.EXCLUDED],
        counts[Outcome.EXCEPTION],
        counts[Outcome.MET],
        counts[Outcome.NOT_MET],
    )
