"""The monthly overview: the list, its filters, the patient under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from recall_tui.actions import Where
from recall_tui.cleaning import clean
from recall_tui.domain.calendar import Month
from recall_tui.views.names import NO_NAMES, is_live
from recall_tui.views.worklist import WorklistRow
from screens.arranging import Arranged, Arranging
from screens.beside import Beside
from screens.bindings import bindings_for, is_left_out, key_of, overview_hints
from screens.hearing import Hearing
from screens.key_line import KeyLine
from screens.overview_data import Listed, Prepared
from screens.patient_lines import need_lines, row_lines
from screens.place import Doors
from screens.verbs import Verbs
from widgets.chips import Chips
from widgets.filter_sidebar import FilterSidebar
from widgets.prompt_line import PromptLine
from widgets.status_line import StatusFacts, StatusLine
from widgets.worklist_table import WorklistTable

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk

WIDE = 100
"""From this width the filters stand beside the list."""

BESIDE = 160
"""From this width the patient under the cursor stands beside the list."""

HINT = "No filter: / to type one, f for the filters"
SIMPLE_HINT = "Type a number or a name to look somebody up; Enter opens the line with >"
"""Said under the title while nothing is narrowed."""

PANE_LINES = 30
"""From this height the patient under the cursor stands below the list."""


class _Middle(Horizontal):
    """What stands on it covers it: its lines are one blank line, kept once."""

    BLANK = True


class _ListSide(Vertical):
    """As above."""

    BLANK = True


class OverviewScreen(Arranging, Beside, Hearing, Verbs):
    """One month, one line a patient."""

    CSS_PATH = Path(__file__).with_name("overview.tcss")
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Where.OVERVIEW)
    where = Where.OVERVIEW
    BLANK = True

    def __init__(
        self,
        desk: Desk,
        doors: Doors,
        when_shown: Callable[[], object] = lambda: None,
        arranged: Arranged | None = None,
    ) -> None:
        """Show the present month of ``desk``, and say when the first list is on the screen."""
        super().__init__(desk, NO_NAMES, doors)
        self.when_shown = when_shown
        self.arranged = arranged or Arranged()
        self.listed = Listed()
        self._month = Month.of(desk.today)
        self._filters_wanted: bool | None = None

    def compose(self) -> ComposeResult:
        """Lay the overview out."""
        yield Static("", id="title", markup=False)
        yield Static("", id="banner", markup=False)
        yield Chips(SIMPLE_HINT if is_left_out("filter") else HINT, id="chips")
        with _Middle(id="middle"):
            yield FilterSidebar(id="filters")
            with _ListSide(id="list-side"):
                yield WorklistTable(self.columns(), id="worklist")
                with Horizontal(id="pane"):
                    yield Static("", id="pane-who", markup=False)
                    yield Static("", id="pane-needs", markup=False)
        yield PromptLine(id="prompt")
        yield StatusLine(id="status")
        yield KeyLine(overview_hints(self.desk.why_not))

    @on(events.DescendantFocus)
    def show_keys(self) -> None:
        """Show the keys that are heard now."""
        here = self.focused.BINDINGS if isinstance(self.focused, FilterSidebar) else ()
        self.query_one(KeyLine).hints = overview_hints(self.desk.why_not, here)

    def on_mount(self) -> None:
        """Read the list; whatever else there is to do waits until it is on the screen."""
        self.fit()
        self.table.focus()
        self.begin()

    @on(events.Resize)
    def resized(self) -> None:
        """Show beside the list what there is room for."""
        self.fit()
        self._show_title()

    def fit(self) -> None:
        """Show beside the list what there is room for."""
        width, height = self.size
        wanted = self._filters_wanted if self._filters_wanted is not None else width >= WIDE
        self.query_one("#filters").display = wanted and not is_left_out("toggle_filters")
        self.query_one("#pane").display = height >= PANE_LINES or width >= BESIDE
        self.set_class(width >= BESIDE, "-beside")

    # ------------------------------------------------------------------ showing

    def show_list(self, listed: Listed) -> None:
        """Show a snapshot under a filter; cursor and marks stay on their patients."""
        self.show_rows(listed)
        self._show_title()
        self.show_banners()
        self.show_choices()
        self.show_pane()

    def show_rows(self, listed: Listed) -> None:
        """Show the rows of a list, what they were narrowed to, and how many they are."""
        self.listed = listed
        table = self.table
        table.options = table.options._replace(empty_text=listed.empty_words)
        table.set_source(listed.source)
        self.show_chips()
        self.show_status()

    def _show_title(self) -> None:
        title = self.listed.title(self.size.width - 2) or f"{self._month.first:%B %Y} …"
        self._put("#title", clean(title))

    def show_banners(self) -> None:
        """Say what is wrong with the store, that the data are old, what was left unrecorded."""
        lines = [*self.desk.banners]
        if self.stale_words:
            lines.append(
                f"! The {self.stale_words}: the list may be wrong. Have it set before inviting."
                if self.listed.snapshot.is_ahead
                else f"! The {self.stale_words}: somebody may have been seen since. Import again"
                " before inviting."
            )
        if self.exports:
            from screens.open_exports import export_lines  # noqa: PLC0415 - seldom needed

            lines += export_lines(self.exports, self.desk.today, key_of("batch.exports"))
        self.query_one("#banner").display = bool(lines)
        self._put("#banner", "\n".join(clean(line) for line in lines), grows=True)

    def show_exports(self) -> None:
        """Show which exports are open, and on the rows of their patients."""
        self.show_list(replace(self.listed, prepared=self.prepare(self.listed.snapshot)))

    def _put(self, name: str, text: str, *, grows: bool = False) -> None:
        """Show a text where it is not shown already; one that may take more lines ``grows``."""
        static, content = self.query_one(name, Static), Content(text)
        if static.content != content:
            static.update(content, layout=grows)

    @property
    def stale_words(self) -> str:
        """Why nobody should be invited from the data; empty: they are good."""
        return self.listed.snapshot.stale_words(self.desk.stale_days)

    def show_status(self) -> None:
        """Show where we are, what is hidden, and what is one's own."""
        listed, table = self.listed, self.table
        whole = "everybody shown (h)" if listed.filter.show_hidden else ""
        self.query_one(StatusLine).facts = StatusFacts(
            view=" ".join(filter(None, (f"{self._month.first:%b %Y}", self.view_words, whole))),
            row=table.cursor_row + 1 if table.row_count else 0,
            rows=table.row_count,
            has_more=not listed.snapshot.is_whole,
            marks=table.marks_in_words(),
            hidden=listed.hidden,
            data_age=listed.age_words,
            is_stale=bool(self.stale_words),
            user=self.desk.login,
            database=self.desk.practice_words,
            is_live=is_live(self.desk.practice_words),
            mine=self.mine[0],
            fresh=self.mine[1],
            mine_key=key_of("list.mine"),
        )

    def show_pane(self) -> None:
        """Show the patient under the cursor where there is room, and who else is on them."""
        row = self.current_row()
        if not self.query_one("#pane").display:
            return
        who = row_lines(row, self.desk.number_label) if row else []
        who = [*(self.here_lines(row.patient) if row else ()), *who]
        needs = need_lines(row, self.names, self.desk.today) if row else []
        for name, lines in (("#pane-who", who), ("#pane-needs", needs)):
            text = "\n".join(clean(line) for line in lines)
            self._put(name, text, grows=self.has_class("-beside"))

    @on(WorklistTable.Highlighted)
    def moved(self, message: WorklistTable.Highlighted) -> None:
        """Show the patient on whom the cursor rests."""
        message.stop()
        self.show_status()
        self.show_pane()

    @on(WorklistTable.MarksChanged)
    def marks_changed(self, message: WorklistTable.MarksChanged) -> None:
        """Count the marks."""
        message.stop()
        self.show_status()

    # ------------------------------------------------------------------ what is chosen

    def current_row(self) -> WorklistRow | None:
        """The patient under the cursor."""
        key = self.table.cursor_key
        return self.listed.by_patient.get(key) if isinstance(key, str) else None

    def patient_number(self) -> str | None:
        """The patient under the cursor."""
        row = self.current_row()
        return row.patient if row else None

    def chosen_rows(self) -> Sequence[WorklistRow]:
        """Return the marked patients of this month, or the one under the cursor if none is."""
        marked, row = self.table.marked, self.current_row()
        if marked:
            return [one for one in self.listed.prepared.indexed.rows if one.patient in marked]
        return [row] if row else []

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
        if month != self._month:
            self._month = month
            self.listed = replace(self.listed, prepared=Prepared(names=self.names))
            self.show_list(self.listed)
        self.load()

    def action_refresh(self) -> None:
        """Read the list again."""
        self.load()

    # ------------------------------------------------------------------ doors

    def action_book(self) -> None:
        """Open the booking window of the patient under the cursor."""
        patient = self.patient_number()
        if patient is not None:
            self.open_patient(patient)

    @on(WorklistTable.Opened)
    def opened(self, message: WorklistTable.Opened) -> None:
        """Open the booking window of a row."""
        message.stop()
        self.open_patient(str(message.key))

    def action_invite(self) -> None:
        """Preview a batch of the marked patients, or of all in view."""
        from recall_tui.services.batching import prepare_batch  # noqa: PLC0415 - as below
        from screens.invites import InvitesScreen  # noqa: PLC0415 - not on the way to first paint

        marked = self.table.marked
        rows = self.chosen_rows() if marked else self.listed.rows
        if not rows:
            self.say("Nobody to invite is in this view.")
            return
        elsewhere = len(marked) - len(rows) if marked else 0
        words = f"{len(rows):,} marked" if marked else f"all {len(rows):,} in view"
        if elsewhere:
            words += f"; {elsewhere:,} marked ones are not on this month's list"

        def done(*recorded: bool | None) -> None:
            if any(recorded):
                self.table.clear_marks()
            self.count_mine()

        batch = replace(
            prepare_batch(rows, self.desk.today, *self.desk.invite_rule), run=self.run_of_view()
        )
        screen = InvitesScreen(self.desk, self.names, self.doors, batch)
        self.app.push_screen(screen.about(words, self.stale_words), done)
