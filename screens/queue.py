"""A queue beside the month, with the verbs of the list on one row, on marks or on all in view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import compress
from typing import TYPE_CHECKING, ClassVar, Self

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from recall_tui.actions import Where
from recall_tui.cleaning import clean
from recall_tui.domain.calendar import Month
from recall_tui.errors import RecallError
from recall_tui.services.batching import prepare_batch
from recall_tui.views.names import Names
from recall_tui.views.queues import Queue, QueueAsk, QueueRow, QueueView, printed, when_words
from recall_tui.views.words import STAFF_SHORT
from recall_tui.views.worklist import WorklistRow
from screens.bindings import bindings_for, hints_for
from screens.key_line import KeyLine
from screens.place import Doors
from screens.privacy import name_words, shown_queue_row
from screens.queue_filter import QueueFilter
from screens.slipping import why_slipped
from screens.threads import hand_back
from widgets.columns import Column
from widgets.messages import Changed, Heard, Refused
from widgets.prompt_line import PromptLine
from widgets.rows import Row, TupleSource
from widgets.worklist_lines import TableOptions
from widgets.worklist_table import WorklistTable

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk

NAMED_GROUPS = 3
"""So many headings are counted in the title."""

SPANS = (1, 7, 14)
"""Days of an attendance that t goes through."""


class QueueScreen(QueueFilter):
    """One queue; its rows name a patient and why."""

    CSS = """
    QueueScreen { background: $ground-text; }
    #queue-title {
        height: auto; padding: 0 1;
        background: $ground-title; color: $ink-title; text-style: $style-title;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Where.QUEUE)
    where = Where.QUEUE

    def __init__(self, desk: Desk, names: Names, doors: Doors) -> None:
        """Show the tray until it is asked for another queue."""
        super().__init__(desk, names, doors)
        self._ask_for = QueueAsk(Queue.TRAY, desk.today)
        self._view = QueueView(self._ask_for, ())
        self._listed: Mapping[str, WorklistRow] = {}
        self._keys: tuple[tuple[str, str, int], ...] = ()
        """By which a row is known although others come and go: marks stay with their patients."""

        self._noted: set[str] = set()
        self._shown: tuple[QueueRow, ...] = ()
        """Those of its rows that fit what was typed."""

    @property
    def view(self) -> QueueView:
        """What is shown."""
        return self._view

    def asked(self, ask: QueueAsk) -> Self:
        """Show another queue."""
        self._ask_for = ask
        return self

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Static("", id="queue-title", markup=False)
        yield WorklistTable(
            _columns(self.desk.number_label), TableOptions(empty_text="Reading …"), id="queue"
        )
        yield PromptLine(id="prompt")
        yield KeyLine([("space", "Mark"), *hints_for(Where.QUEUE, self.desk.why_not)])

    def on_mount(self) -> None:
        """Read it."""
        self.table.focus()
        self.load()

    @property
    def table(self) -> WorklistTable:
        """The rows."""
        return self.query_one("#queue", WorklistTable)

    @work(thread=True, exclusive=True, group="queue")
    def load(self) -> None:
        """Read the queue, and what the present month lists of its patients, in a thread."""
        try:
            ask = self._ask_for
            if ask.queue is Queue.MINE:
                ask = replace(ask, owners=self.desk.own_names())
            view = self.desk.queue(ask)
            fresh = [one for one in view.patients if one not in self._noted]
            if fresh:
                self.desk.note_access(f"queue {self._ask_for.queue}", fresh)
                self._noted.update(fresh)
            rows = self.desk.worklist(Month.of(self.desk.today), view.patients).rows
        except RecallError as fault:
            hand_back(self, self.say_fault, fault.words)
            return
        hand_back(self, self._have, view, {row.patient: row for row in rows})

    def _have(self, view: QueueView, listed: Mapping[str, WorklistRow]) -> None:
        self._view, self._listed = view, listed
        self._keys = row_keys(view.rows)
        self.show_rows()

    def show_rows(self) -> None:
        """Show the rows that fit what was typed."""
        empty = "Nobody is in this queue. Esc goes back to the list."
        if self._filter.strip():
            empty = "Nobody in this queue fits what was typed. Backspace takes it off."
        self.table.options = self.table.options._replace(empty_text=empty)
        masked = tuple(map(shown_queue_row, self._view.rows))
        rows = [_row(row, self.names, self.desk.today) for row in masked]
        fits = self.narrowed(rows)
        self._shown = tuple(compress(self._view.rows, fits))
        self.table.set_columns(fitted(_columns(self.desk.number_label), rows))
        self.table.set_source(
            TupleSource(list(compress(rows, fits)), list(compress(self._keys, fits)))
        )
        self.query_one("#queue-title", Static).update(Content("\n".join(map(clean, self._lines()))))

    def _lines(self) -> list[str]:
        """Say what is shown: the queue, its headings, what was typed."""
        masked = tuple(map(shown_queue_row, self._view.rows))
        groups = replace(self._view, rows=masked).headings(self.names)
        said = "; ".join(
            f"{count:,} {group}" for group, count in list(groups.items())[:NAMED_GROUPS]
        )
        left = len(groups) - NAMED_GROUPS
        rest = f"; {left} more {'group' if left == 1 else 'groups'}" if left > 0 else ""
        lines = [self._view.headline, f"{said}{rest}"] if groups else [self._view.headline]
        return [*lines, *filter(None, [self._filter_words()])]

    def _filter_words(self) -> str:
        if not self._filter.strip():
            return ""
        count = len(dict.fromkeys(row.patient for row in self._shown))
        return f'Only what fits "{self._filter.strip()}": {count:,} of them (Backspace: all)'

    @on(Heard)
    def heard(self, message: Heard) -> None:
        """Read the queue again when somebody changed one of its patients."""
        message.stop()
        patients = message.news.patients
        if patients is None or not patients.isdisjoint(self._view.patients):
            self.load()

    def why_wait(self, action: str) -> str:
        """Say why an action on the row under the cursor must wait; empty: it need not."""
        return why_slipped(self.table, action)

    # ------------------------------------------------------------------ what is chosen

    def _chosen(self) -> list[QueueRow]:
        table = self.table
        keys = table.marked or {table.cursor_key}
        return [row for key, row in zip(self._keys, self._view.rows, strict=True) if key in keys]

    def patient_number(self) -> str | None:
        """The patient under the cursor."""
        key = self.table.cursor_key
        rows = zip(self._keys, self._view.rows, strict=True)
        return next((row.patient for known, row in rows if known == key), None)

    def chosen_rows(self) -> Sequence[WorklistRow]:
        """Return what this month's list says of the patients chosen; tells whom it does not."""
        patients = list(dict.fromkeys(row.patient for row in self._chosen()))
        missing = [one for one in patients if one not in self._listed]
        if missing:
            self.say(f"{len(missing):,} of them are not on this month's list: left out.")
        return [self._listed[one] for one in patients if one in self._listed]

    @on(WorklistTable.Opened)
    def opened(self, message: WorklistTable.Opened) -> None:
        """Open the booking window of a row."""
        message.stop()
        self.action_book()

    @on(WorklistTable.MarksChanged)
    @on(WorklistTable.SortWanted)
    def unused(self, message: WorklistTable.MarksChanged) -> None:
        """The order of a queue is its sense."""
        message.stop()

    @on(WorklistTable.MarkAllWanted)
    def mark_all(self, message: WorklistTable.MarkAllWanted) -> None:
        """Mark every row."""
        message.stop()
        self.table.mark_all()

    # ------------------------------------------------------------------ doors

    def action_book(self) -> None:
        """Open the booking window of the patient under the cursor."""
        patient = self.patient_number()
        if patient is not None:
            self.open_patient(patient)

    def action_invite(self) -> None:
        """Preview a batch of the marked patients, or of all in the queue."""
        from screens.invites import InvitesScreen  # noqa: PLC0415 - not before it is opened

        here = {row.patient for row in self._shown}
        every = [row for patient, row in self._listed.items() if patient in here]
        rows = self.chosen_rows() if self.table.marked else every
        if not rows:
            self.say("Nobody to invite is in this queue.")
            return
        batch = prepare_batch(rows, self.desk.today, *self.desk.invite_rule)
        screen = InvitesScreen(self.desk, self.names, self.doors, batch)
        self.app.push_screen(screen.about(f"from the queue: {self._view.title}", ""))

    def action_sheet(self) -> None:
        """Show the queue as plain text, to be printed or copied."""
        rows = tuple(map(shown_queue_row, self._shown))
        lines = [*printed(replace(self._view, rows=rows), self.names)]
        lines[1:1] = filter(None, [self._filter_words()])
        patients = tuple(dict.fromkeys(row.patient for row in self._shown))
        self.show_sheet(f"queue-{self._ask_for.queue}", "\n".join(lines), patients)

    def action_span(self) -> None:
        """Ask for another number of days."""
        if self._ask_for.queue in {Queue.ATTENDING, Queue.CLOSED}:
            at = SPANS.index(self._ask_for.days) if self._ask_for.days in SPANS else 0
            self._ask_for = replace(self._ask_for, days=SPANS[(at + 1) % len(SPANS)])
            self.load()
        else:
            self.say("This queue has no days to choose.")

    def name_of(self, patient: str) -> str:
        """Return the name of a patient of the queue."""
        names = (row.name for row in self._view.rows if row.patient == patient)
        return name_words(next(names, ""))

    def names_shown(self) -> Iterable[str]:
        """Give the names of the queue."""
        return (row.name for row in self._view.rows)

    def show_privacy(self) -> None:
        """Draw the rows masked, or plainly."""
        self._have(self._view, self._listed)

    def action_refresh(self) -> None:
        """Read the queue again."""
        self.load()

    @on(Changed)
    @on(Refused)
    def read_again(self, message: Changed | Refused) -> None:
        """Show the queue as it is now."""
        message.stop()
        self.load()

    def action_leave(self) -> None:
        """Go back."""
        self.leave(None)


