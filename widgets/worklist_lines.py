"""The drawing half of the worklist table: rows of a source as lines of the screen.

It holds the source, the columns, the view and the marks, and repaints no more than what changed.
What keys do is in `worklist_table.py`, what a line looks like in `worklist_paint.py`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import zip_longest
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.events import Focus, Resize
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from recall_tui.cleaning import clean
from widgets.columns import Column, Tone, lay_out
from widgets.rows import EMPTY_SOURCE, Row, RowSource
from widgets.runs import Run, fit_wide
from widgets.worklist_marks import Marks
from widgets.worklist_paint import (
    CURSOR,
    GUTTER,
    HEADER,
    MARKED,
    ROW,
    SORTED,
    RowStyler,
    greatest_pan,
    look_through,
    paint_header,
    paint_row,
)
from widgets.worklist_view import Viewport, stretches

HEADER_LINES = 1
"""Lines above the first row."""


class TableOptions(NamedTuple):
    """How a worklist table behaves; the defaults suit a full screen."""

    row_styler: RowStyler | None = None
    """A row to the component class of its cells that have none (a whole line muted)."""
    jump: int | None = None
    """Rows to scroll by when the cursor leaves the view, from 1 to a page; None: half a page."""
    highlight_delay: float = 0.1
    """Seconds that the cursor must rest before `Highlighted` is posted; 0 posts at once."""
    ask_above: int = 50
    """Marking all of more rows than this posts `MarkAllWanted` instead of marking."""
    empty_text: str = "Nothing to show."
    """What stands under the header when there is no row."""


class WorklistLines(ScrollView):
    """Lines of rows with a header, a cursor and marks; it answers no key by itself."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {ROW, CURSOR, MARKED, HEADER, SORTED, *Tone}

    def __init__(
        self,
        columns: Sequence[Column],
        options: TableOptions | None = None,
        *,
        id: str | None = None,  # noqa: A002 - the name that every Textual widget gives it
        classes: str | None = None,
    ) -> None:
        """Take the columns in their order; rows come by `set_source`."""
        super().__init__(id=id, classes=classes)
        self.options = options or TableOptions()
        self._source: RowSource = EMPTY_SOURCE
        self._columns = tuple(columns)
        self._view = Viewport(jump=self.options.jump)
        self._marks = Marks()
        self._orders: dict[str, bool] = {}
        self._leave_out = True
        self._pan = 0
        self._fitted = Size(0, 0)
        self._layout = lay_out(self._columns, 0)
        self._window = look_through(self._layout, 0, 0)
        self._page: tuple[int, list[Row]] = (0, [])
        self._rich_styles: dict[str, Style] = {}

    @property
    def source(self) -> RowSource:
        """The rows that are shown."""
        return self._source

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return self._view.count

    @property
    def cursor_row(self) -> int:
        """The row under the cursor, from 0."""
        return self._view.cursor

    @property
    def left_out(self) -> tuple[Column, ...]:
        """Columns for which the terminal is too narrow."""
        return self._layout.left_out

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns of the same rows."""
        self._columns = tuple(columns)
        self._pan = 0
        self._place_columns()
        self.refresh()

    def set_sort(self, orders: Mapping[str, bool]) -> None:
        """Show by which columns the rows are sorted: id to whether downwards, the first leading.

        It changes the arrows in the header only; sorted rows come by `set_source`.
        """
        self._orders = dict(orders)
        self.refresh_line(0)

    def set_fit(self, *, leave_out: bool) -> None:
        """Choose what a narrow terminal does: leave columns out, or keep them all and pan."""
        self._leave_out = leave_out
        self._pan = 0
        self._place_columns()
        self.refresh()

    def get_line_text(self, i: int) -> str:
        """Give row `i` as text to copy or to read out: whole cells, cleaned, two blanks between."""
        row = self._row(i)
        cells = (
            clean(item.column.formatter(row[item.column.index])) for item in self._layout.placed
        )
        return "  ".join(cells).rstrip()

    def render_line(self, y: int) -> Strip:
        """Paint one line of the widget: the header, a row, or nothing."""
        self._fit_to_size()
        if self._fitted.width < 1:
            return Strip.blank(0)
        if y < HEADER_LINES:
            return self._strip(paint_header(self._window, self._orders))
        row = self._view.row_at(y - HEADER_LINES)
        if row is not None:
            return self._strip(self._runs(row))
        text, style = "", ROW
        if y == HEADER_LINES and not self._view.count:
            text, style = " " * GUTTER + self.options.empty_text, Tone.MUTED
        return self._strip([Run(fit_wide(text, self._fitted.width), style)])

    def notify_style_update(self) -> None:
        """Forget the colours, which have changed."""
        self._rich_styles.clear()
        super().notify_style_update()

    def on_resize(self, _event: Resize) -> None:
        """Bring the terminal's own cursor to where the row is now."""
        self._fit_to_size()
        self._show_position()

    def on_focus(self, _event: Focus) -> None:
        """Bring the terminal's own cursor to the row, for magnifiers and braille lines."""
        self._show_position()

    def _runs(self, row: int) -> list[Run]:
        return paint_row(
            self._row(row),
            self._window,
            self.options.row_styler,
            is_marked=bool(self._marks) and self._source.key(row) in self._marks,
            is_cursor=row == self._view.cursor,
        )

    def _row(self, i: int) -> Row:
        """Give the values of a row, fetched by the page."""
        start, rows = self._page
        if not start <= i < start + len(rows):
            start = self._view.top if self._view.line_of(i) is not None else i
            rows = self._source.rows(start, start + self._view.height)
            self._page = (start, rows)
        return rows[i - start]

    def _strip(self, runs: list[Run]) -> Strip:
        pieces = [Segment(run.text, self._style(run.style)) for run in runs]
        return Strip(pieces, self._fitted.width)

    def _style(self, name: str) -> Style:
        style = self._rich_styles.get(name)
        if style is None:
            style = self._rich_styles[name] = self.get_component_rich_style(name)
        return style

    def _fit_to_size(self) -> None:
        """Place columns and rows for the present size, if they are not yet.

        Textual may ask for lines before it tells of a new size; then it repaints everything itself.
        """
        size = self.size  # worked out anew each time it is asked for
        if self._fitted != size:
            self._fitted = size
            self._view.resize(size.height - HEADER_LINES)
            self._place_columns()

    def _place_columns(self) -> None:
        width = self.size.width
        self._layout = lay_out(self._columns, width - GUTTER, leave_out=self._leave_out)
        self._pan = min(self._pan, greatest_pan(self._layout, width))
        self._window = look_through(self._layout, self._pan, width)

    def _pan_by(self, columns: int) -> None:
        pan = max(0, min(self._pan + columns, greatest_pan(self._layout, self.size.width)))
        if pan != self._pan:
            self._pan = pan
            self._window = look_through(self._layout, pan, self.size.width)
            self.refresh()

    def _reload(self, source: RowSource, cursor: int) -> None:
        """Show other rows with the cursor on one of them; repaint the lines that differ."""
        before = self._seen()
        self._source = source
        self._page = (0, [])
        self._view.reload(len(source), cursor)
        after = self._seen()
        pairs = enumerate(zip_longest(before, after), HEADER_LINES)
        changed = [line for line, (old, new) in pairs if old != new]
        if not (before and after):  # What stands for no rows may read otherwise now.
            changed = changed or [HEADER_LINES]
        for line, count in stretches(changed):
            self.refresh_lines(line, count)
        self._show_position()

    def _seen(self) -> list[tuple[Hashable, Row, bool]]:
        """Give what decides how each line of the view looks, besides its mark."""
        top, source = self._view.top, self._source
        rows = source.rows(top, min(top + self._view.height, len(source)))
        return [
            (source.key(top + line), row, top + line == self._view.cursor)
            for line, row in enumerate(rows)
        ]

    def ask_for_paint(self) -> None:
        """Tell the screen now what is to be painted anew: a turn later it may be painting already.

        What the screen is told while it deals with one message is one paint.
        """
        self._check_refresh()

    def _refresh_body(self) -> None:
        """Repaint every row, but not the header."""
        self.refresh(Region(0, HEADER_LINES, self.size.width, self._view.height))

    def _refresh_rows(self, first: int, last: int) -> None:
        """Repaint those of the rows from `first` to `last` that are seen."""
        top = max(first, self._view.top)
        bottom = min(last, self._view.top + self._view.height - 1)
        if top <= bottom:
            self.refresh_lines(top - self._view.top + HEADER_LINES, bottom - top + 1)

    def _show_position(self) -> None:
        """Put the terminal's cursor, hidden or not, at the beginning of the cursor's row."""
        line = self._view.line_of(self._view.cursor)
        if self.has_focus and line is not None:
            self.app.cursor_position = self.content_region.offset + Offset(0, line + HEADER_LINES)


def key_at(source: RowSource, row: int) -> Hashable | None:
    """Give the key of a row, or None when there is no such row."""
    return source.key(row) if 0 <= row < len(source) else None
