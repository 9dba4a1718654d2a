"""Finding a patient from the list: digits start a look-up; Enter and b open the booking window."""

from __future__ import annotations

from textual import events, on, work
from textual.screen import Screen

from recall_tui.cleaning import clean
from recall_tui.errors import RecallError
from recall_tui.ports import Desk
from recall_tui.views.patient import PatientPage
from recall_tui.views.worklist import WorklistRow
from screens.overview_data import Listed
from widgets.worklist_table import WorklistTable


class Finding(Screen[None]):
    """The ways from the list to one patient."""

    desk: Desk
    listed: Listed

    def current_row(self) -> WorklistRow | None:
        """The patient under the cursor."""
        raise NotImplementedError

    def say_fault(self, words: str) -> None:
        """Say what could not be read."""
        raise NotImplementedError

    def on_key(self, event: events.Key) -> None:
        """Begin a look-up with the first digit."""
        if event.character and event.character in "123456789" and self.app.screen is self:
            event.stop()
            event.prevent_default()
            self.look_up(event.character)

    def action_lookup(self) -> None:
        """Look a patient up."""
        self.look_up("")

    def look_up(self, typed: str) -> None:
        """Open the look-up with what was typed already."""
        from screens.modals.lookup import LookupScreen  # noqa: PLC0415 - not before first paint

        def found(patient: str | None) -> None:
            if patient is not None:
                self.open_patient(patient)

        self.app.push_screen(LookupScreen(self.desk, typed), found)

    def action_book(self) -> None:
        """Open the booking window of the patient under the cursor."""
        row = self.current_row()
        if row is not None:
            self.open_patient(row.patient)

    @on(WorklistTable.Opened)
    def opened(self, message: WorklistTable.Opened) -> None:
        """Open the booking window of a row."""
        message.stop()
        self.open_patient(str(message.key))

    @work(thread=True, exclusive=True, group="page")
    def open_patient(self, patient: str, *, why: bool = False) -> None:
        """Read a patient in a thread, then open the window."""
        try:
            page = self.desk.patient(patient)
            lines = self.desk.why(page) if page is not None and why else ()
        except RecallError as fault:
            self.app.call_from_thread(self.say_fault, fault.words)
            return
        if page is None:
            self.app.call_from_thread(self.say_fault, "This patient is not in the practice.")
        elif why:
            self.app.call_from_thread(self._show_why, page, tuple(lines))
        else:
            self.app.call_from_thread(self._open, page)

    def _open(self, page: PatientPage) -> None:
        from screens.modals.booking import BookingScreen  # noqa: PLC0415 - not before first paint

        self.app.push_screen(BookingScreen(self.desk, page, self.listed.names))

    def action_why(self) -> None:
        """Say why each item of the patient under the cursor is due."""
        row = self.current_row()
        if row is not None:
            self.open_patient(row.patient, why=True)

    def _show_why(self, page: PatientPage, lines: tuple[str, ...]) -> None:
        from screens.modals.plain_text import PlainText  # noqa: PLC0415 - not before first paint

        self.app.push_screen(PlainText("\n".join([clean(page.name), "", *lines])))

    @work(thread=True, exclusive=True, group="balance")
    def action_balance(self) -> None:
        """Show per recall where everybody stands."""
        from screens.balance_text import balance_text  # noqa: PLC0415 - not before first paint

        try:
            lines = self.desk.balance()
        except RecallError as fault:
            self.app.call_from_thread(self.say_fault, fault.words)
            return
        text = balance_text(lines, self.listed.names)
        self.app.call_from_thread(self._show_text, text)

    def _show_text(self, text: str) -> None:
        from screens.modals.plain_text import PlainText  # noqa: PLC0415 - not before first paint

        self.app.push_screen(PlainText(text))
