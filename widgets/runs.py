"""Pieces of a line in one style each, exact in width: what our line-painting widgets share.

Plain ASCII takes a short cut; everything else is cleaned and measured in cells of the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from recall_tui.cleaning import clean

ELLIPSIS = "…"
"""Stands where text was cut off."""


class Run(NamedTuple):
    """A piece of a line and the component class that colours it."""

    text: str
    style: str


def cells(text: str) -> int:
    """Say how many cells a cleaned text takes."""
    return len(text) if text.isascii() else cell_len(text)


def width_of(runs: Sequence[Run]) -> int:
    """Say how many cells runs take together."""
    return sum(cells(run.text) for run in runs)


def fit(text: str, width: int, *, to_right: bool = False) -> str:
    """Give plain ASCII text in exactly `width` cells; what is cut off leaves an ellipsis."""
    if len(text) > width:
        return text[: width - 1] + ELLIPSIS if width > 0 else ""
    return text.rjust(width) if to_right else text.ljust(width)


def fit_wide(text: str, width: int, *, to_right: bool = False) -> str:
    """Clean any text and give it in exactly `width` cells, whatever its characters take."""
    text = clean(text)
    size = cell_len(text)
    if size > width:
        return set_cell_size(text, width - 1) + ELLIPSIS if width > 0 else ""
    blanks = " " * (width - size)
    return blanks + text if to_right else text + blanks


def filled(runs: Sequence[Run], width: int, style: str) -> list[Run]:
    """Make runs exactly `width` cells: pad them in `style`, or cut them at the end."""
    kept: list[Run] = []
    room = width
    for run in runs:
        size = cells(run.text)
        if size > room:
            run = Run(set_cell_size(run.text, room), run.style)  # noqa: PLW2901 - the last of them
        if run.text:
            kept.append(run)
        room -= min(size, room)
    if room and kept and kept[-1].style == style:
        kept[-1] = Run(kept[-1].text + " " * room, style)
    elif room:
        kept.append(Run(" " * room, style))
    return kept
