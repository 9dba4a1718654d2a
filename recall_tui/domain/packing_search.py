"""The exact search: which units share an appointment (docs/packing.md states and proves it)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from operator import itemgetter
from typing import NamedTuple

from recall_tui.domain.packing_blocks import Block, block_of, friends_of
from recall_tui.domain.packing_days import Before, Window, can_be
from recall_tui.domain.packing_stacks import NEVER, Stack, Stacks
from recall_tui.domain.packing_table import ANY, Choice, Table, TooManyChoices
from recall_tui.domain.packing_units import Question, Unit

Meeting = tuple[int, Window]
"""Of an appointment what the others can notice: its units that wait or are waited for, its days."""

Met = tuple[Meeting, ...]
"""The appointments chosen so far as far as others can notice them, in order."""


class Left(NamedTuple):
    """What is still to be divided, and into what."""

    units: int
    parts: int
    """Appointments."""

    excess: int
    """What they may cost above their units apart."""

    met: Met = ()


@dataclass(slots=True)
class Search:
    """One search over one question; ``explored`` counts the choices of units it looks at."""

    question: Question
    most: int = NEVER
    """So many choices are looked at, or as much work done; then ``TooManyChoices`` is raised."""

    explored: int = 0
    table: Table = field(init=False)
    _stacks: Stacks = field(init=False)
    _members: list[list[int]] = field(default_factory=list[list[int]])
    """Of each stack its units, in order."""

    _windows: list[Window] = field(default_factory=list[Window])
    _sizes: list[int] = field(default_factory=list[int])
    _pairs: list[Before] = field(default_factory=list[Before])
    """Between stacks."""

    _waiting: int = 0
    """The fields of the stacks that wait or are waited for."""

    _level: bool = True
    """All units have the same first day, so that criterion 3 decides nothing."""

    _plain: bool = True
    """The units of each stack follow one another."""

    _late: dict[int, int] = field(default_factory=dict[int, int])
    _soon: dict[tuple[int, int, int], int] = field(default_factory=dict[tuple[int, int, int], int])
    _meetings: dict[int, Meeting | None] = field(default_factory=dict[int, Meeting | None])
    _possible: dict[Met, bool] = field(default_factory=dict[Met, bool])
    _seen: dict[Left, int] = field(default_factory=dict[Left, int])
    _best: int = NEVER
    _answer: tuple[int, ...] | None = None
    _cheapest: int = NEVER
    """The least excess of a division in which who waits has days."""

    def __post_init__(self) -> None:
        """Sort the units into stacks."""
        units = self.question.units
        friends = friends_of(self.question)
        waits = _waits(self.question)
        stacks: dict[object, list[int]] = {}
        for index, unit in enumerate(units):
            waiting = tuple(waits[index])
            alike = (unit.window, unit.minutes, unit.skill, len(unit.pieces), waiting)
            stacks.setdefault((alike, friends[index] | 1 << index), []).append(index)
        self._members = list(stacks.values())
        first = [members[0] for members in self._members]
        self._stacks = Stacks(
            tuple(_stack(units[some[0]], len(some)) for some in self._members),
            tuple(_fields(friends[one], first) for one in first),
        )
        self.table = Table(self._stacks, self.most)
        self._windows = [units[one].window for one in first]
        self._sizes = [len(units[one].pieces) for one in first]
        self._level = len({window.earliest for window in self._windows}) == 1
        self._plain = [one for some in self._members for one in some] == list(range(len(units)))
        self._pair_stacks()

    def _pair_stacks(self) -> None:
        pairs = self.question.before
        at = {index: number for number, some in enumerate(self._members) for index in some}
        self._pairs = sorted({Before(at[a], at[b], least, most) for a, b, least, most in pairs})
        for number in {number for pair in self._pairs for number in pair[:2]}:
            one = self._stacks.one(number)
            self._waiting |= (one << self._stacks.width) - one

    def fewest(self, most: int = NEVER) -> int:
        """Return how many appointments are needed when no unit waits for another: a bound.

        ``most``: where there are not fewer, they are not counted.
        """
        return self.table.fewest(most)

    def run(self) -> tuple[Block, ...]:
        """Return the best division: fewest blocks, then least cost, then earliest, then first."""
        full = self._stacks.full
        for most in count(self.fewest()):
            excess = self.table.least(full, most, ANY)
            if excess < NEVER and not self._divide(Left(full, most, excess)):
                self._cheapest = NEVER
                self._seen.clear()
                self._improve(Left(full, most, 0), 0)
                if self._cheapest < NEVER:
                    self._divide(Left(full, most, self._cheapest))
            if self._answer is not None:
                break
        self.explored += self.table.explored
        blocks = [
            block_of(members, [self.question.units[one] for one in members])
            for members in self._taken()
        ]
        return tuple(block for block in blocks if block is not None)

    def _divide(self, left: Left) -> bool:
        """Look for the first of the earliest divisions that cost no more than ``left`` allows.

        First among those as early as if none waited, then among all.
        """
        for most in (self._soonest(*left[:3]) + 1, NEVER):
            self._best = most
            self._seen.clear()
            self._look(left, 0, ())
            if self._answer is not None:
                return True
        return False

    def _improve(self, left: Left, spent: int) -> None:
        """Look for a cheaper division that goes on with ``left`` after ``spent``."""
        _count(self)
        if not left.units:
            self._cheapest = spent
            return
        if self._seen.get(left, NEVER) <= spent:
            return
        self._seen[left] = spent
        pivot = self._stacks.first_of(left.units)
        for cost, _, one in self.table.choices(left.units, left.parts, pivot):
            limit = self._cheapest - 1 - spent - cost
            if limit < 0:
                return
            rest, more = left.units - one, left.parts - 1
            if self.table.least(rest, more, limit) <= limit:
                met = self._joined(left.met, one)
                if met is not None:
                    self._improve(Left(rest, more, 0, met), spent + cost)

    def _look(self, left: Left, days: int, chosen: tuple[int, ...]) -> None:
        """Go on with ``left`` after ``chosen``, in the fixed order; keep what is earlier."""
        _count(self)
        if not left.units:
            self._best, self._answer = days, chosen
            return
        if self._seen.get(left, NEVER) <= days:
            return
        self._seen[left] = days
        for cost, _, one in self._in_order(left):
            rest, more = left.units - one, left.parts - 1
            excess = left.excess - cost
            if excess < 0 or self.table.least(rest, more, excess) > excess:
                continue
            later = days + self._lateness(one)
            if later + self._soonest(rest, more, excess) < self._best:
                met = self._joined(left.met, one)
                if met is not None:
                    self._look(Left(rest, more, excess, met), later, (*chosen, one))

    def _in_order(self, left: Left) -> list[Choice]:
        """Return the possible appointments of the first unit that is left, in the fixed order."""
        table, units = self.table, left.units
        if self._plain:
            choices = table.choices(units, left.parts, self._stacks.first_of(units))
            return sorted(choices, key=itemgetter(2), reverse=True)
        now = {stack: self._members[stack][-n:] for stack, n in self._stacks.contents(units)}
        last = len(self.question.units)

        def place(choice: Choice) -> int:
            contents = self._stacks.contents(choice.units)
            return sum(1 << last - unit for stack, n in contents for unit in now[stack][:n])

        choices = table.choices(units, left.parts, min(now, key=lambda stack: now[stack][0]))
        return sorted(choices, key=place, reverse=True)

    def _soonest(self, units: int, count: int, excess: int) -> int:
        """Return the least lateness of ``units`` for no more than ``excess``, if none waits."""
        if self._level or not units:
            return 0
        if count == 1:
            return self._lateness(units)
        known = self._soon.get((units, count, excess))
        if known is not None:
            return known
        _count(self)
        table, best = self.table, NEVER
        for cost, _, one in table.choices(units, count, self._stacks.first_of(units)):
            left = excess - cost
            if left < 0:
                break
            rest = units - one
            if table.least(rest, count - 1, left) <= left:
                best = min(best, self._lateness(one) + self._soonest(rest, count - 1, left))
        self._soon[units, count, excess] = best
        return best

    def _lateness(self, one: int) -> int:
        """Return the days, summed over due items, that this appointment starts after theirs."""
        if self._level:
            return 0
        found = self._late.get(one)
        if found is None:
            contents = self._stacks.contents(one)
            first = max(self._windows[number].earliest for number, _ in contents)
            found = self._late[one] = sum(
                (first - self._windows[number].earliest) * self._sizes[number] * taken
                for number, taken in contents
            )
        return found

    def _joined(self, met: Met, one: int) -> Met | None:
        """Return ``met`` and the appointment ``one``; None if there are no days for them all."""
        if not one & self._waiting:
            return met
        if one not in self._meetings:
            self._meetings[one] = self._meeting(one)
        meeting = self._meetings[one]
        if meeting is None:
            return met
        now = tuple(sorted((*met, meeting)))
        possible = self._possible.get(now)
        if possible is None:
            possible = self._possible[now] = self._days_for(now)
        return now if possible else None

    def _meeting(self, one: int) -> Meeting | None:
        """Return what the others can notice of this appointment; None if it is as if apart."""
        windows = [self._windows[number] for number, _ in self._stacks.contents(one)]
        window = Window(max(first for first, _ in windows), min(last for _, last in windows))
        waiting = self._stacks.contents(one & self._waiting)
        alone = len(waiting) == 1 and waiting[0][1] == 1
        if alone and self._windows[waiting[0][0]] == window:
            return None
        return one & self._waiting, window

    def _days_for(self, met: Met) -> bool:
        """Whether there are days for these appointments, every other unit alone."""
        windows = [window for _, window in met]
        places: list[list[int]] = [[] for _ in self._members]
        alone = self._stacks.full
        for number, (units, _) in enumerate(met):
            alone -= units
            for stack, _ in self._stacks.contents(units):
                places[stack].append(number)
        for stack, _ in self._stacks.contents(alone & self._waiting):
            places[stack].append(len(windows))
            windows.append(self._windows[stack])
        pairs = [
            Before(before, after, least, most)
            for a, b, least, most in self._pairs
            for before in places[a]
            for after in places[b]
        ]
        return can_be(windows, pairs)

    def _taken(self) -> Iterator[tuple[int, ...]]:
        """Yield the units of each appointment of the answer."""
        left = [iter(members) for members in self._members]
        for one in self._answer or ():
            contents = self._stacks.contents(one)
            yield tuple(sorted(next(left[stack]) for stack, n in contents for _ in range(n)))


def _count(search: Search) -> None:
    """Count one more choice.

    Raises:
        TooManyChoices: it is one too many.
    """
    search.explored += 1
    if search.explored + search.table.work > search.most:
        raise TooManyChoices


def _waits(question: Question) -> list[list[tuple[int, int, int, int]]]:
    """Return for each unit what it waits for and what waits for it, itself called -1."""
    found: list[list[tuple[int, int, int, int]]] = [[] for _ in question.units]
    for before, after, least, most in question.before:
        found[before].append((-1, after, least, most))
        found[after].append((before, -1, least, most))
    for some in found:
        some.sort()
    return found


def _stack(unit: Unit, number: int) -> Stack:
    return Stack(unit.skill, unit.minutes, number, unit.fixed)


def _fields(friends: int, first: Sequence[int]) -> int:
    """Return ``friends`` as bits of the stacks whose first units are ``first``."""
    return sum(1 << number for number, one in enumerate(first) if friends >> one & 1)
