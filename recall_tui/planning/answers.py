"""Answers of the packing, remembered by the pattern of due items that they are about.

A pattern says what limits the appointments, and each due item with its days, relative to the first
of them. The packing is pure, so that what it said once holds for the whole process.
"""

import gc
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock

import polars as pl

from recall_tui.domain.items import Item, Place, StaffGroup
from recall_tui.domain.packing import (
    PackedAppointment,
    PackItem,
    PackLimits,
    Piece,
    pack_pieces,
    piece_of,
    piece_on,
)
from recall_tui.frames import Schema, empty

REMEMBERED = 200_000
"""So many patterns are remembered; then it begins anew."""

PIECES = 100_000
"""So many due items of patterns are kept ready to be packed."""

SIGNATURE: Schema = {
    "limits": pl.String,
    "items": pl.List(pl.Int64),
    "days": pl.List(pl.Int64),
}
"""What a pattern is: limits as ``60;home``, and its due items in order, two numbers for each.

See ``item_number`` and ``days_number``.
"""

PATTERNS: Schema = {**SIGNATURE, "pattern": pl.UInt32, "places_from": pl.UInt32}
"""Each pattern, and where its due items begin among the places."""

LONG = 1 << 32
"""Days: no two dates are so far apart."""

PACKED: Schema = {
    "pattern": pl.UInt32,
    "appointment": pl.Int32,
    "stage": pl.Int32,
    "staff_group": pl.String,
    "minutes": pl.Int32,
    "place": pl.String,
    "from_earliest": pl.Int32,
    "from_latest": pl.Int32,
    "from_target": pl.Int32,
    "from_listed": pl.Int32,
}
"""The answers: days relative to the pattern's first day."""

