"""Help and menu: every action by name, made from the one table."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.actions import ACTIONS, Action, Where
from screens.bindings import is_left_out, key_words
from screens.modals.asking import Typing
from screens.modals.text_page import TextPage
from widgets.line import Line
from widgets.worklist_paint import MARK

MOVING = (
    ("arrows PgUp PgDn Home End j k g G", "Move in the list"),
    ("< > ^", "Sort by another column, turn the order round"),
    ("left right", "Show columns further to the left or right"),
    ("space", "Mark this patient and go down"),
    ("V, shift+arrows", "Mark a range"),
    ("*", "Mark all in view"),
    ("-", "Take all marks away"),
    ("1 to 9", "Type a patient number: the look-up opens by itself"),
    ("Esc", "Back by one step; nothing is lost"),
)
SIMPLE_MOVING = (
    ("arrows PgUp PgDn Home End", "Move in the list"),
    ("letters, digits", "Type a name or a number: the look-up opens by itself"),
    ("Esc", "Back by one step; nothing is lost"),
)
"""In the simple profile."""

SIGNS = (
    ("!! and a date", "High-risk drug monitoring is overdue since then: these come first"),
    ("! and a date", "Something is overdue since then"),
    (">", "The row under the cursor"),
    (MARK, "A marked patient"),
    ("Phleb 22 + Nurse 17", "Appointments needed, with the minutes of what is still to be done"),
)
HEADINGS = {
    Where.EVERYWHERE: "Everywhere",
    Where.OVERVIEW: "The month's list",
    Where.BOOKING: "The booking window",
    Where.PATIENT: "The patient's page",
    Where.INVITES: "The invite window",
    Where.RECIPE: "The month's batches",
    Where.QUEUE: "A queue beside the month",
}


KEYS_WIDTH = 16
LABEL_WIDTH = 20


def help_text(width: int, here: Where = Where.OVERVIEW) -> str:
    """Return every key with its help in lines of at most ``width``: those of ``here`` first."""
    lines = [f"{HEADINGS[here]}: where you are", *_actions(here, width)]
    moving = SIMPLE_MOVING if is_left_out("filter") else MOVING
    for heading, rows in (("What signs mean", SIGNS), ("Moving", moving)):
        lines += ["", heading]
        for keys, words in rows:
            lines += _folded(f"  {keys:<{KEYS_WIDTH + LABEL_WIDTH}}", words, width)
    for where, heading in HEADINGS.items():
        if where is not here and (found := _actions(where, width)):
            lines += ["", heading, *found]
    return "\n".join(lines)


def _actions(where: Where, width: int) -> list[str]:
    lines: list[str] = []
    for one in ACTIONS:
        if one.where is where and not is_left_out(one.name):
            twin = f" (recall {one.command})" if one.command else ""
            start = f"  {key_words(one):<{KEYS_WIDTH}}{one.label:<{LABEL_WIDTH}}"
            lines += _folded(start, one.help + twin, width)
    return lines


def _folded(start: str, words: str, width: int) -> list[str]:
    """Return text that begins after ``start`` and goes on under itself."""
    room = max(20, width - len(start))
    first, *rest = textwrap.wrap(words, room) or [""]
    return [start + first, *(" " * len(start) + line for line in rest)]


class HelpScreen(TextPage):
    """The keys and what they do, those of the screen it was asked from first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "leave", "Back", id="help.back", tooltip="Back")
    ]

    def __init__(self, where: Where) -> None:
        """Begin with the screen where somebody is."""
        super().__init__()
        self._where = where

    def text_for(self, width: int) -> str:
        """Return it folded to the width."""
        return help_text(width, self._where)


SEARCHED: Mapping[str, str] = {
    "assign": "team colleague give hand over",
    "ledger": "hand over handover today print copy",
    "invite": "text sms message letter batch send",
    "export": "text sms message letter send",
    "sheet": "print copy save",
    "copy_reason": "paste clipboard",
    "copy_notes": "paste clipboard",
    "contact": "phone call rang voicemail answer",
    "queues": "print sheet tray away closed care home",
    "mine": "team colleague assigned",
    "decline": "refused rejected no",
    "complete": "override done",
    "lookup": "find search phone caller",
    "quit": "exit leave end",
}
"""Other words by which people look for an action, by its name."""


def _searched(action: Action) -> str:
    return f"{action.label} {action.help} {SEARCHED.get(action.name, '')}".casefold()


FEWEST, AROUND = 13, 11
"""Lines of the menu at least, and lines that stand around them."""


class MenuScreen(Typing[str | None]):
    """Every action of a screen by name; gives the name of the action chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Back", id="menu.back", tooltip="Back"),
        Binding("down", "into_list", "List", show=False, id="menu.list", tooltip="To the list"),
    ]

    def __init__(self, where: Where) -> None:
        """Offer the actions of ``where`` and those that exist everywhere."""
        super().__init__()
        self._actions = [
            one
            for one in ACTIONS
            if one.where in {where, Where.EVERYWHERE} and not is_left_out(one.name)
        ]
        self._shown: list[Action] = self._actions

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="asking"):
            field = Line(placeholder="Type to find an action", compact=True)
            yield field
            yield OptionList(markup=False)
            yield Static("", classes="wrong", markup=False)
            yield Static("Enter: do it   Escape: back", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Fill it."""
        self._fill("")

    @on(events.Resize)
    def fit(self, event: events.Resize) -> None:
        """Show as many actions as there is room for."""
        self.query_one(OptionList).styles.max_height = max(FEWEST, event.size.height - AROUND)

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Show the actions that contain every word typed."""
        event.stop()
        self._fill(event.value)

    def _fill(self, typed: str) -> None:
        words = typed.casefold().split()
        self._shown = [
            one for one in self._actions if all(word in _searched(one) for word in words)
        ]
        options = self.query_one(OptionList)
        options.clear_options()
        lines = [f"{one.label:<18}{key_words(one):<14}{one.help}" for one in self._shown]
        options.add_options([Option(Content(line)) for line in lines])
        options.highlighted = 0 if lines else None
        none = "" if lines else "No action here has these words: Backspace takes a letter away."
        self.query_one(".wrong", Static).update(Content(none))

    @on(Input.Submitted)
    def first(self, event: Input.Submitted) -> None:
        """Take what is highlighted."""
        event.stop()
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self.leave(self._shown[place].name)

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Take the action chosen."""
        event.stop()
        self.leave(self._shown[event.option_index].name)

    def action_into_list(self) -> None:
        """Go on to the list."""
        self.query_one(OptionList).focus()

    def action_give_up(self) -> None:
        """Choose nothing."""
        self.leave(None)
