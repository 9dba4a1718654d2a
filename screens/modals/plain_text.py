"""Text shown plainly over the whole width, to be selected by hand."""

from __future__ import annotations

from textual import events

from screens.modals.text_page import TextPage
from screens.place import DIGITS, Place
from screens.privacy import is_masked


class PlainText(TextPage):
    """Lines of text over the whole width; Escape closes it, a digit begins a look-up."""

    def __init__(self, text: str) -> None:
        """Show ``text``."""
        super().__init__()
        self._text = text

    def text_for(self, width: int) -> str:
        """Return the text as it is: the screen folds it."""
        del width
        return self._text

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
