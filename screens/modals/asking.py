"""Small questions: a line of text, a few answers, yes or no, a number typed back."""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.cleaning import clean
from screens.leaving import Choosing, Leaving
from widgets.line import Line

GUARD_SECONDS = 0.4
"""Before this y is not taken as an answer: neither auto-repeat nor a paste may confirm."""

PASTE_SECONDS = 0.15
"""Before this Enter does not send a form: keys that come so fast are a paste."""

LINE_KEYS = frozenset({"enter", "backspace"})
"""Keys that mean something to a line of text although they print nothing."""

TOO_SOON = "Enter came too soon, as in a paste: press it again."
"""Said where Enter was not taken."""

NOT_READ = "Is this the patient you mean? Enter again keeps it. A name is looked up with l or /."
"""Said where a text was begun before its question can have been read."""

LONGEST_OPENING = 2.0
"""Seconds after which the line opens although a widget below went away with the message."""

TYPED_BACK_ABOVE = 50
"""Writing about more patients than this asks for their number to be typed."""

ASKING_CSS = """
ModalScreen { align: center middle; background: transparent; }
LookupScreen { background: $ground-text; }
.asking {
    width: 78; max-width: 100%; height: auto; max-height: 100%; padding: 1 2;
    border: solid $line; background: $ground-panel; color: $ink-panel;
}
.asking Input { margin-top: 1; }
.asking .hint { color: $ink-panel-muted; background: $ground-panel-muted; margin-top: 1; }
.asking .wrong { color: $ink-overdue; background: $ground-overdue; text-style: $style-overdue; }
.asking OptionList {
    height: auto; max-height: 13; margin-top: 1; padding: 0; border: none; scrollbar-size: 0 0;
    background: $ground-panel; color: $ink-panel;
    text-wrap: nowrap; text-overflow: ellipsis;
}
.asking .later { display: none; }
.asking .picked > .option-list--option-highlighted {
    background: $ground-cursor; color: $ink-cursor; text-style: $style-cursor;
}
"""
"""The looks of every question: part of the app's CSS."""


Result = TypeVar("Result")


def set_after(screen: Screen[Any], seconds: float, guard: asyncio.Event) -> None:
    """Set ``guard`` after some time, or at once."""
    if seconds > 0:
        screen.set_timer(seconds, guard.set)
    else:
        guard.set()


class Typing(ModalScreen[Result], Leaving[Result]):
    """A question with a line to type into; what is typed while it opens is kept, in its order.

    Until the line has the focus the app hands every key here. Keys that were on their way to the
    screen below come later than keys pressed after them, so they are put in the order of their
    time, and the line is opened by a message that takes the same way and so comes last.
    """

    AUTO_FOCUS = ""

    def __init__(self) -> None:
        """Begin with nothing typed early."""
        super().__init__()
        self._early: list[events.Key] = []
        self.is_open = False
        """Whether the line has got the focus."""

    def on_mount(self) -> None:
        """Open the line once nothing is on its way any more."""
        below = self.app.screen_stack[-2]
        if not (below.focused or below).post_message(Arrived(self)):
            self.open_line()
        self.set_timer(LONGEST_OPENING, self.open_line)

    def on_key(self, event: events.Key) -> None:
        """Take a key that the line did not get."""
        self.take_key(event)

    def take_key(self, event: events.Key) -> bool:
        """Keep a key until the line opens, then type it; return whether it was one for the line."""
        if not (event.is_printable or (not self.is_open and event.key in LINE_KEYS)):
            return False
        event.stop()
        event.prevent_default()
        if not self.is_open:
            insort(self._early, event, key=lambda one: one.time)
        elif event.character:
            self.query_one(Input).insert_text_at_cursor(event.character)
        return True

    def open_line(self) -> None:
        """Give the line the focus, and every key that came before."""
        if self.is_open:
            return
        line = self.query_one(Input)
        self.set_focus(line)
        for key in self._early:
            again = events.Key(key.key, key.character)
            line._forward_event(again)  # noqa: SLF001 - as the app does
        self.is_open = True


class Arrived(Message):
    """Comes to the app when every key pressed before ``question`` opened has come."""

    def __init__(self, question: Typing[Any]) -> None:
        """Speak of ``question``."""
        super().__init__()
        self.question = question


class TextQuestion(Typing[str | None]):
    """Ask for a line of text; Enter gives it, Escape gives nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="asking.cancel", tooltip="Leave without doing it")
    ]

    def __init__(
        self,
        question: str,
        value: str = "",
        *,
        check: Callable[[str], str] | None = None,
        placeholder: str = "",
        wary: bool = False,
    ) -> None:
        """Ask ``question``; ``check`` returns what is wrong with an answer, or nothing.

        ``wary``: any text would do, so that one begun before the question can have been read takes
        a second Enter: the letters may be of a name that was meant for the look-up.
        """
        super().__init__()
        self._question = question
        self._value = value
        self._check = check or _nothing_wrong
        self._placeholder = placeholder
        self._dropping = False
        self._wary, self._hasty = wary, False
        self._read = asyncio.Event()
        self.guard = asyncio.Event()
        """Set once Enter is taken."""

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(classes="asking"):
            yield Static(Content(self._question), markup=False)
            field = Line(
                value=self._value,
                placeholder=self._placeholder,
                select_on_focus=True,
                compact=True,
            )
            yield field
            yield Static("", classes="wrong", markup=False)
            yield Static("Enter: do it   Escape: cancel", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Take the answer after a moment."""
        set_after(self, PASTE_SECONDS, self.guard)
        set_after(self, GUARD_SECONDS, self._read)

    @on(Input.Changed)
    def edited(self, event: Input.Changed) -> None:
        """Take back what was said about the text before."""
        event.stop()
        self._dropping = False
        self._hasty = self._hasty or (self._wary and not self._read.is_set())
        self._say("")

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        """Give the answer when nothing is wrong with it."""
        event.stop()
        wrong = self._check(event.value)
        if wrong:
            self._say(wrong)
        elif not self.guard.is_set():
            self._say(TOO_SOON)
        elif self._hasty:
            self._hasty = False
            self._say(NOT_READ)
        else:
            self.leave(event.value.strip())

    def action_give_up(self) -> None:
        """Give nothing; what was typed is dropped only at the second time."""
        typed = self.query_one(Input).value
        if typed.strip() and typed != self._value and not self._dropping:
            self._dropping = True
            self._say("Escape again drops what you typed.")
        else:
            self.leave(None)

    def _say(self, words: str) -> None:
        self.query_one(".wrong", Static).update(Content(words))


