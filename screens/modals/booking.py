"""The booking window: what is needed, what is in the book, mark as booked, copy the texts."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.cleaning import clean
from recall_tui.domain.commands import MarkBooked, Target, Unbook
from recall_tui.domain.states import DueState
from recall_tui.errors import RecallError
from recall_tui.ports import Desk
from recall_tui.views.names import Names
from recall_tui.views.patient import AppointmentView, BookingView, PatientPage
from recall_tui.views.worklist import PlannedAppointmentView
from screens.bindings import bindings_for
from screens.matching import best_match, pending, shortfall
from screens.modals.asking import TextQuestion, YesNo, date_wrong
from screens.modals.plain_text import PlainText
from screens.patient_lines import (
    appointment_line,
    day,
    due_line,
    identity_lines,
    planned_line,
)
from widgets.clipboard import copy_text
from widgets.messages import Asked, Changed

BOOKABLE = (DueState.OUTSTANDING, DueState.NO_CONTACT, DueState.INVITED, DueState.ESCALATED)


class BookingScreen(ModalScreen[None]):
    """One patient's planned appointments beside the real ones."""

    CSS_PATH = "booking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="booking.back", tooltip="Back to the list"),
        *bindings_for("booking"),
    ]

    def __init__(self, desk: Desk, page: PatientPage, names: Names) -> None:
        """Show ``page``."""
        super().__init__()
        self._desk = desk
        self._page = page
        self._names = names
        self._texts: dict[int, tuple[str, str]] = {}

    def compose(self) -> ComposeResult:
        """Lay the window out."""
        with Vertical(id="booking"):
            yield Static("", id="who", markup=False)
            with Horizontal(id="lists"):
                with Vertical(id="needed-side"):
                    yield Static("Appointments needed", classes="heading", markup=False)
                    yield OptionList(id="needed")
                with Vertical(id="future-side"):
                    yield Static("In the book", classes="heading", markup=False)
                    yield OptionList(id="future")
            yield Static("", id="texts", markup=False)
            yield Footer()

    def on_mount(self) -> None:
        """Fill the window."""
        self._show()
        self.query_one("#needed", OptionList).focus()

    # ------------------------------------------------------------------ showing

    def _show(self) -> None:
        page = self._page
        self.query_one("#who", Static).update(clean_lines(identity_lines(page)))
        needed = self.query_one("#needed", OptionList)
        place = needed.highlighted or 0
        needed.clear_options()
        for planned in page.appointments_needed:
            needed.add_option(Option(self._needed_words(planned), id=str(planned.appointment_no)))
        if not page.appointments_needed:
            needed.add_option(Option(Content("Nothing is due now."), disabled=True))
        future = self.query_one("#future", OptionList)
        future.clear_options()
        for real in page.future_appointments:
            future.add_option(Option(Content(clean(appointment_line(real)))))
        for booking in self._standing():
            words = (
                f"Booked {day(booking.on)} by {booking.by}: {', '.join(self._items(booking.items))}"
            )
            future.add_option(Option(Content(clean(words)), id=f"booking-{booking.booking_id}"))
        if needed.option_count:
            needed.highlighted = min(place, needed.option_count - 1)
        self._load_texts()

    def _needed_words(self, planned: PlannedAppointmentView) -> Content:
        lines = [planned_line(planned)]
        lines += [f"  {due_line(due, self._names)}" for due in planned.due_items]
        return Content("\n".join(clean(line) for line in lines))

    def _items(self, items: tuple[str, ...]) -> list[str]:
        return [self._names.item(item) for item in items]

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

    # ------------------------------------------------------------------ actions

    def action_mark_booked(self) -> None:
        """Ask for the date, the best appointment's first, and book what is highlighted."""
        planned = self._planned()
        targets = self._targets(planned) if planned else ()
        if planned is None or not targets:
            self.notify("Nothing to book here: it is done, booked or hidden.", markup=False)
            return
        real = self._real()
        on = real.starts_at.date() if real else max(planned.earliest, self._desk.today)
        words = ", ".join(self._names.item(one.item) for one in targets)
        short = shortfall(planned, real) if real else 0
        hint = f" Extend it by {short} min." if short else ""
        found = f"{appointment_line(real)}.{hint}" if real else "No appointment in the book fits."
        question = clean(f"Book {words}\n{found}\nDay of the appointment:")

        def book(answer: str | None) -> None:
            if answer is not None:
                chosen = date.fromisoformat(answer)
                same = real is not None and real.starts_at.date() == chosen
                self.post_message(
                    Asked(
                        MarkBooked(
                            targets,
                            chosen,
                            real.appointment_id if same and real else "",
                            planned.staff_group,
                        )
                    )
                )

        self.app.push_screen(TextQuestion(question, on.isoformat(), check=date_wrong), book)

    def action_unbook(self) -> None:
        """Take the booking of what is highlighted back, after a question."""
        planned = self._planned()
        due_items = planned.due_items if planned else ()
        ids = {due.booking_id for due in due_items} - {""}
        booking = next((one for one in self._standing() if one.booking_id in ids), None)
        if booking is None:
            self.notify("Nothing is booked here.", markup=False)
            return

        def take_back(*answer: bool | None) -> None:
            if any(answer):
                self.post_message(Asked(Unbook(self._page.patient, booking.booking_id)))

        self.app.push_screen(YesNo(f"Take the booking for {day(booking.on)} back?"), take_back)

    def action_copy_reason(self) -> None:
        """Copy the reason."""
        self._copy(0, "Reason")

    def action_copy_notes(self) -> None:
        """Copy the notes."""
        self._copy(1, "Notes")

    def _copy(self, which: int, what: str) -> None:
        planned = self._planned()
        texts = self._texts.get(planned.appointment_no) if planned else None
        if texts is None:
            self.notify("Nothing to copy here.", markup=False)
            return
        outcome = copy_text(texts[which], self._write)
        self.notify(f"{what}: {outcome.words}", markup=False)

    def _write(self, sequence: str) -> None:
        # Textual has no public way to send a control sequence of one's own.
        driver = self.app._driver  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        if driver is not None:
            driver.write(sequence)

    def action_show_text(self) -> None:
        """Show both texts plainly, to select by hand."""
        planned = self._planned()
        texts = self._texts.get(planned.appointment_no) if planned else None
        if texts is not None:
            self.app.push_screen(PlainText("\n\n".join(texts)))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss()

    # ------------------------------------------------------------------ loading

    @on(OptionList.OptionHighlighted, "#needed")
    def _moved(self) -> None:
        self._show_texts()

    def _show_texts(self) -> None:
        planned = self._planned()
        texts = self._texts.get(planned.appointment_no) if planned else None
        shown = f"Reason: {texts[0]}\nNotes: {texts[1]}" if texts else ""
        self.query_one("#texts", Static).update(clean_lines(shown.split("\n")))

    @work(thread=True, exclusive=True, group="texts")
    def _load_texts(self) -> None:
        planned = pending(self._page)
        texts = {one.appointment_no: self._desk.texts(one) for one in planned}
        self.app.call_from_thread(self._have_texts, texts)

    def _have_texts(self, texts: dict[int, tuple[str, str]]) -> None:
        self._texts = texts
        self._show_texts()

    @on(Changed)
    def _read_again(self, message: Changed) -> None:
        message.stop()
        self._reload()

    @work(thread=True, exclusive=True, group="page")
    def _reload(self) -> None:
        try:
            page = self._desk.patient(self._page.patient)
        except RecallError as fault:
            self.app.call_from_thread(self.notify, clean(fault.words), markup=False)
            return
        if page is not None:
            self.app.call_from_thread(self._have_page, page)

    def _have_page(self, page: PatientPage) -> None:
        self._page = page
        self._show()


def clean_lines(lines: list[str]) -> Content:
    """Return lines as one plain text, each cleaned."""
    return Content("\n".join(clean(line) for line in lines))
