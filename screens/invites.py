"""Invite batching: who is in, who is left out and why; export; record."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from recall_tui.cleaning import clean
from recall_tui.errors import RecallError
from recall_tui.ports import Desk
from recall_tui.services.batching import EXPORT_COLUMNS, Batch, export_rows
from recall_tui.views.words import STAFF_WORDS
from screens.bindings import bindings_for
from screens.modals.asking import TextQuestion, YesNo
from widgets.columns import Column, Tone
from widgets.messages import Asked, Changed, Refused
from widgets.rows import Row, TupleSource
from widgets.worklist_table import WorklistTable

TYPED_BACK_ABOVE = 50
"""A larger batch asks for its number to be typed."""


class InvitesScreen(ModalScreen[bool]):
    """The preview of a batch; gives whether invites were recorded."""

    CSS = """
    InvitesScreen { background: $ground-text; }
    #batch { width: 100%; height: 100%; }
    #said { height: auto; padding: 0 1; background: $ground-title; color: $ink-title; }
    #left { height: auto; max-height: 8; padding: 0 1;
            background: $ground-panel-muted; color: $ink-panel-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="invites.back", tooltip="Back to the list"),
        *bindings_for("invites"),
    ]

    def __init__(self, desk: Desk, batch: Batch, words: str) -> None:
        """Preview ``batch``; ``words`` say how it was chosen."""
        super().__init__()
        self._desk = desk
        self._batch = batch
        self._words = words
        self._exported = ""
        self._recording = False

    def compose(self) -> ComposeResult:
        """Lay the preview out."""
        with Vertical(id="batch"):
            yield Static("", id="said", markup=False)
            yield WorklistTable(_columns(), id="invitees")
            yield Static("", id="left", markup=False)
            yield Footer()

    def on_mount(self) -> None:
        """Fill it."""
        rows = [_invitee_row(row) for row in export_rows(self._batch, dict(STAFF_WORDS))]
        left = [
            (row.patient, row.name, "left out", str(why), "") for row, why in self._batch.left_out
        ]
        table = self.query_one("#invitees", WorklistTable)
        table.set_source(TupleSource([*rows, *left], list(range(len(rows) + len(left)))))
        table.focus()
        why = Counter(str(reason) for _row, reason in self._batch.left_out)
        lines = [f"{count:,} left out: {reason}" for reason, count in why.most_common()]
        self.query_one("#left", Static).update("\n".join(lines))
        self._say()

    def _say(self) -> None:
        channels = Counter(str(one.channel) for one in self._batch.invitees)
        by = ", ".join(f"{count:,} by {channel}" for channel, count in channels.most_common())
        lines = [
            f"Invite {len(self._batch.invitees):,} patients ({by or 'nobody'}); {self._words}",
            f"Exported to {self._exported}" if self._exported else
            "Nothing is sent from here: export, send with your messaging service, then record.",
        ]  # fmt: skip
        self.query_one("#said", Static).update("\n".join(clean(line) for line in lines))

    def action_export(self) -> None:
        """Write the batch as CSV into the spool folder."""
        if self._batch.invitees:
            self._export()

    @work(thread=True, exclusive=True, group="export")
    def _export(self) -> None:
        rows = export_rows(self._batch, dict(STAFF_WORDS))
        try:
            path = self._desk.export(rows, EXPORT_COLUMNS)
        except RecallError as fault:
            words = clean(fault.words)
            self.app.call_from_thread(self.notify, words, severity="error", markup=False)
            return
        self.app.call_from_thread(self._have_export, path)

    def _have_export(self, path: str) -> None:
        self._exported = path
        self._say()

    def action_record(self) -> None:
        """Record the invites, after a question; a large batch asks for its number."""
        count = len(self._batch.invitees)
        if not count or self._recording:
            return
        if count > TYPED_BACK_ABOVE:
            question = f"Record an invite for {count:,} patients. Type {count} to do it:"
            self.app.push_screen(
                TextQuestion(question, check=lambda typed: _count_wrong(typed, count)),
                lambda answer: self._record(answer is not None),
            )
        else:
            question = f"Record an invite for {count} patients?"
            self.app.push_screen(YesNo(question), lambda answer: self._record(bool(answer)))

    def _record(self, answer: bool) -> None:  # noqa: FBT001 - the answer of a question
        if answer:
            self._recording = True
            template = self._exported.rpartition("/")[2] or "recorded without export"
            self.post_message(Asked(self._batch.command("", template)))

    @on(Changed)
    def _recorded(self, message: Changed) -> None:
        message.stop()
        if self._recording:
            self.dismiss(result=True)

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        message.stop()
        self._recording = False

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(result=False)


def _count_wrong(typed: str, count: int) -> str:
    return "" if typed.strip() == str(count) else f"That is not {count}."


def _invitee_row(row: tuple[str, ...]) -> Row:
    number, _nhs, name, _born, channel, needs, invite = row
    return (number, name, channel, needs, invite)


def _tone(value: str, row: Row) -> str | None:
    del row
    return Tone.HOLD if value == "left out" else None


def _columns() -> tuple[Column, ...]:
    return (
        Column("number", "Number", 0, width=8, max_width=12, is_frozen=True),
        Column("name", "Name", 1, width=18, flex=1, max_width=30, is_frozen=True),
        Column("channel", "Channel", 2, width=8, styler=_tone),
        Column("needs", "Appointments needed, or why left out", 3, width=24, flex=3),
        Column("invite", "Invite", 4, width=6, align="right", priority=1),
    )
