"""What a change of recall date would do, before anybody makes it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ItemChange:
    """The next two due dates of one item of one patient, as they are and as they would be."""

    patient: str
    item: str
    every: str
    next_now: date
    next_then: date
    after_now: date | None
    after_then: date | None
    gap_days: int | None
    """From one date to the next, or from when it was last done, where that becomes too long."""


@dataclass(frozen=True, slots=True)
class DateChange:
    """What would become of the plans of some patients."""

    patients: int
    """With something due within a year."""

    moved: tuple[tuple[str, date, date], ...]
    """Patient, recall date now and then, of those whose date changes."""

    months_now: tuple[int, ...]
    months_then: tuple[int, ...]
    """Patients by month of their recall date, January first."""

    changes: tuple[ItemChange, ...]
    """Items whose dates change, by patient and item."""

    @property
    def long(self) -> tuple[ItemChange, ...]:
        """Those whose gap becomes long."""
        return tuple(one for one in self.changes if one.gap_days is not None)

    @property
    def postponed(self) -> tuple[ItemChange, ...]:
        """Those whose open or next due date would come later."""
        return tuple(one for one in self.changes if one.next_then > one.next_now)
