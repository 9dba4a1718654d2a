"""What cannot be divided in a packing, and what must come before what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from recall_tui.domain.ids import ItemId
from recall_tui.domain.items import Place, StaffGroup
from recall_tui.domain.packing_days import Before, Window, settle, stages
from recall_tui.domain.packing_skills import (
    GROUP_ORDER,
    PLACE_ORDER,
    Skill,
    places_of,
    skill_for,
    skill_of,
)
from recall_tui.domain.packing_terms import PackItem, PackLimits


@dataclass(slots=True, eq=False)
class Piece:
    """One due item with what packing it asks again and again."""

    item: PackItem
    order: tuple[object, ...]
    """By this the items of an answer are in order."""

    after: tuple[ItemId, ...]
    """What it waits for, in order, each once."""

    kind: tuple[object, ...]
    """What alike items have in common."""

    skill: Skill
    place: Place
    """Where the patient is seen."""

    alone: "Unit" = field(init=False)
    """The unit that it is where no other item is like it."""

    def __post_init__(self) -> None:
        """Make the unit."""
        self.alone = _loose([self])


class Unit(NamedTuple):
    """Due items that stay together: alike ones, or all those of a pinned appointment."""

    pieces: tuple[Piece, ...]
    window: Window
    minutes: int
    skill: Skill
    fixed: bool
    """Pinned: nothing joins it and it is not moved."""

    order: tuple[object, ...]
    """By this units are numbered."""

    @property
    def items(self) -> tuple[PackItem, ...]:
        """The due items in their order."""
        return tuple(piece.item for piece in self.pieces)

    @property
    def costs(self) -> tuple[tuple[StaffGroup, int], ...]:
        """What it costs with each group that can do it; nothing more where it stands booked."""
        return tuple((group, self.minutes * rate) for group, rate in self.skill.rates)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it can be done."""
        return self.skill.places


class Question(NamedTuple):
    """Units in the fixed order, and the pairs (index before, index after) between them."""

    units: tuple[Unit, ...]
    before: tuple[Before, ...]


def piece_of(item: PackItem, limits: PackLimits) -> Piece:
    """Return ``item`` as it is packed for a patient with these limits."""
    return _piece(item, tuple(sorted(set(item.after))), skill_for(item, limits), limits.place)


def piece_on(days: tuple[int, int, int], undated: Piece, pinned: str | None) -> Piece:
    """Return ``undated`` with another earliest, target and latest day, and where it is booked."""
    earliest, target, latest = days
    one = undated.item
    item = PackItem(
        one.item, earliest, target, latest, one.minutes, one.staff, one.places, one.after,
        one.lead_days, one.lead_days_most, pinned,
    )  # fmt: skip
    return _piece(item, undated.after, undated.skill, undated.place)


def _piece(item: PackItem, after: tuple[ItemId, ...], skill: Skill, place: Place) -> Piece:
    days = (item.earliest, item.target, item.latest)
    kind = (days, skill, (after, item.lead_days, item.lead_days_most))
    return Piece(item, _fixed_order(item), after, kind, skill, place)


def _fixed_order(item: PackItem) -> tuple[object, ...]:
    """Return the key by which the items of an answer are ordered: target, then name."""
    return (
        item.target,
        item.item,
        item.earliest,
        item.latest,
        item.minutes,
        item.staff,
        item.places,
        item.after,
        item.lead_days,
        item.lead_days_most,
        item.pinned or "",
    )


in_order = attrgetter("order")


def question_of(
    items: Iterable[PackItem], limits: PackLimits, *, together: bool = True
) -> Question:
    """Return the units of ``items`` in an order that does not depend on the order given.

    ``together``: whether alike items are one unit.
    """
    return question_about([piece_of(item, limits) for item in items], together=together)


def question_about(pieces: Iterable[Piece], *, together: bool = True) -> Question:
    """Return the question that ``pieces``, all with the same limits, make."""
    alike: dict[object, list[Piece]] = {}
    pinned: dict[str, list[Piece]] = {}
    for number, piece in enumerate(sorted(pieces, key=in_order)):
        if piece.item.pinned is not None:
            pinned.setdefault(piece.item.pinned, []).append(piece)
        else:
            alike.setdefault(piece.kind if together else number, []).append(piece)
    units: list[Unit] = []
    for group in alike.values():
        units += [group[0].alone] if len(group) == 1 else map(_loose, _fitting(group))
    units += [_pinned(group) for group in pinned.values()]
    units.sort(key=attrgetter("order"))
    return _ordered(units)


def _search_order(pieces: Sequence[Piece], window: Window, *, fixed: bool) -> tuple[object, ...]:
    # By the last day: what must be soon is divided first, and what is left is few sets of units.
    return (window.latest, window.earliest, not fixed, tuple(piece.order for piece in pieces))


def _fitting(group: list[Piece]) -> list[list[Piece]]:
    """Divide alike items, in their order, into parts that fit the shortest slot of their groups.

    Nobody draws blood twice because two tubes could be drawn on two days.
    """
    slot = min(group[0].skill.slots)
    parts: list[list[Piece]] = []
    for piece in group:
        taken = parts[-1] if parts else []
        minutes = sum(one.item.minutes for one in taken) + piece.item.minutes
        if taken and minutes <= slot and piece.item.item not in {one.item.item for one in taken}:
            taken.append(piece)
        else:
            parts.append([piece])
    return parts


def _loose(pieces: Sequence[Piece]) -> Unit:
    piece = pieces[0]
    item = piece.item
    minutes = item.minutes if len(pieces) == 1 else sum(one.item.minutes for one in pieces)
    window = Window(item.earliest, max(item.earliest, item.latest))
    order = _search_order(pieces, window, fixed=False)
    return Unit(tuple(pieces), window, minutes, piece.skill, fixed=False, order=order)


