"""What worker threads hand back arrives, or is dropped when nobody can take it any more."""

import asyncio
from threading import Event

import pytest
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from screens.threads import hand_back

LONGEST = 30


class Last(Static):
    """A widget that is taken away while a reading comes back."""

    async def on_unmount(self) -> None:
        """Let the reading come back now, and wait until it has."""
        screen = self.screen
        assert isinstance(screen, Reading)
        screen.read.set()
        assert await asyncio.to_thread(screen.handed_back.wait, LONGEST)


class Reading(Screen[None]):
    """A screen that reads in a thread, and shows what it read in its widget."""

    def __init__(self) -> None:
        """Wait with the reading."""
        super().__init__()
        self.read, self.handed_back = Event(), Event()
        self.shown: list[str] = []

    def compose(self) -> ComposeResult:
        """Show the widget."""
        yield Last()

    def on_mount(self) -> None:
        """Begin to read."""
        self.run_worker(self.reading, thread=True)

    def reading(self) -> None:
        """Hand back what was read, once it is."""
        assert self.read.wait(LONGEST)
        hand_back(self, self.show, "read")
        self.handed_back.set()

    def show(self, words: str) -> None:
        """Show what was read."""
        self.shown.append(words)
        self.query_one(Last).update(words)


@pytest.mark.parametrize("ends", ["app", "screen", ""])
async def test_a_reading_that_comes_back(ends: str) -> None:
    """A reading is shown; when it comes back while the app or its screen ends, nobody is told.

    Nothing fails then, although the widgets of a screen go before it does.
    """
    app: App[None] = App()
    screen = Reading()
    async with app.run_test():
        await app.push_screen(screen)
        if ends == "screen":
            await app.pop_screen()
        elif not ends:
            screen.read.set()
            assert await asyncio.to_thread(screen.handed_back.wait, LONGEST)
    assert screen.handed_back.is_set()
    assert screen.shown == ([] if ends else ["read"])
