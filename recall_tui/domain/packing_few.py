"""Where the bounds can be met, the division is found at once: units are put where they may be."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from recall_tui.domain.packing_blocks import (
    Block,
    bits_of,
    by_minutes,
    may_meet,
    strangers,
)
from recall_tui.domain.packing_days import Before, Window, can_be
from recall_tui.domain.packing_skills import GATHERERS, Skill, together
from recall_tui.domain.packing_stacks import COST_BITS, HIGHEST, NEVER, lone, needed_groups
from recall_tui.domain.packing_units import Question, Unit

FEW = 1_000
"""After so many steps it is left to the search, which does not tell apart what is alike."""

MANY = 10_000
"""So many steps are taken for each number of appointments where the search found no end."""


def best_of_few(question: Question) -> tuple[Block, ...] | None:
    """Return the best division of ``question``; None if that has to be searched.

    Units of which no two may meet are each in an appointment of its own, so there are as many at
    least; every other unit is with one of these that it may meet, or in an appointment besides.
    """
    few = _Few(question)
    answer = few.best()
    return None if answer is None else tuple(few.block(one) for one in answer)


def good_of_few(question: Question) -> tuple[Block, ...]:
    """Return a division of ``question`` that keeps the rules, where the best cannot be found.

    It has the fewest appointments for which ``MANY`` steps find one, and is the best of those.
    """
    few = _Few(question, careful=True)
    return tuple(few.block(one) for one in few.good())


class _Shared(NamedTuple):
    """Some units in one appointment."""

    able: int
    """Who can do it all and where: bits of needed groups, then of places."""

    costs: int
    """Its cost with each needed group above that of its units apart: a field for each."""

    minutes: int
    reviews: bool
    first: int
    last: int
    size: int
    """Of due items."""

    firsts: int
    """The first days of its due items, summed."""

    cost: int
    """The least of its costs, NEVER if nobody may do just this."""

    least: int
    """The least of its costs and of all that it becomes."""

    days: int
    """Days, summed over due items, that it starts after theirs."""


class _Staff(NamedTuple):
    """Who can do some things: the groups that are needed, gatherers first, as bits."""

    groups: int
    gatherers: int
    slots: tuple[int, ...]
    """The longest appointment of each group in minutes."""

    shortest: int
    lone: dict[Skill, tuple[int, int]]
    """Of each thing who can do it and where, and what a minute costs more than the cheapest."""


@lru_cache(maxsize=16_384)
def _staff(skills: tuple[Skill, ...]) -> _Staff:
    """Return who can do what needs ``skills``."""
    needed = needed_groups(skills)
    slots = tuple(one.slot for one in needed)
    return _Staff(
        groups=(1 << len(needed)) - 1,
        gatherers=(1 << sum(one.group in GATHERERS for one in needed)) - 1,
        slots=slots,
        shortest=min(slots, default=0),
        lone={skill: lone(skill, needed) for skill in skills},
    )


class _Few:
    """The divisions of one question that come into question."""

    __slots__ = (
        *("_best", "_careful", "_friends", "_joining", "_known", "_limit", "_most"),
        *("_question", "_some", "_staff", "_steps", "_taken"),
    )

    def __init__(self, question: Question, *, careful: bool = False) -> None:
        units = question.units
        self._careful = careful and bool(question.before)
        self._limit = MANY if careful else FEW
        self._question, self._friends = question, may_meet(question)
        self._staff = _staff(tuple(dict.fromkeys(unit.skill for unit in units if not unit.fixed)))
        self._known: dict[int, _Shared | None] = {
            1 << at: self._alone(unit) for at, unit in enumerate(units)
        }
        self._best = (NEVER, 0)
        self._taken: tuple[int, ...] | None = None
        self._some: list[int] = []
        self._joining: list[int] = []
        self._most = self._steps = 0
        self._begin()

    def _begin(self) -> None:
        """Find who is apart from the others in any division; the rest is to join them."""
        count = len(self._question.units)
        apart = strangers((1 << count) - 1, self._friends)
        self._most = max(by_minutes(self._question.units), apart.bit_count())
        self._some = [1 << one for one in bits_of(apart)]
        rest = [one for one in range(count) if not apart >> one & 1]
        self._joining = sorted(rest, key=lambda one: (self._friends[one] & apart).bit_count())

    def _alone(self, unit: Unit) -> _Shared:
        """Return one unit by itself."""
        minutes, (first, last), size = unit.minutes, unit.window, len(unit.pieces)
        if unit.fixed:
            reviews = unit.skill.reviews
            return _Shared(0, 0, minutes, reviews, first, last, size, first * size, 0, 0, 0)
        able, costs = self._staff.lone[unit.skill]
        reviews, costs = unit.skill.reviews, costs * minutes
        cost = self._lowest(able, costs, reviews=reviews)
        return _Shared(able, costs, minutes, reviews, first, last, size, first * size, cost, 0, 0)

    def best(self) -> list[int] | None:
        """Return the appointments of the best division, each its units as bits, or None."""
        while self._taken is None and self._steps < self._limit:
            self._put(0, 0, 0)
            self._most += 1
        if self._taken is None or self._steps >= self._limit:
            return None
        return _in_order(self._taken)

    def good(self) -> list[int]:
        """Return the best division of those looked at; if there is none, every unit by itself."""
        alone = [1 << one for one in range(len(self._question.units))]
        while self._taken is None and self._most < len(alone):
            self._steps = 0
            self._put(0, 0, 0)
            self._most += 1
        return _in_order(self._taken or alone)

    def _put(self, at: int, cost: int, days: int) -> None:
        """Put the unit ``at`` of those that join, and all after it, wherever they may be best."""
        if at == len(self._joining):
            self._judge(days)
            return
        some, one = self._some, self._joining[at]
        for least, later, number, both in self._ways(one, cost, days):
            if (least, later) > self._best or self._steps >= self._limit:
                break
            self._steps += 1
            units, some[number] = some[number], both
            if self._goes_on(at + 1):
                self._put(at + 1, least, later)
            some[number] = units
        if len(some) < self._most and (cost, days) <= self._best and self._steps < self._limit:
            self._steps += 1
            some.append(1 << one)
            self._put(at + 1, cost, days)
            some.pop()

    def _goes_on(self, at: int) -> bool:
        """Whether there are days yet, those that join from ``at`` on by themselves.

        Only asked where steps would run out otherwise: mostly the first division has days.
        """
        if not self._careful:
            return True
        return self._has_days([*self._some, *(1 << one for one in self._joining[at:])])

    def _ways(self, one: int, cost: int, days: int) -> list[tuple[int, int, int, int]]:
        """Return what a unit makes of each appointment that it may join, the best first.

        That is the least cost and days of all then, the place of the appointment and its units.
        """
        known, bit, strange = self._known, 1 << one, ~self._friends[one]
        ways: list[tuple[int, int, int, int]] = []
        for number, units in enumerate(self._some):
            if units & strange:
                continue
            both = units | bit
            if both not in known:
                known[both] = self._with(known[units], known[bit])
            was, now = known[units], known[both]
            if was and now:
                least, later = cost + now.least - was.least, days + now.days - was.days
                ways.append((least, later, number, both))
        ways.sort()
        return ways

    def _judge(self, days: int) -> None:
        """Keep the division if it is better than the best and there are days for it."""
        cost = sum([shared.cost for one in self._some if (shared := self._known[one])])
        value = (cost, days)
        if cost >= NEVER or value > self._best:
            return
        if value == self._best and self._taken is not None:
            order, its = self._fixed_order(self._some), self._fixed_order(self._taken)
            if order < its:
                return
        if not self._question.before or self._has_days(self._some):
            self._best, self._taken = value, tuple(self._some)

    def _with(self, shared: _Shared | None, more: _Shared | None) -> _Shared | None:
        """Return both in one appointment; None if nobody has the time to do it at one place."""
        if shared is None or more is None:
            return None
        able, costs, minutes, reviews, first, last, size, firsts, _, _, _ = shared
        its_able, its_costs, its_minutes, reviews_it, its_first, its_last, its_size, its, *_ = more
        able &= its_able
        minutes += its_minutes
        groups = self._staff.groups
        if minutes > self._staff.shortest:
            for at, slot in enumerate(self._staff.slots):
                if minutes > slot:
                    able &= ~(1 << at)
        if not able & groups or able <= groups:
            return None
        costs += its_costs
        reviews = reviews or reviews_it
        first = max(first, its_first)
        last = min(last, its_last)
        size += its_size
        firsts += its
        least = self._lowest(able, costs, reviews=True)
        cost = least if reviews else self._lowest(able, costs, reviews=False)
        days = first * size - firsts
        return _Shared(able, costs, minutes, reviews, first, last, size, firsts, cost, least, days)

    def _lowest(self, able: int, costs: int, *, reviews: bool) -> int:
        """Return the least of ``costs`` with one of the groups that may, or NEVER."""
        groups = able & (self._staff.groups if reviews else self._staff.gatherers)
        least = NEVER
        while groups:
            if groups & 1 and costs & HIGHEST < least:
                least = costs & HIGHEST
            groups >>= 1
            costs >>= COST_BITS
        return least

    def _fixed_order(self, some: Iterable[int]) -> list[int]:
        """Return a key: the greater comes first, for it has the earlier unit sooner."""
        last = len(self._question.units)
        turned = [sum(1 << last - at for at in bits_of(one)) for one in some]
        return sorted(turned, reverse=True)

    def _has_days(self, some: Sequence[int]) -> bool:
        """Whether there are days for all appointments that keep the pairs."""
        at = {one: number for number, units in enumerate(some) for one in bits_of(units)}
        every = [shared for one in some if (shared := self._known[one])]
        windows = [Window(shared.first, shared.last) for shared in every]
        pairs = [Before(at[a], at[b], least, most) for a, b, least, most in self._question.before]
        return can_be(windows, pairs)

    def block(self, one: int) -> Block:
        """Return all that an answer says of an appointment."""
        members, shared = tuple(bits_of(one)), self._known[one]
        units = [self._question.units[at] for at in members]
        who = together(tuple([unit.skill for unit in units]))
        cheapest = who.cheapest([unit.minutes for unit in units])
        if shared is None or cheapest is None or who.place is None:
            message = "an appointment was made that nobody can do"
            raise ValueError(message)
        window = Window(shared.first, shared.last)
        return Block(members, window, shared.minutes, cheapest, who.place)


def _in_order(some: Iterable[int]) -> list[int]:
    """Return appointments by their first units."""
    return sorted(some, key=lambda one: one & -one)
