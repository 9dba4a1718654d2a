"""Which units may share an appointment, and what each such appointment would cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import add
from typing import NamedTuple

from recall_tui.domain.items import Place, StaffGroup
from recall_tui.domain.packing_days import Before, Window, settle, stages
from recall_tui.domain.packing_terms import GATHERERS, ContactModel, PackLimits
from recall_tui.domain.packing_units import Question, Unit

UNABLE = 10**9
"""Cost with a group that cannot do it."""

COST_FIRST = 10**12
"""Weight of one unit of cost against one day: cost decides, then days."""


@dataclass(frozen=True, slots=True)
class Block:
    """Units that share an appointment."""

    members: tuple[int, ...]
    window: Window
    minutes: int
    cheapest: StaffGroup
    """The cheapest group that may do all of it; of several the first in the order of the groups."""

    place: Place


class Choice(NamedTuple):
    """A possible appointment, units written as bits of a number."""

    units: int
    more: int
    """Units that could join it and that nobody else would miss."""

    value: int
    """Its cost, COST_FIRST times, and the first day of its units, once for every due item; less
    what the same units have each with its own cheapest group on its own first day."""


@dataclass(slots=True)
class Blocks:
    """All possible appointments of one question, by their first unit, in the fixed order."""

    question: Question
    limits: PackLimits
    friends: list[int] = field(init=False)
    """For every unit those that may share an appointment with it, leaving slots aside."""

    by_first: list[list[Choice]] = field(default_factory=list[list[Choice]])
    _groups: list[StaffGroup] = field(init=False)
    _gatherers: int = 0
    _slots: list[int] = field(init=False)
    _longest: int = 0
    _shortest: int = 0
    _costs: list[list[int]] = field(init=False)
    _places: list[int] = field(init=False)
    _least: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Prepare what every appointment asks again; ``fill`` lists the appointments."""
        units = self.question.units
        self.friends = friends_of(self.question)
        groups = _needed_groups([unit for unit in units if not unit.fixed], self.limits)
        self._gatherers = sum(group in GATHERERS for group in groups)
        self._slots = [self.limits.slot_of(group) for group in groups]
        self._longest = max(self._slots, default=0)
        self._shortest = min(self._slots, default=0)
        self._places = [_places(unit) for unit in units]
        self._least = [
            min(cost for _, cost in unit.costs) * COST_FIRST
            + unit.window.earliest * len(unit.items)
            for unit in units
        ]
        self._costs = [[dict(unit.costs).get(one, UNABLE) for one in groups] for unit in units]

    def fill(self) -> None:
        """List the appointments."""
        free = self.limits.model is ContactModel.FEWEST
        movable = _bits(n for n, unit in enumerate(self.question.units) if free or not unit.reviews)
        for index in range(len(self.question.units)):
            found = self._from(index)
            more = dict.fromkeys(found, 0)
            for mask in found:
                rest = mask & movable & ~(1 << index)
                while rest:
                    one = rest & -rest
                    rest ^= one
                    if mask ^ one in more:
                        more[mask ^ one] |= one
            self.by_first.append([Choice(mask, more[mask], found[mask]) for mask in found])

    def _from(self, index: int) -> dict[int, int]:
        """Return the values of the appointments whose first unit is ``index``, in order."""
        unit = self.question.units[index]
        if unit.fixed:
            return {1 << index: 0}
        alone = _Part(
            1 << index,
            unit.window.earliest,
            len(unit.items),
            unit.minutes,
            self._costs[index],
            self._places[index],
            unit.reviews,
            self._least[index],
        )
        found: dict[int, int] = {}
        self._extend(alone, self.friends[index] & -(2 << index), found)
        return found

    def _extend(self, part: "_Part", later: int, found: dict[int, int]) -> None:
        """Add ``part`` with each choice of ``later`` to ``found``: fuller ones first."""
        units, earliest, size, minutes, costs, places, reviews, least = part
        while later:
            one = later & -later
            later ^= one
            index = one.bit_length() - 1
            unit = self.question.units[index]
            more = minutes + unit.minutes
            if more > self._longest or not places & self._places[index]:
                continue
            both = list(map(add, costs, self._costs[index]))
            if more > self._shortest:
                both = [
                    cost if more <= slot else UNABLE
                    for cost, slot in zip(both, self._slots, strict=True)
                ]
            if min(both) < UNABLE:
                joined = _Part(
                    units | one,
                    max(earliest, unit.window.earliest),
                    size + len(unit.items),
                    more,
                    both,
                    places & self._places[index],
                    reviews or unit.reviews,
                    least + self._least[index],
                )
                self._extend(joined, later & self.friends[index], found)
        cost = min(costs if reviews else costs[: self._gatherers], default=UNABLE)
        if cost < UNABLE:
            found[units] = cost * COST_FIRST + earliest * size - least


class _Part(NamedTuple):
    units: int
    earliest: int
    size: int
    minutes: int
    costs: list[int]
    places: int
    reviews: bool
    least: int


def block_of(members: tuple[int, ...], units: Sequence[Unit], limits: PackLimits) -> Block | None:
    """Return all that an answer says of the appointment of ``units``; None if there is none."""
    minutes = sum(unit.minutes for unit in units)
    reviews = any(unit.reviews for unit in units)
    prices = [dict(unit.costs) for unit in units]
    costs = [
        (sum(price[group] for price in prices), group)
        for group in prices[0]
        if all(group in price for price in prices)
        and (len(units) == 1 or minutes <= limits.slot_of(group))
        and (reviews or group in GATHERERS)
    ]
    places = [place for place in units[0].places if all(place in u.places for u in units)]
    if not costs or not places:
        return None
    cheapest = min(costs, key=lambda pair: pair[0])[1]
    return Block(members, window_of(units), minutes, cheapest, places[0])