def _pinned(pieces: Sequence[Piece]) -> Unit:
    """Return what stands in the book: the group and place that suit most of its minutes."""
    items = [piece.item for piece in pieces]
    earliest = max(item.earliest for item in items)
    able = {group for item in items for group, _ in item.staff}
    group = min(able, key=lambda one: (*_suits(items, one), GROUP_ORDER[one]))
    places = [place for piece in pieces for place in places_of(piece.item, piece.place)]
    place = min(places, key=lambda one: (-places.count(one), PLACE_ORDER.index(one)))
    window = Window(earliest, max(earliest, min(item.latest for item in items)))
    return Unit(
        tuple(pieces),
        window,
        sum(item.minutes for item in items),
        skill_of(((group, 0),), (place,), (0,), reviews=True),
        fixed=True,
        order=_search_order(pieces, window, fixed=True),
    )


def _suits(items: Sequence[PackItem], group: StaffGroup) -> tuple[int, int]:
    """Return (minutes that the group cannot do, cost of those it can)."""
    costs = [(item.minutes, dict(item.staff).get(group)) for item in items]
    unable = sum(minutes for minutes, cost in costs if cost is None)
    return unable, sum(minutes * cost for minutes, cost in costs if cost is not None)


def _ordered(units: Sequence[Unit]) -> Question:
    """Bind every ``after`` to one unit and keep what can be kept of each pair."""
    pairs = _pairs(units)
    if not pairs:
        return Question(tuple(units), ())
    windows = [unit.window for unit in units]
    settled = settle(windows, pairs)
    if settled is None or stages(len(units), pairs) is None:
        pairs, settled = _without_conflicts(units, pairs)
    moved = [
        unit if unit.window == window else unit._replace(window=window)
        for unit, window in zip(units, settled, strict=True)
    ]
    return Question(tuple(moved), tuple(pairs))


def _without_conflicts(
    units: Sequence[Unit], pairs: Sequence[Before]
) -> tuple[list[Before], list[Window]]:
    """Return the pairs that are kept, in order of the sequence, and the days then left.

    First that everything comes after what it waits for, then how long it may wait at most.
    """
    windows = [unit.window for unit in units]
    kept: list[Before] = []
    waiting = sorted(pairs, key=lambda pair: pair.after)
    while waiting:
        # What has nothing left to wait for first, so that a moved unit moves its followers.
        blocked = {pair.after for pair in waiting}
        ready = [pair for pair in waiting if pair.before not in blocked]
        if not ready:
            break  # a circle of items that must precede each other: no order can hold
        for pair in ready:
            fixed = units[pair.after].fixed
            windows, kept = _accept(pair.without_most(), windows, kept, fixed=fixed)
        waiting = [pair for pair in waiting if pair not in ready]
    kept = _with_most(kept, pairs, windows)
    return kept, settle(windows, kept) or windows


def _with_most(
    kept: list[Before], pairs: Iterable[Before], windows: Sequence[Window]
) -> list[Before]:
    """Return what is ``kept`` of ``pairs`` with their longest waits, each that still can be."""
    whole = {pair[:2]: pair for pair in pairs}
    for place, one in enumerate(kept):
        limited = [*kept[:place], whole[one[:2]], *kept[place + 1 :]]
        if settle(windows, limited) is not None:
            kept = limited
    return kept


def _pairs(units: Sequence[Unit]) -> list[Before]:
    waiting = [
        (index, piece) for index, unit in enumerate(units) for piece in unit.pieces if piece.after
    ]
    if not waiting:
        return []
    named: dict[str, list[tuple[int, PackItem]]] = {}
    for index, unit in enumerate(units):
        for piece in unit.pieces:
            named.setdefault(piece.item.item, []).append((index, piece.item))
    found: dict[tuple[int, int], Before] = {}
    for after, piece in waiting:
        item = piece.item
        for name in piece.after:
            near = [
                (abs(other.target - (item.target - item.lead_days)), other.target, before)
                for before, other in named.get(name, ())
                if before != after and _meets(other, item)
            ]
            if near:
                _bind(found, Before(min(near)[2], after, item.lead_days, item.lead_days_most))
    return list(found.values())


def _bind(found: dict[tuple[int, int], Before], pair: Before) -> None:
    """Add ``pair`` to what is ``found``; of two between the same units both hold."""
    known = found.get(pair[:2], pair)
    least, most = max(pair.least, known.least), min(pair.most, known.most)
    found[pair[:2]] = Before(pair.before, pair.after, least, most)


def _meets(first: PackItem, then: PackItem) -> bool:
    """Whether both are due at the same time, so that one may be meant to read the other."""
    return first.earliest <= then.latest and first.latest + then.lead_days_most >= then.earliest


def _accept(
    pair: Before, windows: list[Window], kept: list[Before], *, fixed: bool
) -> tuple[list[Window], list[Before]]:
    """Keep the pair: as it is, else the later one later, unless that is ``fixed``."""
    if settle(windows, [*kept, pair]) is not None:
        return windows, [*kept, pair]
    if fixed:
        return windows, kept
    own = windows[pair.after]
    endless = [*windows]
    endless[pair.after] = Window(own.earliest, windows[pair.before].latest + pair.least)
    settled = settle(endless, [*kept, pair])
    if settled is None:
        return windows, kept
    endless[pair.after] = Window(own.earliest, settled[pair.after].earliest)
    return endless, [*kept, pair]
