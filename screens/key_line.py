"""The keys at the bottom: as many as fit, help always among them.

    yield KeyLine(hints_for(Where.OVERVIEW))

A line of its own instead of Textual's footer: one widget instead of one a key, and "? Help" never
falls off a narrow terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from widgets.one_line import OneLine
from widgets.runs import Run, width_of

KEY = "keys--key"
LABEL = "keys--label"


class KeyLine(OneLine):
    """Keys and what they do, in the order given; the last one is always shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {KEY, LABEL}
    DEFAULT_CSS = """
    KeyLine {
        height: 1; width: 1fr; background: $ground-panel; color: $ink-panel;
        & > .keys--key { color: $ink-key; background: $ground-key; text-style: $style-key; }
        & > .keys--label { color: $ink-panel; background: $ground-panel; }
    }
    """

    def __init__(self, hints: Sequence[tuple[str, str]]) -> None:
        """Take (key, label) pairs, the most wanted first."""
        super().__init__(lambda width: key_runs(hints, width), LABEL)


def key_runs(hints: Sequence[tuple[str, str]], width: int) -> list[Run]:
    """Give the hints that fit into ``width`` cells: from the front, and the last."""
    if not hints:
        return []
    last = _pair(*hints[-1])
    kept: list[Run] = []
    for key, label in hints[:-1]:
        pair = _pair(key, label)
        if width_of(kept) + width_of(pair) + width_of(last) > width:
            break
        kept += pair
    return kept + last


def _pair(key: str, label: str) -> list[Run]:
    return [Run(f" {key}", KEY), Run(f" {label} ", LABEL)]
