"""Leaving a screen once, however many keys say so."""

from __future__ import annotations

from typing import TypeVar

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
