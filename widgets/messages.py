"""The messages that cross the whole app: Asked up, Changed and Refused down; Heard from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from recall_tui.domain.commands import Command
    from recall_tui.views.done import Done
    from recall_tui.views.news import News


class Asked(Message):
    """A person asked for something to be done; the app carries it out in a worker."""

    def __init__(self, command: Command) -> None:
        """Ask for `command`."""
        super().__init__()
        self.command = command


class Changed(Message):
    """A command was carried out: read again what it touched."""

    def __init__(self, command: Command, done: Done) -> None:
        """Tell of `done`, which is what became of `command`."""
        super().__init__()
        self.command = command
        self.done = done


class Refused(Message):
    """A command was refused, or somebody else was first; `words` say why."""

    def __init__(self, command: Command, words: str) -> None:
        """Tell why `command` was not carried out."""
        super().__init__()
        self.command = command
        self.words = words


class Heard(Message, bubble=False):
    """Somebody changed something, here or elsewhere; or the store is out of reach."""

    def __init__(self, news: News) -> None:
        """Tell of `news`."""
        super().__init__()
        self.news = news
