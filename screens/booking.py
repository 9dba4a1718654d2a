"""The booking window: what is needed, what is in the book, mark as booked, copy the texts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.actions import Where
from recall_tui.cleaning import clean
from recall_tui.domain.commands import MarkBooked, Unbook
from recall_tui.domain.matching_terms import Fit
from recall_tui.domain.states import DueState
from recall_tui.errors import RecallError
from recall_tui.views.matching import NO_GUIDE, Guide, reconcile, targets_for
from recall_tui.views.names import Names
from recall_tui.views.patient import BookingView, PatientPage
from screens.bindings import bindings_for, hints_for
from screens.booking_entries import (
    Entry,
    best_entry,
    book_heading,
    entries_of,
    entry_lines,
    future_lines,
    noted_lines,
    nothing_line,
    still_lines,
    verdict_lines,
    waiting_of,
)
from screens.copying import Copying
from screens.inviting_rest import invite_rest
from screens.keeping import Person
from screens.key_line import KeyLine
from screens.modals import asking
from screens.modals.asking import YesNo, set_after
from screens.modals.booking_form import BookingForm, FormFacts, Wish
from screens.patient_lines import day, identity_lines
from screens.place import Doors
from screens.privacy import name_words, shown_page
from screens.threads import hand_back
from screens.verbs import Verbs
from widgets.messages import Asked, Changed, Refused

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk

OTHERS_SECONDS = 2.0
"""How long `a` waits when it has come to mean what the person has not read yet."""


class BookingScreen(Copying, Verbs):
    """One patient's planned appointments beside the real ones, the best pair chosen."""

    CSS_PATH = "booking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Where.BOOKING)
    where = Where.BOOKING

    def __init__(self, desk: Desk, names: Names, doors: Doors, page: PatientPage) -> None:
        """Show ``page``."""
        super().__init__(desk, names, doors)
        self._guide: Guide = NO_GUIDE
        self._is_reading = True  # the rules, with the names of what is due
        self._take(page)
        self.guard = asyncio.Event()  # while set, `a` is taken: no auto-repeat, no second press

    def compose(self) -> ComposeResult:
        """Lay the window out."""
        yield Static("", id="who", markup=False)
        with Horizontal(id="lists"):
            with Vertical(id="needed-side"):
                yield Static("Appointments needed", classes="heading", markup=False)
                yield OptionList(id="needed", markup=False)
            with Vertical(id="future-side"):
                yield Static("", id="book-heading", classes="heading", markup=False)
                yield OptionList(id="future", markup=False)
                yield Static("", id="noted", markup=False)
        yield Static("", id="texts", markup=False)
        yield KeyLine(hints_for(Where.BOOKING, self.desk.why_not))

    def on_mount(self) -> None:
        """Fill the window; the rules come from a thread."""
        set_after(self, asking.GUARD_SECONDS, self.guard)
        self._show()
        self.query_one("#needed", OptionList).focus()
        self._load_guide()

    def patient_number(self) -> str | None:
        """The patient of this window."""
        return self._page.patient

    def page(self) -> PatientPage:
        """The patient as shown."""
        return self._page

    def show_others_changes(self, page: PatientPage) -> None:
        """Show the patient as others left them; if `a` means something else now, it waits."""
        before = self._pair()
        self._take(page)
        self._show()
        if is_new(self._pair(), before):
            self.guard.clear()
            set_after(self, OTHERS_SECONDS, self.guard)
            self.say("This has changed: read what a accepts now.")

    def person(self) -> Person | None:
        """The patient of this window."""
        return Person(self._page.patient, name_words(self._page.name))

    def show_booking(self, page: PatientPage) -> None:
        """Show another patient here: a look-up does not pile windows up."""
        self._take(page)
        self._show(place=self._best_place())
        self.look_for_export()

    def _take(self, page: PatientPage) -> None:
        self._page = page
        self._entries = entries_of(shown_page(page))
        self._found = reconcile(page, self._guide, self.desk.today)

    # ------------------------------------------------------------------ showing

    def _show(self, place: int | None = None) -> None:
        """Show the patient, with the cursor on ``place`` (None: where it is)."""
        page, names, today = self._page, self.names, self.desk.today
        who = identity_lines(page, today, self.desk.number_label)
        self.query_one("#who", Static).update(_plain(who))
        needed = self.query_one("#needed", OptionList)
        place = (needed.highlighted or 0) if place is None else place
        lines = [entry_lines(one, self._found, names, page, today) for one in self._entries]
        nothing = Option(_plain([nothing_line(page, today)]), disabled=True)
        needed.set_options([Option(_plain(some)) for some in lines] or [nothing])
        needed.highlighted = min(place, needed.option_count - 1)
        self._show_future()
        self._show_texts()

    def _show_future(self) -> None:
        self.query_one("#book-heading", Static).update(_plain([book_heading(self._page)]))
        future, entry = self.query_one("#future", OptionList), self._entry()
        place = future.highlighted
        lines = future_lines(self._page, self._found, entry.number if entry else 0)
        future.set_options(
            [Option(_plain([line])) for line in lines]
            or [Option(Content("No future appointment."), disabled=True)]
        )
        if place is not None and place < len(lines):
            future.highlighted = place
        self.query_one("#noted", Static).update(_plain(noted_lines(self._page, self.names)))

    def _show_texts(self) -> None:
        entry, texts = self._entry(), self.chosen_texts()
        lines = still_lines(self._entries, self._found)
        if self._is_reading:
            lines = ["Looking at the book …"]
        elif entry is not None and not entry.booking_id:
            lines = verdict_lines(self._found, entry.number, self._pair(), self._guide)
        if texts is not None:
            lines += [f"Reason: {texts[0]}", f"Notes: {texts[1]}"]
        self.query_one("#texts", Static).update(_plain(lines))

    @on(OptionList.OptionHighlighted, "#needed")
    def moved(self) -> None:
        """Show what goes with another planned appointment."""
        self._show_future()
        self._show_texts()

    @on(OptionList.OptionHighlighted, "#future")
    def moved_in_book(self) -> None:
        """Show what another appointment of the book covers."""
        self._show_texts()

    def _best_place(self) -> int:
        """Return where the planned appointment of the best pair is, or what can be booked."""
        chosen = best_entry(self._entries, self._found)
        return self._entries.index(chosen) if chosen is not None else 0

    # ------------------------------------------------------------------ what is chosen

    def _entry(self) -> Entry | None:
        place = self.query_one("#needed", OptionList).highlighted
        return self._entries[place] if place is not None and place < len(self._entries) else None

    def _pair(self) -> Fit | None:
        """What the appointment under the cursor in the book covers, or the best one."""
        entry = self._entry()
        if entry is None or entry.booking_id:
            return None
        future = self.query_one("#future", OptionList)
        every, place = self._page.future_appointments, future.highlighted
        if future.has_focus and place is not None and place < len(every):
            return self._found.fit_of(entry.number, every[place].appointment_id)
        return self._found.fit_of(entry.number)

    # ------------------------------------------------------------------ booking

    def action_accept(self) -> None:
        """Book exactly what the chosen appointment of the book covers."""
        pair = self._pair()
        if not self.guard.is_set() or self._guide is NO_GUIDE:
            self.say_once("a was not taken: read what it accepts, then press it again.")
            return
        entry = self._entry()
        if entry is not None and entry.booking_id:
            self.say("This is booked already: k takes it back.")
        elif pair is None:
            self.say("No appointment in the book fits: make one there, b notes its day.")
        else:
            self._book(wish_of(pair))

    def action_mark_booked(self) -> None:
        """Ask for the day, the best appointment's first, and for what it covers."""
        entry = self._entry()
        if self._is_reading:
            self.say("The book is still being read: b again in a moment.")
            return
        if entry not in waiting_of(self._entries, self._found):
            self.say("Nothing to book here: it is done, booked or hidden.")
            return
        facts = FormFacts(self._found, entry.number, self._guide, self.desk.today, self._pair())

        def chosen(wish: Wish | None) -> None:
            if wish is not None:
                self._book(wish)

        self.app.push_screen(BookingForm(facts), chosen)

    def _book(self, wish: Wish) -> None:
        self.guard.clear()
        self.post_message(Asked(booking_for(self._page, wish)))

    def action_invite_rest(self) -> None:
        """Preview an invite for what no appointment of the book covers."""
        entry, pair = self._entry(), self._pair()
        wanted = self._found.wanted_of(entry.number) if entry and not entry.is_next else None
        if wanted is None:
            self.say("Nothing is left to invite for now.")
            return
        covered = {one.item for one in pair.covered} if pair else set[str]()
        items = [one.item for one in wanted.items if one.item not in covered]
        if items:
            invite_rest(self, self._page, items)
        else:
            self.say("The book covers it all: a accepts.")

    def action_unbook(self) -> None:
        """Take the booking of what is highlighted, or the only one, back, after a question."""
        booking = booking_of(self._page, self._entry())
        if booking is None:
            self.say(no_booking_words(self._page))
            return

        def take_back(*answer: bool | None) -> None:
            if any(answer):
                self.post_message(Asked(Unbook(self._page.patient, booking.booking_id)))

        self.app.push_screen(YesNo(unbook_question(booking, self.names)), take_back)

    # ------------------------------------------------------------------ texts

    def chosen_texts(self) -> tuple[str, str] | None:
        """Return reason and notes of exactly what is booked, or is covered, or is wanted."""
        items = items_for(self._entry(), self._pair())
        return self._guide.texts(items) if items else None

    # ------------------------------------------------------------------ reading

    @work(thread=True, exclusive=True, group="guide")
    def _load_guide(self) -> None:
        try:
            guide, names = self.desk.guide(), self.desk.names()
        except RecallError as fault:
            hand_back(self, self._have_no_guide, fault.words)
            return
        hand_back(self, self._have_guide, guide, names)

    def _have_no_guide(self, words: str) -> None:
        self._is_reading = False
        self.say_fault(words)

    def _have_guide(self, guide: Guide, names: Names) -> None:
        self._is_reading = False
        self._guide, self.names = guide, names
        self._take(self._page)
        self._show(place=self._best_place())

    @on(Changed)
    @on(Refused)
    def read_again(self, message: Changed | Refused) -> None:
        """Read the patient again after a change, one of somebody else's too."""
        message.stop()
        self.read_page(self._page.patient, self._show_again)

    def _show_again(self, page: PatientPage) -> None:
        self._take(page)
        self._show()
        set_after(self, asking.GUARD_SECONDS, self.guard)

    def action_leave(self) -> None:
        """Go back."""
        self.leave()


