"""What I did in this session, or today: each command can be taken back, or told as a note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.cleaning import clean
from recall_tui.domain.commands import Undo
from recall_tui.errors import RecallError
from recall_tui.views.ledger import VERB_WORDS, Ledger, LedgerEntry
from recall_tui.views.names import NO_NAMES, Names
from screens.leaving import Leaving
from screens.modals.asking import YesNo
from screens.modals.sheet import Sheet
from screens.privacy import shown_ledger
from screens.threads import hand_back
from widgets.messages import Asked, Changed, Refused

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk


class LedgerScreen(ModalScreen[None], Leaving[None]):
    """The session ledger."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h", "handover", "Hand-over", id="ledger.handover", tooltip="Show it as a note"),
        Binding("t", "all_day", "Today", id="ledger.day", tooltip="All of today, or this session"),
        Binding("u", "app.undo", "Undo", id="ledger.undo", tooltip="Take your last action back"),
        Binding("U", "app.redo", "Redo", id="ledger.redo", tooltip="Take your last undo back"),
        Binding("escape,L", "give_up", "Back", id="ledger.back", tooltip="Back to the list"),
    ]

    def __init__(self, desk: Desk) -> None:
        """Read at ``desk``."""
        super().__init__()
        self._desk = desk
        self._ledger: Ledger | None = None
        self._names = NO_NAMES
        self._is_of_the_day = False

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="asking"):
            yield Static("", id="ledger-said", markup=False)
            yield OptionList(markup=False)
            hint = (
                "Enter: take this back   u: undo the last   t: today / this session\n"
                "h: hand-over note, to copy or print   Escape: back"
            )
            yield Static(hint, classes="hint", markup=False)

    def on_mount(self) -> None:
        """Read it."""
        self.load()

    @work(thread=True, exclusive=True, group="ledger")
    def load(self) -> None:
        """Read the ledger in a thread."""
        try:
            ledger, names = self._desk.ledger(all_day=self._is_of_the_day), self._desk.names()
        except RecallError as fault:
            hand_back(self, self._say, fault.words)
            return
        hand_back(self, self._have, ledger, names)

    def _have(self, ledger: Ledger, names: Names) -> None:
        self._ledger, self._names = shown_ledger(ledger), names
        counts = ledger.counts().items()
        said = ", ".join(f"{count:,} {VERB_WORDS[kind]}" for kind, count in counts)
        span = "Today" if self._is_of_the_day else "In this session"
        lines = [f"{span}: {said or 'nothing yet'}", *ledger.exports]
        self.query_one("#ledger-said", Static).update(Content("\n".join(map(clean, lines))))
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(Content(clean(entry.told(names)))) for entry in self._entries)
        options.highlighted = 0 if self._entries else None

    @property
    def _entries(self) -> Sequence[LedgerEntry]:
        return self._ledger.entries if self._ledger else ()

    @on(OptionList.OptionSelected)
    def take_back(self, event: OptionList.OptionSelected) -> None:
        """Ask, then take the command back as a whole."""
        event.stop()
        entry = self._entries[event.option_index]

        def answered(answer: bool | None) -> None:  # noqa: FBT001 - the answer of a question
            if answer:
                self.post_message(Asked(Undo(entry.command_id)))

        self.app.push_screen(YesNo(clean(f"Take this back? {entry.told(self._names)}")), answered)

    def action_all_day(self) -> None:
        """Show all of today, from whatever terminal, or this session alone again."""
        self._is_of_the_day = not self._is_of_the_day
        self.load()

    def action_handover(self) -> None:
        """Show it as a note, to be copied or saved."""
        if self._ledger is not None:
            text = "\n".join(self._ledger.handover(self._names))
            patients = tuple(dict.fromkeys(one.first for one in self._ledger.entries))
            self.app.push_screen(Sheet(self._desk, "handover", text, patients))

    @on(Changed)
    @on(Refused)
    def read_again(self, message: Changed | Refused) -> None:
        """Show the ledger as it is now."""
        message.stop()
        self.load()

    def show_privacy(self) -> None:
        """Show what was typed, or hide it."""
        self.load()

    def action_give_up(self) -> None:
        """Go back."""
        self.leave(None)

    def _say(self, words: str) -> None:
        self.notify(clean(words), severity="error", markup=False)
