"""The exact search: which units share an appointment (docs/packing.md states and proves it)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from recall_tui.domain.packing_blocks import (
    Block,
    Blocks,
    Choice,
    bits_of,
    block_of,
    can_be,
    window_of,
)
from recall_tui.domain.packing_days import Before, Window
from recall_tui.domain.packing_terms import PackLimits
from recall_tui.domain.packing_units import Question

IMPOSSIBLE = 10**30
"""Value of a division that there is not."""

Meeting = tuple[int, Window]
"""Of an appointment what the others can notice: its units that wait or are waited for, its days."""

Met = tuple[Meeting, ...]
"""The appointments chosen so far as far as others can notice them, in order."""

SoFar = tuple[int, tuple[int, ...]]
"""Value of the appointments chosen so far, and their units."""


@dataclass(slots=True)
class Search:
    """One search over one question; ``explored`` counts the sets of units it looks at."""

    question: Question
    limits: PackLimits
    explored: int = 0
    _blocks: Blocks = field(init=False)
    _slot: int = field(init=False)
    _full_first: list[list[Choice]] = field(init=False)
    _cheap_first: list[list[Choice]] = field(init=False)
    _few: dict[int, int] = field(default_factory=dict[int, int])
    _least: dict[tuple[int, int], tuple[int, bool]] = field(
        default_factory=dict[tuple[int, int], tuple[int, bool]]
    )
    _waiting: int = 0
    _meetings: dict[int, Meeting] = field(default_factory=dict[int, Meeting])
    _possible: dict[Met, bool] = field(default_factory=dict[Met, bool])
    _seen: dict[tuple[int, Met, int], int] = field(default_factory=dict[tuple[int, Met, int], int])
    _failed: set[tuple[int, Met, int, int]] = field(default_factory=set[tuple[int, Met, int, int]])
    _best: int = IMPOSSIBLE
    _answer: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """List the possible appointments."""
        self._blocks = Blocks(self.question, self.limits)
        self._blocks.fill()
        groups = {group for unit in self.question.units for group, _ in unit.costs}
        self._slot = max((self.limits.slot_of(group) for group in groups), default=1)
        self._full_first = [
            sorted(some, key=lambda choice: (-choice.units.bit_count(), choice.units))
            for some in self._blocks.by_first
        ]
        self._cheap_first = [
            sorted(some, key=lambda choice: choice.value) for some in self._blocks.by_first
        ]
        for pair in self.question.before:
            self._waiting |= 1 << pair.before | 1 << pair.after
        self._few[0] = 0

    def fewest(self) -> int:
        """Return how many appointments are needed when no unit waits for another: a bound."""
        return self._fewest((1 << len(self.question.units)) - 1)

    def run(self) -> tuple[Block, ...]:
        """Return the best division: fewest blocks, then least value, then first in order."""
        every = (1 << len(self.question.units)) - 1
        most = self.fewest()
        while not self._any(every, most, (0, ()), ()):
            self._failed.clear()
            most += 1
        self._improve(every, most, (0, ()), ())
        self._failed.clear()
        self._first(every, most, (0, ()), ())
        blocks = [
            block_of(members, [self.question.units[one] for one in members], self.limits)
            for members in (tuple(bits_of(mask)) for mask in self._answer)
        ]
        return tuple(block for block in blocks if block is not None)

    def _fewest(self, units: int) -> int:
        """Return the least number of appointments for ``units``, leaving aside who waits."""
        known = self._few.get(units)
        if known is not None:
            return known
        self.explored += 1
        enough = self._at_least(units)
        best = units.bit_count()
        for mask, more, _ in self._full_first[(units & -units).bit_length() - 1]:
            if units & (mask | more) == mask:
                rest = units ^ mask
                if rest in self._few or self._at_least(rest) + 1 < best:
                    best = min(best, 1 + self._fewest(rest))
                if best <= enough:
                    break
        self._few[units] = best
        return best

    def _at_least(self, units: int) -> int:
        """Return a bound: units of which no two go together, and the minutes."""
        friends = self._blocks.friends
        apart, minutes, long = 0, 0, 0
        strangers = units
        for index in bits_of(units):
            if strangers >> index & 1:
                apart += 1
                strangers &= ~friends[index]
            own = self.question.units[index].minutes
            if own > self._slot:
                long += 1
            else:
                minutes += own
        return max(apart, long - (-minutes // self._slot))

    def _value(self, units: int, most: int, below: int) -> int:
        """Return the least value of ``units`` in at most ``most``, leaving aside who waits.

        If there is none below ``below``, the answer is a bound that is not below it, either.
        """
        if not units:
            return 0
        known, exact = self._least.get((units, most), (0, False))
        if exact or known >= below:
            return known
        self.explored += 1
        best = below
        others = ~units
        for mask, _, value in self._cheap_first[(units & -units).bit_length() - 1]:
            if value >= best:
                break
            if mask & others == 0 and self._fewest(units ^ mask) < most:
                best = min(best, value + self._value(units ^ mask, most - 1, best - value))
        self._least[units, most] = (best, best < below)
        return best

    def _any(self, units: int, most: int, so_far: SoFar, met: Met) -> bool:
        """Look for any division of ``units`` in at most ``most``."""
        self.explored += 1
        value, chosen = so_far
        if not units:
            self._best, self._answer = value, chosen
            return True
        if (units, met, most, 0) in self._failed:
            return False
        for choice in self._steps(self._cheap_first, units, most):
            now = self._joined(met, choice.units)
            if now is not None:
                after = (value + choice.value, (*chosen, choice.units))
                if self._any(units ^ choice.units, most - 1, after, now):
                    return True
        self._failed.add((units, met, most, 0))
        return False

    def _improve(self, units: int, most: int, so_far: SoFar, met: Met) -> None:
        """Look for a division of ``units`` after ``so_far`` of less value: least bound first."""
        self.explored += 1
        value, chosen = so_far
        if not units:
            self._best, self._answer = value, chosen
            return
        if self._seen.get((units, met, most), IMPOSSIBLE) <= value:
            return
        self._seen[units, met, most] = value
        bounds = [
            (self._bound(units, most, value, choice), number, choice)
            for number, choice in enumerate(self._steps(self._cheap_first, units, most))
        ]
        for bound, _, choice in sorted(bounds):
            if bound >= self._best:
                return
            now = self._joined(met, choice.units)
            if now is not None:
                after = (value + choice.value, (*chosen, choice.units))
                self._improve(units ^ choice.units, most - 1, after, now)

    def _first(self, units: int, most: int, so_far: SoFar, met: Met) -> bool:
        """Look for the first division in the fixed order that has the least value."""
        self.explored += 1
        value, chosen = so_far
        if not units:
            self._answer = chosen
            return True
        if (units, met, most, value) in self._failed:
            return False
        for choice in self._steps(self._blocks.by_first, units, most):
            if self._bound(units, most, value, choice) <= self._best:
                now = self._joined(met, choice.units)
                after = (value + choice.value, (*chosen, choice.units))
                if now is not None and self._first(units ^ choice.units, most - 1, after, now):
                    return True
        self._failed.add((units, met, most, value))
        return False

    def _steps(self, choices: list[list[Choice]], units: int, most: int) -> Iterator[Choice]:
        """Yield those of ``choices`` that hold the first of ``units`` and leave enough for all."""
        others = ~units
        for choice in choices[(units & -units).bit_length() - 1]:
            if choice.units & others == 0 and self._fewest(units ^ choice.units) < most:
                yield choice

    def _bound(self, units: int, most: int, value: int, choice: Choice) -> int:
        """Return what a division has at least that goes on with ``choice``; exact up to best."""
        spent = value + choice.value
        if spent > self._best:
            return spent
        return spent + self._value(units ^ choice.units, most - 1, self._best + 1 - spent)

    def _joined(self, met: Met, mask: int) -> Met | None:
        """Return ``met`` and the appointment ``mask``; None if there are no days for them all."""
        if not mask & self._waiting:
            return met
        meeting = self._meetings.get(mask)
        if meeting is None:
            units = self.question.units
            window = window_of([units[index] for index in bits_of(mask)])
            meeting = self._meetings[mask] = (mask & self._waiting, window)
        now = tuple(sorted((*met, meeting)))
        possible = self._possible.get(now)
        if possible is None:
            possible = self._possible[now] = self._days_for(now)
        return now if possible else None

    def _days_for(self, met: Met) -> bool:
        """Whether there are days for these appointments, every other unit alone."""
        alone = self._waiting
        for units, _ in met:
            alone ^= units
        meetings = [*met, *((1 << n, self.question.units[n].window) for n in bits_of(alone))]
        at = {
            index: number for number, (units, _) in enumerate(meetings) for index in bits_of(units)
        }
        pairs = [
            Before(at[pair.before], at[pair.after], pair.least, pair.most)
            for pair in self.question.before
        ]
        return can_be([window for _, window in meetings], pairs)
