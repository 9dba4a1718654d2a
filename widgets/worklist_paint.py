"""Rows of values to runs of text: what the worklist table paints, without knowing of terminals.

A line is a short list of `Run`s, each a text and the component class that colours it. Every run
costs bytes on the wire, so a new one begins only where the class changes, blanks never begin one,
and the cursor's line is a single run. Cells are cleaned, never read as markup, and fitted by the
cells that they take on the screen; plain ASCII takes a short cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from rich.cells import cell_len, set_cell_size

from recall_tui.cleaning import clean
from widgets.columns import GAP, Column, Layout, Placed
from widgets.rows import Row
from widgets.runs import Run, filled, fit, fit_wide

GUTTER = 2
"""Cells at the left of each row: `>` on the cursor's row, `●` on a marked one."""

MARK = "●"
ARROWS: Mapping[bool, str] = {False: "▲", True: "▼"}
"""The sign beside the label of a sorted column, by whether it is sorted downwards."""

ROW = "worklist--row"
CURSOR = "worklist--cursor"
MARKED = "worklist--marked"
HEADER = "worklist--header"
SORTED = "worklist--sort"

RowStyler: TypeAlias = Callable[[Row], str | None]
"""A whole row to the component class of those of its cells that have none of their own."""


class Window(NamedTuple):
    """The columns that are seen, with the cells that each has, in `width` cells of screen."""

    columns: tuple[Placed, ...]
    width: int
    is_cut_left: bool
    is_cut_right: bool

    def column_at(self, x: int) -> Column | None:
        """Give the column painted at cell `x` of the screen, its gap included, or None."""
        for placed in self.columns:
            if placed.x <= x < placed.x + placed.width + GAP:
                return placed.column
        return None


def look_through(layout: Layout, pan: int, width: int) -> Window:
    """Choose what is seen of a layout when `pan` of its unfrozen columns are passed over."""
    seen: list[Placed] = []
    x = GUTTER
    is_cut = False
    for place, item in enumerate(layout.placed):
        if layout.frozen <= place < layout.frozen + pan:
            continue
        room = width - x
        if room <= 0:
            is_cut = True
            break
        is_cut = item.width > room
        seen.append(Placed(item.column, x, min(item.width, room)))
        x += item.width + GAP
    return Window(tuple(seen), width, pan > 0, is_cut)


def greatest_pan(layout: Layout, width: int) -> int:
    """Say how many unfrozen columns must be passed over until the last one is seen whole."""
    room = width - GUTTER - layout.frozen_width
    moving = layout.placed[layout.frozen :]
    end = layout.width
    for pan, item in enumerate(moving):
        if end - item.x <= room:
            return pan
    return max(0, len(moving) - 1)


def cell_texts(row: Row, columns: Sequence[Placed]) -> list[str]:
    """Give the text of each column, fitted to its cells."""
    texts = [item.column.formatter(row[item.column.index]) for item in columns]
    joined = "".join(texts)
    fitted = fit if joined.isascii() and joined.isprintable() else fit_wide
    return [
        fitted(text, item.width, to_right=item.column.align == "right")
        for text, item in zip(texts, columns, strict=True)
    ]


def paint_row(
    row: Row, window: Window, row_styler: RowStyler | None, *, is_marked: bool, is_cursor: bool
) -> list[Run]:
    """Give the runs of one row, which together take the window's whole width."""
    texts = cell_texts(row, window.columns)
    gutter = f"{'>' if is_cursor else ' '}{MARK if is_marked else ' '}"
    if is_cursor:
        return filled([Run(gutter + _spaced(texts), CURSOR)], window.width, CURSOR)
    base = MARKED if is_marked else (row_styler(row) if row_styler else None) or ROW
    styles = [_cell_style(item.column, row) or base for item in window.columns]
    runs = [Run(gutter, base)]
    for text, style in zip(texts, styles, strict=True):
        cell = text + " " * GAP
        if style == runs[-1].style or not text.strip():
            runs[-1] = Run(runs[-1].text + cell, runs[-1].style)
        else:
            runs.append(Run(cell, style))
    return filled(runs, window.width, base)


def paint_header(window: Window, orders: Mapping[str, bool]) -> list[Run]:
    """Give the runs of the header; `orders` says of sorted columns whether they go downwards."""
    runs = [Run("< " if window.is_cut_left else "  ", HEADER)]
    for item in window.columns:
        style = SORTED if item.column.id in orders else HEADER
        label = _label(item, orders) + " " * GAP
        if style == runs[-1].style:
            runs[-1] = Run(runs[-1].text + label, style)
        else:
            runs.append(Run(label, style))
    runs = filled(runs, window.width, HEADER)
    if window.is_cut_right:
        last = runs[-1]
        runs[-1] = Run(set_cell_size(last.text, cell_len(last.text) - 1) + ">", last.style)
    return runs


def _label(item: Placed, orders: Mapping[str, bool]) -> str:
    """Give a column's label in its cells, the arrow of its order kept whatever is cut."""
    column, to_right = item.column, item.column.align == "right"
    if column.id not in orders:
        return fit_wide(column.label, item.width, to_right=to_right)
    arrow = ARROWS[orders[column.id]]
    room = item.width - 2
    if room < 1:
        return set_cell_size(arrow, item.width)
    label = fit_wide(column.label, min(room, cell_len(clean(column.label))))
    return fit_wide(f"{label} {arrow}", item.width, to_right=to_right)


def _cell_style(column: Column, row: Row) -> str | None:
    return column.styler(row[column.index], row) if column.styler else None


def _spaced(texts: Sequence[str]) -> str:
    return (" " * GAP).join(texts)
