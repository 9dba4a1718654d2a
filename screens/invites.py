"""Invite batching: who is in, who is left out and why; export; record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Self

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from recall_tui.actions import Where
from recall_tui.cleaning import clean
from recall_tui.domain.commands import Command, RecordExport
from recall_tui.domain.exports import Export
from recall_tui.errors import RecallError
from recall_tui.services.batching import EXPORT_COLUMNS, Batch, LeftOut, export_rows
from recall_tui.views.names import Names
from recall_tui.views.words import CHANNEL_WORDS, STAFF_SHORT, STAFF_WORDS
from screens.bindings import bindings_for, hints_for, key_of
from screens.key_line import KeyLine
from screens.modals.asking import TextQuestion, YesNo, ask_first, reason_wrong
from screens.open_exports import ask_exports, export_lines
from screens.patient_lines import channel_words
from screens.place import Doors, Place
from screens.privacy import name_words
from screens.threads import hand_back
from widgets.columns import Column, Tone
from widgets.messages import Asked, Changed, Refused
from widgets.rows import Row, TupleSource
from widgets.worklist_lines import TableOptions
from widgets.worklist_table import WorklistTable

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk

LEFT_OUT = "left out"
NOT_SENT = "Nothing is sent from here: e exports, send with your messaging service, r records."


class InvitesScreen(Place[bool]):
    """The preview of a batch; gives whether invites were recorded."""

    CSS = """
    InvitesScreen { background: $ground-text; }
    #said {
        height: auto; padding: 0 1;
        background: $ground-title; color: $ink-title; text-style: $style-title;
    }
    #left {
        height: auto; max-height: 8; padding: 0 1;
        background: $ground-panel; color: $ink-panel;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Where.INVITES)
    where = Where.INVITES

    def __init__(self, desk: Desk, names: Names, doors: Doors, batch: Batch) -> None:
        """Preview ``batch``."""
        super().__init__(desk, names, doors)
        self._whole = batch
        self._batch = batch
        self._words = ""
        self._stale = ""
        self._override = ""
        self._exported = ""
        self._export = ""
        """Id of the export of this batch."""

        self._invited: frozenset[str] = frozenset()
        """Who was invited since the batch was made, by recording another export."""

        self._asked: Command | None = None

    def about(self, words: str, stale: str) -> Self:
        """Say how the batch was chosen, and how old the data are where they are too old."""
        self._words = words
        self._stale = stale
        return self

    def compose(self) -> ComposeResult:
        """Lay the preview out."""
        yield Static("", id="said", markup=False)
        yield WorklistTable(
            _columns(self.desk.number_label),
            TableOptions(empty_text="Nobody can be invited."),
            id="invitees",
        )
        yield Static("", id="left", markup=False)
        yield KeyLine(hints_for(Where.INVITES, self.desk.why_not))

    def on_mount(self) -> None:
        """Fill it."""
        self.show_privacy()
        self.query_one("#invitees").focus()
        self._say_batch()
        self._read_exports()

    @work(thread=True, exclusive=True, group="open")
    def _read_exports(self) -> None:
        """Leave out, in a thread, who is in an export that nobody recorded or discarded."""
        try:
            exports = self.desk.exports()
        except RecallError as fault:
            hand_back(self, self.say_fault, fault.words)
            return
        hand_back(self, self._have_exports, exports)

    def _have_exports(self, exports: Sequence[Export]) -> None:
        if self._export not in {one.export_id for one in exports}:
            self._exported = self._export = ""
        left = self._whole.without_exported(exports, self._export)
        self._batch = left.without(self._invited, LeftOut.INVITED_LATELY)
        self.show_privacy()
        self._say_batch()

    def names_shown(self) -> Iterable[str]:
        """Give the names of the batch."""
        return (one.row.name for one in self._batch.invitees)

    def show_privacy(self) -> None:
        """Draw the rows, masked or plainly."""
        rows = [_invitee_row(row) for row in export_rows(self._batch, dict(STAFF_SHORT))]
        left = [
            (row.patient, name_words(row.name), LEFT_OUT, str(why), "")
            for row, why in self._batch.left_out
        ]
        table = self.query_one("#invitees", WorklistTable)
        table.set_source(TupleSource.keyed_by([*rows, *left], 0))

    def patient_number(self) -> str | None:
        """The patient under the cursor."""
        key = self.query_one("#invitees", WorklistTable).cursor_key
        return key if isinstance(key, str) else None

    @on(WorklistTable.Opened)
    def opened(self, message: WorklistTable.Opened) -> None:
        """Open the booking window of a row."""
        message.stop()
        self.open_patient(str(message.key))

    @on(WorklistTable.MarkAllWanted)
    @on(WorklistTable.MarksChanged)
    @on(WorklistTable.SortWanted)
    def unused(self, message: WorklistTable.MarksChanged) -> None:
        """Marks and orders mean nothing here."""
        message.stop()

    @property
    def _count(self) -> int:
        return len(self._batch.invitees)

    def _say_batch(self) -> None:
        channels = Counter(channel_words(one.channel) for one in self._batch.invitees)
        by = ", ".join(f"{count:,} by {channel}" for channel, count in channels.most_common())
        people = "patient" if self._count == 1 else "patients"
        lines = [f"Invite {self._count:,} {people} ({by or 'nobody'}); {self._words}"]
        said = f"Exported to {self._exported}" if self._exported else NOT_SENT
        lines += said.split("\n")
        lines += export_lines(self._batch.exports, self.desk.today, key_of("invites.exports"))
        if self._stale:
            lines.append(f"! The {self._stale}: inviting needs a reason")
        why = Counter(str(reason) for _row, reason in self._batch.left_out)
        left = [f"{count:,} left out: {reason}" for reason, count in why.most_common()]
        left = left or ["Nobody is left out."]
        if booked := sum(bool(one.row.future_appointments) for one in self._batch.invitees):
            have = "has" if booked == 1 else "have"
            left.append(
                f"Of the {self._count:,} to invite {booked:,} {have} an appointment in the book: "
                "does it fit already?"
            )
        self.query_one("#left", Static).update(Content("\n".join(left)))
        self.query_one("#said", Static).update(Content("\n".join(clean(line) for line in lines)))

    # ------------------------------------------------------------------ export

    def action_export(self) -> None:
        """Write the batch as CSV into the spool folder."""
        if not self._count:
            self.say("Nobody in this batch can be invited.")
        elif self._export:
            self.say("It is exported already: r records it, X discards it.")
        elif self._override or not self._stale:
            self._write()
        else:
            self._ask_why(self.action_export)

    @work(thread=True, exclusive=True, group="export")
    def _write(self) -> None:
        rows = export_rows(self._batch, dict(STAFF_WORDS))
        try:
            export = self.desk.export(self._batch.command("", self._why()), rows, EXPORT_COLUMNS)
        except RecallError as fault:
            hand_back(self, self.say_fault, fault.words)
            return
        hand_back(self, self._have_export, *export)

    def _have_export(self, export: str, path: str) -> None:
        self._export, self._exported = export, path
        self._read_exports()
        self.say(f"Exported {self._count:,} invites. Send them, then r records.")

    # ------------------------------------------------------------------ record

    def action_record(self) -> None:
        """Record the invites, after a question; a large batch asks for its number."""
        if not self._count or self._asked is not None:
            return
        if self._stale and not self._override:
            self._ask_why(self.action_record)
            return
        not_yet = "" if self._exported else " (not exported yet)"
        sentence = f"Record an invite for {self._count:,} patients{not_yet}"
        if self._count == 1:

            def answered(*answer: bool | None) -> None:
                if any(answer):
                    self._record()

            self.app.push_screen(YesNo(f"Record an invite for 1 patient{not_yet}?"), answered)
        else:
            ask_first(self, self._count, sentence, self._record)

    def _record(self) -> None:
        if self._export:
            self._asked = RecordExport(self._export)
        else:
            words = "; ".join(filter(None, ("recorded without export", self._why())))
            self._asked = self._batch.command("", words)
        self.post_message(Asked(self._asked))

    def _why(self) -> str:
        """Say why it is done although the data are old; empty: they are not."""
        if not self._override:
            return ""
        return f"{self._stale}, all the same because: {self._override}"

    def action_open_exports(self) -> None:
        """Say what became of an export that nobody recorded or discarded."""
        ask_exports(self)

    def _ask_why(self, then: Callable[[], None]) -> None:
        question = (
            f"The {self._stale}, and at most {self.desk.stale_days} days are allowed: somebody may"
            " have been seen since.\nWhy invite all the same?"
        )

        def answered(reason: str | None) -> None:
            if reason is not None:
                self._override = reason
                then()

        self.app.push_screen(TextQuestion(question, check=reason_wrong), answered)

    @on(Changed)
    def recorded(self, message: Changed) -> None:
        """Leave once the invites are recorded; after anything else see who can be invited."""
        message.stop()
        if message.command is self._asked or message.command == RecordExport(self._export):
            self.leave(result=True)
        else:
            if isinstance(message.command, RecordExport):
                self._invited |= frozenset(message.done.patients)
            self._read_exports()

    @on(Refused)
    def refused(self, message: Refused) -> None:
        """Say that the batch must be made anew: somebody was quicker."""
        message.stop()
        if message.command is self._asked:
            self._asked = None
            self._words = "the list changed meanwhile: go back with Esc and invite again"
            self._read_exports()

    def action_leave(self) -> None:
        """Go back."""
        self.leave(result=False)


def _invitee_row(row: tuple[str, ...]) -> Row:
    number, _nhs, name, _born, channel, needs, invite = row
    return (number, name_words(name), CHANNEL_WORDS.get(channel, channel).lower(), needs, invite)


def _tone(value: str, row: Row) -> str | None:
    del row
    return Tone.HOLD if value == LEFT_OUT else None


def _columns(number_label: str) -> tuple[Column, ...]:
    label = number_label.replace(" number", " no.")
    return (
        Column("number", label, 0, width=8, max_width=12, is_frozen=True),
        Column("name", "Name", 1, width=18, flex=1, max_width=30, is_frozen=True),
        Column("channel", "By", 2, width=12, styler=_tone),
        Column("needs", "Appointments needed, or why left out", 3, width=24, flex=3),
        Column("invite", "Invite", 4, width=6, align="right", priority=1),
    )
