"""The worklist table: many rows, one cursor, marks, and few bytes on the wire.

    table = WorklistTable(
        [
            Column("number", "Number", 0, width=8, is_frozen=True),
            Column("name", "Name", 1, width=16, flex=1, max_width=30, is_frozen=True),
            Column("state", "State", 2, width=12, styler=tone_of_state, priority=1),
        ],
        TableOptions(empty_text="Nobody is left in this month."),
        id="worklist",
    )
    table.set_source(TupleSource(rows, keys))        # again and again: see below

**Values in.** `set_source` shows other rows: the first hundred, then all of them; a sorted or a
filtered view; a fresh load. The cursor stays on its key, or on its line where the key has gone;
marks stay on their keys, seen or not. `set_sort` draws the arrows, `set_columns` and `set_fit`
change the columns, `go_to(key)` moves the cursor, `mark`, `unmark`, `mark_all` and `clear_marks`
change the marks.

**Values out.** `cursor_key`, `cursor_row`, `row_count`, `marked` (a frozenset of keys),
`marks_in_words()` ("12 marked, 3 not in this view"), `get_line_text(i)`, `left_out`.

**Messages out**, nested, with `table` (also `control`):
`Highlighted(key, row)` once the cursor has rested on another key (None: no row is left);
`Opened(key, row)` for Enter and double click; `MarksChanged(marked, hidden)`;
`MarkAllWanted(count)` when `*` meets more rows than `TableOptions.ask_above`: ask, then call
`mark_all()`; `SortWanted(column_id, is_reversed)` for a click on a header and `<` `>` `^`: sort
the rows elsewhere, then call `set_sort` and `set_source`.

Stylers name component classes (`Tone`); a subclass may add its own to `COMPONENT_CLASSES`.
Cells are text, never markup, and are cleaned. The app must provide the CSS variables of
`widgets/theming.py`.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click, MouseScrollDown, MouseScrollUp

from widgets.worklist_control import WorklistControl
from widgets.worklist_keys import WORKLIST_BINDINGS, WORKLIST_CSS
from widgets.worklist_lines import HEADER_LINES, TableOptions
from widgets.worklist_paint import GUTTER

__all__ = ["TableOptions", "WorklistTable"]

WHEEL_ROWS = 3
"""Rows that one notch of the mouse wheel moves the cursor by."""


class WorklistTable(WorklistControl, can_focus=True):
    """A virtual table over a `RowSource`; the same cost per key at any number of rows."""

    BINDINGS: ClassVar[list[BindingType]] = WORKLIST_BINDINGS
    DEFAULT_CSS = WORKLIST_CSS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let Escape through to the screen unless a range is being marked."""
        if action == "end_range":
            return self._marks.is_ranging
        return super().check_action(action, parameters)

    def action_move(self, rows: int) -> None:
        """Move the cursor by some rows."""
        self._leave_range()
        self.go_to_row(self._view.cursor + rows)

    def action_pages(self, pages: int) -> None:
        """Move the cursor and the view by whole screens."""
        self._leave_range()
        before, top = self._view.cursor, self._view.top
        self._view.move_pages(pages)
        self._moved(before, top)

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self.action_move(-self._view.count)

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self.action_move(self._view.count)

    def action_pan(self, columns: int) -> None:
        """Show columns further to the right (or left) beside the frozen ones."""
        self._pan_by(columns)

    def action_open(self) -> None:
        """Say that the person wants to see more of the row under the cursor."""
        if self._cursor_key is not None:
            self.post_message(self.Opened(self, self._cursor_key, self._view.cursor))

    def action_mark(self) -> None:
        """Mark the row or take its mark away, and go on; while a range is drawn, end it."""
        if self._marks.is_ranging and self._range_is_kept:
            self.action_end_range()
        elif self._cursor_key is not None:
            self._leave_range()
            self._marks.toggle(self._cursor_key)
            self._refresh_rows(self._view.cursor, self._view.cursor)
            self._say_marks()
            self.go_to_row(self._view.cursor + 1)

    def action_mark_all(self) -> None:
        """Mark every row in view, or ask whether to."""
        if self._view.count > self.options.ask_above:
            self.post_message(self.MarkAllWanted(self, self._view.count))
        elif self._view.count:
            self.mark_all()

    def action_clear_marks(self) -> None:
        """Take all marks away."""
        self.clear_marks()

    def action_extend(self, rows: int) -> None:
        """Mark from where this began to the row above or below."""
        if self._cursor_key is not None:
            self._marks.begin_range(self._cursor_key)
            self.go_to_row(self._view.cursor + rows)

    def action_range(self) -> None:
        """Begin a range that every movement draws, or end it."""
        if self._marks.is_ranging:
            self.action_end_range()
        elif self._cursor_key is not None:
            self._range_is_kept = True
            self._marks.begin_range(self._cursor_key)
            self.go_to_row(self._view.cursor)

    def action_end_range(self) -> None:
        """Leave the range as it is drawn."""
        self._range_is_kept = False
        self._marks.end_range()

    def action_sort_along(self, columns: int) -> None:
        """Say that the person wants the rows sorted by the next column."""
        ids = [item.column.id for item in self._layout.placed if item.column.is_sortable]
        present = next(iter(self._orders), None)
        if ids:
            at = ids.index(present) + columns if present in ids else 0
            self.post_message(self.SortWanted(self, ids[at % len(ids)], is_reversed=False))

    def action_sort_reverse(self) -> None:
        """Say that the person wants the present order turned round."""
        for column_id, is_reversed in list(self._orders.items())[:1]:
            self.post_message(self.SortWanted(self, column_id, is_reversed=not is_reversed))

    def on_click(self, event: Click) -> None:
        """Set the cursor, mark in the gutter, open on a double click, sort on the header."""
        event.stop()
        row = self._view.row_at(event.y - HEADER_LINES)
        if event.y < HEADER_LINES:
            self._header_clicked(event.x)
        elif row is not None:
            self._leave_range()
            self.go_to_row(row)
            if event.x < GUTTER:
                self._marks.toggle(self._source.key(row))
                self._refresh_rows(row, row)
                self._say_marks()
            elif event.chain > 1:
                self.action_open()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Go down a few rows."""
        event.stop()
        self.action_move(WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Go up a few rows."""
        event.stop()
        self.action_move(-WHEEL_ROWS)

    def _header_clicked(self, x: int) -> None:
        column = self._window.column_at(x)
        if column is not None and column.is_sortable:
            is_reversed = not self._orders.get(column.id, True)
            self.post_message(self.SortWanted(self, column.id, is_reversed))

    def _leave_range(self) -> None:
        """End a range that was drawn with shift: a movement without it begins anew."""
        if not self._range_is_kept:
            self._marks.end_range()
