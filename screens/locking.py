"""The screen that stands instead of all others when nobody touched a key for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, Static

from recall_tui.cleaning import clean
from recall_tui.errors import RecallError
from screens.threads import hand_back

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk

TRIES = 5
LOCKED = "Locked. Type your PIN and Enter to go on where you were; Ctrl+Q leaves."
NO_PIN = (
    "Locked. No PIN is set for {login}, so Enter goes on: choose one with recall users pin. "
    "(The password of this server cannot be asked from here.)"
)


class LockScreen(Screen[None]):
    """Shows nothing of a patient, and opens for the PIN of whoever was here."""

    CSS = """
    LockScreen { background: $ground-text; align: center middle; }
    LockScreen Vertical { width: 60; height: auto; }
    LockScreen Static { color: $ink-text; background: $ground-text; width: 60; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "app.quit", "Quit", id="lock.quit", tooltip="Leave")
    ]

    def __init__(self, desk: Desk) -> None:
        """Lock the session at ``desk``."""
        super().__init__()
        self._desk = desk
        self._needs_pin = True
        self._tries = 0

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical():
            yield Static(LOCKED, markup=False, id="lock-words")
            yield Input(password=True, id="lock-pin")

    def on_mount(self) -> None:
        """Ask whether a PIN was chosen."""
        self.query_one(Input).focus()
        self._ask()

    @work(thread=True, group="lock")
    def _ask(self) -> None:
        try:
            has_pin = self._desk.has_pin()
        except RecallError:
            return  # The store is silent: the PIN is asked, and asked again.
        if not has_pin:
            hand_back(self, self._without_pin)

    def _without_pin(self) -> None:
        self._needs_pin = False
        self._say(NO_PIN.format(login=self._desk.login))

    @on(Input.Submitted)
    def try_pin(self, message: Input.Submitted) -> None:
        """Compare what was typed, off the UI thread: that takes a tenth of a second on purpose."""
        message.stop()
        self.query_one(Input).clear()
        if self._needs_pin:
            self._compare(message.value)
        else:
            self.dismiss()

    @work(thread=True, group="lock", exclusive=True)
    def _compare(self, pin: str) -> None:
        try:
            fits = self._desk.unlock(pin)
        except RecallError as fault:
            hand_back(self, self._say, f"Not unlocked: {fault.words}")
            return
        hand_back(self, self._compared, fits)

    def _compared(self, fits: bool) -> None:  # noqa: FBT001 - handed back from a thread
        if fits:
            self.dismiss()
            return
        self._tries += 1
        if self._tries >= TRIES:
            self.app.exit(message="recall: five wrong PINs: the session was ended")
            return
        self._say(f"That is not your PIN. {TRIES - self._tries} tries left.")

    def _say(self, words: str) -> None:
        self.query_one("#lock-words", Static).update(clean(words))
