"""A question with a few answers to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.cleaning import clean
from screens.leaving import Leaving


class ChoiceQuestion(Leaving[str | None], ModalScreen[str | None]):
    """Give the key of the answer chosen, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="choosing.cancel", tooltip="Leave")
    ]

    def __init__(self, question: str, options: Sequence[tuple[str, str]]) -> None:
        """Ask ``question`` with (key, words) answers."""
        super().__init__()
        self._question = question
        self._options = options

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="asking"):
            yield Static(Content(self._question), markup=False)
            yield OptionList(
                *(Option(Content(clean(words))) for _key, words in self._options), markup=False
            )
            yield Static("Enter: choose   Escape: cancel", classes="hint", markup=False)

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Give the answer."""
        event.stop()
        self.leave(self._options[event.option_index][0])

    def action_give_up(self) -> None:
        """Give nothing."""
        self.leave(None)