def bits_of(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set, the least first."""
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1


def window_of(units: Sequence[Unit]) -> Window:
    """Return the days on which all of them can be."""
    return Window(
        max(unit.window.earliest for unit in units), min(unit.window.latest for unit in units)
    )


def friends_of(question: Question) -> list[int]:
    """Return for every unit those that may share an appointment with it, leaving slots aside."""
    units = question.units
    names = [{item.item for item in unit.items} for unit in units]
    groups = [_bits(_GROUPS[group] for group, _ in unit.costs) for unit in units]
    places = [_places(unit) for unit in units]
    kept_apart = _kept_apart(question)
    friends = [0] * len(units)
    for one, unit in enumerate(units):
        for other in range(one):
            if (
                groups[one] & groups[other]
                and places[one] & places[other]
                and unit.window.shared(units[other].window) is not None
                and names[one].isdisjoint(names[other])
                and not (unit.fixed or units[other].fixed)
                and (other, one) not in kept_apart
            ):
                friends[one] |= 1 << other
                friends[other] |= 1 << one
    return friends


def whole(question: Question, limits: PackLimits) -> Block | None:
    """Return the one appointment that holds every unit of ``question``, or None.

    Nothing waits in it, no item comes twice, and there are a group, a place and a day for it all.
    """
    units = question.units
    if len(units) > 1:
        names = [item.item for unit in units for item in unit.items]
        window = window_of(units)
        fixed = any(unit.fixed for unit in units)
        late = window.earliest > window.latest
        if fixed or late or question.before or len(set(names)) < len(names):
            return None
    return block_of(tuple(range(len(units))), units, limits)


def unavoidable(question: Question, limits: PackLimits) -> int:
    """Return how many appointments are needed at least: who can meet nobody, and the minutes."""
    units = question.units
    strangers = _strangers((1 << len(units)) - 1, friends_of(question))
    return max(by_minutes(units, limits), strangers)


def by_minutes(units: Sequence[Unit], limits: PackLimits) -> int:
    """Return how many appointments the minutes of ``units`` fill, however they are divided."""
    groups = {group for unit in units for group, _ in unit.costs}
    slot = max((limits.slot_of(group) for group in groups), default=1)
    minutes = [one.minutes for unit in units for one in (unit.items if not unit.fixed else (unit,))]
    short = sum(one for one in minutes if one <= slot)
    return sum(one > slot for one in minutes) - (-short // slot)


def _strangers(units: int, friends: Sequence[int]) -> int:
    """Return how many of ``units`` there are at most of which no two are friends."""
    if not units:
        return 0
    index = (units & -units).bit_length() - 1
    rest = units & (units - 1)
    taken = 1 + _strangers(rest & ~friends[index], friends)
    near = rest & friends[index]
    # Where all its friends are friends of one another, no choice is better than to take it.
    if all(near & ~friends[one] == 1 << one for one in bits_of(near)):
        return taken
    return max(taken, _strangers(rest, friends))


_GROUPS = {group: number for number, group in enumerate(StaffGroup)}
_PLACES = {place: number for number, place in enumerate(Place)}


def _bits(numbers: Iterator[int]) -> int:
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask


def _places(unit: Unit) -> int:
    return _bits(_PLACES[place] for place in unit.places)


def _kept_apart(question: Question) -> set[tuple[int, int]]:
    """Return the pairs (less, greater) of units that cannot be on one day for what precedes."""
    pairs = question.before
    joined = sorted({index for pair in pairs for index in (pair.before, pair.after)})
    windows = [unit.window for unit in question.units]
    found: set[tuple[int, int]] = set()
    for one in joined:
        for other in joined:
            shared = windows[one].shared(windows[other])
            if one < other and shared is not None:
                met = [*windows]
                met[one] = met[other] = shared
                if not can_be(met, _renamed(pairs, {other: one})):
                    found.add((one, other))
    return found


def can_be(windows: Sequence[Window], pairs: Sequence[Before]) -> bool:
    """Whether there are days in ``windows`` that keep the pairs, none of them in a circle."""
    return stages(len(windows), pairs) is not None and settle(windows, pairs) is not None


def _renamed(pairs: Sequence[Before], names: dict[int, int]) -> list[Before]:
    return [
        Before(
            names.get(pair.before, pair.before),
            names.get(pair.after, pair.after),
            pair.least,
            pair.most,
        )
        for pair in pairs
    ]


def _needed_groups(units: Sequence[Unit], limits: PackLimits) -> list[StaffGroup]:
    """Return the groups, gatherers first, without those that another one always betters."""
    prices = [dict(unit.costs) for unit in units]
    costs = {
        group: [price.get(group, UNABLE) for price in prices]
        for group in sorted(StaffGroup, key=lambda group: group not in GATHERERS)
        if any(group in price for price in prices)
    }
    kept: list[StaffGroup] = []
    for group, own in costs.items():
        bettered = any(
            other != group
            and limits.slot_of(other) >= limits.slot_of(group)
            and (other in GATHERERS or group not in GATHERERS)
            and all(theirs <= mine for theirs, mine in zip(costs[other], own, strict=True))
            and (costs[other] != own or other in kept)
            for other in costs
        )
        if not bettered:
            kept.append(group)
    return kept
