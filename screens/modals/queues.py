"""Choosing a queue: each with how many patients are in it, and what it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.cleaning import clean
from recall_tui.domain.typed_days import read_span, span_check
from recall_tui.errors import RecallError
from recall_tui.views.queues import QUEUE_WORDS, Queue, QueueAsk
from recall_tui.views.words import STAFF_WORDS
from screens.leaving import Choosing
from screens.modals.asking import ChoiceQuestion, TextQuestion
from screens.threads import hand_back

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk


class QueuesScreen(ModalScreen[QueueAsk | None], Choosing[QueueAsk | None]):
    """Gives what to ask for, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,o", "give_up", "Back", id="queues.back", tooltip="Back to the list")
    ]

    def __init__(self, desk: Desk) -> None:
        """Count at ``desk``."""
        super().__init__()
        self._desk = desk
        self._asks = [QueueAsk(queue, desk.today) for queue in QUEUE_WORDS]

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="asking"):
            yield Static(Content("Queues beside the month"), markup=False)
            yield OptionList(*self._lines({}), markup=False)
            yield Static("Enter or 1-8: open   Escape: back", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Count in the background."""
        self.count()

    @work(thread=True, exclusive=True, group="count")
    def count(self) -> None:
        """Count every queue in a thread."""
        try:
            owners = self._desk.own_names()
            asks = [replace(ask, owners=owners) for ask in self._asks]
            counts = {ask.queue: len(self._desk.queue(ask).patients) for ask in asks}
        except RecallError as fault:
            hand_back(self, self._say, fault.words)
            return
        hand_back(self, self._have, counts)

    def _have(self, counts: Mapping[Queue, int]) -> None:
        options = self.query_one(OptionList)
        at = options.highlighted
        options.clear_options()
        options.add_options(self._lines(counts))
        options.highlighted = at

    def _lines(self, counts: Mapping[Queue, int]) -> list[Option]:
        return [
            Option(
                Content(f"{place} {QUEUE_WORDS[ask.queue]:<44} {_count(counts.get(ask.queue)):>7}")
            )
            for place, ask in enumerate(self._asks, 1)
        ]

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Open a queue."""
        event.stop()
        self._open(event.option_index)

    def choose_by_key(self, event: events.Key) -> None:
        """Open the queue of a number."""
        if event.character and event.character in "12345678":
            event.stop()
            self._open(int(event.character) - 1)

    def _open(self, at: int) -> None:
        ask = self._asks[at]
        if ask.queue is Queue.CLOSED:
            self._ask_closed(ask)
        else:
            self.leave(ask)

    def _ask_closed(self, ask: QueueAsk) -> None:
        """Ask which staff group is closed, and from which day."""

        def chosen(group: str | None) -> None:
            if group is not None:
                self._ask_first(replace(ask, staff_group=group))

        options = list(STAFF_WORDS.items())
        self.app.push_screen(ChoiceQuestion("Which staff group is closed?", options), chosen)

    def _ask_first(self, ask: QueueAsk) -> None:
        today = self._desk.today

        def answered(text: str | None) -> None:
            span = read_span(text or "", today)
            if span is not None:
                days = (span[1] - span[0]).days + 1
                self._ask_whose(replace(ask, first=span[0], days=days))

        question = "Closed on which days? (8 dec to 12 dec, 8-12 dec, or one day)"
        check = span_check(today)
        self.app.push_screen(TextQuestion(question, today.isoformat(), check=check), answered)

    def _ask_whose(self, ask: QueueAsk) -> None:
        """Ask whether one person of the group is away, or all of it."""

        def answered(text: str | None) -> None:
            if text is not None:
                self.leave(replace(ask, clinician=text))

        question = "Who is away? A name, or Enter for the whole group."
        self.app.push_screen(TextQuestion(question, placeholder="everybody"), answered)

    def action_give_up(self) -> None:
        """Give nothing."""
        self.leave(None)

    def _say(self, words: str) -> None:
        self.notify(clean(words), severity="error", markup=False)


def _count(count: int | None) -> str:
    return "…" if count is None else f"{count:,}"
