"""What every full screen can do: work in threads, look patients up, show their page and reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from textual import events, work
from textual.screen import Screen

from recall_tui.actions import Where
from recall_tui.cleaning import clean
from recall_tui.errors import RecallError
from recall_tui.views.names import Names
from screens.leaving import Leaving
from screens.privacy import name_words, shown_page, without_holds
from screens.threads import hand_back

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk
    from recall_tui.views.patient import PatientPage

Result = TypeVar("Result")

MORE = "W asks every recall why the patient is, or is not, on it."

DIGITS = "0123456789"
"""With which a number begins: a patient's, or one that rings."""

FAULT_SECONDS = 10
"""How long a fault stays on the screen."""


class Doors(Protocol):
    """The screens that can be opened from any other; `doors.py` knows them."""

    def lookup(self, desk: Desk, typed: str) -> Screen[str | None]:
        """Return the look-up, with what was typed already."""
        ...

    def booking(self, desk: Desk, names: Names, page: PatientPage) -> Screen[None]:
        """Return the booking window of a patient."""
        ...

    def patient(self, desk: Desk, names: Names, page: PatientPage) -> Screen[None]:
        """Return the page of a patient."""
        ...

    def text(self, text: str) -> Screen[None]:
        """Return lines of text over the whole screen."""
        ...


class Place(Leaving[Result]):
    """A full screen; digits and `l` find a patient from here, wherever it is."""

    where: ClassVar[Where] = Where.EVERYWHERE

    def __init__(self, desk: Desk, names: Names, doors: Doors) -> None:
        """Work at ``desk``; ``names`` say what items and recalls are called."""
        super().__init__()
        self.desk = desk
        self.names = names
        self.doors = doors
        self._is_leaving = False

    def patient_number(self) -> str | None:
        """The patient that `w` and `p` are about, if there is one."""
        return None

    def why_wait(self, action: str) -> str:
        """Say why an action must wait until something was read; empty: it need not."""
        del action
        return ""

    def say(self, words: str) -> None:
        """Say something in passing."""
        self.notify(clean(words), markup=False)

    def say_fault(self, words: str) -> None:
        """Say what could not be done."""
        self.notify(clean(words), severity="error", markup=False, timeout=FAULT_SECONDS)

    def action_reveal(self) -> None:
        """Say where a patient can be shown plainly."""
        self.say("Open the patient first (Enter or p): F7 shows one patient plainly there.")

    def names_shown(self) -> Iterable[str]:
        """Give the names that this screen and the questions over it may show."""
        return ()

    def show_privacy(self) -> None:
        """Draw anew after patients were masked, or no longer are."""
        self.refresh(layout=True)

    # ------------------------------------------------------------------ finding

    def take_key(self, event: events.Key) -> None:
        """Begin a look-up with the first digit; while a patient is being opened, take no key.

        Otherwise what is typed ahead for the next window would be done to the row under the cursor.
        The app asks, after every key before this one was done.
        """
        is_digit = event.character is not None and event.character in DIGITS
        if self._is_leaving or is_digit:
            event.stop()
            event.prevent_default()
        if is_digit and not self._is_leaving:
            self.look_up(event.character or "")

    def on_paste(self, event: events.Paste) -> None:
        """Begin a look-up with a number that was pasted."""
        text = clean(event.text).strip()
        if text[:1].isdigit():
            event.stop()
            self.look_up(text)

    def look_up(self, typed: str) -> None:
        """Open the look-up with what was typed already."""

        def found(patient: str | None) -> None:
            self._is_leaving = False
            if patient is not None:
                self.open_patient(patient)

        self._is_leaving = True
        self.app.push_screen(self.doors.lookup(self.desk, typed), found)

    def open_patient(self, patient: str) -> None:
        """Read a patient, then open the booking window."""
        self.with_page(patient, self.show_booking)

    def show_booking(self, page: PatientPage) -> None:
        """Open the booking window."""
        self.app.push_screen(self.doors.booking(self.desk, self.names, page))

    # ------------------------------------------------------------------ one patient

    def with_page(self, patient: str, then: Callable[[PatientPage], None]) -> None:
        """Read a patient in a thread, then go on to another screen."""
        self._is_leaving = True
        self.read_page(patient, then)

    @work(thread=True, exclusive=True, group="page")
    def read_page(self, patient: str, then: Callable[[PatientPage], None]) -> None:
        """Read a patient in a thread, then go on."""
        try:
            page = self.desk.patient(patient)
        except RecallError as fault:
            hand_back(self, self._no_page, fault.words)
            return
        if page is None:
            hand_back(self, self._no_page, "This patient is not in the practice any more.")
        else:
            hand_back(self, self._have_page, page, then)
            self.note_access("open", patient)

    def note_access(self, action: str, patient: str) -> None:
        """Note, in a worker thread, what was done with a patient's record."""
        try:
            self.desk.note_access(action, (patient,))
        except RecallError as fault:
            hand_back(self, self.say_fault, fault.words)

    def _no_page(self, words: str) -> None:
        self._is_leaving = False
        self.say_fault(words)

    def _have_page(self, page: PatientPage, then: Callable[[PatientPage], None]) -> None:
        self._is_leaving = False
        then(page)

    def action_patient_page(self) -> None:
        """Show everything about the patient on one page."""
        patient = self.patient_number()
        if patient is not None:
            self.with_page(patient, self._show_page)

    def _show_page(self, page: PatientPage) -> None:
        self.app.push_screen(self.doors.patient(self.desk, self.names, page))

    def action_why(self) -> None:
        """Say why each item of the patient is due; where nothing is, why not."""
        patient = self.patient_number()
        if patient is not None:
            self._read_why(patient, absent=False)

    def action_why_not(self) -> None:
        """Ask the engine of every recall why the patient is, or is not, on it."""
        patient = self.patient_number()
        if patient is not None:
            self.say("Asking every recall …")
            self._read_why(patient, absent=True)

    @work(thread=True, exclusive=True, group="page")
    def _read_why(self, patient: str, *, absent: bool) -> None:
        try:
            page = self.desk.patient(patient)
            lines = self.desk.why(shown_page(page)) if page is not None and not absent else ()
            is_absent = page is not None and (absent or not lines)
            every = self.desk.why_absent(patient) if is_absent else ()
        except RecallError as fault:
            hand_back(self, self.say_fault, fault.words)
            return
        if page is not None:
            # The engine quotes what was typed when it was put on hold.
            said = [without_holds(line, patient) for line in every] or [*lines, "", MORE]
            text = "\n".join([f"Why: {name_words(page.name)}", "", *said])
            hand_back(self, self.show_text, text)

    def show_text(self, text: str) -> None:
        """Show lines of text over the whole screen."""
        self.app.push_screen(self.doors.text(text))
