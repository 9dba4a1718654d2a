"""Marks on rows, held by key, so that they survive sorting, filtering and reloading; no drawing."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from widgets.rows import RowSource


class Marks:
    """The marked keys, and the range that is being drawn, if any."""

    def __init__(self) -> None:
        """Begin with nothing marked."""
        self._keys: set[Hashable] = set()
        self._anchor: Hashable | None = None
        self._before: frozenset[Hashable] = frozenset()
        self._hidden: tuple[RowSource, int] | None = None

    def __len__(self) -> int:
        """Say how many are marked, seen or not."""
        return len(self._keys)

    def __contains__(self, key: Hashable) -> bool:
        """Say whether a key is marked."""
        return key in self._keys

    @property
    def keys(self) -> frozenset[Hashable]:
        """All marked keys."""
        return frozenset(self._keys)

    @property
    def is_ranging(self) -> bool:
        """Whether a range is being drawn."""
        return self._anchor is not None

    def toggle(self, key: Hashable) -> None:
        """Mark a key, or take its mark away."""
        self._keys ^= {key}
        self._hidden = None

    def add(self, keys: Iterable[Hashable]) -> None:
        """Mark keys as well as those that are marked."""
        self._keys.update(keys)
        self._hidden = None

    def discard(self, keys: Iterable[Hashable]) -> None:
        """Take marks away."""
        self._keys.difference_update(keys)
        self._hidden = None

    def clear(self) -> None:
        """Take all marks away, and end the range."""
        self._keys.clear()
        self.end_range()
        self._hidden = None

    def begin_range(self, anchor: Hashable) -> None:
        """Begin a range at a key, unless one is being drawn; marks that are there stay."""
        if self._anchor is None:
            self._anchor = anchor
            self._before = frozenset(self._keys)

    def draw_range(self, source: RowSource, row: int) -> None:
        """Mark everything from the anchor to `row`, and nothing else that the range had marked."""
        anchor = None if self._anchor is None else source.index(self._anchor)
        if anchor is None:
            self.end_range()
            return
        first, last = sorted((anchor, row))
        self._keys = {*self._before, *(source.key(i) for i in range(first, last + 1))}
        self._hidden = None

    def end_range(self) -> None:
        """Leave the range as it is drawn."""
        self._anchor = None
        self._before = frozenset()

    def hidden(self, source: RowSource) -> int:
        """Count the marked keys that a source does not show."""
        if not self._keys:
            return 0
        if self._hidden is None or self._hidden[0] is not source:
            unseen = sum(source.index(key) is None for key in self._keys)
            self._hidden = (source, unseen)
        return self._hidden[1]

    def words(self, source: RowSource) -> str:
        """Say how many are marked and how many of them are not seen; nothing when none is."""
        if not self._keys:
            return ""
        hidden = self.hidden(source)
        unseen = f", {hidden:,} not in this view" if hidden else ""
        return f"{len(self._keys):,} marked{unseen}"
