"""Which rows the worklist table shows and where its cursor stands: arithmetic, and no drawing.

A scroll repaints every line, a move of the cursor only two. So the view scrolls seldom and far:
when the cursor leaves it, by `jump` rows (half a page unless told otherwise).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass
class Viewport:
    """`count` rows, of which `height` are seen from `top` on; `cursor` is always one of these."""

    jump: int | None = None
    """Rows to scroll by when the cursor leaves the view; None means half a page."""
    count: int = 0
    height: int = 1
    top: int = 0
    cursor: int = 0

    @property
    def last_top(self) -> int:
        """The greatest `top` that leaves no blank lines."""
        return max(0, self.count - self.height)

    @property
    def stride(self) -> int:
        """How many rows a scroll goes: at least one, at most a page."""
        wanted = (self.height + 1) // 2 if self.jump is None else self.jump
        return max(1, min(wanted, self.height))

    def line_of(self, row: int) -> int | None:
        """Give the line, from 0, on which a row is seen, or None."""
        line = row - self.top
        return line if 0 <= line < self.height and row < self.count else None

    def row_at(self, line: int) -> int | None:
        """Give the row that is seen on a line, or None below the last."""
        row = self.top + line
        return row if 0 <= line < self.height and row < self.count else None

    def move_to(self, row: int) -> None:
        """Put the cursor on a row (the nearest there is), and scroll when it is out of view."""
        self.cursor = self._nearest(row)
        if self.cursor < self.top:
            self.top = max(0, self.cursor - self.stride + 1)
        elif self.cursor >= self.top + self.height:
            self.top = min(self.last_top, self.cursor - self.height + self.stride)

    def move_pages(self, pages: int) -> None:
        """Move cursor and view by whole pages; the cursor keeps its line until an end is met."""
        rows = pages * self.height
        self.top = max(0, min(self.last_top, self.top + rows))
        self.move_to(self.cursor + rows)

    def resize(self, height: int) -> None:
        """Show another number of lines, scrolling no more than it takes to keep the cursor seen."""
        self.height = max(1, height)
        lowest = max(0, self.cursor - self.height + 1)
        self.top = min(max(self.top, lowest), self.last_top)

    def reload(self, count: int, cursor: int) -> None:
        """Take another number of rows; the cursor goes to `cursor`, on its old line if it can."""
        line = self.cursor - self.top
        self.count = count
        self.cursor = self._nearest(cursor)
        self.top = max(0, min(self.last_top, self.cursor - line))
        self.resize(self.height)

    def _nearest(self, row: int) -> int:
        return max(0, min(row, self.count - 1))


def stretches(lines: Iterable[int]) -> list[tuple[int, int]]:
    """Give lines in their order as stretches without a gap: the first line, and how many."""
    found: list[tuple[int, int]] = []
    for line in lines:
        first, count = found[-1] if found else (line, 0)
        if line == first + count:
            found[-1:] = [(first, count + 1)]
        else:
            found.append((line, 1))
    return found
