"""What a practice decides about planning. Every default is one where the sources are silent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from recall_tui.domain.items import Place, StaffGroup

DAYS_IN_A_YEAR = 365.25

RULES = "rules"
"""The word of a practice that says by which rules everybody was planned, or is being planned."""


class AnchorChoice(StrEnum):
    """Where the recall date of a patient without a chosen month comes from."""

    BIRTHDAY = "birthday"
    MEDICATION_REVIEW = "medication_review"


def default_tolerance_weeks() -> dict[int, int]:
    """Weeks of tolerance by frequency in months (DESIGN.md section 4)."""
    return {1: 1, 2: 2, 3: 3, 4: 4, 6: 6, 12: 12}


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """Everything the engine and the packing may be told; days unless the name says otherwise."""

    anchor: AnchorChoice = AnchorChoice.BIRTHDAY
    tolerance_weeks: Mapping[int, int] = field(default_factory=default_tolerance_weeks)
    tolerance_weeks_longer: int = 16
    """For frequencies above twelve months."""

    newly_diagnosed_months: int = 3
    newly_registered_days: int = 28
    free_months: frozenset[int] = frozenset()
    """Months 1 to 12 kept free: items of 12 months or more move earlier, nothing else."""

    slot_minutes: int = 40
    slot_minutes_by_flag: Mapping[str, int] = field(
        default_factory=lambda: {"learning_disability": 60}
    )
    slot_minutes_by_group: Mapping[StaffGroup, int] = field(default_factory=dict[StaffGroup, int])
    staff_groups: frozenset[StaffGroup] = frozenset(StaffGroup)
    """Those that the practice has; what none of them can do is planned with whoever can."""

    places: frozenset[Place] = frozenset(Place)
    """Where the practice sees patients; what can be done at none of them stays where it can."""

    list_opens_weeks: int = 6
    drift_factor: float = 1.25

    def tolerance_days(self, months: int) -> int:
        """How many days before its due date an item of this frequency counts as done."""
        fitting = [weeks for limit, weeks in self.tolerance_weeks.items() if limit == months]
        if fitting:
            return fitting[0] * 7
        longest = max(self.tolerance_weeks)
        if months > longest:
            return self.tolerance_weeks_longer * 7
        shorter = [limit for limit in self.tolerance_weeks if limit < months]
        return self.tolerance_weeks[max(shorter)] * 7 if shorter else 0

    def tolerance_days_once(self, after_days: int | None) -> int:
        """How early something due once counts: that of a frequency as long as its wait.

        ``after_days`` from the start; at an age (None) the longest tolerance.
        """
        if after_days is None:
            return self.tolerance_weeks_longer * 7
        return self.tolerance_days(round(after_days * 12 / DAYS_IN_A_YEAR))
