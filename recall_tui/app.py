"""The app: carries Asked down to the desk and Changed up to the screens; decides nothing."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.actions import ActionParseResult
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.screen import Screen

from recall_tui.actions import ACTIONS, Where
from recall_tui.cleaning import clean
from recall_tui.ending import Endings
from recall_tui.errors import RecallError
from recall_tui.heap import give_back, tidy
from recall_tui.theme import DARK, LOOKS, Look
from screens.arranging import Arranged
from screens.bindings import bindings_for, is_left_out, use_keys
from screens.carrying import DISK_SECONDS, Carrying
from screens.commanding import commands
from screens.doors import doors
from screens.keyboard import Keyboard
from screens.locking import LockScreen
from screens.modals.asking import ASKING_CSS, Arrived
from screens.overview import OverviewScreen
from screens.place import Place
from screens.privacy import is_masked, mask
from screens.running import FAULT_SECONDS
from widgets import theming
from widgets.messages import Asked, Heard

if TYPE_CHECKING:
    from recall_tui.desk_port import Closes, Desk

_ACTION_NAMES = frozenset(one.name for one in ACTIONS) - {"quit"}
"""What no key does while the screen is locked."""

THREADS = 4
"""For workers: a list, a patient, who is there, a command. Each costs memory of its own."""

TIDY_SECONDS = 10.0
"""How often what was drawn over goes back to the system: it takes some milliseconds."""

_IDLE_CHECKS = 30
"""How often in the time until the lock it is looked whether it has come."""


class RecallApp(Keyboard, Carrying):
    """The worklist of one practice on one terminal."""

    TITLE = "recall-tui"
    CSS = theming.BASE_CSS + ASKING_CSS
    CSS_PATH = OverviewScreen.CSS_PATH
    """Of the first screen: read with the rest, it is not read again when that screen is shown."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Where.EVERYWHERE)

    def __init__(self, desk: Desk, look: Look = DARK, arranged: Arranged | None = None) -> None:
        """Work at `desk`, in the colours of `look`, as the person `arranged` the screen."""
        super().__init__()
        self.arranged = arranged or Arranged()
        chosen = self.arranged.settings
        mask(on=chosen.privacy)
        self.set_keymap(use_keys(chosen.keys, simple=chosen.simple))
        self.fault: Exception | None = None
        """What ended the app, if it was a fault of the program."""

        theming.install(self, look)
        self._drawn_in = look.name
        """The theme in which everything is styled."""

        self.animation_level = "none"
        self.desk = desk
        self._watch: Closes | None = None
        self.endings = Endings(self.exit)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give our variables under any theme."""
        return theming.css_variables(DARK)

    def refresh_css(self, animate: bool = True) -> None:  # noqa: FBT001, FBT002 - as Textual has it
        """Style everything anew in another theme: in the first one it is styled already."""
        if self.theme != self._drawn_in:
            self._drawn_in = self.theme
            super().refresh_css(animate)

    def on_mount(self) -> None:
        """Show the month, and leave the terminal whole when the line drops."""
        if not self.is_headless:
            self.endings.hear()
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="work"))
        self.set_interval(self.desk.lock_seconds / _IDLE_CHECKS, self._lock_when_idle)
        self.set_interval(DISK_SECONDS, self.show_banners)
        self.push_screen(OverviewScreen(self.desk, doors(), self._listen, self.arranged))

    @work(thread=True, group="listen")
    def _listen(self) -> None:
        """Hear of changes from now on; what the start left is collected once, then what comes."""
        watch = self.desk.watch(lambda news: self.post_message(Heard(news)))
        gc.collect()
        gc.freeze()
        gc.enable()
        give_back()
        self.call_from_thread(self._keep, watch)

    def _keep(self, watch: Closes) -> None:
        self._watch = watch
        self.set_interval(TIDY_SECONDS, tidy)
        if not self.arranged.settings.welcomed and isinstance(self.screen, OverviewScreen):
            self._welcome()

    def _welcome(self) -> None:
        """Show the card of the first run; it takes no key, and goes when work begins."""
        from screens import welcome  # noqa: PLC0415 - not before first paint

        simple = self.arranged.settings.simple
        words = welcome.SIMPLE_WELCOME if simple else welcome.WELCOME
        self.notify(words, title="New here?", markup=False, timeout=welcome.WELCOME_SECONDS)
        self.screen_change_signal.subscribe(self, self._end_welcome)
        with suppress(RecallError):
            self.arranged.change(replace(self.arranged.settings, welcomed=True))

    def _end_welcome(self, _screen: Screen[object]) -> None:
        self.screen_change_signal.unsubscribe(self)
        self.clear_notifications()

    def _fatal_error(self) -> None:
        """End on a fault of the program and print nothing: Textual would show what values hold.

        ``cli.opening`` raises it again, for the log to tell where it was.
        """
        self.fault = self._exception
        self._close_messages_no_wait()

    def on_unmount(self) -> None:
        """Hear of no more changes, and leave the signals as they were."""
        if self._watch is not None:
            self._watch.close()
        self.endings.close()

    @on(Arrived)
    def open_line(self, message: Arrived) -> None:
        """Let a question open its line: no key is on its way to the screen below any more."""
        message.stop()
        if message.question.is_mounted:
            message.question.open_line()

    @on(Heard)
    def hear(self, message: Heard) -> None:
        """Tell every screen of ours that is open what is new in the store."""
        message.stop()
        for screen in self.screen_stack:
            if isinstance(screen, Place):
                screen.post_message(Heard(message.news))
        if not message.news.trouble:
            self.try_again()

    # ------------------------------------------------------------------ the lock

    def _lock_when_idle(self) -> None:
        """Lock the screen when nobody touched a key for as long as the practice says."""
        if isinstance(self.screen, LockScreen):
            return
        if monotonic() - self.touched >= self.desk.lock_seconds:
            self.clear_notifications()
            self.push_screen(LockScreen(self.desk))

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key or the menu asks for, or say why the person may not."""
        name = action if isinstance(action, str) else action[1]
        plain = name.rpartition(".")[2].partition("(")[0]
        if isinstance(self.screen, LockScreen) and plain in _ACTION_NAMES:
            return True
        left_out = "the simple screen leaves this out; recall without --simple has it"
        why = left_out if is_left_out(plain) else self.desk.why_not(plain)
        if not why and isinstance(self.screen, Place):
            why = self.screen.why_wait(plain)
        if why:
            words = clean(f"Not done: {why}")
            self.notify(words, severity="error", markup=False, timeout=FAULT_SECONDS)
            return True
        return await super().run_action(action, default_namespace, namespaces)

    def action_undo(self) -> None:
        """Take back what was last done in this session."""
        self.post_message(Asked(commands().Undo()))

    def action_redo(self) -> None:
        """Take the last undo of this session back."""
        self.post_message(Asked(commands().Redo()))

    # ------------------------------------------------------------------ doors

    def action_lookup(self) -> None:
        """Look a patient up, from wherever we are."""
        if isinstance(self.screen, Place):
            self.screen.look_up("")

    def action_menu(self) -> None:
        """Show every action of this screen by name."""
        from screens.modals.help import MenuScreen  # noqa: PLC0415 - not on the way to first paint

        screen = self.screen

        async def act(name: str | None) -> None:
            if name:
                owner = screen if hasattr(screen, f"action_{name}") else self
                await self.run_action(name, owner)

        if isinstance(screen, Place):
            self.push_screen(MenuScreen(screen.where), act)

    def action_help(self) -> None:
        """Show the keys and the words."""
        from screens.modals.help import HelpScreen  # noqa: PLC0415 - not on the way to first paint

        here = self.screen.where if isinstance(self.screen, Place) else Where.OVERVIEW
        self.push_screen(HelpScreen(here))

    def action_privacy(self) -> None:
        """Mask patients on every screen, or show them again; kept for the next start."""
        self.clear_notifications()  # one may name somebody
        mask(on=not is_masked())
        with suppress(RecallError):
            self.arranged.change(replace(self.arranged.settings, privacy=is_masked()))
        from screens.masking import draw_again  # noqa: PLC0415 - not on the way to first paint

        draw_again(self.screen_stack)
        words = "Privacy: patients are masked. F8 shows them" if is_masked() else "Privacy is off"
        self.notify(words, markup=False, timeout=3)

    async def action_step_back(self) -> None:
        """Leave the screen for the one below; from the list, the program."""
        screen = self.screen
        is_list = isinstance(screen, OverviewScreen) or not isinstance(screen, Place)
        await self.run_action("quit" if is_list else "leave", None if is_list else screen)

    def action_reveal(self) -> None:
        """Show the one patient of this screen plainly."""
        if isinstance(self.screen, Place):
            self.screen.action_reveal()

    def action_next_theme(self) -> None:
        """Go to the next of the four looks."""
        names = [look.name for look in LOOKS]
        place = names.index(self.theme) if self.theme in names else -1
        look = LOOKS[(place + 1) % len(LOOKS)]
        self.theme = look.name
        self.notify(f"Colours: {look.label}", markup=False, timeout=2)