def fitted(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[Column, ...]:
    """Return the columns in which something stands, no wider than it: the rest gets the room."""
    if not rows:
        return tuple(columns)
    longest = [max(len(str(row[one.index])) for row in rows) for one in columns]
    return tuple(
        replace(one, max_width=max(one.width, min(one.limit, width)))
        for one, width in zip(columns, longest, strict=True)
        if width
    )


def row_keys(rows: Iterable[QueueRow]) -> tuple[tuple[str, str, int], ...]:
    """Return the key of each row: its patient, its heading, and which of them it is."""
    seen: Counter[tuple[str, str]] = Counter()
    keys: list[tuple[str, str, int]] = []
    for row in rows:
        about = (row.patient, row.group)
        keys.append((*about, seen[about]))
        seen[about] += 1
    return tuple(keys)


def _row(row: QueueRow, names: Names, today: date) -> Row:
    when = when_words(row, today)
    items = ", ".join(names.item(item) for item in row.items)
    what = "; ".join(part for part in (row.facts, row.detail) if part)
    staff = STAFF_SHORT.get(row.staff_group, row.staff_group)
    return (row.patient, row.name, when, _why(row, names), staff, what, items)


def _why(row: QueueRow, names: Names) -> str:
    """Return why a row is here, as short as can be: the day stands beside it."""
    if row.recall:
        return f"{names.recall_short(row.recall)}: {row.group[:1].lower()}{row.group[1:]}"
    if row.on and row.group.startswith(f"{row.on:%a} "):
        return row.group.partition(", ")[2]
    return row.group


def _columns(number_label: str) -> tuple[Column, ...]:
    label = number_label.replace(" number", " no.")
    return (
        Column("number", label, 0, width=8, max_width=12, is_frozen=True),
        Column("name", "Name", 1, width=14, flex=1, max_width=28, is_frozen=True),
        Column("when", "When", 2, width=12),
        Column("why", "Why", 3, width=16, flex=3, max_width=44),
        Column("staff", "Staff", 4, width=6, priority=3),
        Column("what", "What", 5, width=12, flex=2, max_width=64, priority=2),
        Column("items", "Due", 6, width=14, flex=3, max_width=60),
    )
