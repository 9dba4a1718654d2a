"""All possible appointments of some units, whatever their days, and what dividing them costs."""

from dataclasses import dataclass, field
from typing import NamedTuple

from recall_tui.domain.packing_stacks import NEVER, NOTHING, Grown, Stacks

ANY = NEVER - 1
"""No limit of cost."""


PASSING = 1
GROWING = 16
LOOKING = 256
"""What is counted: to pass over an appointment, to add units to one, to look at a choice of units.

In proportion to the time that each takes.
"""


class TooManyChoices(Exception):  # noqa: N818 - no fault: the caller does without
    """More choices of units would have to be looked at than were allowed."""


class Choice(NamedTuple):
    """A possible appointment."""

    excess: int
    """What it costs above its units, each with its cheapest group."""

    minutes: int
    units: int


class _Bound(NamedTuple):
    """How many appointments some units need at least."""

    least: int
    minutes: int
    """Of all that is not longer than any slot."""


@dataclass(slots=True, eq=False)
class Table:
    """The possible appointments of ``stacks``, and the least cost of dividing any of them."""

    stacks: Stacks
    most: int = NEVER
    """So many choices of units are looked at, or as much work done for them.

    Beyond that ``TooManyChoices`` is raised.
    """

    known: dict[tuple[int, int], tuple[int, bool]] = field(
        default_factory=dict[tuple[int, int], tuple[int, bool]]
    )
    """Of units and a number of appointments the least excess or a bound of it, and which."""

    _possible: dict[tuple[int, int], bool] = field(default_factory=dict[tuple[int, int], bool])
    _bounds: dict[int, _Bound] = field(default_factory=dict[int, _Bound])
    _choices: dict[tuple[int, int, int], list[Choice]] = field(
        default_factory=dict[tuple[int, int, int], list[Choice]]
    )
    _every: dict[int, list[Choice]] = field(default_factory=dict[int, list[Choice]])
    _small: int = 0
    """What was counted besides choices of units."""

    @property
    def explored(self) -> int:
        """How many choices of units have been looked at, each for a number of appointments."""
        return len(self.known) + len(self._possible)

    @property
    def work(self) -> int:
        """What looking for choices took, counted as choices of units."""
        return self.explored + self._small // LOOKING

    def choices(self, units: int, count: int, pivot: int) -> list[Choice]:
        """Return the appointments of a unit of ``pivot`` that may leave one fewer for the rest.

        Args:
            units: what is to be divided.
            count: into how many appointments; it may be more than they need.
            pivot: a stack of which there are ``units``.

        Returns:
            the cheapest first. If ``count`` units can be found of which no two go together, each
            appointment holds one of them, and who can be with no other joins that of ``pivot``.
        """
        found = self._choices.get((units, count, pivot))
        if found is not None:
            return found
        if count == 2:  # noqa: PLR2004 - two: what is not in the one is in the other
            found = self._halves(units, pivot, NEVER)
        else:
            left = dict(self.stacks.contents(units))
            apart = self.stacks.apart(left, pivot)
            spare = count - apart.bit_count()
            if spare < 0:
                found = []
            elif self.stacks.stands_alone(pivot):
                found = [
                    Choice(self.stacks.excess(self.stacks.alone[pivot]), 0, self.stacks.one(pivot))
                ]
            elif spare:
                found = self._fitting(units, count, pivot)
            else:
                found = self._forced(left, pivot, apart ^ 1 << pivot)
        self._choices[units, count, pivot] = found
        return found

    def _halves(self, units: int, pivot: int, limit: int) -> list[Choice]:
        """Return the appointments of ``pivot`` that leave ``units`` of one appointment.

        Of those whose excess is above ``limit`` there may be some or none.
        """
        first = self.stacks.alone[pivot]
        left = dict(self.stacks.contents(units))
        left[pivot] -= 1
        halves: list[tuple[Grown, Grown]] = [(first, NOTHING)]
        # Who cannot be with the first settles who can be with whom.
        for number in sorted(left, key=lambda number: first.near >> number & 1):
            for _ in range(left[number]):
                halves = self.stacks.shared(halves, number, limit)
            if left[number] > 1:
                halves = list({one.units: (one, other) for one, other in halves}.values())
        found: list[Choice] = []
        for one, other in halves:
            its = self.stacks.excess(other) if other.units else NEVER
            mine = self.stacks.excess(one) if its < NEVER else NEVER
            if mine < NEVER:
                self.known[other.units, 1] = its, True
                found.append(Choice(mine, one.minutes, one.units))
        found.sort()
        return found

    def _fitting(self, units: int, count: int, pivot: int) -> list[Choice]:
        """Return the appointments of ``pivot`` that there are among ``units``."""
        every = self._every.get(pivot)
        if every is None:
            every = self._every[pivot] = []
            left = {number: stack.size for number, stack in enumerate(self.stacks.stacks)}
            left[pivot] -= 1
            own = 1 << pivot if left[pivot] else 0
            self._grow(self.stacks.alone[pivot], self.stacks.friends[pivot] | own, left, every)
            every.sort()
        self._small += PASSING * len(every)
        guard, guarded = self.stacks.guard, units | self.stacks.guard
        enough = self._bound(units).minutes - (count - 1) * self.stacks.longest
        return [
            one for one in every if one.minutes >= enough and guarded - one.units & guard == guard
        ]

    def _forced(self, left: dict[int, int], pivot: int, others: int) -> list[Choice]:
        """Return the appointments of ``pivot`` with all who can meet none of the ``others``."""
        grown = self.stacks.alone[pivot]
        left[pivot] -= 1
        later = self.stacks.friends[pivot] & ~others
        for number, taken in left.items():
            if taken and (self.stacks.friends[number] | 1 << number) & others == 0:
                more = self.stacks.joined(grown, number, taken)
                if more is None:
                    return []
                grown = more
                later &= self.stacks.friends[number]
        found: list[Choice] = []
        self._grow(grown, later, left, found)
        found.sort()
        return found

    def _grow(self, grown: Grown, later: int, left: dict[int, int], found: list[Choice]) -> None:
        """Note ``grown`` and all that it becomes with what is ``left`` of the stacks ``later``."""
        self._small += GROWING
        self._refuse_too_many()
        excess = self.stacks.excess(grown)
        if excess < NEVER:
            found.append(Choice(excess, grown.minutes, grown.units))
        while later:
            low = later & -later
            later ^= low
            number = low.bit_length() - 1
            near = later & self.stacks.friends[number]
            more: Grown | None = grown
            for _ in range(left.get(number, 0)):
                more = self.stacks.joined(more, number, 1)
                if more is None:
                    break
                self._grow(more, near, left, found)

    def fewest(self, most: int) -> int:
        """Return how many appointments all units need, whatever their days; ``most`` if not fewer.

        It need not be known whether they fit into ``most``.
        """
        count = self._bound(self.stacks.full).least
        while count < most and not self.possible(self.stacks.full, count):
            count += 1
        return min(count, most)

    def possible(self, units: int, count: int) -> bool:
        """Whether ``units`` can be divided into exactly ``count`` appointments."""
        if not units or count <= 1:
            return self.least(units, count, ANY) < NEVER
        found = self._possible.get((units, count))
        if found is None:
            self._refuse_too_many()
            choices = self.choices(units, count, self.stacks.pivot(units))
            if count == 2:  # noqa: PLR2004 - what is left is one appointment
                found = bool(choices)
            else:
                found = any(
                    self._bound(units - one).least < count and self.possible(units - one, count - 1)
                    for _, _, one in reversed(choices)
                )
            self._possible[units, count] = found
        return found

    def least(self, units: int, count: int, limit: int) -> int:
        """Return the least excess of ``units`` in exactly ``count`` appointments, or NEVER.

        If it is above ``limit``, any number that is above ``limit`` and not above it.
        """
        if not units or not count:
            return NEVER if units or count else 0
        known, exact = self.known.get((units, count), (0, False))
        if exact or known > limit:
            return known
        self._refuse_too_many()
        if count == 1:
            best, limit = self._whole(units), ANY
        else:
            best = self._several(units, count, limit + 1)
        self.known[units, count] = best, best <= limit or limit >= ANY
        return best

    def _refuse_too_many(self) -> None:
        if self.work > self.most:
            raise TooManyChoices

    def _whole(self, units: int) -> int:
        """Return the excess of all ``units`` in one appointment, or NEVER."""
        grown: Grown | None = NOTHING
        for number, taken in self.stacks.contents(units):
            grown = self.stacks.joined(grown, number, taken)
            if grown is None:
                return NEVER
        return self.stacks.excess(grown)

    def _several(self, units: int, count: int, best: int) -> int:
        """Return the least excess of ``units`` in ``count`` appointments, if it is below ``best``.

        One appointment is chosen that leaves no more than fills the others.
        """
        pivot = self.stacks.first_of(units)
        known = (units, count, pivot) in self._choices
        if count == 2 and best < NEVER and not known:  # noqa: PLR2004 - not worth being kept
            choices = self._halves(units, pivot, best)
        else:
            choices = self.choices(units, count, pivot)
        for cost, _, one in choices:
            if cost >= best:
                break
            rest = units - one
            if rest and (count == 2 or self._bound(rest).least < count):  # noqa: PLR2004
                best = min(best, cost + self.least(rest, count - 1, best - cost - 1))
        return best

    def _bound(self, units: int) -> _Bound:
        """Return a bound: units of which no two go together, and the minutes."""
        found = self._bounds.get(units)
        if found is None:
            contents = self.stacks.contents(units)
            minutes, long = 0, 0
            for number, count in contents:
                if self.stacks.stands_alone(number):
                    long += count
                else:
                    minutes += count * self.stacks.stacks[number].minutes
            filled = -(-minutes // self.stacks.longest) if minutes else 0
            apart = self.stacks.apart(dict(contents), contents[0][0]).bit_count() if contents else 0
            found = self._bounds[units] = _Bound(max(apart, long + filled), minutes)
        return found
