"""What every full screen can do: work in threads, look patients up, show their page and reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar, cast

from textual import events, work
from textual.screen import Screen

from recall_tui.actions import Where
from recall_tui.cleaning import clean
from recall_tui.errors import RecallError
from recall_tui.views.names import Names
from screens.leaving import Leaving
from screens.privacy import name_words, shown_page, without_holds
from screens.running import FAULT_SECONDS, Job, Moment, Running
from screens.threads import hand_back

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk
    from recall_tui.views.patient import PatientPage

Result = TypeVar("Result")

MORE = "W asks every recall why the patient is, or is not, on it."

HELD_SECONDS = 1.0
"""What is said once is not said again while the key comes at least as often as this."""

DIGITS = "0123456789"
"""With which a number begins: a patient's, or one that rings."""


class Doors(Protocol):
    """The screens that can be opened from any other; `doors.py` knows them."""

    def lookup(self, desk: Desk, typed: str, beside: str = "") -> Screen[str | None]:
        """Return the look-up, with what was typed, or who lives ``beside`` a patient."""
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

    def sheet(self, desk: Desk, what: str, text: str, patients: Sequence[str]) -> Screen[None]:
        """Return lines of text to be copied or saved, which are about patients."""
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
        self._untaken = ""
        """What was typed while a patient was being opened."""

        self._quiet_until = 0.0

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

    def say_once(self, words: str) -> None:
        """Say something unless it was said just now: a key that is held down comes many times."""
        now = monotonic()
        if now >= self._quiet_until:
            self.say(words)
        self._quiet_until = now + HELD_SECONDS

    def say_fault(self, words: str) -> None:
        """Say what could not be done."""
        self.notify(clean(words), severity="error", markup=False, timeout=FAULT_SECONDS)

    def action_reveal(self) -> None:
        """Say where a patient can be shown plainly."""
        self.say("Open the patient first (Enter or p): F7 shows one patient plainly there.")

    def name_of(self, patient: str) -> str:
        """Return whom something was done to, where several are shown; empty: it is plain."""
        del patient
        return ""

    def names_shown(self) -> Iterable[str]:
        """Give the names that this screen and the questions over it may show."""
        return ()

    def show_privacy(self) -> None:
        """Draw anew after patients were masked, or no longer are."""
        self.refresh(layout=True)

    # ------------------------------------------------------------------ finding

    def take_key(self, event: events.Key) -> None:
        """Begin a look-up with what begins one; while a patient is being opened, take no key.

        Otherwise what is typed ahead for the next window would be done to the row under the cursor;
        it is told once that window is there. The app asks, once every earlier key was done.
        """
        if self._is_leaving and event.is_printable:
            self._untaken += event.character or ""
        begins = self.begins_lookup(event.character or "")
        if self._is_leaving or begins:
            event.stop()
            event.prevent_default()
        if begins and not self._is_leaving:
            self.look_up(event.character or "")

    def begins_lookup(self, character: str) -> bool:
        """Whether what begins so is somebody to look up."""
        return bool(character) and character in DIGITS

    def on_paste(self, event: events.Paste) -> None:
        """Begin a look-up with what was pasted, if it is one."""
        text = clean(event.text).strip()
        if self.begins_lookup(text[:1]):
            event.stop()
            self.look_up(text)

    def action_lookup(self) -> None:
        """Look a patient up."""
        self.look_up("")

    def look_up(self, typed: str, beside: str = "") -> None:
        """Open the look-up with what was typed, or with those who live ``beside`` a patient."""

        def found(patient: str | None) -> None:
            self._is_leaving = False
            if patient is not None:
                self.open_patient(patient)

        self._is_leaving = True
        self.app.push_screen(self.doors.lookup(self.desk, typed, beside), found)

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
        self._is_leaving, self._untaken = False, ""
        self.say_fault(words)

    def _have_page(self, page: PatientPage, then: Callable[[PatientPage], None]) -> None:
        self._is_leaving = False
        then(page)
        if self._untaken:
            self.say(f"Not taken, typed while this opened: {self._untaken}. Press it again.")
            self._untaken = ""

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
        if patient is None:
            return

        def read(_job: Job) -> tuple[PatientPage | None, Sequence[str]]:
            page = self.desk.patient(patient)
            return page, self.desk.why(shown_page(page)) if page is not None else ()

        def show(found: tuple[PatientPage | None, Sequence[str]]) -> None:
            page, lines = found
            if page is not None and lines:
                self.show_text(_why_text(page, [*lines, "", MORE]))
            elif page is not None:
                self._ask_every_recall(page)

        cast("Running", self.app).ask_for(f"why, {patient}", "", read, show)

    def action_why_not(self) -> None:
        """Ask the engine of every recall why the patient is, or is not, on it."""
        patient = self.patient_number()
        if patient is not None:
            since = cast("Running", self.app).moment()
            self.read_page(patient, partial(self._ask_every_recall, since=since))

    def _ask_every_recall(self, page: PatientPage, since: Moment | None = None) -> None:
        """Ask in a thread, while the person reads on; who has gone on ``since`` is left alone."""

        def read(job: Job) -> Sequence[str]:
            job.step = "asking every recall"
            return self.desk.why_absent(page.patient)

        def show(every: Sequence[str]) -> None:
            # The engine quotes what was typed when it was put on hold.
            said = [without_holds(line, page.patient) for line in every]
            app.push_screen(self.doors.text(_why_text(page, said)))

        app = cast("Running", self.app)
        app.ask_for("why not", page.name, read, show, since)

    def show_text(self, text: str) -> None:
        """Show lines of text over the whole screen."""
        self.app.push_screen(self.doors.text(text))

    def show_sheet(self, what: str, text: str, patients: Sequence[str] = ()) -> None:
        """Show lines of text to take away; ``what`` names the file."""
        self.app.push_screen(self.doors.sheet(self.desk, what, text, patients))


def _why_text(page: PatientPage, lines: Sequence[str]) -> str:
    return "\n".join([f"Why: {name_words(page.name)}", "", *lines])
