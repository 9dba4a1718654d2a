"""A line to type into that takes Enter in its turn, however fast the keys come.

Textual's own sends Enter round by the app: a key typed right after it would come before it, and
stand in what is sent.
"""

from __future__ import annotations

from textual import events
from textual.widgets import Input


class Line(Input):
    """An input whose cursor does not blink; after Enter, letters are for whatever comes next."""

    is_sent = False
    """Whether Enter was pressed: letters go on to the screen that is there then."""

    def on_mount(self) -> None:
        """A blinking cursor would cost two kilobytes a second."""
        self.cursor_blink = False

    async def on_key(self, event: events.Key) -> None:
        """Send what was typed before Enter; let what comes after it pass."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.is_sent = True
            await self.action_submit()
        elif self.is_sent and event.is_printable:
            event.prevent_default()
