"""Small questions: a line of text, a date, yes or no."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

GUARD_SECONDS = 0.4
"""Keys are not taken as an answer before this: auto-repeat must not confirm."""

ASKING_CSS = """
ModalScreen { align: center middle; background: $ground-text; }
.asking {
    width: 72; max-width: 100%; height: auto; padding: 1 2;
    border: solid $line; background: $ground-panel; color: $ink-panel;
}
.asking Input { margin-top: 1; }
.asking .hint { color: $ink-panel-muted; background: $ground-panel-muted; margin-top: 1; }
.asking .wrong { color: $ink-overdue; background: $ground-overdue; }
"""


class TextQuestion(ModalScreen[str | None]):
    """Ask for a line of text; Enter gives it, Escape gives nothing."""

    CSS = ASKING_CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="asking.cancel", tooltip="Leave without doing it")
    ]

    def __init__(
        self, question: str, value: str = "", *, check: Callable[[str], str] | None = None
    ) -> None:
        """Ask ``question``; ``check`` returns what is wrong with an answer, or nothing."""
        super().__init__()
        self._question = question
        self._value = value
        self._check = check or _nothing_wrong

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(classes="asking"):
            yield Static(self._question, markup=False)
            field = Input(value=self._value, select_on_focus=True)
            field.cursor_blink = False
            yield field
            yield Static("", classes="wrong", markup=False)
            yield Static("Enter: do it   Escape: cancel", classes="hint", markup=False)

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        """Give the answer when nothing is wrong with it."""
        event.stop()
        wrong = self._check(event.value)
        if wrong:
            self.query_one(".wrong", Static).update(wrong)
            return
        self.dismiss(event.value.strip())

    def action_give_up(self) -> None:
        """Give nothing."""
        self.dismiss(None)


class YesNo(ModalScreen[bool]):
    """Ask for y or n; nothing else answers, and not in the first 400 ms."""

    CSS = ASKING_CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="asking.yes", tooltip="Do it"),
        Binding("n,escape", "answer(False)", "No", id="asking.no", tooltip="Do not do it"),
    ]

    def __init__(self, question: str) -> None:
        """Ask ``question``."""
        super().__init__()
        self._question = question
        self._is_open = False

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(classes="asking"):
            yield Static(self._question, markup=False)
            yield Static("y: yes   n: no", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Take answers after a moment."""
        self.set_timer(GUARD_SECONDS, self._begin)

    def _begin(self) -> None:
        self._is_open = True

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001 - Textual passes it by position
        """Give the answer."""
        if self._is_open or not answer:
            self.dismiss(answer)


def _nothing_wrong(text: str) -> str:
    del text
    return ""


def date_wrong(text: str) -> str:
    """Say what is wrong with a date typed, or nothing."""
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return "Write the date as 2026-12-03."
    return ""


def reason_wrong(text: str) -> str:
    """Say what is wrong with a reason typed, or nothing."""
    return "" if text.strip() else "Say why, in a few words."
