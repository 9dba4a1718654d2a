"""Packing: the due items of one patient become the fewest, cheapest, earliest appointments."""

from collections.abc import Iterable, Sequence

from recall_tui.domain.packing_blocks import Block, by_minutes, unavoidable, whole
from recall_tui.domain.packing_days import Before, settle, stages, wanted_days
from recall_tui.domain.packing_search import Search
from recall_tui.domain.packing_terms import (
    GATHERERS,
    ContactModel,
    PackedAppointment,
    PackItem,
    PackLimits,
)
from recall_tui.domain.packing_units import GROUP_ORDER, Question, Unit, fixed_order, question_of

__all__ = [
    "GATHERERS",
    "ContactModel",
    "PackItem",
    "PackLimits",
    "PackedAppointment",
    "nodes_explored",
    "pack",
    "parts_of",
]


def pack(items: Iterable[PackItem], limits: PackLimits) -> tuple[PackedAppointment, ...]:
    """Return the appointments that cover ``items``, each item once.

    Of all divisions that keep the rules (docs/packing.md) it is the one with the fewest
    appointments in the practice's model, then the least cost, then the earliest, then the first
    in a fixed order; it does not depend on the order of ``items``. The answer is in order of
    (listed, stage, target, staff group, first item).
    """
    kept = [
        appointment
        for part in parts_of(question_of(tuple(items), limits))
        for appointment in _packed(part, limits)
    ]
    return tuple(sorted(kept, key=_answer_order))


def _packed(part: Question, limits: PackLimits) -> list[PackedAppointment]:
    """Return the appointments of one part: alike items together, or apart if that saves some."""
    one_block = whole(part, limits)
    if one_block is not None:
        return list(_appointments(part, [one_block]))
    blocks = Search(part, limits).run()
    finer = _finer(part, limits) if by_minutes(part.units, limits) < len(blocks) else []
    if finer and sum(unavoidable(one, limits) for one in finer) < len(blocks):
        searches = [Search(one, limits) for one in finer]
        if sum(search.fewest() for search in searches) < len(blocks):
            answers = [search.run() for search in searches]
            if sum(len(answer) for answer in answers) < len(blocks):
                return [
                    appointment
                    for one, answer in zip(finer, answers, strict=True)
                    for appointment in _appointments(one, answer)
                ]
    return list(_appointments(part, blocks))


def _finer(part: Question, limits: PackLimits) -> list[Question]:
    """Return the parts that ``part`` has when each item is a unit; none if each is one."""
    if all(unit.fixed or len(unit.items) == 1 for unit in part.units):
        return []
    items = [item for unit in part.units for item in unit.items]
    return parts_of(question_of(items, limits, together=False))


def nodes_explored(items: Iterable[PackItem], limits: PackLimits) -> int:
    """Return how many nodes the search for ``pack(items, limits)`` visits: its cost, counted."""
    total = 0
    for part in parts_of(question_of(items, limits)):
        search = Search(part, limits)
        search.run()
        total += search.explored
    return total


def _answer_order(packed: PackedAppointment) -> tuple[object, ...]:
    names = tuple(fixed_order(item) for item in packed.items)
    group = GROUP_ORDER[packed.staff_group]
    return (packed.listed, packed.stage, packed.target, group, names)


def parts_of(question: Question) -> list[Question]:
    """Divide into units that can neither share an appointment nor wait for one another."""
    units = question.units
    root = list(range(len(units)))

    def find(index: int) -> int:
        while root[index] != index:
            index = root[index]
        return index

    for pair in question.before:
        root[find(pair.before)] = find(pair.after)
    for one in range(len(units)):
        for other in range(one):
            if _may_share(units[one], units[other]):
                root[find(one)] = find(other)
    members: dict[int, list[int]] = {}
    for index in range(len(units)):
        members.setdefault(find(index), []).append(index)
    return [_part(question, part) for part in members.values()]


def _may_share(one: Unit, other: Unit) -> bool:
    if one.fixed or other.fixed or one.window.shared(other.window) is None:
        return False
    groups = dict(one.costs).keys() & dict(other.costs).keys()
    return bool(groups) and bool(set(one.places) & set(other.places))


def _part(question: Question, members: Sequence[int]) -> Question:
    at = {member: number for number, member in enumerate(members)}
    return Question(
        tuple(question.units[member] for member in members),
        tuple(
            Before(at[pair.before], at[pair.after], pair.least, pair.most)
            for pair in question.before
            if pair.before in at
        ),
    )


def _appointments(question: Question, blocks: Sequence[Block]) -> Iterable[PackedAppointment]:
    """Say on which days the blocks of one part are, and which of them form a sequence."""
    at = {member: number for number, block in enumerate(blocks) for member in block.members}
    pairs = [
        Before(at[pair.before], at[pair.after], pair.least, pair.most) for pair in question.before
    ]
    windows = settle([block.window for block in blocks], pairs)
    stage = stages(len(blocks), pairs)
    if windows is None or stage is None:
        message = "the search gave blocks that have no days"
        raise ValueError(message)
    wishes = [min(item.target for item in _items(question, block)) for block in blocks]
    last_first = sorted(range(len(blocks)), key=lambda n: (-stage[n], wishes[n], blocks[n].members))
    days = wanted_days(windows, wishes, pairs, last_first)
    listed = _first_of_sequence(days, pairs)
    for number, block in enumerate(blocks):
        items = _items(question, block)
        yield PackedAppointment(
            stage=stage[number],
            staff_group=block.cheapest,
            place=block.place,
            items=items,
            minutes=block.minutes,
            earliest=windows[number].earliest,
            target=days[number],
            latest=windows[number].latest,
            listed=listed[number],
            pinned=items[0].pinned,
        )


def _items(question: Question, block: Block) -> tuple[PackItem, ...]:
    found = [item for member in block.members for item in question.units[member].items]
    return tuple(sorted(found, key=fixed_order))


def _first_of_sequence(days: Sequence[int], pairs: Sequence[Before]) -> list[int]:
    """Return for each the first day of all that are joined to it by pairs."""
    first = list(days)
    for _ in days:
        for pair in pairs:
            both = min(first[pair.before], first[pair.after])
            first[pair.before] = first[pair.after] = both
    return first
