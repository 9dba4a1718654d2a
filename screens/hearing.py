"""What others do appears by itself: only the rows that changed are read again, and shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on, work
from textual.worker import Worker

from recall_tui.errors import RecallError
from recall_tui.views.news import News
from recall_tui.views.worklist import EMPTY_WORKLIST
from screens.overview_data import Prepared
from screens.reading import Reading
from screens.threads import hand_back
from widgets.messages import Heard
from widgets.worklist_table import WorklistTable

if TYPE_CHECKING:
    from typing import Any

READS = "list"
"""The group of workers that read the list."""


class Hearing(Reading):
    """A list that is told of every change; while it is being read, news waits."""

    _news: News | None = None
    _in_trouble = False
    _here: tuple[str, str] = ("", "")
    """The patient under the cursor, and who else is on them or has their phone."""

    def show_pane(self) -> None:
        """Show the patient under the cursor."""
        raise NotImplementedError

    def here_lines(self, patient: str) -> list[str]:
        """Return who else is on a patient or has the phone, as far as it is known."""
        known, lines = self._here
        return lines.splitlines() if known == patient else []

    @on(WorklistTable.Highlighted)
    def look_who_is_here(self, message: WorklistTable.Highlighted) -> None:
        """Ask, in a thread, who else is on the patient on whom the cursor rests, or has the phone.

        Only where there is room to show it.
        """
        if isinstance(message.key, str) and self.query_one("#pane").display:
            self._look_at(message.key)

    @work(thread=True, exclusive=True, group="presence")
    def _look_at(self, patient: str) -> None:
        hand_back(self, self._have_here, patient, self.desk.look_at(patient))

    def _have_here(self, patient: str, line: str) -> None:
        self._here = (patient, line)
        if line:
            self.show_pane()

    @on(Heard)
    def heard(self, message: Heard) -> None:
        """Keep the news until the list has caught up with it."""
        message.stop()
        news = message.news
        if news.trouble or self._in_trouble:
            self._in_trouble = bool(news.trouble)
            self.show_banners()
        self._news = news if self._news is None else self._news.and_then(news)
        self._catch_up()

    @on(Worker.StateChanged)
    def read_ended(self, event: Worker.StateChanged) -> None:
        """Go on with what was heard while the list was being read."""
        if event.worker.group == READS and event.worker.is_finished:
            self._catch_up()

    def _catch_up(self) -> None:
        """Read what changed since the list that is shown, unless it is being read already."""
        news, shown = self._news, self.listed.snapshot
        if news is None or self._is_reading:
            return
        self._news = None
        if shown is EMPTY_WORKLIST or shown.month != self._month or not shown.is_whole:
            self.load()
        elif news.revision < shown.revision and news.patients is None:
            # An older store took the place of the one that was shown.
            self.listed = replace(self.listed, prepared=Prepared(names=self.names))
            self.load()
        elif news.revision > shown.revision:
            self.count_mine()
            if news.patients is None or news.since > shown.revision:
                self.load()
            elif news.patients:
                self._read_some(news)

    @property
    def _is_reading(self) -> bool:
        workers: list[Worker[Any]] = list(self.app.workers)
        return any(
            one.node is self and one.group == READS and not one.is_finished for one in workers
        )

    @work(thread=True, exclusive=True, group=READS)
    def _read_some(self, news: News) -> None:
        """Read the rows of the patients in the news, in a thread."""
        shown = self.listed.snapshot
        patients = news.patients or frozenset()
        try:
            some = self.desk.worklist(shown.month, patients)
        except RecallError as fault:
            hand_back(self, self.say_fault, fault.words)
            return
        merged = shown.with_rows(some.rows, patients, news.revision)
        prepared = self.prepare(merged).ready()
        prepared.indexed.prepare(self.listed.filter)
        hand_back(self, self.have, prepared)