PLACED: Schema = {"appointment": pl.Int32}
"""The appointment of each due item of each pattern, in order."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What the patterns mean: items by their numbers (days 0), and the slots of staff groups."""

    items: tuple[PackItem, ...]
    slots: tuple[tuple[StaffGroup, int], ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """Patterns with their numbers, their appointments, and where each due item is."""

    patterns: pl.DataFrame = field(default_factory=lambda: empty(PATTERNS))
    appointments: pl.DataFrame = field(default_factory=lambda: empty(PACKED))
    places: pl.DataFrame = field(default_factory=lambda: empty(PLACED))


@dataclass(slots=True)
class Answering:
    """Asks the packing about every pattern once."""

    asking: Asking
    _known: Answers = field(default_factory=Answers)
    _pieces: dict[tuple[str, int, int], Piece] = field(
        default_factory=dict[tuple[str, int, int], Piece]
    )
    """Due items as patterns write them, each with the limits it was asked with."""

    _undated: dict[tuple[str, int], Piece] = field(default_factory=dict[tuple[str, int], Piece])
    """Items by their numbers, with limits; all days 0."""

    _lock: Lock = field(default_factory=Lock)

    def answers(self, signatures: pl.DataFrame) -> Answers:
        """Return answers to all ``signatures`` (SIGNATURE), and maybe to others."""
        with self._lock:
            if self._known.patterns.height > REMEMBERED:
                self._known = Answers()
            known = self._known
            new = signatures.select(list(SIGNATURE)).unique(maintain_order=True)
            new = new.join(known.patterns, on=list(SIGNATURE), how="anti", maintain_order="left")
            if new.height:
                with _nothing_collected():
                    found = self._asked(new, known.patterns.height)
                self._known = Answers(
                    pl.concat([known.patterns, found.patterns], rechunk=True),
                    pl.concat([known.appointments, found.appointments], rechunk=True),
                    pl.concat([known.places, found.places], rechunk=True),
                )
            return self._known

    def _asked(self, signatures: pl.DataFrame, first: int) -> Answers:
        appointments: list[tuple[object, ...]] = []
        places: list[int] = []
        starts: list[int] = []
        asked = zip(*(signatures[name].to_list() for name in SIGNATURE), strict=True)
        for pattern, (limits, items, days) in enumerate(asked, start=first):
            pieces = self._question(limits, items, days)
            answer = pack_pieces(pieces)
            starts.append(self._known.places.height + len(places))
            appointments += [(pattern, number, *_fields(one)) for number, one in enumerate(answer)]
            places += _whereabouts(pieces, answer)
        numbers = pl.Series("pattern", range(first, first + len(starts)), PATTERNS["pattern"])
        return Answers(
            signatures.with_columns(numbers, pl.Series("places_from", starts, pl.UInt32)),
            pl.DataFrame(appointments, schema=dict(PACKED), orient="row"),
            pl.DataFrame([places], schema=dict(PLACED)),
        )

    def _question(self, limits: str, items: list[int], days: list[int]) -> list[Piece]:
        """Return what a signature asks of the packing."""
        pieces = self._pieces
        return [
            pieces.get((limits, *one)) or self._piece(limits, *one)
            for one in zip(items, days, strict=True)
        ]

    def _piece(self, limits: str, what: int, days: int) -> Piece:
        (number, pinned), earliest = divmod(what // LONG, 2), what % LONG
        target, latest = divmod(days, LONG)
        undated = self._undated.get((limits, number)) or self._without_days(limits, number)
        if len(self._pieces) >= PIECES:
            self._pieces.clear()
        booked = f"booked {earliest}" if pinned else None
        piece = self._pieces[limits, what, days] = piece_on(
            (earliest, target, latest), undated, booked
        )
        return piece

    def _without_days(self, limits: str, number: int) -> Piece:
        minutes, place = limits.split(";")
        bounds = PackLimits(int(minutes), self.asking.slots, Place(place))
        found = self._undated[limits, number] = piece_of(self.asking.items[number], bounds)
        return found


@lru_cache(maxsize=4)
def answering(asking: Asking) -> Answering:
    """Return who remembers the answers of these items and slots."""
    return Answering(asking)


@contextmanager
def _nothing_collected() -> Generator[None]:
    """Let the garbage collector wait.

    Packing leaves no garbage that only it can find; all that is remembered it would look through
    again and again, for a fifth of the time that packing takes.
    """
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def item_number(item: str, earliest: pl.Expr, pinned: str) -> pl.Expr:
    """Return the first number of a due item: column of its item, earliest day, whether booked."""
    return (pl.col(item).cast(pl.Int64) * 2 + pl.col(pinned).cast(pl.Int64)) * LONG + earliest


def days_number(target: pl.Expr, latest: pl.Expr) -> pl.Expr:
    """Return the second number of a due item: its other days; none is before the first day."""
    return target * LONG + latest


def undated(item: Item, groups: Collection[StaffGroup], places: Collection[Place]) -> PackItem:
    """Return an item as the packing sees it, all days 0.

    It is done by those ``groups`` and at those ``places`` that can do it; where none of them can,
    by whoever and wherever the item says: nobody is left out for want of staff.
    """
    staff = tuple(sorted(item.staff.items()))
    return PackItem(
        item=item.id,
        earliest=0,
        target=0,
        latest=0,
        minutes=item.minutes,
        staff=tuple(one for one in staff if one[0] in groups) or staff,
        places=tuple(one for one in item.places if one in places) or item.places,
        after=item.after,
        lead_days=item.lead_days,
        lead_days_most=item.lead_days_most,
    )


def _fields(one: PackedAppointment) -> tuple[object, ...]:
    group, place = one.staff_group.value, one.place.value
    days = (one.earliest, one.latest, one.target, one.listed)
    return (one.stage, group, one.minutes, place, *days)


def _whereabouts(pieces: Sequence[Piece], answer: Sequence[PackedAppointment]) -> list[int]:
    """Return the number of the appointment of every due item, in the order of the pattern."""
    places: dict[int, list[int]] = {}
    for place in range(len(pieces) - 1, -1, -1):
        places.setdefault(id(pieces[place].item), []).append(place)
    found = [0] * len(pieces)
    for number, one in enumerate(answer):
        for item in one.items:
            found[places[id(item)].pop()] = number
    return found
