"""Rows for the worklist table: the protocol that it reads, and a store of plain tuples.

`RowSource` is all that a table asks for: how many rows, a slice of them, the key of one, and the
place of a key. `TupleSource` answers from sequences in memory:

    source = TupleSource(rows, keys)                  # or TupleSource.keyed_by(rows, column=0)
    overdue = source.filtered(lambda row: row[5] == "overdue")
    ordered = overdue.sorted_by(SortKey(4, is_reversed=True), SortKey(1, by=str.casefold))

    narrowed = ordered.narrowed(flags)               # flags: 0 or 1 for each row of the first view

All views share the rows and keys of the first and change none of them, so that they can be made in
a worker thread. Sorting is stable, and missing values (None) stand last in both directions.
With very many rows call `indexed()` in that thread too: it builds what `index` needs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from itertools import compress
from typing import Any, NamedTuple, Protocol, TypeAlias

Row: TypeAlias = tuple[Any, ...]
"""The values of one row, in an order that its columns know."""


class RowSource(Protocol):
    """What a table needs to know about its rows."""

    def __len__(self) -> int:
        """Say how many rows there are."""
        ...

    def rows(self, start: int, stop: int) -> list[Row]:
        """Give the rows from `start` up to, not including, `stop`."""
        ...

    def key(self, i: int) -> Hashable:
        """Give the key of row `i`: the same for the same thing in every view."""
        ...

    def index(self, key: Hashable) -> int | None:
        """Give the row that holds `key`, or None when this view does not show it."""
        ...


class SortKey(NamedTuple):
    """One column to sort by; `by` turns its value (never None) into what is compared."""

    column: int
    is_reversed: bool = False
    by: Callable[[Any], Any] | None = None


class _Base:
    """The rows and keys that all views of one load share."""

    def __init__(self, rows: Sequence[Row], keys: Sequence[Hashable]) -> None:
        if len(rows) != len(keys):
            message = f"{len(rows)} rows cannot have {len(keys)} keys"
            raise ValueError(message)
        self.rows = rows
        self.keys = keys

    @cached_property
    def positions(self) -> dict[Hashable, int]:
        """Where each key stands in the unsorted rows."""
        return {key: position for position, key in enumerate(self.keys)}


class TupleSource:
    """A `RowSource` over tuples in memory, with sorted and filtered views that copy no row."""

    def __init__(self, rows: Sequence[Row], keys: Sequence[Hashable]) -> None:
        """Take rows and, in the same order, their keys, which must differ from each other."""
        self._base = _Base(rows, keys)
        self._order: Sequence[int] = range(len(rows))
        self._ascends = True

    @classmethod
    def keyed_by(cls, rows: Sequence[Row], column: int) -> TupleSource:
        """Take rows whose key is the value in one of their columns."""
        return cls(rows, [row[column] for row in rows])

    def __len__(self) -> int:
        """Say how many rows this view shows."""
        return len(self._order)

    @property
    def total(self) -> int:
        """How many rows there are without any filter."""
        return len(self._base.rows)

    def rows(self, start: int, stop: int) -> list[Row]:
        """Give the rows from `start` up to, not including, `stop`, as this view orders them."""
        rows = self._base.rows
        return [rows[position] for position in self._order[max(0, start) : max(0, stop)]]

    def key(self, i: int) -> Hashable:
        """Give the key of row `i` of this view."""
        return self._base.keys[self._order[i]]

    def index(self, key: Hashable) -> int | None:
        """Give the row of this view that holds `key`, or None."""
        position = self._base.positions.get(key)
        if position is None:
            return None
        if self._ascends:
            place = bisect_left(self._order, position)
            found = place < len(self._order) and self._order[place] == position
            return place if found else None
        place = self._places[position]
        return None if place < 0 else place

    def indexed(self) -> TupleSource:
        """Build what `index` needs now, and give the same view back."""
        _ = self._base.positions
        if not self._ascends:
            _ = self._places
        return self

    def filtered(self, keep: Callable[[Row], bool]) -> TupleSource:
        """Give a view of those rows of this one for which `keep` is true, in the same order."""
        rows = self._base.rows
        kept = [position for position in self._order if keep(rows[position])]
        return self._view(kept, ascends=self._ascends)

    def narrowed(self, flags: Sequence[int]) -> TupleSource:
        """Give a view of those rows of this one whose flag is set, in the same order.

        `flags` holds a number for each row of the unsorted, unfiltered rows.
        """
        if self._order == range(len(flags)):
            return self._view(list(compress(self._order, flags)), ascends=True)
        kept = [position for position in self._order if flags[position]]
        return self._view(kept, ascends=self._ascends)

    def sorted_by(self, *keys: SortKey) -> TupleSource:
        """Give a view of the same rows sorted by the first key, then the second, and so on."""
        order = list(self._order)
        for key in reversed(keys):
            order = self._sorted_once(order, key)
        return self._view(order, ascends=False)

    def in_order_of(self, other: TupleSource) -> TupleSource:
        """Give a view of the rows that stand at the places of those of another view, as ordered."""
        return self._view(other._order, ascends=other._ascends)

    def _sorted_once(self, order: list[int], key: SortKey) -> list[int]:
        """Sort positions by one column, keeping the order of equals, None last."""
        rows, column, by = self._base.rows, key.column, key.by
        present = [position for position in order if rows[position][column] is not None]
        missing = [position for position in order if rows[position][column] is None]

        def compared(position: int) -> Any:  # noqa: ANN401 - whatever the column holds
            value = rows[position][column]
            return value if by is None else by(value)

        present.sort(key=compared, reverse=key.is_reversed)
        return present + missing

    @cached_property
    def _places(self) -> Sequence[int]:
        """The place in this view of each unsorted position; -1 where it is filtered out."""
        places = [-1] * len(self._base.rows)
        for place, position in enumerate(self._order):
            places[position] = place
        return places

    def _view(self, order: Sequence[int], *, ascends: bool) -> TupleSource:
        view = TupleSource.__new__(TupleSource)
        view._base = self._base  # noqa: SLF001 - another view of the same class
        view._order = order  # noqa: SLF001 - the same
        view._ascends = ascends  # noqa: SLF001 - the same
        return view


EMPTY_SOURCE: RowSource = TupleSource((), ())
"""No rows at all: what a table shows before its first load."""
