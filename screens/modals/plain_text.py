"""Text shown plainly over the whole width, to be selected by hand."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from recall_tui.cleaning import clean
from screens.key_line import KeyLine
from screens.leaving import Choosing
from screens.place import DIGITS, Place
from screens.privacy import is_masked


class PlainText(Choosing[None], ModalScreen[None]):
    """Lines of text over the whole width; Escape closes it, a digit begins a look-up."""

    CSS = """
    PlainText { background: $ground-text; }
    PlainText VerticalScroll { width: 100%; height: 1fr; scrollbar-size: 0 0; padding: 0 1; }
    PlainText Static { color: $ink-text; background: $ground-text; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back", id="plain.back", tooltip="Back")
    ]

    def __init__(self, text: str) -> None:
        """Show ``text``."""
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with VerticalScroll():
            lines = (clean(line) for line in self._text.split("\n"))
            yield Static(Content("\n".join(lines)), markup=False)
        yield KeyLine([("Up Down PgDn", "Read on"), ("Esc", "Back")])

    def choose_by_key(self, event: events.Key) -> None:
        """Begin a look-up with a digit, as on every screen: somebody rings."""
        if event.character and event.character in DIGITS:
            event.stop()
            below = self.app.screen_stack[-2]
            if isinstance(below, Place):
                below.look_up(event.character)

    def show_privacy(self) -> None:
        """Go away rather than name anybody: nothing is lost with it."""
        if is_masked():
            self.leave()

    def action_leave(self) -> None:
        """Go back."""
        self.leave()
