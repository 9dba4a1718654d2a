"""The looks of `recall_tui/theme.py` as Textual themes and CSS variables.

    class RecallApp(App[None]):
        CSS = theming.BASE_CSS                       # buttons, inputs and lists in our inks

        def __init__(self, look: Look) -> None:
            super().__init__()
            theming.install(self, look)              # themes, and the line filters

        def get_theme_variable_defaults(self) -> dict[str, str]:
            return theming.css_variables(DARK)       # so that the CSS parses under any theme

Every role gives three CSS variables: `$ink-overdue`, `$ground-overdue`, `$style-overdue`; use them
together (`color`, `background`, `text-style`). The variables of Textual's own widgets are set from
the same inks, so that inputs, option lists, buttons, footers and toasts keep the contrast too.
To change the look of a running app: `app.theme = look.name`.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.theme import Theme

from recall_tui.theme import DEFAULT, LOOKS, NONE, Look, Role
from widgets import line_filter

BASE_CSS = """
Screen { background: $ground-text; color: $ink-text; }
Button, Button:hover, Button.-success, Button.-warning, Button.-error {
    height: 1; min-width: 8; width: auto; border: none; padding: 0 1; tint: transparent;
    background: $ground-button; color: $ink-button; text-style: $style-button;
}
Button.-primary, Button.-primary:hover {
    background: $ground-button-main; color: $ink-button-main; text-style: $style-button-main;
}
Button:focus, Button.-primary:focus, Button.-success:focus, Button.-warning:focus,
Button.-error:focus {
    background: $ground-cursor; color: $ink-cursor; text-style: $style-cursor;
}
Input, Input:focus {
    background: $ground-field; color: $ink-field; background-tint: transparent;
    & > .input--placeholder, & > .input--suggestion {
        background: $ground-placeholder; color: $ink-placeholder; text-style: $style-placeholder;
    }
}
OptionList, OptionList:focus {
    background: $ground-panel; color: $ink-panel; background-tint: transparent;
    & > .option-list--option { color: $ink-panel; }
    & > .option-list--option-highlighted {
        background: $ground-cursor-idle; color: $ink-cursor-idle; text-style: $style-cursor-idle;
    }
}
OptionList:focus > .option-list--option-highlighted {
    background: $ground-cursor; color: $ink-cursor; text-style: $style-cursor;
}
Toast { background: $ground-panel; color: $ink-panel; }
Toast .toast--title { color: $ink-panel-strong; }
"""
"""Textual's own widgets in our inks, for the app's `CSS`; screens add their layout to it.

`SelectionList` is not among them: it says by colour alone what is chosen. `FilterSidebar` does not.
"""


def install(app: App[Any], look: Look) -> None:
    """Give an app our themes, one of them in use, and the filters that every line passes."""
    for each in LOOKS:
        app.register_theme(as_theme(each))
    app.theme = look.name
    # Before anything is parsed: what Textual would parse again for this theme is right at once.
    app.stylesheet.set_variables(app.get_css_variables())
    line_filter.install(app, line_filter.NoColours(lambda: app.theme == NONE.name))


def as_theme(look: Look) -> Theme:
    """Give the Textual theme of a look."""
    inks = look.inks
    return Theme(
        name=look.name,
        primary=DEFAULT if look.is_ansi else inks[Role.CURSOR].ground,
        secondary=DEFAULT if look.is_ansi else inks[Role.CURSOR].ground,
        accent=_lone(look, Role.KEY),
        error=_lone(look, Role.OVERDUE),
        warning=_lone(look, Role.HOLD),
        success=_lone(look, Role.DONE),
        foreground=inks[Role.TEXT].text,
        background=inks[Role.TEXT].ground,
        surface=inks[Role.PANEL].ground,
        panel=inks[Role.PANEL].ground,
        boost=inks[Role.FIELD].ground,
        dark=look.is_dark,
        ansi=look.is_ansi,
        variables=css_variables(look) | _stock_variables(look),
    )


def css_variables(look: Look) -> dict[str, str]:
    """Give the three CSS variables of each role, and those of borders."""
    variables = {"line": look.border, "line-idle": look.border_idle}
    for role, ink in look.inks.items():
        variables[f"ink-{role}"] = ink.text
        variables[f"ground-{role}"] = ink.ground
        variables[f"style-{role}"] = ink.style
    return variables


_STOCK_INKS: dict[str, Role] = {
    "block-cursor": Role.CURSOR,
    "block-cursor-blurred": Role.CURSOR_IDLE,
    "footer": Role.PANEL,
    "footer-key": Role.KEY,
    "footer-description": Role.PANEL,
    "input-cursor": Role.FIELD_CURSOR,
    "input-selection": Role.SELECTION,
    "screen-selection": Role.SELECTION,
}
"""Prefixes of Textual's own variables that come as `-foreground` and `-background`."""

_STOCK_TEXTS: dict[str, Role] = {
    "text": Role.TEXT,
    "text-muted": Role.MUTED,
    "text-disabled": Role.MUTED,
    "foreground-muted": Role.MUTED,
    "foreground-disabled": Role.MUTED,
    "text-primary": Role.PANEL_STRONG,
    "text-secondary": Role.PANEL_STRONG,
    "text-accent": Role.KEY,
    "text-error": Role.OVERDUE,
    "text-warning": Role.HOLD,
    "text-success": Role.DONE,
    "link-color": Role.TEXT,
    "link-color-hover": Role.BUTTON_MAIN,
    "button-foreground": Role.BUTTON,
    "button-color-foreground": Role.BUTTON_MAIN,
}
"""Textual's own variables that are the colour of a text."""


def _lone(look: Look, role: Role) -> str:
    """Give the colour of a text whose ground Textual chooses: with ANSI, the terminal's own."""
    return DEFAULT if look.is_ansi else look.inks[role].text


def _stock_variables(look: Look) -> dict[str, str]:
    variables = {name: _lone(look, role) for name, role in _STOCK_TEXTS.items()}
    for prefix, role in _STOCK_INKS.items():
        variables[f"{prefix}-foreground"] = look.inks[role].text
        variables[f"{prefix}-background"] = look.inks[role].ground
    variables["block-cursor-text-style"] = look.inks[Role.CURSOR].style
    variables["block-cursor-blurred-text-style"] = look.inks[Role.CURSOR_IDLE].style
    variables["input-cursor-text-style"] = look.inks[Role.FIELD_CURSOR].style
    variables["footer-item-background"] = look.inks[Role.PANEL].ground
    variables["link-background-hover"] = look.inks[Role.BUTTON_MAIN].ground
    variables["surface-active"] = look.inks[Role.FIELD].ground
    variables["ansi-foreground"] = look.inks[Role.TEXT].text
    variables["ansi-background"] = look.inks[Role.TEXT].ground
    variables["border"] = look.border
    variables["border-blurred"] = look.border_idle
    return variables
