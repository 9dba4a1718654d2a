"""What cannot be divided in a packing, and what must come before what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recall_tui.domain.items import Place, StaffGroup
from recall_tui.domain.packing_days import Before, Window, settle
from recall_tui.domain.packing_terms import GATHERERS, ContactModel, PackItem, PackLimits

GROUP_ORDER = {group: index for index, group in enumerate(StaffGroup)}
PLACE_ORDER = (Place.TELEPHONE, Place.HOME, Place.CARE_HOME, Place.SURGERY)
"""Where an item is done that cannot be done where the patient is seen: first that fits."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Due items that stay together: alike ones, or all those of a pinned appointment."""

    items: tuple[PackItem, ...]
    window: Window
    minutes: int
    costs: tuple[tuple[StaffGroup, int], ...]
    """What the whole unit costs with each group that can do it, in order of the groups."""

    places: tuple[Place, ...]
    fixed: bool
    """Pinned: nothing joins it and it is not moved."""

    reviews: bool
    """May be an appointment of a reviewer in the practice's model."""


@dataclass(frozen=True, slots=True)
class Question:
    """Units in the fixed order, and the pairs (index before, index after) between them."""

    units: tuple[Unit, ...]
    before: tuple[Before, ...]


def fixed_order(item: PackItem) -> tuple[object, ...]:
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


def question_of(
    items: Iterable[PackItem], limits: PackLimits, *, together: bool = True
) -> Question:
    """Return the units of ``items`` in an order that does not depend on the order given.

    ``together``: whether alike items are one unit.
    """
    single = [item for item in items if item.pinned is None]
    loose = _alike(single, limits) if together else [_loose([one], limits) for one in single]
    groups: dict[str, list[PackItem]] = {}
    for item in items:
        if item.pinned is not None:
            groups.setdefault(item.pinned, []).append(item)
    pinned = [_pinned(sorted(group, key=fixed_order), limits) for group in groups.values()]
    units = sorted([*loose, *pinned], key=_search_order)
    return _ordered(units)


def _search_order(unit: Unit) -> tuple[object, ...]:
    # By the last day: what must be soon is divided first, and what is left is few sets of units.
    items = tuple(fixed_order(item) for item in unit.items)
    return (unit.window.latest, unit.window.earliest, not unit.fixed, items)


def _alike(items: Iterable[PackItem], limits: PackLimits) -> list[Unit]:
    """Return units of items that nothing tells apart, as many together as fit a slot.

    Nobody draws blood twice because two tubes could be drawn on two days.
    """
    groups: dict[tuple[object, ...], list[PackItem]] = {}
    for item in sorted(items, key=fixed_order):
        groups.setdefault(_kind(item, limits), []).append(item)
    return [_loose(some, limits) for group in groups.values() for some in _fitting(group, limits)]


def _kind(item: PackItem, limits: PackLimits) -> tuple[object, ...]:
    days = (item.earliest, item.target, item.latest)
    return (
        days,
        tuple(sorted(item.staff)),
        _places_of(item, limits.place),
        tuple(sorted(set(item.after))),
        item.lead_days,
        item.lead_days_most,
    )


def _fitting(group: Sequence[PackItem], limits: PackLimits) -> list[list[PackItem]]:
    """Divide alike items, in their order, into parts that fit the shortest slot of their groups."""
    slot = min(limits.slot_of(staff) for staff, _cost in group[0].staff)
    parts: list[list[PackItem]] = []
    for item in group:
        taken = parts[-1] if parts else []
        minutes = sum(one.minutes for one in taken) + item.minutes
        if taken and minutes <= slot and item.item not in {one.item for one in taken}:
            taken.append(item)
        else:
            parts.append([item])
    return parts


def _loose(items: Sequence[PackItem], limits: PackLimits) -> Unit:
    item = items[0]
    minutes = sum(one.minutes for one in items)
    costs = tuple(
        (group, minutes * cost)
        for group, cost in sorted(item.staff, key=lambda pair: GROUP_ORDER[pair[0]])
    )
    gathered = any(group in GATHERERS for group, _ in costs)
    return Unit(
        items=tuple(items),
        window=Window(item.earliest, max(item.earliest, item.latest)),
        minutes=minutes,
        costs=costs,
        places=_places_of(item, limits.place),
        fixed=False,
        reviews=limits.model is ContactModel.FEWEST or not gathered,
    )


