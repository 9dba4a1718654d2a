"""The patient page: everything about one patient, to scroll through."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from recall_tui.actions import Where
from recall_tui.cleaning import clean
from recall_tui.errors import RecallError
from recall_tui.views.names import Names
from recall_tui.views.past import NO_PAST, PatientPast
from recall_tui.views.patient import PatientPage
from screens.bindings import bindings_for, hints_for
from screens.keeping import Keeping, Person
from screens.key_line import KeyLine
from screens.one_patient import OnePatient
from screens.patient_page import page_lines
from screens.place import Doors
from screens.privacy import name_words, shown_page
from screens.threads import hand_back
from screens.verbs import Verbs
from widgets.messages import Changed

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk

WHY = "Why"
"""The last heading of the page."""


class PatientScreen(OnePatient, Verbs):
    """One patient, read again after every change; the reasons come last."""

    CSS = """
    PatientScreen { background: $ground-text; }
    #page { width: 100%; height: 1fr; scrollbar-size: 0 0; padding: 0 1; }
    #page Static { color: $ink-text; background: $ground-text; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Where.PATIENT)
    where = Where.PATIENT

    def __init__(self, desk: Desk, names: Names, doors: Doors, page: PatientPage) -> None:
        """Show ``page``."""
        super().__init__(desk, names, doors)
        self._page = page
        self._past = NO_PAST
        self._why: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with VerticalScroll(id="page"):
            yield Static("", id="lines", markup=False)
        yield KeyLine(hints_for(Where.PATIENT, self.desk.why_not))

    def on_mount(self) -> None:
        """Fill it."""
        self._show()
        self.query_one("#page").focus()
        self._read(again=False)

    def patient_number(self) -> str | None:
        """The patient of this page."""
        return self._page.patient

    def page(self) -> PatientPage:
        """The patient as shown."""
        return self._page

    def show_others_changes(self, page: PatientPage) -> None:
        """Show the patient as others left them, with the reasons anew."""
        self._page = page
        self._read(again=False)

    def person(self) -> Person | None:
        """The patient of this page."""
        return Person(self._page.patient, name_words(self._page.name))

    def _show(self) -> None:
        today, label = self.desk.today, self.desk.number_label
        lines = page_lines(self._page, self.names, today, label, self._past)
        if self._why:
            lines += ["", WHY, *(f"  {line}" for line in self._why)]
        self.query_one("#lines", Static).update(Content("\n".join(clean(one) for one in lines)))

    # ------------------------------------------------------------------ sections

    def action_next_section(self) -> None:
        """Go to the next heading."""
        page = self.query_one("#page")
        below = [one for one in self._section_lines() if one > page.scroll_offset.y]
        page.scroll_to(y=min(below, default=page.max_scroll_y), animate=False)

    def action_previous_section(self) -> None:
        """Go back to the heading before."""
        page = self.query_one("#page")
        above = [one for one in self._section_lines() if one < page.scroll_offset.y]
        page.scroll_to(y=max(above, default=0), animate=False)

    def action_why(self) -> None:
        """Go to the reasons, at the end of the page; where nothing is due, ask why not."""
        if self._page.appointments_needed:
            self.query_one("#page").scroll_end(animate=False)
        else:
            self.action_why_not()

    def _section_lines(self) -> list[int]:
        """Return the lines on the screen where a heading stands: long lines are folded."""
        page, shown = self.query_one("#page"), self.query_one("#lines", Static)
        content = shown.content
        lines = str(content).split("\n")
        width = max(1, page.scrollable_content_region.width)
        found: list[int] = []
        row = 0
        for before, line in zip(["", *lines], lines, strict=False):
            if line and not line.startswith(" ") and not before:
                found.append(row)
            row += len(Content(line).wrap(width)) if line else 1
        return found

    @work(thread=True, exclusive=True, group="why")
    def _read(self, *, again: bool) -> None:
        try:
            page = (self.desk.patient(self._page.patient) if again else None) or self._page
            past, why = self.desk.past(page.patient), self.desk.why(shown_page(page))
            names = self.desk.names()
        except RecallError as fault:
            hand_back(self, self.say_fault, fault.words)
            return
        hand_back(self, self._have, page, past, tuple(why))
        hand_back(self, self._have_names, names)

    def _have(self, page: PatientPage, past: PatientPast, why: tuple[str, ...]) -> None:
        self._page, self._past, self._why = page, past, why
        self._show()

    def _have_names(self, names: Names) -> None:
        if names != self.names:
            self.names = names
            self._show()

    @on(Changed)
    def read_again(self, message: Changed) -> None:
        """Read the patient again after a change."""
        message.stop()
        self._read(again=True)

    def show_booking(self, page: PatientPage) -> None:
        """Open the booking window instead of this page."""
        self.app.switch_screen(self.doors.booking(self.desk, self.names, page))

    def action_book(self) -> None:
        """Open the booking window of this patient, or go back to it."""
        if self._came_from_booking():
            self.leave()
        else:
            self.open_patient(self._page.patient)

    def _came_from_booking(self) -> bool:
        below = self.app.screen_stack[-2]
        if not isinstance(below, Keeping) or below.where is not Where.BOOKING:
            return False
        return below.patient_number() == self._page.patient

    def action_leave(self) -> None:
        """Go back."""
        self.leave()
