"""The keys at the bottom: as many as fit, help always among them; what runs stands before them.

    yield KeyLine(hints_for(Where.OVERVIEW))
    line.running = "why not, of Ali, Aisha: asking every recall, 3 s"

A line of its own instead of Textual's footer: one widget instead of one a key, and "? Help" never
falls off a narrow terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.reactive import reactive

from widgets.one_line import OneLine
from widgets.runs import Run, fit_wide, width_of

KEY = "keys--key"
LABEL = "keys--label"
RUNNING = "keys--running"


class KeyLine(OneLine):
    """Keys and what they do, in the order given; the last one is always shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {KEY, LABEL, RUNNING}
    DEFAULT_CSS = """
    KeyLine {
        height: 1; width: 1fr; background: $ground-panel; color: $ink-panel;
        & > .keys--key { color: $ink-key; background: $ground-key; text-style: $style-key; }
        & > .keys--label { color: $ink-panel; background: $ground-panel; }
        & > .keys--running {
            color: $ink-panel-strong; background: $ground-panel-strong;
            text-style: $style-panel-strong;
        }
    }
    """

    hints: reactive[Sequence[tuple[str, str]]] = reactive((), repaint=False)
    """(key, label) pairs, the most wanted first."""

    running: reactive[str] = reactive("", repaint=False)
    """What is running, or waits to be read."""

    def __init__(self, hints: Sequence[tuple[str, str]]) -> None:
        """Take (key, label) pairs, the most wanted first."""
        super().__init__(lambda width: key_runs(self.hints, width, self.running), LABEL)
        self.set_reactive(KeyLine.hints, hints)

    def watch_hints(self) -> None:
        """Show the keys that are heard now."""
        self.show()

    def watch_running(self) -> None:
        """Show what has changed."""
        self.show()


def key_runs(hints: Sequence[tuple[str, str]], width: int, running: str = "") -> list[Run]:
    """Give what runs, then the hints that fit into ``width`` cells: the first, and the last."""
    if not hints:
        return []
    last = _pair(*hints[-1])
    kept: list[Run] = []
    if running:
        room = max(0, width - width_of(last))
        said = f" {running} "
        fits = width_of([Run(said, RUNNING)]) <= room
        kept = [Run(said if fits else fit_wide(said, room), RUNNING)]
    for key, label in hints[:-1]:
        pair = _pair(key, label)
        if width_of(kept) + width_of(pair) + width_of(last) > width:
            break
        kept += pair
    return kept + last


def _pair(key: str, label: str) -> list[Run]:
    return [Run(f" {key}", KEY), Run(f" {label} ", LABEL)]
