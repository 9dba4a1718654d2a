"""The four looks of recall-tui as plain data: dark, light, sixteen colours, and no colour at all.

A `Look` gives each `Role` its `Ink`: the colour of the text, the ground under it, and attributes.
Nothing on the screen uses a colour that is not here; `widgets/theming.py` turns looks into Textual
themes and CSS variables. A test proves a contrast of at least 4.5:1 for every ink (WCAG 2.2 AA),
in true colour and as a terminal with 256 colours shows it. Colour is never the only sign: marks,
words and attributes say the same.

`sixteen` names colours of the terminal's own palette, so that PuTTY and the Linux console show what
is meant. Text and ground are the terminal's own default there, or both are named: never half.
`none` uses attributes only (bold, reverse, underline); with NO_COLOR set no colour code is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

DEFAULT = "ansi_default"
"""The terminal's own colour of text or ground."""

LEAST_CONTRAST = 4.5
"""WCAG 2.2 AA for text of ordinary size."""


class Role(StrEnum):
    """What a piece of text is on the screen."""

    TEXT = "text"
    MUTED = "muted"
    TITLE = "title"
    HEADER = "header"
    SORTED = "sorted"
    CURSOR = "cursor"
    CURSOR_IDLE = "cursor-idle"
    MARKED = "marked"
    OVERDUE = "overdue"
    HOLD = "hold"
    DONE = "done"
    PANEL = "panel"
    PANEL_MUTED = "panel-muted"
    PANEL_STRONG = "panel-strong"
    CHIP = "chip"
    ALERT = "alert"
    KEY = "key"
    FIELD = "field"
    PLACEHOLDER = "placeholder"
    FIELD_CURSOR = "field-cursor"
    SELECTION = "selection"
    BUTTON = "button"
    BUTTON_MAIN = "button-main"


class Ink(NamedTuple):
    """One pair of colours that occur together, and the attributes of the text."""

    text: str
    ground: str
    style: str = "none"


class Look(NamedTuple):
    """One whole theme. `border` and `border_idle` draw lines round the focused and other panes."""

    name: str
    label: str
    is_dark: bool
    is_ansi: bool
    border: str
    border_idle: str
    inks: Mapping[Role, Ink]


DARK = Look(
    name="recall-dark",
    label="Dark",
    is_dark=True,
    is_ansi=False,
    border="#5fafd7",
    border_idle="#626262",
    inks={
        Role.TEXT: Ink("#e4e4e4", "#121212"),
        Role.MUTED: Ink("#a8a8a8", "#121212"),
        Role.TITLE: Ink("#ffffff", "#005f87", "bold"),
        Role.HEADER: Ink("#ffffff", "#303030", "bold"),
        Role.SORTED: Ink("#ffd75f", "#303030", "bold"),
        Role.CURSOR: Ink("#ffffff", "#005f87", "bold"),
        Role.CURSOR_IDLE: Ink("#e4e4e4", "#444444"),
        Role.MARKED: Ink("#5fd7ff", "#121212", "bold"),
        Role.OVERDUE: Ink("#ff8787", "#121212", "bold"),
        Role.HOLD: Ink("#ffd75f", "#121212"),
        Role.DONE: Ink("#87d787", "#121212"),
        Role.PANEL: Ink("#e4e4e4", "#262626"),
        Role.PANEL_MUTED: Ink("#a8a8a8", "#262626"),
        Role.PANEL_STRONG: Ink("#ffffff", "#262626", "bold"),
        Role.CHIP: Ink("#000000", "#87d7ff"),
        Role.ALERT: Ink("#ffffff", "#af0000", "bold"),
        Role.KEY: Ink("#ffd75f", "#262626", "bold"),
        Role.FIELD: Ink("#ffffff", "#303030"),
        Role.PLACEHOLDER: Ink("#a8a8a8", "#303030"),
        Role.FIELD_CURSOR: Ink("#000000", "#ffffff"),
        Role.SELECTION: Ink("#ffffff", "#005f87"),
        Role.BUTTON: Ink("#ffffff", "#444444"),
        Role.BUTTON_MAIN: Ink("#ffffff", "#005f87", "bold"),
    },
)

LIGHT = Look(
    name="recall-light",
    label="Light",
    is_dark=False,
    is_ansi=False,
    border="#005faf",
    border_idle="#8a8a8a",
    inks={
        Role.TEXT: Ink("#1c1c1c", "#ffffff"),
        Role.MUTED: Ink("#585858", "#ffffff"),
        Role.TITLE: Ink("#ffffff", "#005faf", "bold"),
        Role.HEADER: Ink("#000000", "#d0d0d0", "bold"),
        Role.SORTED: Ink("#00005f", "#d0d0d0", "bold"),
        Role.CURSOR: Ink("#ffffff", "#005faf", "bold"),
        Role.CURSOR_IDLE: Ink("#1c1c1c", "#c6c6c6"),
        Role.MARKED: Ink("#00005f", "#ffffff", "bold"),
        Role.OVERDUE: Ink("#af0000", "#ffffff", "bold"),
        Role.HOLD: Ink("#875f00", "#ffffff"),
        Role.DONE: Ink("#005f00", "#ffffff"),
        Role.PANEL: Ink("#1c1c1c", "#e4e4e4"),
        Role.PANEL_MUTED: Ink("#4e4e4e", "#e4e4e4"),
        Role.PANEL_STRONG: Ink("#000000", "#e4e4e4", "bold"),
        Role.CHIP: Ink("#ffffff", "#00005f"),
        Role.ALERT: Ink("#ffffff", "#af0000", "bold"),
        Role.KEY: Ink("#00005f", "#e4e4e4", "bold"),
        Role.FIELD: Ink("#000000", "#e4e4e4"),
        Role.PLACEHOLDER: Ink("#4e4e4e", "#e4e4e4"),
        Role.FIELD_CURSOR: Ink("#ffffff", "#000000"),
        Role.SELECTION: Ink("#ffffff", "#005faf"),
        Role.BUTTON: Ink("#000000", "#c6c6c6"),
        Role.BUTTON_MAIN: Ink("#ffffff", "#005faf", "bold"),
    },
)

