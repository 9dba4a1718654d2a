"""Packing: the due items of one patient become the fewest, cheapest, earliest appointments."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from recall_tui.domain.packing_blocks import (
    Block,
    block_of,
    by_minutes,
    links_of,
    twice,
    unavoidable,
    whole,
)
from recall_tui.domain.packing_days import Before, Window, settle, stages, wanted_days
from recall_tui.domain.packing_few import best_of_few, good_of_few
from recall_tui.domain.packing_search import Search
from recall_tui.domain.packing_skills import GROUP_ORDER
from recall_tui.domain.packing_table import TooManyChoices
from recall_tui.domain.packing_terms import (
    GATHERERS,
    ContactModel,
    PackedAppointment,
    PackItem,
    PackLimits,
)
from recall_tui.domain.packing_units import (
    Piece,
    Question,
    in_order,
    piece_of,
    piece_on,
    question_about,
    question_of,
)

__all__ = [
    "GATHERERS",
    "ContactModel",
    "PackItem",
    "PackLimits",
    "PackedAppointment",
    "Piece",
    "nodes_explored",
    "pack",
    "pack_pieces",
    "parts_of",
    "piece_of",
    "piece_on",
]

MOST_CHOICES = 20_000
"""Choices of units that are looked at, to divide a part and again to take alike items apart.

