"""One line of the screen that repaints no further than the last of its pieces that changed.

A base for `StatusLine` and `Chips`. It is given a function from a width to runs. Textual 8.2.8
sends a line from its beginning to the end of what is dirty, so what changes often stands first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from widgets.runs import Run, cells, filled, width_of

Painter: TypeAlias = Callable[[int], Sequence[Run]]
"""From the width of the line to its runs."""


class OneLine(Widget):
    """A widget of one line, painted from runs; call `show` when they may have changed."""

    ALLOW_SELECT = False

    def __init__(self, paint: Painter, base_style: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Take what paints the line, and the component class of what its runs leave blank."""
        super().__init__(id=id)
        self._paint = paint
        self._base_style = base_style
        self._runs: list[Run] = []
        self._rich_styles: dict[str, Style] = {}

    def show(self) -> None:
        """Repaint what differs from what is on the screen."""
        before = self._runs
        self._runs = self._painted()
        first, last = difference(before, self._runs)
        if first < last:
            self.refresh(Region(first, 0, last - first, 1))

    def on_resize(self) -> None:
        """Fit the line to its new width."""
        self.show()

    def render_line(self, y: int) -> Strip:
        """Paint the line."""
        if y or width_of(self._runs) != self.size.width:
            self._runs = self._painted()
        segments = [Segment(run.text, self._style(run.style)) for run in self._runs]
        return Strip(segments, self.size.width)

    def notify_style_update(self) -> None:
        """Forget the colours, which have changed."""
        self._rich_styles.clear()
        super().notify_style_update()

    def _painted(self) -> list[Run]:
        width = self.size.width
        return filled(self._paint(width), width, self._base_style)

    def _style(self, name: str) -> Style:
        style = self._rich_styles.get(name)
        if style is None:
            style = self._rich_styles[name] = self.get_component_rich_style(name)
        return style


def difference(before: Sequence[Run], after: Sequence[Run]) -> tuple[int, int]:
    """Give the first cell of `after` that must be painted anew, and the one after the last.

    While runs keep their widths only those that changed count; from a change of width on, all do.
    """
    first: int | None = None
    last = x = 0
    for place, run in enumerate(after):
        width = cells(run.text)
        if place >= len(before) or run != before[place]:
            first = x if first is None else first
            last = x + width
            if place >= len(before) or cells(before[place].text) != width:
                return first, width_of(after)
        x += width
    return (0, 0) if first is None else (first, last)
