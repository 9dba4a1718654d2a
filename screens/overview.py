"""The monthly overview: the list, its filters, the patient under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Footer, Static

from recall_tui.actions import Where
from recall_tui.cleaning import clean
from recall_tui.domain.calendar import Month
from recall_tui.errors import RecallError
from recall_tui.ports import Desk
from recall_tui.services.batching import prepare_batch
from recall_tui.views.filters import Facet
from recall_tui.views.names import Names
from recall_tui.views.worklist import WorklistRow, WorklistSnapshot
from screens.bindings import bindings_for
from screens.columns import overview_columns
from screens.finding import Finding
from screens.narrowing import Narrowing, filter_chips, filter_groups, from_sidebar
from screens.overview_data import Listed
from screens.patient_lines import row_lines
from screens.verbs import Verbs
from widgets.chips import Chips
from widgets.filter_sidebar import FilterSidebar
from widgets.messages import Changed
from widgets.prompt_line import PromptLine
from widgets.status_line import StatusFacts, StatusLine
from widgets.worklist_table import WorklistTable

WIDE = 100
"""From this width the filters stand beside the list."""

PANE_LINES = 30
"""From this height the patient under the cursor stands below the list."""

STALE_DAYS = 3


class OverviewScreen(Narrowing, Finding, Verbs):
    """One month, one line a patient."""

    CSS_PATH = "overview.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings_for("overview")

    def __init__(self, desk: Desk) -> None:
        """Show the present month of ``desk``."""
        super().__init__()
        self.desk = desk
        self.listed = Listed()
        self._month = Month.of(desk.today)
        self._filters_wanted: bool | None = None

    def compose(self) -> ComposeResult:
        """Lay the overview out."""
        yield Static("", id="title", markup=False)
        yield Chips("No filter: / to type one, f for the filters", id="chips")
        with Horizontal(id="middle"):
            yield FilterSidebar(id="filters")
            with Vertical(id="list-side"):
                yield WorklistTable(overview_columns("Number"), id="worklist")
                yield Static("", id="pane", markup=False)
        yield PromptLine(id="prompt")
        yield StatusLine(id="status")
        yield Footer()

    def on_mount(self) -> None:
        """Read the list, then the names."""
        self._fit(self.size.width, self.size.height)
        self.table.focus()
        self.load()
        self._load_names()

    @on(events.Resize)
    def resized(self, event: events.Resize) -> None:
        """Show beside the list what there is room for."""
        self._fit(event.size.width, event.size.height)

    def _fit(self, width: int, height: int) -> None:
        wanted = self._filters_wanted if self._filters_wanted is not None else width >= WIDE
        self.query_one("#filters").display = wanted
        self.query_one("#pane").display = height >= PANE_LINES

    @property
    def table(self) -> WorklistTable:
        """The list."""
        return self.query_one("#worklist", WorklistTable)

    # ------------------------------------------------------------------ reading

    @work(thread=True, exclusive=True, group="list")
    def load(self) -> None:
        """Read the month in a thread."""
        month = self._month
        try:
            snapshot = self.desk.worklist(month)
        except RecallError as fault:
            self.app.call_from_thread(self.say_fault, fault.words)
            return
        self.app.call_from_thread(self.have, snapshot)

    def have(self, snapshot: WorklistSnapshot) -> None:
        """Show a snapshot unless a newer one of the same month is shown already."""
        shown = self.listed.snapshot
        if snapshot.month != self._month:
            return
        if shown.month == snapshot.month and shown.revision > snapshot.revision:
            return
        self.show_list(Listed(snapshot, self.listed.filter, self.listed.names))

    @work(thread=True, exclusive=True, group="names")
    def _load_names(self) -> None:
        try:
            names = self.desk.names()
        except RecallError as fault:
            self.app.call_from_thread(self.say_fault, fault.words)
            return
        self.app.call_from_thread(self._have_names, names)

    def _have_names(self, names: Names) -> None:
        self.show_list(Listed(self.listed.snapshot, self.listed.filter, names))

    def say_fault(self, words: str) -> None:
        """Say what could not be read."""
        self.notify(clean(words), severity="error", markup=False, timeout=10)

    @on(Changed)
    def read_again(self, message: Changed) -> None:
        """Read the list again after a change."""
        message.stop()
        self.load()

    # ------------------------------------------------------------------ showing

    def show_list(self, listed: Listed) -> None:
        """Show a snapshot under a filter; cursor and marks stay on their patients."""
        self.listed = listed
        snapshot, names = listed.snapshot, listed.names
        self.table.set_source(listed.source)
        self.query_one("#title", Static).update(clean(listed.title))
        self.query_one(Chips).chips = filter_chips(listed.filter, names)
        sidebar = self.query_one(FilterSidebar)
        sidebar.set_groups(filter_groups(snapshot, listed.filter, names))
        sidebar.set_chosen({str(facet): keys for facet, keys in listed.filter.chosen.items()})
        self._show_status()
        self._show_pane()

    def _show_status(self) -> None:
        listed, table = self.listed, self.table
        as_of = listed.snapshot.data_as_of
        age = (listed.snapshot.today - as_of).days if as_of else 0
        self.query_one(StatusLine).facts = StatusFacts(
            view=str(self._month),
            row=table.cursor_row + 1 if table.row_count else 0,
            rows=table.row_count,
            marks=table.marks_in_words(),
            hidden=listed.hidden,
            data_age=listed.age_words,
            is_stale=age > STALE_DAYS,
            user=self.desk.login,
            database=self.desk.practice_words,
            is_live="demo-" not in self.desk.practice_words,
        )

    def _show_pane(self) -> None:
        pane = self.query_one("#pane", Static)
        row = self.current_row()
        if pane.display and row is not None:
            lines = row_lines(row, self.listed.names)
            pane.update("\n".join(clean(line) for line in lines))
        elif pane.display:
            pane.update("")

    @on(WorklistTable.Highlighted)
    def moved(self, message: WorklistTable.Highlighted) -> None:
        """Show the patient on whom the cursor rests."""
        message.stop()
        self._show_status()
        self._show_pane()

    @on(WorklistTable.MarksChanged)
    def marks_changed(self, message: WorklistTable.MarksChanged) -> None:
        """Count the marks."""
        message.stop()
        self._show_status()

    # ------------------------------------------------------------------ what is chosen

    def current_row(self) -> WorklistRow | None:
        """The patient under the cursor."""
        key = self.table.cursor_key
        return self.listed.by_patient.get(key) if isinstance(key, str) else None

    def chosen_rows(self) -> Sequence[WorklistRow]:
        """Return the marked patients, or the one under the cursor."""
        by_patient, marked = self.listed.by_patient, self.table.marked
        rows = [by_patient[key] for key in sorted(map(str, marked)) if key in by_patient]
        row = self.current_row()
        return rows or ([row] if row is not None else [])

    # ------------------------------------------------------------------ months

    def action_next_month(self) -> None:
        """Show the following month."""
        self._go(self._month.plus(1))

    def action_previous_month(self) -> None:
        """Show the month before."""
        self._go(self._month.plus(-1))

    def action_present_month(self) -> None:
        """Show the present month."""
        self._go(Month.of(self.desk.today))

    def _go(self, month: Month) -> None:
        self._month = month
        self.table.clear_marks()
        self.load()

    def action_refresh(self) -> None:
        """Read the list again."""
        self.load()

    # ------------------------------------------------------------------ doors

    def action_invite(self) -> None:
        """Preview a batch of the marked patients, or of all in view."""
        from screens.invites import InvitesScreen  # noqa: PLC0415 - not on the way to first paint

        marked = self.table.marked
        rows = self.chosen_rows() if marked else self.listed.rows
        if not rows:
            self.notify("Nobody is in view.", markup=False)
            return
        words = f"{len(rows):,} marked" if marked else f"all {len(rows):,} in view"

        def done(*recorded: bool | None) -> None:
            if any(recorded):
                self.table.clear_marks()
                self.load()

        batch = prepare_batch(rows, self.desk.today)
        self.app.push_screen(InvitesScreen(self.desk, batch, words), done)

    def action_menu(self) -> None:
        """Show every action by name."""
        from screens.modals.help import MenuScreen  # noqa: PLC0415 - not on the way to first paint

        async def act(name: str | None) -> None:
            if name:
                await self.run_action(name if hasattr(self, f"action_{name}") else f"app.{name}")

        self.app.push_screen(MenuScreen(Where.OVERVIEW), act)

    @on(FilterSidebar.FilterChanged)
    def filters_chosen(self, message: FilterSidebar.FilterChanged) -> None:
        """Narrow the list to what is chosen in the sidebar."""
        message.stop()
        self.narrow(from_sidebar(self.listed.filter, message.chosen))

    @on(Chips.Removed)
    def chip_removed(self, message: Chips.Removed) -> None:
        """Take one filter off."""
        message.stop()
        facet, _separator, key = message.chip_id.partition("=")
        if facet == "text":
            self.narrow(self.listed.filter.with_text(""))
        else:
            self.narrow(self.listed.filter.toggled(Facet(facet), key))

    def action_toggle_filters(self) -> None:
        """Go to the filters, or hide them and return to the list."""
        sidebar = self.query_one(FilterSidebar)
        if sidebar.has_focus:
            self._filters_wanted = None if self.size.width >= WIDE else False
            self.table.focus()
        else:
            self._filters_wanted = True
        self._fit(self.size.width, self.size.height)
        if self._filters_wanted:
            sidebar.focus()
