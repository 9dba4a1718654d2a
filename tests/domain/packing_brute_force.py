"""The packing problem solved by trying everything: what docs/packing.md means, slowly."""

from collections.abc import Iterator, Sequence
from itertools import product

from recall_tui.domain.items import Place, StaffGroup
from recall_tui.domain.packing import GATHERERS, ContactModel, PackLimits
from recall_tui.domain.packing_units import Question, Unit

Division = tuple[tuple[int, ...], ...]
Answer = tuple[int, int, int, Division, tuple[int, ...]]
"""Appointments, cost, days, who is with whom, group of each: in the order of the objective."""

GROUPS = list(StaffGroup)


def best(question: Question, limits: PackLimits) -> Answer:
    """Return the least of all allowed answers."""
    units = question.units
    found: list[Answer] = []
    for division in divisions(len(units)):
        if not _has_days(division, question):
            continue
        days = sum(
            max(units[index].window.earliest for index in block)
            * sum(len(units[index].items) for index in block)
            for block in division
        )
        choices = [_groups([units[index] for index in block], limits) for block in division]
        for groups in product(*choices):
            cost = sum(price for price, _ in groups)
            numbers = tuple(number for _, number in groups)
            found.append((len(division), cost, days, division, numbers))
    return min(found, key=lambda a: (*a[:3], _absences(a[3]), a[4]))


def allowed(division: Division, question: Question, limits: PackLimits) -> bool:
    """Whether the rules allow this division: somebody can do each block, and there are days."""
    units = question.units
    done = sorted(index for block in division for index in block)
    able = all(_groups([units[index] for index in block], limits) for block in division)
    return done == list(range(len(units))) and able and _has_days(division, question)


def divisions(count: int) -> Iterator[Division]:
    """Yield every way to divide 0 … count - 1 into blocks, blocks in order of their first."""
    if count == 0:
        yield ()
        return
    for smaller in divisions(count - 1):
        for at, block in enumerate(smaller):
            yield (*smaller[:at], (*block, count - 1), *smaller[at + 1 :])
        yield (*smaller, (count - 1,))


def _absences(division: Division) -> list[list[bool]]:
    """Return for each block, the block of the first unit first, which units are not in it."""
    count = sum(len(block) for block in division)
    return [[index not in block for index in range(count)] for block in division]


def _groups(block: Sequence[Unit], limits: PackLimits) -> list[tuple[int, int]]:
    """Return (cost, group number) for every group that may do the block."""
    items = [item for unit in block for item in unit.items]
    if len(block) > 1 and not _may_share(block):
        return []
    minutes = sum(unit.minutes for unit in block)
    allowed: list[tuple[int, int]] = []
    for number, group in enumerate(GROUPS):
        prices = [dict(unit.costs).get(group) for unit in block]
        known = [price for price in prices if price is not None]
        fits = len(block) == 1 or minutes <= limits.slot_of(group)
        reviewed = block[0].fixed or any(
            not GATHERERS & {able for able, _ in item.staff} for item in items
        )
        in_model = group in GATHERERS or limits.model is ContactModel.FEWEST or reviewed
        if len(known) == len(prices) and fits and in_model:
            allowed.append((sum(known), number))
    return allowed


def _may_share(block: Sequence[Unit]) -> bool:
    names = [item.item for unit in block for item in unit.items]
    place = any(all(one in unit.places for unit in block) for one in Place)
    return place and len(set(names)) == len(names) and not any(u.fixed for u in block)


def _has_days(division: Division, question: Question) -> bool:
    """Whether there is a day for each block: no negative circle among the shortest paths."""
    at = {member: number for number, block in enumerate(division) for member in block}
    origin = len(division)
    # distance[a][b] = the most by which day b may exceed day a
    endless = 10**9
    distance = [[0 if a == b else endless for b in range(origin + 1)] for a in range(origin + 1)]

    def at_most(a: int, b: int, days: int) -> None:
        distance[a][b] = min(distance[a][b], days)

    for number, block in enumerate(division):
        for index in block:
            at_most(origin, number, question.units[index].window.latest)
            at_most(number, origin, -question.units[index].window.earliest)
    for pair in question.before:
        at_most(at[pair.before], at[pair.after], pair.most)
        at_most(at[pair.after], at[pair.before], -pair.least)
    everyone = range(origin + 1)
    for middle, a, b in product(everyone, everyone, everyone):
        at_most(a, b, distance[a][middle] + distance[middle][b])
    circle = any(at[pair.before] == at[pair.after] for pair in question.before)
    negative = any(distance[a][a] < 0 for a in everyone)
    return not (circle or negative or _circles(at, question))


def _circles(at: dict[int, int], question: Question) -> bool:
    """Whether two blocks must each precede the other (possible on one day when no days lead)."""
    reach = {(at[pair.before], at[pair.after]) for pair in question.before}
    blocks = set(at.values())
    for middle, a, b in product(blocks, blocks, blocks):
        if (a, middle) in reach and (middle, b) in reach:
            reach.add((a, b))
    return any((block, block) in reach for block in blocks)