class ChoiceQuestion(ModalScreen[str | None], Choosing[str | None]):
    """Give the key of the answer chosen, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="choosing.cancel", tooltip="Leave")
    ]

    def __init__(self, question: str, options: Sequence[tuple[str, str]]) -> None:
        """Ask ``question`` with (key, words) answers."""
        super().__init__()
        self._question = question
        self._options = options
        self._digits = digits_of([key for key, _words in options])
        self.guard = asyncio.Event()
        """Set once an answer is taken: a paste chooses nothing."""

    def compose(self) -> ComposeResult:
        """Lay it out."""
        lines = [
            f"{digit or ' '} {words}"
            for digit, (_key, words) in zip(self._digits, self._options, strict=True)
        ]
        with Vertical(classes="asking"):
            yield Static(Content(self._question), markup=False)
            yield OptionList(*(Option(Content(clean(line))) for line in lines), markup=False)
            words = "Enter or its number: choose   Escape: cancel"
            yield Static(words, classes="hint", markup=False)

    def on_mount(self) -> None:
        """Take an answer after a moment."""
        set_after(self, PASTE_SECONDS, self.guard)

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Give the answer."""
        event.stop()
        self._give(event.option_index)

    def choose_by_key(self, event: events.Key) -> None:
        """Give the answer of a number."""
        if event.character and event.character in self._digits:
            event.stop()
            self._give(self._digits.index(event.character))

    def _give(self, place: int) -> None:
        """Give an answer; one that came as fast as a paste is only pointed at."""
        if self.guard.is_set():
            self.leave(self._options[place][0])
        else:
            self.query_one(OptionList).highlighted = place
            words = f"That came too fast to be sure: Enter takes {self._options[place][1]}"
            self.query_one(".hint", Static).update(Content(clean(words)))

    def action_give_up(self) -> None:
        """Give nothing."""
        self.leave(None)


class YesNo(ModalScreen[bool], Leaving[bool]):
    """Ask for y or n; nothing else answers, and not in the first 400 ms."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="asking.yes", tooltip="Do it"),
        Binding("n,escape", "answer(False)", "No", id="asking.no", tooltip="Do not do it"),
    ]

    def __init__(self, question: str) -> None:
        """Ask ``question``."""
        super().__init__()
        self._question = question
        self.guard = asyncio.Event()
        """Set once y is taken."""

    def compose(self) -> ComposeResult:
        """Lay the question out."""
        with Vertical(classes="asking"):
            yield Static(Content(self._question), markup=False)
            yield Static("y: yes   n: no", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Take answers after a moment."""
        set_after(self, GUARD_SECONDS, self.guard)

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001 - Textual passes it by position
        """Give the answer."""
        if self.guard.is_set() or not answer:
            self.leave(answer)
        else:
            words = "y: yes   n: no   (y came too soon: press it again)"
            self.query_one(".hint", Static).update(Content(words))


def digits_of(keys: Sequence[str]) -> list[str]:
    """Return the digit that chooses each answer, or '': its own number, or else its place."""
    own = all(key.isdecimal() for key in keys)
    digits = keys if own else [str(place) for place, _key in enumerate(keys, 1)]
    return [digit if len(digit) == 1 else "" for digit in digits]


def ask_first(screen: Screen[Any], count: int, sentence: str, then: Callable[[], None]) -> None:
    """Ask before something is written about ``count`` patients, then do it.

    Nothing is asked about one patient (the form was the question), y up to fifty, the number typed
    back above: Enter alone never writes about several.
    """
    if count <= 1:
        then()
    elif count <= TYPED_BACK_ABOVE:

        def answered(answer: bool | None) -> None:  # noqa: FBT001 - the answer of a question
            if answer:
                then()

        screen.app.push_screen(YesNo(f"{sentence}?"), answered)
    else:

        def typed(answer: str | None) -> None:
            if answer is not None:
                then()

        question = f"{sentence}? Type {count} to do it:"
        screen.app.push_screen(
            TextQuestion(question, check=lambda text: _count_wrong(text, count)), typed
        )


def _count_wrong(typed: str, count: int) -> str:
    return "" if typed.strip().replace(",", "") == str(count) else f"That is not {count}."


def _nothing_wrong(text: str) -> str:
    del text
    return ""


def reason_wrong(text: str) -> str:
    """Say what is wrong with a reason typed, or nothing."""
    return "" if text.strip() else "Say why, in a few words."
