"""The exact search: which units share an appointment (docs/packing.md states and proves it)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from recall_tui.domain.packing_blocks import (
    Block,
    Blocks,
    Choice,
    bits_of,
    can_be,
    window_of,
)
from recall_tui.domain.packing_days import Before
from recall_tui.domain.packing_terms import PackLimits
from recall_tui.domain.packing_units import Question

IMPOSSIBLE = 10**30
"""Value of a division that there is not."""


@dataclass(slots=True)
class Search:
    """One search over one question; ``explored`` counts the sets of units it looks at."""

    question: Question
    limits: PackLimits
    explored: int = 0
    _blocks: Blocks = field(init=False)
    _slot: int = field(init=False)
    _full_first: list[list[Choice]] = field(init=False)
    _few: dict[int, int] = field(default_factory=dict[int, int])
    _least: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    _waiting: int = 0
    _possible: dict[tuple[int, ...], bool] = field(default_factory=dict[tuple[int, ...], bool])
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
        while True:
            self._improve(every, most, 0, ())
            if self._best < IMPOSSIBLE:
                break
            most += 1
        self._first(every, most, 0, ())
        return tuple(self._blocks.block(mask) for mask in self._answer)

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
                best = min(best, 1 + self._fewest(units ^ mask))
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

    def _value(self, units: int, most: int) -> int:
        """Return the least value of ``units`` in at most ``most``, leaving aside who waits."""
        if not units:
            return 0
        known = self._least.get((units, most))
        if known is not None:
            return known
        self.explored += 1
        best = IMPOSSIBLE
        others = ~units
        for mask, _, value in self._blocks.by_first[(units & -units).bit_length() - 1]:
            if mask & others == 0 and value < best and self._fewest(units ^ mask) < most:
                best = min(best, value + self._value(units ^ mask, most - 1))
        self._least[units, most] = best
        return best

    def _improve(self, units: int, most: int, value: int, chosen: tuple[int, ...]) -> None:
        """Look for a division of ``units`` after ``chosen`` with a lesser value: best first."""
        self.explored += 1
        if not units:
            self._best, self._answer = value, chosen
            return
        for bound, choice in sorted(self._steps(units, most, value), key=lambda step: step[0]):
            if bound >= self._best:
                return
            after = (*chosen, choice.units)
            if self._in_time(after):
                self._improve(units ^ choice.units, most - 1, value + choice.value, after)

    def _first(self, units: int, most: int, value: int, chosen: tuple[int, ...]) -> bool:
        """Look for the first division in the fixed order that has the least value."""
        self.explored += 1
        if not units:
            self._answer = chosen
            return True
        for bound, choice in self._steps(units, most, value):
            after = (*chosen, choice.units)
            if (
                bound <= self._best
                and self._in_time(after)
                and self._first(units ^ choice.units, most - 1, value + choice.value, after)
            ):
                return True
        return False

    def _steps(self, units: int, most: int, value: int) -> list[tuple[int, Choice]]:
        """Return the appointments for the first of ``units``, each with a bound of the value."""
        others = ~units
        return [
            (value + choice.value + self._value(units ^ choice.units, most - 1), choice)
            for choice in self._blocks.by_first[(units & -units).bit_length() - 1]
            if choice.units & others == 0 and self._fewest(units ^ choice.units) < most
        ]

    def _in_time(self, chosen: Sequence[int]) -> bool:
        """Whether there are days for ``chosen``, every other unit alone."""
        if not chosen[-1] & self._waiting:
            return True
        shared = tuple(sorted(mask for mask in chosen if mask & self._waiting))
        known = self._possible.get(shared)
        if known is None:
            known = self._possible[shared] = self._days_for(shared)
        return known

    def _days_for(self, chosen: Sequence[int]) -> bool:
        units = self.question.units
        alone = self._waiting
        for mask in chosen:
            alone &= ~mask
        masks = [*chosen, *(1 << index for index in bits_of(alone))]
        at = {index: number for number, mask in enumerate(masks) for index in bits_of(mask)}
        windows = [window_of([units[index] for index in bits_of(mask)]) for mask in masks]
        return can_be(
            windows,
            [
                Before(at[pair.before], at[pair.after], pair.least, pair.most)
                for pair in self.question.before
            ],
        )
