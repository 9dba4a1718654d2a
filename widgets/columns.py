"""Columns of the worklist table: how each is shown, and which of them fit where.

A `Column` is a value: where its value stands in the row, how it becomes text, and how wide it may
be. `lay_out` is pure: columns and a width in, placed columns out. Three steps decide:

1. While the least widths do not fit, columns with a `priority` above 0 are left out: the highest
   number first, of equals the rightmost. Priority 0 is never left out.
2. What still does not fit is reached by panning; frozen columns stay where they are.
3. Spare width goes to columns with `flex`, in proportion, up to their greatest width.

Frozen columns are placed first, whatever their order among the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeAlias

from widgets.rows import Row

GAP = 1
"""Blank cells between two columns."""

UNLIMITED = 1_000_000
"""Wider than any terminal."""

Formatter: TypeAlias = Callable[[Any], str]
"""A value to the text of its cell. What it gives is cleaned and never read as markup."""


class Tone(StrEnum):
    """The component classes of the table that a styler may name; the theme decides their looks.

    Colour is never the only sign: a formatter adds the word or mark (`!` for overdue).
    """

    OVERDUE = "worklist--overdue"
    HOLD = "worklist--hold"
    DONE = "worklist--done"
    MUTED = "worklist--muted"


Styler: TypeAlias = Callable[[Any, Row], str | None]
"""A value and its whole row to a component class (see `Tone`), or None for the row's own look."""


def plain(value: object) -> str:
    """Turn a value into text: nothing for None, else what `str` says."""
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Column:
    """One column: `index` is the place of its value in the row; widths are in cells."""

    id: str
    label: str
    index: int
    width: int = 8
    max_width: int | None = None
    """The greatest width; None means `width`, unless `flex` asks for more."""
    flex: int = 0
    """Its share of spare width; 0 takes none."""
    align: Literal["left", "right"] = "left"
    formatter: Formatter = plain
    styler: Styler | None = None
    priority: int = 0
    """0 stays on every terminal; the higher, the sooner it is left out."""
    is_frozen: bool = False
    """Stays at the left when the others are panned."""
    is_sortable: bool = True

    @property
    def limit(self) -> int:
        """The greatest width that it may be given."""
        if self.max_width is not None:
            return max(self.width, self.max_width)
        return UNLIMITED if self.flex else self.width


class Placed(NamedTuple):
    """A column with its first cell and its width."""

    column: Column
    x: int
    width: int


class Layout(NamedTuple):
    """Columns placed from left to right; the first `frozen` of them do not pan."""

    placed: tuple[Placed, ...]
    frozen: int
    frozen_width: int
    """Cells that the frozen columns take, with the gap after them."""
    width: int
    """Cells that all columns take together."""
    left_out: tuple[Column, ...]
    """Columns for which there was no room, in their own order."""


def lay_out(columns: Sequence[Column], available: int, *, leave_out: bool = True) -> Layout:
    """Place columns in `available` cells; with `leave_out` false none is left out for room."""
    kept = list(columns)
    while leave_out and _least_width(kept) > available:
        droppable = [column for column in kept if column.priority > 0]
        if not droppable:
            break
        last = max(droppable, key=lambda column: (column.priority, kept.index(column)))
        kept.remove(last)
    frozen = [column for column in kept if column.is_frozen]
    ordered = frozen + [column for column in kept if not column.is_frozen]
    placed = _placed(ordered, _widths(ordered, available - _least_width(ordered)))
    end = placed[-1].x + placed[-1].width if placed else 0
    frozen_end = sum(item.width + GAP for item in placed[: len(frozen)])
    left_out = tuple(column for column in columns if column not in kept)
    return Layout(placed, len(frozen), min(frozen_end, end), end, left_out)


def _least_width(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + GAP * max(0, len(columns) - 1)


def _placed(columns: Sequence[Column], widths: Sequence[int]) -> tuple[Placed, ...]:
    placed: list[Placed] = []
    x = 0
    for column, width in zip(columns, widths, strict=True):
        placed.append(Placed(column, x, width))
        x += width + GAP
    return tuple(placed)


def _widths(columns: Sequence[Column], spare: int) -> list[int]:
    """Share spare cells among flexible columns, one round for each that reaches its limit."""
    widths = [column.width for column in columns]
    while spare > 0:
        growing = [i for i, column in enumerate(columns) if _may_grow(column, widths[i])]
        if not growing:
            break
        unit = spare / sum(columns[i].flex for i in growing)
        spare -= _grow(columns, widths, growing, unit)
    return widths


def _may_grow(column: Column, width: int) -> bool:
    return column.flex > 0 and width < column.limit


def _grow(columns: Sequence[Column], widths: list[int], growing: list[int], unit: float) -> int:
    """Widen columns by `unit` cells a flex, at least one cell in all; say by how many in all."""
    before = sum(widths)
    for i in growing:
        widths[i] = min(widths[i] + int(unit * columns[i].flex), columns[i].limit)
    if sum(widths) == before:
        widths[growing[0]] += 1
    return sum(widths) - before
