"""Units that nothing tells apart, counted; and what some of them cost in one appointment.

Units that nothing tells apart are a *stack*: it only counts how many of them are taken. A choice of
units is one number: a field for each stack, the first one highest, that holds how many. So of two
choices the greater is the fuller one in the first stack in which they differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from recall_tui.domain.items import StaffGroup
from recall_tui.domain.packing_skills import Skill
from recall_tui.domain.packing_terms import GATHERERS

NEVER = 10**30
"""Cost of a division that there is not."""

COST_BITS = 64
"""Width of a cost beside those of other groups."""

HIGHEST = (1 << COST_BITS) - 1

UNABLE = 10**9
"""Rate of a group that cannot do it."""


class Stack(NamedTuple):
    """``size`` units that nothing tells apart; each takes ``minutes``."""

    skill: Skill
    minutes: int
    size: int
    fixed: bool


class Needed(NamedTuple):
    """A staff group that no other one betters, and its longest appointment in minutes."""

    group: StaffGroup
    slot: int


class Grown(NamedTuple):
    """A possible appointment while units are added to it."""

    units: int
    able: int
    """Who can do it all and where: bits of groups, then of places."""

    cost: int
    """Its cost with each group above that of its units apart: a field for each group."""

    minutes: int
    near: int
    """Stacks, as bits, whose units may join all of it."""


NOTHING = Grown(0, -1, 0, 0, -1)


@dataclass(slots=True, eq=False)
class Stacks:
    """Some units as stacks.

    ``friends``: for each stack the others, as bits, with whose units its own may be. Of these only
    those are kept who are together no longer than the longest slot.
    """

    stacks: tuple[Stack, ...]
    friends: tuple[int, ...]
    width: int = 0
    """Bits of a field; the highest stays free."""

    guard: int = 0
    """The highest bit of each field."""

    full: int = 0
    """All units."""

    alone: list[Grown] = field(default_factory=list[Grown])
    """One unit of each stack by itself."""

    longest: int = 0
    """The longest slot of any group."""

    _shortest: int = 0
    _needed: tuple[Needed, ...] = ()
    _gatherers: int = 0
    _groups: int = 0
    _reviewing: int = 0
    _fixed: int = 0
    _contents: dict[int, list[tuple[int, int]]] = field(
        default_factory=dict[int, list[tuple[int, int]]]
    )

    def __post_init__(self) -> None:
        """Prepare what every appointment asks again."""
        self.width = max((stack.size for stack in self.stacks), default=0).bit_length() + 1
        for number, stack in enumerate(self.stacks):
            one = self.one(number)
            self.guard |= one << self.width - 1
            self.full |= one * stack.size
            if stack.fixed:
                self._fixed |= one
            if stack.skill.reviews:
                self._reviewing |= (one << self.width) - one
        loose = tuple(dict.fromkeys(stack.skill for stack in self.stacks if not stack.fixed))
        self._needed = needed_groups(loose)
        self.longest = max((one.slot for one in self._needed), default=0)
        self._shortest = min((one.slot for one in self._needed), default=0)
        self._groups = (1 << len(self._needed)) - 1
        self._gatherers = (1 << sum(one.group in GATHERERS for one in self._needed)) - 1
        self.friends = self._in_time()
        self.alone = [self._single(number) for number in range(len(self.stacks))]

    def _in_time(self) -> tuple[int, ...]:
        """Return the friends without those who are together longer than any slot."""
        minutes = [stack.minutes for stack in self.stacks]
        friends = list(self.friends)
        for one, mine in enumerate(minutes):
            if mine * 2 > self.longest:
                for other, its in enumerate(minutes):
                    if mine + its > self.longest and other != one:
                        friends[one] &= ~(1 << other)
                        friends[other] &= ~(1 << one)
        return tuple(friends)

    def one(self, number: int) -> int:
        """Return one unit of the stack ``number``."""
        return 1 << (len(self.stacks) - 1 - number) * self.width

    def _single(self, number: int) -> Grown:
        """Return one unit of a stack by itself."""
        stack = self.stacks[number]
        able, costs = lone(stack.skill, self._needed)
        near = self.friends[number] | 1 << number
        return Grown(self.one(number), able, stack.minutes * costs, stack.minutes, near)

    def contents(self, units: int) -> list[tuple[int, int]]:
        """Return the stacks of ``units``, in order, and how many there are of each."""
        found = self._contents.get(units)
        if found is not None:
            return found
        found = self._contents[units] = []
        width, last = self.width, len(self.stacks) - 1
        while units:
            field_at = (units.bit_length() - 1) // width
            count = units >> field_at * width
            units ^= count << field_at * width
            found.append((last - field_at, count))
        return found

    def pivot(self, units: int) -> int:
        """Return the stack of ``units`` with the fewest friends: it leaves the fewest choices."""
        return min(self.contents(units), key=self._loneliness)[0]

    def _loneliness(self, content: tuple[int, int]) -> int:
        return self.friends[content[0]].bit_count()

    def first_of(self, units: int) -> int:
        """Return the first stack of ``units``."""
        return len(self.stacks) - 1 - (units.bit_length() - 1) // self.width

    def shared(
        self, halves: list[tuple[Grown, Grown]], number: int, limit: int
    ) -> list[tuple[Grown, Grown]]:
        """Return ``halves`` with one more unit of a stack in the one or in the other.

        Of those whose excess is sure to be above ``limit`` there may be some or none.
        """
        found: list[tuple[Grown, Grown]] = []
        joined, any_cost = self.joined, limit >= NEVER
        for one, other in halves:
            more = joined(one, number, 1)
            if more is not None and (any_cost or self._at_least(more) <= limit):
                found.append((more, other))
            more = joined(other, number, 1)
            if more is not None and (any_cost or self._at_least(more) <= limit):
                found.append((one, more))
        return found

    def stands_alone(self, number: int) -> bool:
        """Whether nothing can be with a unit of this stack: pinned, or longer than any slot."""
        stack = self.stacks[number]
        return stack.fixed or stack.minutes > self.longest

    def _in_slot(self, minutes: int) -> int:
        """Return the groups, as bits, with so long a slot, and all places."""
        mask = -1
        for at, needed in enumerate(self._needed):
            if minutes > needed.slot:
                mask ^= 1 << at
        return mask

    def joined(self, grown: Grown, number: int, taken: int) -> Grown | None:
        """Return ``grown`` with so many units of a stack; None if they cannot be together."""
        one, its_able, its_cost, its_minutes, its_near = alone = self.alone[number]
        units, able, cost, minutes, near = grown
        if not units:
            return alone if taken == 1 else self.joined(alone, number, taken - 1)
        minutes += its_minutes * taken
        if minutes > self.longest or not near >> number & 1:
            return None
        able &= its_able
        if minutes > self._shortest:
            able &= self._in_slot(minutes)
        if not able & self._groups or able <= self._groups:
            return None
        return Grown(units + one * taken, able, cost + its_cost * taken, minutes, near & its_near)

    def _at_least(self, grown: Grown) -> int:
        """Return a bound of the excess of ``grown`` and all it becomes."""
        return self._lowest(grown.able & self._groups, grown.cost) if grown.cost else 0

    def excess(self, grown: Grown) -> int:
        """Return the least cost of ``grown`` above that of its units apart, or NEVER."""
        if grown.units & self._fixed:
            return 0
        gathered = not grown.units & self._reviewing
        return self._lowest(
            grown.able & (self._gatherers if gathered else self._groups), grown.cost
        )

    def _lowest(self, groups: int, costs: int) -> int:
        """Return the least of ``costs`` with one of ``groups``, or NEVER."""
        least = NEVER
        while groups:
            if groups & 1 and costs & HIGHEST < least:
                least = costs & HIGHEST
            groups >>= 1
            costs >>= COST_BITS
        return least

    def apart(self, stacks: Iterable[int], first: int) -> int:
        """Return stacks, as bits, of which no two go together: ``first`` and those that can."""
        apart, met = 1 << first, self.friends[first] | 1 << first
        for number in stacks:
            if not met >> number & 1:
                apart |= 1 << number
                met |= self.friends[number]
        return apart


@lru_cache(maxsize=4_096)
def lone(skill: Skill, needed: tuple[Needed, ...]) -> tuple[int, int]:
    """Return who can do it and where, and what a minute costs each more than the cheapest."""
    rates = dict(skill.rates)
    least = min(rates.values())
    able = skill.place_bits << len(needed)
    costs = 0
    for at, one in enumerate(needed):
        if one.group in rates:
            able |= 1 << at
            costs |= rates[one.group] - least << at * COST_BITS
    return able, costs


@lru_cache(maxsize=4_096)
def needed_groups(skills: tuple[Skill, ...]) -> tuple[Needed, ...]:
    """Return the groups, gatherers first, without those that another one always betters."""
    slots = {
        group: slot
        for skill in skills
        for (group, _), slot in zip(skill.rates, skill.slots, strict=True)
    }
    rates = [dict(skill.rates) for skill in skills]
    costs = {
        group: [rate.get(group, UNABLE) for rate in rates]
        for group in sorted(StaffGroup, key=lambda group: group not in GATHERERS)
        if group in slots
    }
    kept: list[Needed] = []
    names: set[StaffGroup] = set()
    for group, own in costs.items():
        bettered = any(
            other != group
            and slots[other] >= slots[group]
            and (other in GATHERERS or group not in GATHERERS)
            and all(theirs <= mine for theirs, mine in zip(costs[other], own, strict=True))
            and (costs[other] != own or other in names)
            for other in costs
        )
        if not bettered:
            kept.append(Needed(group, slots[group]))
            names.add(group)
    return tuple(kept)
