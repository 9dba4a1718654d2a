"""The half of the worklist table that programs use: rows in, cursor, marks, and messages out.

`worklist_table.py` describes it whole and adds the keys and the mouse.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic

from textual.message import Message
from textual.timer import Timer

from widgets.columns import Column
from widgets.rows import RowSource
from widgets.worklist_lines import TableOptions, WorklistLines, key_at


class WorklistControl(WorklistLines):
    """Lines with a cursor that can be moved and marks that can be set; it says what changes."""

    @dataclass
    class _Said(Message):
        """What all messages of a table have."""

        table: WorklistControl
        """The table that speaks."""

        @property
        def control(self) -> WorklistControl:
            """The same, for `@on` with a selector."""
            return self.table

    @dataclass
    class Highlighted(_Said, namespace="worklist_table"):
        """The cursor has rested on another key; None when there is no row."""

        key: Hashable | None
        row: int

    @dataclass
    class Opened(_Said, namespace="worklist_table"):
        """The person wants to see more of a row."""

        key: Hashable
        row: int

    @dataclass
    class MarksChanged(_Said, namespace="worklist_table"):
        """Other rows are marked, or other marks are out of view."""

        marked: int
        hidden: int

    @dataclass
    class MarkAllWanted(_Said, namespace="worklist_table"):
        """The person wants to mark so many rows that they should be asked first."""

        count: int

    @dataclass
    class SortWanted(_Said, namespace="worklist_table"):
        """The person wants the rows sorted by a column."""

        column_id: str
        is_reversed: bool

    def __init__(
        self,
        columns: Sequence[Column],
        options: TableOptions | None = None,
        *,
        id: str | None = None,  # noqa: A002 - the name that every Textual widget gives it
        classes: str | None = None,
    ) -> None:
        """Take the columns in their order; rows come by `set_source`."""
        super().__init__(columns, options, id=id, classes=classes)
        self._cursor_key: Hashable | None = None
        self._said_key: Hashable | None = None
        self._range_is_kept = False
        self._rest: Timer | None = None
        self.slipped_at = -inf
        """When new rows last put another key under the cursor than the person had gone to."""

    @property
    def cursor_key(self) -> Hashable | None:
        """The key of the row under the cursor, or None when there is no row."""
        return self._cursor_key

    @property
    def marked(self) -> frozenset[Hashable]:
        """The keys of all marked rows, seen or not."""
        return self._marks.keys

    def marks_in_words(self) -> str:
        """Say how many rows are marked and how many of them are not seen; "" when none is."""
        return self._marks.words(self._source)

    def set_source(self, source: RowSource) -> None:
        """Show these rows; cursor and marks stay with their keys."""
        key, row = self._cursor_key, self._view.cursor
        if key is not None and key_at(source, row) != key:
            found = source.index(key)
            row = row if found is None else found
        self._reload(source, row)
        self._note_cursor()
        if key is not None and self._cursor_key not in {key, None}:
            self.slipped_at = monotonic()
        if self._marks:
            self._say_marks()

    def go_to(self, key: Hashable) -> bool:
        """Move the cursor to the row of a key; say whether this view has it."""
        row = self._source.index(key)
        if row is not None:
            self.go_to_row(row)
        return row is not None

    def go_to_row(self, row: int) -> None:
        """Move the cursor to a row, or the nearest there is."""
        before, top = self._view.cursor, self._view.top
        self._view.move_to(row)
        self._moved(before, top)

    def mark(self, keys: Iterable[Hashable]) -> None:
        """Mark more rows, seen or not."""
        self._marks.add(keys)
        self._marks_changed()

    def unmark(self, keys: Iterable[Hashable]) -> None:
        """Take some marks away."""
        self._marks.discard(keys)
        self._marks_changed()

    def mark_all(self) -> None:
        """Mark every row of this view, without asking."""
        self.mark(self._source.key(i) for i in range(len(self._source)))

    def clear_marks(self) -> None:
        """Take all marks away, those not in view too."""
        self._marks.clear()
        self._marks_changed()

    def _moved(self, before: int, top: int) -> None:
        """Repaint what a movement from row `before`, with `top` on top, has changed."""
        after = self._view.cursor
        self.slipped_at = -inf
        if self._marks.is_ranging:
            self._marks.draw_range(self._source, after)
            self._say_marks()
        if self._view.top != top:
            self._refresh_body()
        elif self._marks.is_ranging:
            self._refresh_rows(min(before, after), max(before, after))
        elif before != after:
            self._refresh_rows(before, before)
            self._refresh_rows(after, after)
        self._show_position()
        self._note_cursor()

    def _note_cursor(self) -> None:
        """Remember the key under the cursor, and say so once it has rested there."""
        self._cursor_key = key_at(self._source, self._view.cursor)
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        if self._cursor_key == self._said_key:
            return
        if self.options.highlight_delay > 0:
            self._rest = self.set_timer(self.options.highlight_delay, self._say_cursor)
        else:
            self._say_cursor()

    def _say_cursor(self) -> None:
        self._said_key = self._cursor_key
        self.post_message(self.Highlighted(self, self._cursor_key, self._view.cursor))

    def _marks_changed(self) -> None:
        self._refresh_body()
        self._say_marks()

    def _say_marks(self) -> None:
        hidden = self._marks.hidden(self._source)
        self.post_message(self.MarksChanged(self, len(self._marks), hidden))