Of a million invented patients one would need more; two dozen items that nearly all go together, or
fill four slots to the minute, could take hours, and nobody would be planned meanwhile.
Counted, so that the answer is the same on every machine.
"""


def pack(items: Iterable[PackItem], limits: PackLimits) -> tuple[PackedAppointment, ...]:
    """Return the appointments that cover ``items``, each item once.

    Of all divisions that keep the rules (docs/packing.md) it is the one with the fewest
    appointments in the practice's model, then the least cost, then the earliest, then the first
    in a fixed order; it does not depend on the order of ``items``. The answer is in order of
    (listed, stage, target, staff group, first item).
    """
    return pack_pieces([piece_of(item, limits) for item in items])


def pack_pieces(pieces: Sequence[Piece]) -> tuple[PackedAppointment, ...]:
    """Return the appointments that ``pieces``, all of the same limits, need: as ``pack`` does."""
    kept = [one for part in parts_of(question_about(pieces)) for one in _packed(part)]
    if len(kept) > 1:
        kept.sort(key=_answer_order)
    return tuple(appointment for _, appointment in kept)


_Found = tuple[list[Piece], PackedAppointment]


def _packed(part: Question) -> Iterator[_Found]:
    """Yield the appointments of one part: alike items together, or apart if that saves some."""
    units = part.units
    if len(units) == 1 and units[0] is units[0].pieces[0].alone:
        yield _single(units[0].pieces[0])
        return
    one_block = whole(part)
    if one_block is not None:
        yield _alone(part, one_block)
        return
    blocks = best_of_few(part) or _searched(part)
    apart = _apart(part, len(blocks))
    if not apart:
        yield from _appointments(part, blocks)
    for one, answer in apart:
        yield from _appointments(one, answer)


def _searched(part: Question) -> tuple[Block, ...]:
    """Return the best division of ``part``, or a good one where that takes too many choices."""
    try:
        return Search(part, MOST_CHOICES).run()
    except TooManyChoices:
        return good_of_few(part)


def _apart(part: Question, most: int) -> list[tuple[Question, tuple[Block, ...]]]:
    """Return the divisions of the parts that ``part`` has when each of its items is a unit.

    None if they have not fewer than ``most`` appointments, or if that is not known after
    ``MOST_CHOICES`` choices.
    """
    if not _may_be_fewer(part, most):
        return []
    pieces = [piece for unit in part.units for piece in unit.pieces]
    single = question_about(pieces, together=False)
    if most == 2 and (single.before or not whole(single)):  # noqa: PLR2004
        return []
    finer = parts_of(single)
    if sum(map(unavoidable, finer)) >= most:
        return []
    searches = [Search(one, MOST_CHOICES) for one in finer]
    try:
        if sum(search.fewest(most) for search in searches) >= most:
            return []
        answers = [search.run() for search in searches]
    except TooManyChoices:
        return []
    saves = sum(map(len, answers)) < most
    return list(zip(finer, answers, strict=True)) if saves else []


@lru_cache(maxsize=16_384)
def _single(piece: Piece) -> _Found:
    """Return the appointment of one due item by itself."""
    question = Question((piece.alone,), ())
    block = block_of((0,), question.units)
    if block is None:
        message = f"nobody can do {piece.item.item}"
        raise ValueError(message)
    return _alone(question, block)


def _may_be_fewer(part: Question, most: int) -> bool:
    """Whether minutes and staff leave a chance that single items are fewer appointments."""
    units = part.units
    if all(unit.fixed or len(unit.pieces) == 1 for unit in units) or by_minutes(units) >= most:
        return False
    if most > 2:  # noqa: PLR2004 - fewer than two is one
        return True
    if any(unit.fixed for unit in units) or twice(units):
        return False
    return block_of(tuple(range(len(units))), units) is not None


def nodes_explored(items: Iterable[PackItem], limits: PackLimits) -> int:
    """Return how many nodes ``Search`` visits for these items: its cost, counted."""
    total = 0
    for part in parts_of(question_of(items, limits)):
        search = Search(part)
        search.run()
        total += search.explored
    return total


def _answer_order(found: _Found) -> tuple[object, ...]:
    pieces, packed = found
    names = tuple(piece.order for piece in pieces)
    group = GROUP_ORDER[packed.staff_group]
    return (packed.listed, packed.stage, packed.target, group, names)


def parts_of(question: Question) -> list[Question]:
    """Divide into units that can neither share an appointment nor wait for one another."""
    if len(question.units) < 2:  # noqa: PLR2004 - nothing to divide
        return [question] if question.units else []
    links = links_of(question.units)
    for pair in question.before:
        links[pair.after] |= 1 << pair.before
    parts: list[int] = []
    for index, linked in enumerate(links):
        joined = 1 << index | linked
        parts = [*(part for part in parts if not part & joined), _joined(parts, joined)]
    if len(parts) == 1:
        return [question]
    return [_part(question, part) for part in parts]


def _joined(parts: Iterable[int], joined: int) -> int:
    """Return ``joined`` with all ``parts`` that it touches."""
    for part in parts:
        if part & joined:
            joined |= part
    return joined


def _part(question: Question, part: int) -> Question:
    members = [index for index in range(len(question.units)) if part >> index & 1]
    at = {member: number for number, member in enumerate(members)}
    return Question(
        tuple(question.units[member] for member in members),
        tuple(
            Before(at[a], at[b], least, most) for a, b, least, most in question.before if a in at
        ),
    )


def _alone(question: Question, block: Block) -> _Found:
    """Say on which day an appointment is that nothing precedes or follows."""
    pieces = _pieces(question, block)
    first, last = block.window
    day = min(max(pieces[0].item.target, first), last)
    return pieces, _appointment(pieces, block, (1, day, day), block.window)


def _appointments(question: Question, blocks: Sequence[Block]) -> Iterator[_Found]:
    """Say on which days the blocks of one part are, and which of them form a sequence."""
    if not question.before:
        for block in blocks:
            yield _alone(question, block)
        return
    at = {member: number for number, block in enumerate(blocks) for member in block.members}
    pairs = [Before(at[a], at[b], least, most) for a, b, least, most in question.before]
    windows = settle([block.window for block in blocks], pairs)
    stage = stages(len(blocks), pairs)
    if windows is None or stage is None:
        message = "the search gave blocks that have no days"
        raise ValueError(message)
    each = [_pieces(question, block) for block in blocks]
    wishes = [pieces[0].item.target for pieces in each]
    last_first = sorted(range(len(blocks)), key=lambda n: (-stage[n], wishes[n], blocks[n].members))
    days = wanted_days(windows, wishes, pairs, last_first)
    listed = _first_of_sequence(days, pairs)
    for number, block in enumerate(blocks):
        when = (stage[number], days[number], listed[number])
        yield each[number], _appointment(each[number], block, when, windows[number])


def _appointment(
    pieces: Sequence[Piece], block: Block, when: tuple[int, int, int], window: Window
) -> PackedAppointment:
    """Return the appointment of ``block``; ``when``: its stage, its day, and that of its list."""
    stage, day, listed = when
    return PackedAppointment(
        stage=stage,
        staff_group=block.cheapest,
        place=block.place,
        items=tuple(piece.item for piece in pieces),
        minutes=block.minutes,
        earliest=window.earliest,
        target=day,
        latest=window.latest,
        listed=listed,
        pinned=pieces[0].item.pinned,
    )


def _pieces(question: Question, block: Block) -> list[Piece]:
    """Return the due items of an appointment in order, so that the first target comes first."""
    units = question.units
    return sorted((one for member in block.members for one in units[member].pieces), key=in_order)


def _first_of_sequence(days: Sequence[int], pairs: Sequence[Before]) -> list[int]:
    """Return for each the first day of all that are joined to it by pairs."""
    first = list(days)
    for _ in days:
        for before, after, _least, _most in pairs:
            first[before] = first[after] = min(first[before], first[after])
    return first
