"""Leaving a screen once, however many keys say so."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.screen import Screen

Result = TypeVar("Result")


class Leaving(Screen[Result]):
    """A screen that can be left."""

    def show_privacy(self) -> None:
        """Draw anew after patients were masked, or no longer are; a question shows none itself."""

    def leave(self, result: Result | None = None) -> None:
        """Dismiss this screen; a second key in the same moment takes no other one away."""
        if self.app.screen is self:
            self.dismiss(result)


class Choosing(Leaving[Result]):
    """A question that a key answers by itself."""

    def on_key(self, event: events.Key) -> None:
        """Choose by the key."""
        self.choose_by_key(event)

    def choose_by_key(self, event: events.Key) -> None:
        """Choose by a key, and stop it; leave every other one alone."""
        raise NotImplementedError
