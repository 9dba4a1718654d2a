"""The last gate before the terminal: no control, bidirectional or hidden character passes it.

Textual sends what data contains straight to the terminal, escape sequences too, from every widget
(measured; reference/reliability.md 2.10). Each value is cleaned where it enters; this filter is the
second wall, over every line of every widget. Call `install(app)` once, in the app's constructor.

    class RecallApp(App[None]):
        def __init__(self) -> None:
            super().__init__()
            line_filter.install(self)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from recall_tui.cleaning import clean


class HarmlessText(LineFilter):
    """Replaces what must not reach a terminal by U+FFFD, and keeps each line as wide as it was."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Give the segments of one line with harmless text; control segments stay as they are."""
        _ = background
        if all(_is_harmless(segment) for segment in segments):
            return segments
        cleaned = [
            segment if segment.control else Segment(_clean(segment.text), segment.style)
            for segment in segments
        ]
        excess = _width(cleaned) - _width(segments)
        return _narrowed(cleaned, excess) if excess > 0 else _widened(cleaned, -excess)


class NoColours(LineFilter):
    """Takes all colours away while `is_wanted` says so, and leaves bold, reverse and underline.

    Textual chooses its own filter for NO_COLOR before it knows the theme; this one knows it.
    """

    def __init__(self, is_wanted: Callable[[], bool]) -> None:
        """Ask `is_wanted` for each widget that is painted."""
        self._is_wanted = is_wanted
        super().__init__()

    @property
    def enabled(self) -> bool:
        """Whether lines are to be given to it at all."""
        return self._is_wanted()

    @enabled.setter
    def enabled(self, enabled: bool) -> None:
        """Take no notice: Textual sets it once."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Give the segments of one line without colours."""
        _ = background
        return [
            Segment(text, style.without_color if style else style, control)
            for text, style, control in segments
        ]


def install(app: App[Any], *others: LineFilter) -> None:
    """Put `HarmlessText`, then any others, behind the app's own line filters."""
    # Textual 8.2.8 has no public way to add a line filter. It is pinned exactly, and the tests that
    # read the bytes of a real pty fail if this list ever loses its meaning.
    filters = app._filters  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    filters.extend((HarmlessText(), *others))


def _is_harmless(segment: Segment) -> bool:
    text = segment.text
    return (text.isascii() and text.isprintable()) or _clean(text) == text


@lru_cache(maxsize=4096)
def _clean(text: str) -> str:
    return clean(text)


def _width(segments: list[Segment]) -> int:
    return sum(cell_len(segment.text) for segment in segments if not segment.control)


def _narrowed(segments: list[Segment], excess: int) -> list[Segment]:
    """Take `excess` cells away: blanks at the end of a segment first, then whatever is last."""
    kept = list(segments)
    for only_blanks in (True, False):
        for place in reversed(range(len(kept))):
            text, style, control = kept[place]
            room = len(text) - len(text.rstrip(" ")) if only_blanks else cell_len(text)
            cut = 0 if control else min(room, excess)
            if cut:
                kept[place] = Segment(set_cell_size(text, cell_len(text) - cut), style)
                excess -= cut
    return [segment for segment in kept if segment.text]


def _widened(segments: list[Segment], missing: int) -> list[Segment]:
    """Add blanks at the end of the last text."""
    kept = list(segments)
    for place in reversed(range(len(kept))):
        text, style, control = kept[place]
        if missing and not control:
            kept[place] = Segment(text + " " * missing, style)
            return kept
    return kept
