"""The floor of first paint: the smallest Textual app that paints something."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One word."""

    def compose(self) -> ComposeResult:
        """Paint it."""
        yield Static("PAINTED")


if __name__ == "__main__":
    Minimal().run(mouse=False)
