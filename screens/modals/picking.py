"""Choosing from a list that is read first, of people and teams say: what is typed narrows it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.cleaning import clean
from recall_tui.errors import RecallError
from screens.modals import asking
from screens.modals.asking import Typing, set_after
from screens.threads import hand_back
from widgets.line import Line

Choices = Sequence[tuple[str, str]]
"""Each answer: what is given, and the words by which it is chosen."""


class PickQuestion(Typing[str | None]):
    """Give what stands for the line chosen, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="picking.cancel", tooltip="Leave"),
        Binding("up", "move(-1)", "Up", id="picking.up", tooltip="Go to the line above"),
        Binding("down", "move(1)", "Down", id="picking.down", tooltip="Go to the line below"),
    ]

    def __init__(self, question: str, read: Callable[[], Choices], missing: str = "") -> None:
        """Ask ``question``; ``read`` gives the answers, and may take a while.

        ``missing`` says how an answer that is not there comes into the list.
        """
        super().__init__()
        self._question = question
        self._read = read
        self._missing = missing
        self._choices: Choices | None = None
        self._fitting: Choices = ()
        self.guard = asyncio.Event()
        """Set once Enter is taken."""

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(classes="asking"):
            yield Static(Content(clean(self._question)), markup=False)
            field = Line(compact=True, placeholder="type a few letters to narrow the list")
            yield field
            options = OptionList(Option("Reading …", disabled=True), markup=False, classes="picked")
            options.can_focus = False  # the line keeps the keys
            yield options
            yield Static("", classes="wrong", markup=False)
            words = "Up, Down, letters: find   Enter: choose   Escape: cancel"
            lines = [*filter(None, [self._missing]), words]
            yield Static(Content("\n".join(map(clean, lines))), classes="hint", markup=False)

    def on_mount(self) -> None:
        """Read the answers; take Enter after a moment."""
        set_after(self, asking.PASTE_SECONDS, self.guard)
        self.load()

    @work(thread=True, exclusive=True, group="choices")
    def load(self) -> None:
        """Read the answers in a thread."""
        try:
            choices = self._read()
        except RecallError as fault:
            hand_back(self, self._say, fault.words)
            return
        hand_back(self, self._have, choices)

    def _have(self, choices: Choices) -> None:
        self._choices = choices
        self._show()

    def _show(self) -> None:
        """List what fits the letters typed, what begins with them first."""
        typed = self.query_one(Input).value.casefold().strip()
        fitting = [
            one
            for one in self._choices or ()
            if all(word in " ".join(one).casefold() for word in typed.split())
        ]
        self._fitting = sorted(fitting, key=lambda one: not one[1].casefold().startswith(typed))
        options = self.query_one(OptionList)
        options.set_options(Option(Content(clean(shown))) for _key, shown in self._fitting)
        options.highlighted = 0 if self._fitting else None
        self._say("" if self._fitting else "None fits that: Backspace takes a letter away.")

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Narrow the list with every letter."""
        event.stop()
        if self._choices is not None:
            self._show()

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        """Give the line under the cursor."""
        event.stop()
        place = self.query_one(OptionList).highlighted
        if not self.guard.is_set():
            self._say(asking.TOO_SOON)
        elif place is not None and place < len(self._fitting):
            self.leave(self._fitting[place][0])

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Give the line that was clicked."""
        event.stop()
        self.leave(self._fitting[event.option_index][0])

    def action_move(self, step: int) -> None:
        """Go up or down in the list."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            last = len(self._fitting) - 1
            options.highlighted = min(max(options.highlighted + step, 0), last)

    def action_give_up(self) -> None:
        """Give nothing."""
        self.leave(None)

    def _say(self, words: str) -> None:
        self.query_one(".wrong", Static).update(Content(clean(words)))
