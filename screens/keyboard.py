"""The way of a key: to what is on the screen, in the order of pressing, while screens open too."""

from __future__ import annotations

from bisect import insort
from time import monotonic
from typing import Any

from textual import events
from textual.screen import Screen
from textual.widgets import Input

from screens.leaving import Choosing
from screens.modals.asking import Typing
from screens.place import Place
from screens.running import Running


class Keyboard(Running):
    """The part of the app through which every key goes.

    What is typed while a screen is laid out waits until it is there, and then comes to it in the
    order of pressing. A question with a line keeps what is typed by itself.
    """

    def __init__(self) -> None:
        """Begin with no key pressed."""
        super().__init__()
        self.touched = monotonic()
        """When somebody was here last."""

        self._held: list[events.Key] = []

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is there; give keys to what is being opened first."""
        if isinstance(event, events.Key | events.Paste | events.MouseDown):
            self.touched = monotonic()
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.keys_pressed += 1
            screen = self.screen
            if isinstance(screen, Typing) and not screen.is_open:
                if screen.take_key(event):
                    return
            elif self._hold(screen, event):
                return
        await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        """Hand a key that nothing took over to what is on the screen now.

        It may have been on its way to what had the focus before. A line takes what is typed: such
        a letter is no key of the list any more.
        """
        screen, line = self.screen, self.focused
        if isinstance(screen, Typing):
            screen.take_key(event)
        elif self._hold(screen, event):
            event.stop()
            event.prevent_default()
        elif isinstance(line, Input) and event.is_printable:
            event.stop()
            event.prevent_default()
            line.insert_text_at_cursor(event.character or "")
        elif isinstance(screen, Choosing):
            screen.choose_by_key(event)
        elif isinstance(screen, Place):
            screen.take_key(event)

    def _hold(self, screen: Screen[Any], event: events.Key) -> bool:
        """Keep a key for a screen that is being laid out; whether it was kept."""
        if isinstance(screen, Typing) or (screen.is_mounted and not self._held):
            return False
        if not self._held:
            screen.call_after_refresh(self._release)
        insort(self._held, event, key=lambda one: one.time)
        return True

    def _release(self) -> None:
        """Give the keys that were kept to what is on the screen."""
        held, self._held = self._held, []
        for key in held:
            again, screen = events.Key(key.key, key.character), self.screen
            if isinstance(screen, Typing):
                screen.take_key(again)
            else:
                aim = screen.focused or screen
                aim._forward_event(again)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] # as Textual's app does
