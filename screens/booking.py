"""The booking window: what is needed, what is in the book, mark as booked, copy the texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.actions import Where
from recall_tui.cleaning import clean
from recall_tui.domain.commands import MarkBooked, Target, Unbook
from recall_tui.domain.states import DueState
from recall_tui.ports import Desk
from recall_tui.views.names import Names
from recall_tui.views.patient import AppointmentView, BookingView, PatientPage
from recall_tui.views.worklist import PlannedAppointmentView
from screens.bindings import bindings_for, hints_for
from screens.keeping import Person
from screens.key_line import KeyLine
from screens.matching import best_match, pending, shortfall
from screens.modals.asking import DAY_FORMS, TextQuestion, YesNo, day_check, read_date
from screens.one_patient import OnePatient
from screens.patient_lines import appointment_line, day, due_line, identity_lines, planned_line
from screens.place import Doors
from screens.threads import hand_back
from widgets.clipboard import Copy, copy_text
from widgets.messages import Asked, Changed, Refused

BOOKABLE = (DueState.OUTSTANDING, DueState.NO_CONTACT, DueState.INVITED, DueState.ESCALATED)

Texts = dict[int, tuple[str, str]]
"""Reason and notes by the number of the planned appointment."""


class BookingScreen(OnePatient):
    """One patient's planned appointments beside the real ones."""

    CSS_PATH = "booking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Where.BOOKING)
    where = Where.BOOKING

    def __init__(self, desk: Desk, names: Names, doors: Doors, page: PatientPage) -> None:
        """Show ``page``."""
        super().__init__(desk, names, doors)
        self._page = page
        self._texts: Texts = {}

    def compose(self) -> ComposeResult:
        """Lay the window out."""
        yield Static("", id="who", markup=False)
        with Horizontal(id="lists"):
            with Vertical(id="needed-side"):
                yield Static("Appointments needed", classes="heading", markup=False)
                yield OptionList(id="needed", markup=False)
            with Vertical(id="future-side"):
                yield Static("In the book", classes="heading", markup=False)
                yield OptionList(id="future", markup=False)
        yield Static("", id="texts", markup=False)
        yield KeyLine(hints_for(Where.BOOKING))

    def on_mount(self) -> None:
        """Fill the window."""
        self._show()
        self.query_one("#needed", OptionList).focus()

    def patient_number(self) -> str | None:
        """The patient of this window."""
        return self._page.patient

    def page(self) -> PatientPage:
        """The patient as shown."""
        return self._page

    def show_others_changes(self, page: PatientPage) -> None:
        """Show the patient as others left them."""
        self._show_again(page)

    def person(self) -> Person | None:
        """The patient of this window."""
        return Person(self._page.patient, self._page.name)

    def show_booking(self, page: PatientPage) -> None:
        """Show another patient here: a look-up does not pile windows up."""
        self._page = page
        self._texts = {}
        self.query_one("#needed", OptionList).highlighted = None
        self._show()

    # ------------------------------------------------------------------ showing

    def _show(self) -> None:
        page = self._page
        who = identity_lines(page, self.desk.today, self.desk.number_label)
        self.query_one("#who", Static).update(_plain(who))
        needed = self.query_one("#needed", OptionList)
        place = needed.highlighted or 0
        needed.set_options(self._needed_options())
        self.query_one("#future", OptionList).set_options(self._future_options())
        needed.highlighted = min(place, needed.option_count - 1)
        self._show_texts()
        self._load_texts()

    def _needed_options(self) -> list[Option]:
        if not self._page.appointments_needed:
            return [Option(Content("Nothing is due now."), disabled=True)]
        return [Option(self._needed_words(one)) for one in self._page.appointments_needed]

    def _needed_words(self, planned: PlannedAppointmentView) -> Content:
        lines = [planned_line(planned)]
        lines += [f"  {due_line(due, self.names)}" for due in planned.due_items]
        return _plain(lines)

    def _future_options(self) -> list[Option]:
        lines = [appointment_line(real) for real in self._page.future_appointments]
        for booking in self._standing():
            items = ", ".join(self.names.item(item) for item in booking.items)
            lines.append(f"Booked for {day(booking.on)} by {booking.by}: {items}")
        if not lines:
            return [Option(Content("No future appointment."), disabled=True)]
        return [Option(_plain([line])) for line in lines]

    def _standing(self) -> tuple[BookingView, ...]:
        return tuple(one for one in self._page.bookings if one.state == "active")

    # ------------------------------------------------------------------ what is chosen

    def _planned(self) -> PlannedAppointmentView | None:
        place = self.query_one("#needed", OptionList).highlighted
        every = self._page.appointments_needed
        return every[place] if place is not None and place < len(every) else None

    def _real(self) -> AppointmentView | None:
        """The appointment under the cursor in the book, else the one that fits best."""
        future = self.query_one("#future", OptionList)
        every = self._page.future_appointments
        if future.has_focus and future.highlighted is not None and future.highlighted < len(every):
            return every[future.highlighted]
        planned = self._planned()
        return best_match(planned, every) if planned else None

    def _targets(self, planned: PlannedAppointmentView) -> tuple[Target, ...]:
        return tuple(
            Target(self._page.patient, due.item, due.due_on, due.version)
            for due in planned.due_items
            if due.is_open and due.state in BOOKABLE
        )

    # ------------------------------------------------------------------ booking

    def action_mark_booked(self) -> None:
        """Ask for the day, the best appointment's first, and book what is highlighted."""
        planned = self._planned()
        targets = self._targets(planned) if planned else ()
        if planned is None or not targets:
            self.say("Nothing to book here: it is done, booked or hidden.")
            return
        real, today = self._real(), self.desk.today
        on = real.starts_at.date().isoformat() if real else ""
        words = ", ".join(self.names.item(one.item) for one in targets)
        question = clean(f"Book {words}.") + "\n" + clean(_found_words(planned, real))

        def book(answer: str | None) -> None:
            chosen = read_date(answer or "", today)
            if chosen is not None:
                same = real if real is not None and real.starts_at.date() == chosen else None
                appointment = same.appointment_id if same else ""
                group = (same.staff_group if same else "") or planned.staff_group
                self.post_message(Asked(MarkBooked(targets, chosen, appointment, group)))

        question += "\nDay of the appointment:"
        form = TextQuestion(question, on, check=day_check(today), placeholder=DAY_FORMS)
        self.app.push_screen(form, book)

    def action_unbook(self) -> None:
        """Take the booking of what is highlighted back, after a question."""
        planned = self._planned()
        ids = {due.booking_id for due in planned.due_items} - {""} if planned else set[str]()
        booking = next((one for one in self._standing() if one.booking_id in ids), None)
        if booking is None:
            self.say("Nothing is booked here.")
            return

        def take_back(*answer: bool | None) -> None:
            if any(answer):
                self.post_message(Asked(Unbook(self._page.patient, booking.booking_id)))

        self.app.push_screen(YesNo(f"Take the booking for {day(booking.on)} back?"), take_back)

    # ------------------------------------------------------------------ texts

    def action_copy_reason(self) -> None:
        """Copy the reason."""
        self._copy(0, "Reason")

    def action_copy_notes(self) -> None:
        """Copy the notes."""
        self._copy(1, "Notes")

    def _chosen_texts(self) -> tuple[str, str] | None:
        planned = self._planned()
        return self._texts.get(planned.appointment_no) if planned else None

    def _copy(self, which: int, what: str) -> None:
        texts = self._chosen_texts()
        if texts is None:
            self.say("Nothing to copy here.")
        else:
            self._copy_in_thread(texts[which], what)

    @work(thread=True, group="copy")
    def _copy_in_thread(self, text: str, what: str) -> None:
        outcome = copy_text(text, lambda sequence: hand_back(self, self._write, sequence))
        hand_back(self, self._copied, what, outcome)
        self.note_access(f"copy {what.lower()}", self._page.patient)

    def _copied(self, what: str, outcome: Copy) -> None:
        self.say(f"{what}: {outcome.words}")

    def _write(self, sequence: str) -> None:
        # Textual has no public way to send a control sequence of one's own.
        driver = self.app._driver  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        if driver is not None:
            driver.write(sequence)

    def action_show_text(self) -> None:
        """Show both texts plainly, to select by hand."""
        texts = self._chosen_texts()
        if texts is not None:
            self.show_text("\n\n".join(texts))

    @on(OptionList.OptionHighlighted, "#needed")
    def moved(self) -> None:
        """Show the texts of another planned appointment."""
        self._show_texts()

    def _show_texts(self) -> None:
        planned, texts = self._planned(), self._chosen_texts()
        lines: list[str] = []
        if planned is not None and texts is not None:
            lines = [f"Reason: {texts[0]}", f"Notes: {texts[1]}"]
            if self._targets(planned):
                best = best_match(planned, self._page.future_appointments)
                lines.append(_found_words(planned, best))
        self.query_one("#texts", Static).update(_plain(lines))

    # ------------------------------------------------------------------ reading

    @work(thread=True, exclusive=True, group="texts")
    def _load_texts(self) -> None:
        page = self._page
        texts = {one.appointment_no: self.desk.texts(one) for one in pending(page)}
        hand_back(self, self._have_texts, texts)

    def _have_texts(self, texts: Texts) -> None:
        self._texts = texts
        self._show_texts()

    @on(Changed)
    @on(Refused)
    def read_again(self, message: Changed | Refused) -> None:
        """Read the patient again after a change, one of somebody else's too."""
        message.stop()
        self.read_page(self._page.patient, self._show_again)

    def _show_again(self, page: PatientPage) -> None:
        self._page = page
        self._show()

    def action_leave(self) -> None:
        """Go back."""
        self.leave()


def _plain(lines: Sequence[str]) -> Content:
    """Return lines as one plain text, each cleaned."""
    return Content("\n".join(clean(line) for line in lines))


def _found_words(planned: PlannedAppointmentView, real: AppointmentView | None) -> str:
    """Say which appointment of the book fits, and how much longer it should be."""
    if real is None:
        return "No appointment in the book fits."
    short = shortfall(planned, real)
    hint = f". Extend it by {short} min." if short else ""
    return f"In the book: {appointment_line(real)}{hint}"
