"""The form of a booking: the day, and a tick for each item it covers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.cleaning import clean
from recall_tui.domain.matching_terms import Fit, WantedItem
from recall_tui.domain.typed_days import DAY_FORMS, day_check, read_day
from recall_tui.views.matching import Guide, Reconciled, day_warnings
from recall_tui.views.matching_words import day_words, fit_words, offered_words
from screens.modals import asking
from screens.modals.asking import Typing, set_after
from widgets.line import Line

HINT = "Enter: book   Down, Space: tick   Escape: cancel"


@dataclass(frozen=True)
class Wish:
    """What was chosen: the day, the items, and the appointment of the book, if it is one."""

    on: date
    items: tuple[str, ...]
    appointment_id: str
    staff_group: str


@dataclass(frozen=True)
class FormFacts:
    """What a booking form is about."""

    found: Reconciled
    number: int
    guide: Guide
    today: date
    start: Fit | None = None
    """The pair to begin with; none: no day is proposed."""


NONE_FITS = "None in the book fits: type the day for which you make one there."
"""Said while no day is typed; the line itself shows how a day is written."""


class BookingForm(Typing[Wish | None]):
    """Give what to book, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="form.cancel", tooltip="Leave without booking"),
        Binding("down", "to_ticks", "Ticks", id="form.ticks", show=False, tooltip="To the items"),
        Binding("space", "tick", "Tick", id="form.tick", show=False, tooltip="Tick or clear"),
    ]

    def __init__(self, facts: FormFacts) -> None:
        """Ask about ``facts``."""
        super().__init__()
        self._facts = facts
        self._pair = facts.start
        self._items = _items_of(facts, facts.start)
        self._ticked = _covered(facts, facts.start)
        self._is_touched = False
        self._confirmed: date | None = None
        self.guard = asyncio.Event()
        """Set once Enter is taken."""

    def compose(self) -> ComposeResult:
        """Lay the form out."""
        start = self._facts.start
        value = f"{start.offered.on:%d/%m/%Y}" if start else ""
        with Vertical(classes="asking"):
            yield Static("Day of the appointment", markup=False)
            field = Line(value=value, placeholder=DAY_FORMS, select_on_focus=True, compact=True)
            yield field
            yield Static("", classes="said", markup=False)
            yield OptionList(markup=False)
            yield Static("", classes="wrong", markup=False)
            yield Static(HINT, classes="hint", markup=False)

    def on_mount(self) -> None:
        """Take Enter after a moment."""
        set_after(self, asking.PASTE_SECONDS, self.guard)
        self._show()

    def take_key(self, event: events.Key) -> bool:
        """Type a key into the day, but for the Space that ticks."""
        if event.key == "space" and self.is_open and self.query_one(OptionList).has_focus:
            return False
        return super().take_key(event)

    # ------------------------------------------------------------------ the day

    @on(Input.Changed)
    def edited(self, event: Input.Changed) -> None:
        """Look at the day that is typed; ticks follow it until somebody changes one."""
        event.stop()
        self._confirmed = None
        self._say("")
        day = read_day(event.value, self._facts.today)
        if day is None:
            self._pair = None if event.value.strip() else self._facts.start
        else:
            self._pair = self._facts.found.fit_on(self._facts.number, day)
        if not self._is_touched:
            self._items = _items_of(self._facts, self._pair)
            self._ticked = _covered(self._facts, self._pair)
        self._show()

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Book from the line."""
        event.stop()
        self._book()

    @on(OptionList.OptionSelected)
    def selected(self, event: OptionList.OptionSelected) -> None:
        """Book from the ticks."""
        event.stop()
        self._book()

    def _book(self) -> None:
        typed = self.query_one(Input).value
        wrong = day_check(self._facts.today)(typed)
        day = read_day(typed, self._facts.today)
        if wrong or day is None:
            self._say(wrong)
            return
        chosen = tuple(one.item for one in self._items if one.item in self._ticked)
        odd = day_warnings(day, self._facts.today, self._facts.guide)
        if not chosen:
            self._say("Nothing is ticked: Down, then Space.")
        elif odd and self._confirmed != day:
            self._confirmed = day
            self._say(f"{day_words(day)}: {', '.join(odd)}. Enter again books it.")
        elif self.guard.is_set():
            self.leave(self._wish(day, chosen))
        else:
            self._say(asking.TOO_SOON)

    def _wish(self, day: date, chosen: tuple[str, ...]) -> Wish:
        offered = self._pair.offered if self._pair else None
        wanted = self._facts.found.wanted_of(self._facts.number)
        group = (offered.staff_group if offered else "") or (wanted.staff_group if wanted else "")
        return Wish(day, chosen, offered.appointment_id if offered else "", group)

    # ------------------------------------------------------------------ the ticks

    def action_to_ticks(self) -> None:
        """Go from the day to the items."""
        self.query_one(OptionList).focus()

    def action_tick(self) -> None:
        """Tick the item under the cursor, or clear it."""
        options = self.query_one(OptionList)
        place = options.highlighted
        if options.has_focus and place is not None:
            self._is_touched = True
            self._ticked ^= {self._items[place].item}
            self._show()

    def action_give_up(self) -> None:
        """Book nothing."""
        self.leave(None)

    # ------------------------------------------------------------------ showing

    def _show(self) -> None:
        options = self.query_one(OptionList)
        place = options.highlighted
        lines = [self._item_words(one) for one in self._items]
        options.set_options([Option(Content(clean(line))) for line in lines])
        options.highlighted = min(place or 0, len(lines) - 1) if lines else None
        said = " ".join(self._pair_words())
        self.query_one(".said", Static).update(Content(clean(said)))

    def _pair_words(self) -> Sequence[str]:
        if self._pair is None:
            is_empty = not self.query_one(Input).value.strip()
            return (NONE_FITS,) if is_empty else (f"Write it as {DAY_FORMS}.",)
        offered, said = self._pair.offered, fit_words(self._pair, self._facts.guide)
        if not offered.appointment_id:
            on = day_words(offered.on)
            return (f"{on}: kept here as a note, none in the book fits: make it there.", *said[1:])
        return (f"In the book: {offered_words(offered)}.", *said)

    def _item_words(self, item: WantedItem) -> str:
        mark = "[x]" if item.item in self._ticked else "[ ]"
        wanted = self._facts.found.wanted_of(self._facts.number)
        mine = {one.item for one in wanted.items} if wanted else set[str]()
        along = "" if item.item in mine else "along, "
        name = self._facts.guide.name(item.item)
        return f"{mark} {name}, {item.minutes} min, {along}due {day_words(item.due_on)}"

    def _say(self, words: str) -> None:
        self.query_one(".wrong", Static).update(Content(clean(words)))


def _items_of(facts: FormFacts, pair: Fit | None) -> tuple[WantedItem, ...]:
    """Return the items of the planned appointment, then those that could be done along."""
    wanted = facts.found.wanted_of(facts.number)
    along = facts.found.along(pair, facts.guide.along_weeks) if pair else ()
    return (*(wanted.items if wanted else ()), *along)


def _covered(facts: FormFacts, pair: Fit | None) -> set[str]:
    """Return what is ticked to begin with: what the appointment covers, nothing along."""
    wanted = facts.found.wanted_of(facts.number)
    if pair is not None:
        return {one.item for one in pair.covered}
    return {one.item for one in wanted.items} if wanted else set()
