"""Finds text on a screen that people with weak eyes cannot read."""

from __future__ import annotations

from typing import Any

from rich.color import Color, ColorSystem, ColorType
from textual.app import App

from recall_tui.theme import LEAST_CONTRAST, contrast
from tests.support.screen_text import screen_strips


def as_256(colour: str) -> str:
    """Give the colour that a terminal with 256 colours shows for `#rrggbb`."""
    return Color.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex


def unreadable(app: App[Any]) -> set[str]:
    """Give what is painted with too little contrast, as "text: colour on ground".

    Blanks and lines of boxes are no text. With the terminal's own palette, colours must be the
    default both, or be named both; how far those are apart is tested with the looks.
    """
    found: set[str] = set()
    for strip in screen_strips(app):
        for segment in strip:
            text = "".join(letter for letter in segment.text if letter.isalnum())
            style = segment.style
            if not text or style is None:
                continue
            colour, ground = style.color, style.bgcolor
            if not _is_readable(colour, ground):
                found.add(f"{segment.text.strip()!r}: {colour} on {ground}")
    return found


def _is_readable(colour: Color | None, ground: Color | None) -> bool:
    if colour is None or ground is None:
        return colour is ground
    if ColorType.DEFAULT in {colour.type, ground.type}:
        return colour.type is ground.type
    if colour.triplet is None or ground.triplet is None:
        return colour.number != ground.number
    pair = colour.triplet.hex, ground.triplet.hex
    return min(contrast(*pair), contrast(as_256(pair[0]), as_256(pair[1]))) >= LEAST_CONTRAST