def _places_of(item: PackItem, wanted: Place) -> tuple[Place, ...]:
    if wanted in item.places:
        return (wanted,)
    return tuple(place for place in PLACE_ORDER if place in item.places)


def _pinned(items: Sequence[PackItem], limits: PackLimits) -> Unit:
    """Return what stands in the book: the group and place that suit most of its minutes."""
    earliest = max(item.earliest for item in items)
    able = {group for item in items for group, _ in item.staff}
    group = min(able, key=lambda one: (*_suits(items, one), GROUP_ORDER[one]))
    places = [place for item in items for place in _places_of(item, limits.place)]
    place = min(places, key=lambda one: (-places.count(one), PLACE_ORDER.index(one)))
    return Unit(
        items=tuple(items),
        window=Window(earliest, max(earliest, min(item.latest for item in items))),
        minutes=sum(item.minutes for item in items),
        costs=((group, _suits(items, group)[1]),),
        places=(place,),
        fixed=True,
        reviews=True,
    )


def _suits(items: Sequence[PackItem], group: StaffGroup) -> tuple[int, int]:
    """Return (minutes that the group cannot do, cost of those it can)."""
    costs = [(item.minutes, dict(item.staff).get(group)) for item in items]
    unable = sum(minutes for minutes, cost in costs if cost is None)
    return unable, sum(minutes * cost for minutes, cost in costs if cost is not None)


def _ordered(units: Sequence[Unit]) -> Question:
    """Bind every ``after`` to one unit and keep what can be kept of each pair."""
    pairs = sorted(_pairs(units), key=lambda pair: pair.after)
    windows = [unit.window for unit in units]
    kept: list[Before] = []
    waiting = list(pairs)
    while waiting:
        # What has nothing left to wait for first, so that a moved unit moves its followers.
        blocked = {pair.after for pair in waiting}
        ready = [pair for pair in waiting if pair.before not in blocked]
        if not ready:
            break  # a circle of items that must precede each other: no order can hold
        for pair in ready:
            windows, kept = _accept(pair, windows, kept, fixed=units[pair.after].fixed)
        waiting = [pair for pair in waiting if pair not in ready]
    moved = tuple(
        Unit(u.items, window, u.minutes, u.costs, u.places, u.fixed, u.reviews)
        for u, window in zip(units, settle(windows, kept) or windows, strict=True)
    )
    return Question(moved, tuple(kept))


def _pairs(units: Sequence[Unit]) -> Iterable[Before]:
    places = [(index, item) for index, unit in enumerate(units) for item in unit.items]
    found: dict[tuple[int, int], Before] = {}
    for after, item in places:
        for name in sorted(set(item.after)):
            near = [
                (abs(other.target - (item.target - item.lead_days)), other.target, before)
                for before, other in places
                if other.item == name and before != after and _meets(other, item)
            ]
            if near:
                before = min(near)[2]
                pair = Before(before, after, item.lead_days, item.lead_days_most)
                known = found.get((before, after), pair)
                found[before, after] = Before(
                    before, after, max(pair.least, known.least), min(pair.most, known.most)
                )
    return found.values()


def _meets(first: PackItem, then: PackItem) -> bool:
    """Whether both are due at the same time, so that one may be meant to read the other."""
    return first.earliest <= then.latest and first.latest + then.lead_days_most >= then.earliest


def _accept(
    pair: Before, windows: list[Window], kept: list[Before], *, fixed: bool
) -> tuple[list[Window], list[Before]]:
    """Keep the pair: as it is, else the later one later, else without the longest wait."""
    for wanted in (pair, pair.without_most()):
        if settle(windows, [*kept, wanted]) is not None:
            return windows, [*kept, wanted]
        if fixed:
            continue
        own = windows[pair.after]
        endless = [*windows]
        endless[pair.after] = Window(own.earliest, windows[pair.before].latest + pair.least)
        settled = settle(endless, [*kept, wanted])
        if settled is not None:
            endless[pair.after] = Window(own.earliest, settled[pair.after].earliest)
            return endless, [*kept, wanted]
    return windows, kept