SIXTEEN = Look(
    name="recall-16",
    label="Sixteen colours",
    is_dark=True,
    is_ansi=True,
    border=DEFAULT,
    border_idle=DEFAULT,
    inks={
        Role.TEXT: Ink(DEFAULT, DEFAULT),
        Role.MUTED: Ink(DEFAULT, DEFAULT),
        Role.TITLE: Ink("ansi_bright_white", "ansi_blue", "bold"),
        Role.HEADER: Ink("ansi_black", "ansi_white"),
        Role.SORTED: Ink("ansi_black", "ansi_white", "underline"),
        Role.CURSOR: Ink("ansi_bright_white", "ansi_blue", "bold"),
        Role.CURSOR_IDLE: Ink(DEFAULT, DEFAULT, "underline"),
        Role.MARKED: Ink("ansi_black", "ansi_cyan"),
        Role.OVERDUE: Ink("ansi_bright_white", "ansi_red", "bold"),
        Role.HOLD: Ink("ansi_bright_white", "ansi_magenta"),
        Role.DONE: Ink(DEFAULT, DEFAULT),
        Role.PANEL: Ink(DEFAULT, DEFAULT),
        Role.PANEL_MUTED: Ink(DEFAULT, DEFAULT),
        Role.PANEL_STRONG: Ink(DEFAULT, DEFAULT, "bold"),
        Role.CHIP: Ink("ansi_black", "ansi_cyan"),
        Role.ALERT: Ink("ansi_bright_white", "ansi_red", "bold"),
        Role.KEY: Ink(DEFAULT, DEFAULT, "bold"),
        Role.FIELD: Ink(DEFAULT, DEFAULT),
        Role.PLACEHOLDER: Ink(DEFAULT, DEFAULT),
        Role.FIELD_CURSOR: Ink(DEFAULT, DEFAULT, "reverse"),
        Role.SELECTION: Ink(DEFAULT, DEFAULT, "reverse"),
        Role.BUTTON: Ink("ansi_black", "ansi_white"),
        Role.BUTTON_MAIN: Ink("ansi_bright_white", "ansi_blue", "bold"),
    },
)

_STYLES_WITHOUT_COLOUR: Mapping[Role, str] = {
    Role.TITLE: "reverse",
    Role.HEADER: "bold underline",
    Role.SORTED: "bold underline",
    Role.CURSOR: "reverse",
    Role.CURSOR_IDLE: "underline",
    Role.MARKED: "bold",
    Role.OVERDUE: "bold",
    Role.PANEL_STRONG: "bold",
    Role.CHIP: "reverse",
    Role.ALERT: "bold reverse",
    Role.KEY: "bold",
    Role.FIELD_CURSOR: "reverse",
    Role.SELECTION: "reverse",
    Role.BUTTON_MAIN: "bold",
}

NONE = Look(
    name="recall-none",
    label="No colour",
    is_dark=True,
    is_ansi=True,
    border=DEFAULT,
    border_idle=DEFAULT,
    inks={role: Ink(DEFAULT, DEFAULT, _STYLES_WITHOUT_COLOUR.get(role, "none")) for role in Role},
)

LOOKS: tuple[Look, ...] = (DARK, LIGHT, SIXTEEN, NONE)
"""Every look that a person may choose, the default first."""


def look_for(environ: Mapping[str, str], wished: str | None = None) -> Look:
    """Choose a look: the one named `wished`, else what the terminal's variables allow.

    `NO_COLOR` gives no colour; a TERM that promises neither 256 colours nor true colour (PuTTY's
    plain `xterm`, `linux`, `screen`) gives sixteen, where red stays red; everything else is dark.
    """
    for look in LOOKS:
        if wished in {look.name, look.name.removeprefix("recall-")}:
            return look
    if "NO_COLOR" in environ:
        return NONE
    term, colours = environ.get("TERM", ""), environ.get("COLORTERM", "")
    if "256color" in term or "kitty" in term or colours in {"truecolor", "24bit"}:
        return DARK
    return SIXTEEN


def contrast(one: str, other: str) -> float:
    """Give the WCAG contrast of two colours written `#rrggbb`: from 1.0 to 21.0."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    """Undo the gamma of one part of an sRGB colour, both from 0 to 1."""
    threshold = 0.04045
    return part / 12.92 if part <= threshold else ((part + 0.055) / 1.055) ** 2.4
