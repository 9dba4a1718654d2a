"""Which units may share an appointment, and what an answer says of one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recall_tui.domain.items import Place, StaffGroup
from recall_tui.domain.packing_days import Before, Window, can_be
from recall_tui.domain.packing_skills import together
from recall_tui.domain.packing_units import Question, Unit


@dataclass(frozen=True, slots=True)
class Block:
    """Units that share an appointment."""

    members: tuple[int, ...]
    window: Window
    minutes: int
    cheapest: StaffGroup
    """The cheapest group that may do all of it; of several the first in the order of the groups."""

    place: Place


def block_of(members: tuple[int, ...], units: Sequence[Unit]) -> Block | None:
    """Return all that an answer says of the appointment of ``units``; None if there is none."""
    one = together(tuple(unit.skill for unit in units))
    minutes = [unit.minutes for unit in units]
    cheapest = one.cheapest(minutes)
    if cheapest is None or one.place is None:
        return None
    return Block(members, window_of(units), sum(minutes), cheapest, one.place)


def whole(question: Question) -> Block | None:
    """Return the one appointment that holds every unit of ``question``, or None.

    Nothing waits in it, no item comes twice, and there are a group, a place and a day for it all.
    """
    units = question.units
    if len(units) > 1:
        if question.before or any(unit.fixed for unit in units):
            return None
        window = window_of(units)
        if window.earliest > window.latest or twice(units):
            return None
    return block_of(tuple(range(len(units))), units)


def bits_of(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set, the least first."""
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1


def window_of(units: Sequence[Unit]) -> Window:
    """Return the days on which all of them can be."""
    if len(units) == 1:
        return units[0].window
    windows = [unit.window for unit in units]
    return Window(max(one[0] for one in windows), min(one[1] for one in windows))


def twice(units: Sequence[Unit]) -> bool:
    """Whether an item comes twice in ``units``."""
    names = [piece.item.item for unit in units for piece in unit.pieces]
    return len(set(names)) < len(names)


def links_of(units: Sequence[Unit]) -> list[int]:
    """Return for every unit those, as bits, with which it has a group, a place and a day."""
    links = [0] * len(units)
    seen: list[tuple[int, int, int, int, int]] = []
    for one, (_, (first, last), _, skill, fixed, _) in enumerate(units):
        if fixed:
            continue
        groups, places = skill.group_bits, skill.place_bits
        for other, its_first, its_last, its_groups, its_places in seen:
            meet = first <= its_last and its_first <= last
            if meet and groups & its_groups and places & its_places:
                links[one] |= 1 << other
                links[other] |= 1 << one
        seen.append((one, first, last, groups, places))
    return links


def friends_of(question: Question) -> list[int]:
    """Return for every unit those that may share an appointment with it, leaving slots aside."""
    friends = may_meet(question)
    if question.before:
        _keep_apart(question, friends)
    return friends


def may_meet(question: Question) -> list[int]:
    """Return the friends of every unit, and some that the days of what precedes keep apart."""
    units = question.units
    friends = links_of(units)
    if twice(units):
        for one, unit in enumerate(units):
            for other in bits_of(friends[one] & ((1 << one) - 1)):
                if twice((unit, units[other])):
                    _part(friends, one, other)
    for before, after, _, _ in question.before:
        _part(friends, before, after)
    return friends


def _part(friends: list[int], one: int, other: int) -> None:
    friends[one] &= ~(1 << other)
    friends[other] &= ~(1 << one)


def _keep_apart(question: Question, friends: list[int]) -> None:
    """Take from ``friends`` those that cannot be on one day for what precedes."""
    pairs = question.before
    windows = [unit.window for unit in question.units]
    joined = 0
    for pair in pairs:
        joined |= 1 << pair.before | 1 << pair.after
    for one in bits_of(joined):
        for other in bits_of(friends[one] & joined & -(2 << one)):
            met = [*windows]
            first, last = max(met[one][0], met[other][0]), min(met[one][1], met[other][1])
            met[one] = met[other] = Window(first, last)
            if not can_be(met, _renamed(pairs, one, other)):
                _part(friends, one, other)


def _renamed(pairs: Sequence[Before], one: int, other: int) -> list[Before]:
    """Return ``pairs`` with ``one`` in the place of ``other``."""
    return [
        Before(one if a == other else a, one if b == other else b, least, most)
        for a, b, least, most in pairs
    ]


def unavoidable(question: Question) -> int:
    """Return how many appointments are needed at least: who can meet nobody, and the minutes."""
    units = question.units
    apart = strangers((1 << len(units)) - 1, friends_of(question))
    return max(by_minutes(units), apart.bit_count())


def by_minutes(units: Sequence[Unit]) -> int:
    """Return how many appointments the minutes of ``units`` fill, however they are divided."""
    minutes = [unit.minutes for unit in units if not unit.fixed]
    slot = max([unit.skill.longest for unit in units if not unit.fixed], default=1)
    short = [one for one in minutes if one <= slot]
    return len(units) - len(short) - (-sum(short) // slot)


def strangers(units: int, friends: Sequence[int]) -> int:
    """Return the most of ``units``, as bits, of which no two are friends."""
    if not units:
        return 0
    low = units & -units
    rest, near = units ^ low, units & friends[low.bit_length() - 1]
    taken = low | strangers(rest & ~near, friends)
    # Where all its friends are friends of one another, no choice is better than to take it.
    if all(near & ~friends[one] == 1 << one for one in bits_of(near)):
        return taken
    return max(taken, strangers(rest, friends), key=int.bit_count)
