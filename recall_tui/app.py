"""The app: carries Asked down to the desk and Changed up to the screens; decides nothing."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import ClassVar

from textual import on, work
from textual.app import App
from textual.binding import BindingType

from recall_tui.cleaning import clean
from recall_tui.domain.commands import Redo, Undo
from recall_tui.errors import RecallError
from recall_tui.ports import Desk
from recall_tui.theme import DARK, LOOKS, NONE, Look
from screens.bindings import bindings_for
from screens.overview import OverviewScreen
from widgets import theming
from widgets.messages import Asked, Changed, Refused


class RecallApp(App[None]):
    """The worklist of one practice on one terminal."""

    TITLE = "recall-tui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings_for("app")

    def __init__(self, desk: Desk, look: Look = DARK) -> None:
        """Work at `desk`, in the looks of `look`."""
        super().__init__()
        theming.install(self, look)
        self.desk = desk

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give our variables under any theme."""
        return theming.css_variables(DARK)

    def on_mount(self) -> None:
        """Show the month, and leave the terminal whole when the line drops."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._leave)
        self.push_screen(OverviewScreen(self.desk))

    def _leave(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.call_later(self.exit)

    @on(Asked)
    def carry_out(self, message: Asked) -> None:
        """Carry a command out off the UI thread."""
        message.stop()
        self._perform(message)

    @work(thread=True, group="perform")
    def _perform(self, message: Asked) -> None:
        try:
            done = self.desk.perform(message.command)
        except RecallError as fault:
            self.call_from_thread(self._tell, Refused(fault.words))
            return
        self.call_from_thread(self._tell, Changed(done))

    def _tell(self, message: Changed | Refused) -> None:
        """Tell every screen that is open, and the person."""
        if isinstance(message, Changed):
            self.notify(clean(message.done.words), markup=False, timeout=5)
        else:
            self.notify(clean(message.words), severity="error", markup=False, timeout=10)
        for screen in self.screen_stack:
            screen.post_message(message)

    @work(thread=True, group="tick")
    def plan_expired(self, then: Callable[[int], None]) -> None:
        """Plan again whoever's plan no longer holds, then tell how many there were."""
        try:
            count = self.desk.plan_expired()
        except RecallError as fault:
            self.call_from_thread(self._tell, Refused(fault.words))
            return
        self.call_from_thread(then, count)

    def action_undo(self) -> None:
        """Take the person's last command back."""
        self.post_message(Asked(Undo()))

    def action_redo(self) -> None:
        """Take the person's last undo back."""
        self.post_message(Asked(Redo()))

    def action_next_theme(self) -> None:
        """Go to the next of the four looks."""
        names = [look.name for look in LOOKS]
        place = names.index(self.theme) if self.theme in names else names.index(NONE.name)
        self.theme = names[(place + 1) % len(names)]

    def action_help(self) -> None:
        """Show the keys and the words."""
        from screens.modals.help import HelpScreen  # noqa: PLC0415 - not on the way to first paint

        self.push_screen(HelpScreen())
