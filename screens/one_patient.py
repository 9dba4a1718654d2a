"""What the screens of one patient share: who else is here, and what others do, by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from textual import events, on, work
from textual.content import Content
from textual.widgets import Static

from recall_tui.cleaning import clean
from recall_tui.errors import RecallError
from recall_tui.views.patient import PatientPage
from recall_tui.views.worklist import WorklistRow
from screens.inviting_rest import row_for
from screens.keeping import Keeping
from screens.privacy import is_masked, reveal
from screens.threads import hand_back
from widgets.messages import Heard

BEAT_SECONDS: Final = 10.0
"""How often a session says that it is still here, and asks who else is."""


class AboveLine(Static):
    """One line above everything: who else is on the patient, or what must be known first."""

    DEFAULT_CSS = """
    AboveLine {
        height: 1; padding: 0 1; display: none; text-wrap: nowrap; text-overflow: ellipsis;
        background: $ground-alert; color: $ink-alert; text-style: $style-alert;
    }
    """

    def say(self, line: str) -> None:
        """Show the line, or nothing when it is empty."""
        if self.content != Content(clean(line)):
            self.display = bool(line)
            self.update(Content(clean(line)), layout=False)


class OnePatient(Keeping):
    """A screen about one patient, read again when somebody changes them; what is typed stays."""

    def page(self) -> PatientPage:
        """Return what is shown."""
        raise NotImplementedError

    def chosen_rows(self) -> Sequence[WorklistRow]:
        """Return the patient as a list would have them: what is due now, what was put aside too."""
        return [row_for(self.page())]

    def show_others_changes(self, page: PatientPage) -> None:
        """Show the patient as others left them."""
        raise NotImplementedError

    @on(Heard)
    def heard(self, message: Heard) -> None:
        """Read the patient again if the news is about them."""
        message.stop()
        self.look_for_export()
        patients = message.news.patients
        if patients is None or self.page().patient in patients:
            self._read_quietly(self.page())

    @work(thread=True, exclusive=True, group="heard")
    def _read_quietly(self, shown: PatientPage) -> None:
        """Read the patient in a thread; it is the same look at them, so it is not logged again."""
        try:
            page = self.desk.patient(shown.patient)
        except RecallError as fault:
            hand_back(self, self.say_fault, fault.words)
            return
        if page is not None and page != shown:
            hand_back(self, self._others_changed, page)

    def _others_changed(self, page: PatientPage) -> None:
        if page.patient == self.page().patient:
            self.show_others_changes(page)

    # ------------------------------------------------------------------ privacy

    def names_shown(self) -> Iterable[str]:
        """Give the name of this patient."""
        return (self.page().name,)

    def show_privacy(self) -> None:
        """Show the patient masked, or plainly."""
        self.show_others_changes(self.page())

    def action_reveal(self) -> None:
        """Show this patient plainly until the screen is left; it is noted first."""
        if is_masked(self.page().patient):
            self._reveal(self.page().patient)
        else:
            self.say("Nothing is masked here.")

    @work(thread=True, exclusive=True, group="reveal")
    def _reveal(self, patient: str) -> None:
        try:
            self.desk.note_access("revealed", (patient,))
        except RecallError as fault:
            hand_back(self, self.say_fault, fault.words)
            return
        hand_back(self, self._revealed, patient)

    def _revealed(self, patient: str) -> None:
        if patient == self.page().patient:
            reveal(patient)
            self.show_others_changes(self.page())

    @on(events.Unmount)
    def mask_again(self) -> None:
        """Mask the patient again."""
        reveal("")

    def action_household(self) -> None:
        """Look up somebody who shares the address or a phone number with the patient."""
        self.look_up("", beside=self.page().patient)

    # ------------------------------------------------------------------ who else is here

    @on(events.Mount)
    def come(self) -> None:
        """Say that this session is here, now and as long as the screen is open."""
        self.mount(AboveLine("", id="here", markup=False), before=0)
        self.mount(AboveLine("", id="exported", markup=False), before=0)
        self.set_interval(BEAT_SECONDS, self.beat)

    @on(events.ScreenResume)
    def come_back(self) -> None:
        """Say that this session is here, and what is new about the patient's exports."""
        self.look_for_export()
        self.beat()

    def beat(self) -> None:
        """Say that this session is still here, and show who else is."""
        if self.is_current:
            self._come_to(self.page().patient)

    @on(events.Unmount)
    def go(self) -> None:
        """Say that this session is here no more."""
        self.app.run_worker(partial(self.desk.come_to, ""), thread=True, group="presence")

    @work(thread=True, exclusive=True, group="presence")
    def _come_to(self, patient: str) -> None:
        hand_back(self, self._show_others, patient, self.desk.come_to(patient))

    def _show_others(self, patient: str, line: str) -> None:
        if patient == self.page().patient:
            for shown in self.query("#here").results(AboveLine):
                shown.say(line)

    # ------------------------------------------------------------------ exported, not recorded

    @work(thread=True, exclusive=True, group="exported")
    def look_for_export(self) -> None:
        """Look, in a thread, whether an export that nobody settled holds the patient."""
        from screens.open_exports import export_words  # noqa: PLC0415 - not before first paint

        patient = self.page().patient
        try:
            words = export_words(self.desk.exports(), patient, self.desk.today)
        except RecallError:
            return  # whoever invites is told
        hand_back(self, self._show_export, patient, words)

    def _show_export(self, patient: str, words: str) -> None:
        if patient == self.page().patient:
            line = f"! {words[:1].upper()}{words[1:]}: they may have the message" if words else ""
            for shown in self.query("#exported").results(AboveLine):
                shown.say(line)
