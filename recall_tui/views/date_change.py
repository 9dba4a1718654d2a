"""What a change of recall date would do, before anybody makes it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

MONTHS = range(1, 13)


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

    def lines(self) -> Iterator[str]:
        """Say in a few lines what would change."""
        sooner = [one for one in self.changes if one.next_then < one.next_now]
        later = self.postponed
        nothing = "" if later else " (a change of recall date postpones nothing)"
        yield f"{len(self.moved):,} of {self.patients:,} patients get another recall date."
        if self.patients == 1 and self.moved:
            _patient, now, then = self.moved[0]
            yield f"Recall date: {now.day} {now:%B} now, {then.day} {then:%B} then."
        yield f"What is due next: {len(sooner):,} items sooner, {len(later):,} later{nothing}."
        earlier, after = self._after(-1), self._after(1)
        yield f"What is due after that: {earlier:,} items sooner, {after:,} later."
        yield f"Gaps that become long: {len(self.long):,}."
        if self.patients > 1:
            yield "Recall dates by month, now and then:"
            for month in MONTHS:
                now, then = self.months_now[month - 1], self.months_then[month - 1]
                yield f"  {date(2000, month, 1):%b} {now:>7,} {then:>7,}"

    def _after(self, way: int) -> int:
        pairs = [(one.after_now, one.after_then) for one in self.changes]
        return sum(1 for now, then in pairs if now and then and (then - now).days * way > 0)

    def item_lines(self, name_of: Callable[[str], str]) -> Iterator[str]:
        """Say of each item that changes what its next two dates are, now and then."""
        for one in sorted(self.changes, key=lambda one: (one.gap_days is None, one.item)):
            dates = [f"{name_of(one.item)}: {_moved(one.next_now, one.next_then)}"]
            if one.after_now and one.after_then:
                dates.append(f"after that {_moved(one.after_now, one.after_then)}")
            if one.gap_days is not None:
                dates.append(f"! a gap of {one.gap_days} days: long")
            yield ", ".join(dates)


def _moved(now: date, then: date) -> str:
    new = f"{then.day} {then:%b %Y}"
    return new if now == then else f"{new} (now {now.day} {now:%b %Y})"


def change_of(shape: Mapping[str, Any]) -> DateChange:
    """Return a change from the JSON of ``recall preview`` (docs/cli.md)."""
    moved = ((one["patient"], _day(one["now"]), _day(one["then"])) for one in shape["moved"])
    return DateChange(
        patients=shape["patients"],
        moved=tuple(moved),
        months_now=tuple(shape["months_now"]),
        months_then=tuple(shape["months_then"]),
        changes=tuple(
            ItemChange(
                one["patient"], one["item"], one["every"], _day(one["next_now"]),
                _day(one["next_then"]), one["after_now"] and _day(one["after_now"]),
                one["after_then"] and _day(one["after_then"]), one["long_gap_days"],
            )
            for one in shape["items"]
        ),
    )  # fmt: skip


def _day(text: str) -> date:
    return date.fromisoformat(text)
