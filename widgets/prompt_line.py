"""A single line to type into: the filter as you type, and the look-up by number.

    prompt = PromptLine(id="prompt")
    prompt.open("Find:", placeholder="name or number")     # shows it, empty, with the focus
    prompt.open("Patient number:", text="7")               # begins with the digit that was pressed

Messages out, nested, with `prompt` (also `control`): `Typed(text)` at every change,
`Submitted(text)` for Enter, `Cancelled` for Escape. It closes itself on neither: call `close()`,
which hides it; who had the focus before gets it back from the screen.
Text is cleaned as it arrives, pasted or typed, and cut at `MAX_LENGTH`. The cursor does not blink:
a blinking one costs two kilobytes a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input, Static
from textual.widgets.input import Selection

from recall_tui.cleaning import clean
from widgets.line import Line

MAX_LENGTH = 200
"""Characters that are kept of what is typed or pasted."""


class _CleanInput(Line):
    """An input whose value is always one harmless line."""

    virtual_size = Reactive(Size(0, 0))
    """As every widget has it, but what is typed never moves what stands around the line."""

    def __init__(self, say: Callable[[str], object]) -> None:
        """Say at once what has been typed: before the line is painted with it."""
        super().__init__(compact=True, select_on_focus=False)
        self._say = say

    def validate_value(self, value: str) -> str:
        """Clean what was typed or pasted."""
        return clean(value)[:MAX_LENGTH]

    def action_delete_left(self) -> None:
        """Take one letter away, also of a text that the next letter would replace."""
        if self.selection == Selection(0, len(self.value)):
            self.cursor_position = len(self.value)
        super().action_delete_left()

    def watch_value(self, value: str) -> None:
        """Say what is in the line now."""
        self._say(value)


class PromptLine(Horizontal):
    """A label and an input on one line, hidden until it is opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "cancel",
            "Cancel",
            id="prompt.cancel",
            tooltip="Leave the line without doing anything",
        ),
    ]
    DEFAULT_CSS = """
    PromptLine {
        height: 1; width: 1fr; display: none;
        background: $ground-field; color: $ink-field;
        & > Static {
            width: auto; height: 1; padding: 0 1;
            color: $ink-chip; background: $ground-chip; text-style: $style-chip;
        }
        & > Input, & > Input:focus {
            width: 1fr; height: 1; border: none; padding: 0 1; background-tint: transparent;
            color: $ink-field; background: $ground-field;
        }
        & > Input > .input--placeholder {
            color: $ink-placeholder; background: $ground-placeholder;
        }
        & > Input > .input--cursor {
            color: $ink-field-cursor; background: $ground-field-cursor;
            text-style: $style-field-cursor;
        }
    }
    """

    @dataclass
    class _Said(Message):
        """What all messages of a prompt have."""

        prompt: PromptLine

        @property
        def control(self) -> PromptLine:
            """The prompt that speaks."""
            return self.prompt

    @dataclass
    class Typed(_Said):
        """The text has changed."""

        text: str

    @dataclass
    class Submitted(_Said):
        """The person has finished the text."""

        text: str

    @dataclass
    class Cancelled(_Said):
        """The person wants nothing of it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Begin hidden."""
        super().__init__(id=id)
        self._label = Static("", markup=False)
        self._input = _CleanInput(self._typed)

    def compose(self) -> ComposeResult:
        """Put label and input side by side."""
        yield self._label
        yield self._input

    @property
    def text(self) -> str:
        """What has been typed."""
        return self._input.value

    @property
    def is_open(self) -> bool:
        """Whether it is shown."""
        return bool(self.display)

    def open(
        self, label: str, *, text: str = "", placeholder: str = "", anew: bool = False
    ) -> None:
        """Show the line with a label and take the focus; typing goes on after `text`.

        `anew`: the first letter takes the place of `text`; Backspace and arrows keep it.
        """
        self._label.update(clean(label))
        self._input.placeholder = clean(placeholder)
        self._input.is_sent = False
        self._input.value = text
        self._input.cursor_position = len(self._input.value)
        if anew:
            self._input.select_all()
        self.display = True
        self.screen.set_focus(self._input)  # at once: `focus()` would come after the next key

    def close(self) -> None:
        """Hide the line; its text stays readable."""
        self.display = False

    def action_cancel(self) -> None:
        """Say that the person wants nothing of it."""
        self.post_message(self.Cancelled(self))

    def _typed(self, text: str) -> None:
        if self.is_open:
            self.post_message(self.Typed(self, text))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep it here: what has been typed was said when it was."""
        event.stop()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pass on that the text is finished."""
        event.stop()
        self.post_message(self.Submitted(self, event.value))
