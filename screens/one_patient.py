"""What the screens of one patient share: others' changes to this patient appear by themselves."""

from __future__ import annotations

from textual import on, work

from recall_tui.errors import RecallError
from recall_tui.views.patient import PatientPage
from screens.keeping import Keeping
from screens.threads import hand_back
from widgets.messages import Heard


class OnePatient(Keeping):
    """A screen about one patient, read again when somebody changes them; what is typed stays."""

    def page(self) -> PatientPage:
        """Return what is shown."""
        raise NotImplementedError

    def show_others_changes(self, page: PatientPage) -> None:
        """Show the patient as others left them."""
        raise NotImplementedError

    @on(Heard)
    def heard(self, message: Heard) -> None:
        """Read the patient again if the news is about them."""
        message.stop()
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
