"""Carrying commands down to the desk, one after the other; what cannot be saved now is kept."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on, work
from textual.css.query import NoMatches

from recall_tui.cleaning import clean
from recall_tui.errors import RecallError, StoreUnwritable
from screens.bindings import key_of
from screens.commanding import commands
from screens.hearing import Hearing
from screens.place import Place
from screens.running import FAULT_SECONDS, Job, Running
from widgets.messages import Asked, Changed, Refused

if TYPE_CHECKING:
    from textual.timer import Timer

    from recall_tui.desk_port import Desk
    from recall_tui.domain.commands import Command
    from recall_tui.views.done import Done

RETRY_SECONDS = 30.0
"""How often it is tried to save what the store could not take."""

MOST_STEPS = 200
"""So many steps of a session can be taken back one after the other."""

DISK_SECONDS = 3600.0
"""How often it is looked whether the disk fills up."""


ONE = "1 patient"
"""In what was done; in its place stands the name, where it is known."""


class Carrying(Running):
    """The part of the app through which everything goes that a person asks for.

    While the store can take nothing (a full or read-only disk, a server that is away) the command
    waits here with what was typed, is tried again every 30 seconds, and nothing new is begun.
    """

    desk: Desk

    def __init__(self) -> None:
        """Begin with nothing to do."""
        super().__init__()
        self._waiting: deque[Command] = deque()
        self._is_busy = False
        self._retry: Timer | None = None
        self._did: deque[str] = deque(maxlen=MOST_STEPS)
        """The commands of this session, the newest last."""

    @property
    def unsaved(self) -> int:
        """How many commands the store has not taken yet."""
        return len(self._waiting) if self._retry is not None else 0

    @on(Asked)
    def carry_out(self, message: Asked) -> None:
        """Carry commands out off the UI thread, one after the other in the order of asking."""
        message.stop()
        self._waiting.append(message.command)
        self._next()

    def _next(self) -> None:
        from screens.running_words import words_of  # noqa: PLC0415 - not before first paint

        if self._waiting and not self._is_busy:
            self._is_busy = True
            command = self._in_session(self._waiting.popleft())
            self._perform(command, self.begin(words_of(command)))

    def _in_session(self, command: Command) -> Command:
        """Let undo and redo mean what was done here, not elsewhere or before under this login."""
        made = commands()
        if isinstance(command, made.Undo | made.Redo) and not command.command_id:
            return replace(command, within=tuple(self._did))
        return command

    @work(thread=True, group="perform")
    def _perform(self, command: Command, job: Job) -> None:
        def tell(step: str) -> None:
            job.step = step

        try:
            done = self.desk.perform(command, tell)
        except StoreUnwritable as fault:
            self.call_from_thread(self._keep_for_later, command, fault.words, job)
        except RecallError as fault:
            self.call_from_thread(self._tell, Refused(command, fault.words), job)
        else:
            self.call_from_thread(self._tell, Changed(command, done), job)

    def _keep_for_later(self, command: Command, why: str, job: Job) -> None:
        """Keep a command that could not be saved at the head of the queue, and try it again."""
        self._is_busy = False
        self.end(job)
        self._waiting.appendleft(command)
        if self._retry is None:
            words = f"Not saved yet: {why}. It is kept, and tried again every 30 seconds."
            self.notify(clean(words), severity="error", markup=False, timeout=FAULT_SECONDS)
        else:
            self._retry.stop()
        self._retry = self.set_timer(RETRY_SECONDS, self.try_again)
        self.show_banners()

    def try_again(self) -> None:
        """Try to save what is kept."""
        self._next()

    def _tell(self, message: Changed | Refused, job: Job) -> None:
        """Tell the person and every screen that is open, then go on with the next command."""
        self._is_busy = False
        self.end(job)
        was_kept, self._retry = self._retry, None
        if was_kept is not None:
            was_kept.stop()
            self.show_banners()
        if isinstance(message, Changed):
            self._did.append(message.done.command_id)
            words = sentence(message.done, self._whose(message.done))
            told = f"Saved now: {words}" if was_kept else words
            self.notify(clean(told), markup=False, timeout=5)
        else:
            words = clean(f"Not done: {message.words}")
            self.notify(words, severity="error", markup=False, timeout=FAULT_SECONDS)
        for screen in self.screen_stack:
            if isinstance(message, Changed):
                screen.post_message(Changed(message.command, message.done))
            else:
                screen.post_message(Refused(message.command, message.words))
        self._next()

    def _whose(self, done: Done) -> str:
        """Return whose it was, where the screen shows several: the cursor may be elsewhere now."""
        place = next((one for one in reversed(self.screen_stack) if isinstance(one, Place)), None)
        return place.name_of(done.patients[0]) if place and len(done.patients) == 1 else ""

    def show_banners(self) -> None:
        """Let every list say anew what is wrong with the store and its disk."""
        for screen in self.screen_stack:
            if isinstance(screen, Hearing):
                with suppress(NoMatches):
                    screen.show_banners()


def sentence(done: Done, name: str = "") -> str:
    """Say what was done, to whom if there is a ``name``, and that it can be undone."""
    can_be_undone = not done.words.startswith(("Undone", "Recorded already"))
    undo = f" {key_of('work.undo')} undoes it." if can_be_undone else ""
    words = done.words.replace(ONE, name, 1) if name else done.words
    return f"{words}.{undo}" if ONE in done.words or not name else f"{name}: {words}.{undo}"