def booking_for(page: PatientPage, wish: Wish) -> MarkBooked:
    """Return the command that books what was wished."""
    targets = targets_for(page, wish.items)
    return MarkBooked(targets, wish.on, wish.appointment_id, wish.staff_group)


def no_booking_words(page: PatientPage) -> str:
    """Return why nothing is taken back: no booking at all, or none on this line."""
    if any(one.state == "active" for one in page.bookings):
        return "Nothing is booked on this line: go to a booked one (Up, Down), then k."
    return "Nothing is booked here."


def booking_of(page: PatientPage, entry: Entry | None) -> BookingView | None:
    """Return the standing booking of an entry, or one that covers some of its due items.

    The patient's only one is meant on every line: the window opens on what is still to book.
    """
    standing = {one.booking_id: one for one in page.bookings if one.state == "active"}
    if len(standing) == 1:
        return next(iter(standing.values()))
    covering = (due.booking_id for due in entry.planned.due_items) if entry else ()
    own = (entry.booking_id, *covering) if entry else ()
    return next((standing[one] for one in own if one in standing), None)


def unbook_question(booking: BookingView, names: Names) -> str:
    """Return the question before a booking is taken back: another one may be on the same day."""
    items = ", ".join(names.item(item) for item in booking.items)
    return clean(f"Take the booking for {day(booking.on)} back ({items})?")


def items_for(entry: Entry | None, pair: Fit | None) -> list[str]:
    """Return what the texts speak of: what the pair covers, or what is not done yet."""
    if entry is None:
        return []
    if pair is not None:
        return [one.item for one in pair.covered]
    return [one.item for one in entry.items if one.state is not DueState.DONE]


def is_new(pair: Fit | None, before: Fit | None) -> bool:
    """Whether accepting would book something that it would not have booked before."""
    return pair is not None and (before is None or wish_of(pair) != wish_of(before))


def wish_of(pair: Fit) -> Wish:
    """Return the wish for exactly what an appointment of the book covers."""
    offered, items = pair.offered, tuple(one.item for one in pair.covered)
    group = offered.staff_group or pair.wanted.staff_group
    return Wish(offered.on, items, offered.appointment_id, group)


def _plain(lines: Sequence[str]) -> Content:
    """Return lines as one plain text, each cleaned."""
    return Content("\n".join(clean(line) for line in lines))
