"""An invite batch: who is in it, who is left out and why, and what leaves the house."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from recall_tui.domain.commands import Channel, RecordInvites, Target
from recall_tui.domain.exports import Export
from recall_tui.domain.sharing import NoteRun
from recall_tui.domain.states import DueState
from recall_tui.views.worklist import WorklistRow

INVITABLE = (DueState.OUTSTANDING, DueState.INVITED, DueState.ESCALATED)
"""States in which somebody may be asked to book; not what is escalated since it was declined, or
since the record holds it: a prescriber decides about that, not a batch."""

LEAST_GAP_DAYS = 7
"""Two invites less than a week apart count as one (QOF personalised care adjustment)."""


LIST_OPENS_WEEKS = 6
"""So long before the first day on which anything needed can be done a patient may be invited."""


class LeftOut(StrEnum):
    """Why a patient of the selection is not invited, in words for the screen."""

    NOTHING_DUE = "nothing left to invite for: done, booked, snoozed, on hold or declined"
    FOR_PRESCRIBER = "high-risk monitoring that was declined or is held: the prescriber decides"
    TOO_EARLY = "too early: what is needed cannot be done, to count, for weeks yet"
    OVERDUE_FIRST = "the same is open in an earlier month: invite from that list"
    DECEASED = "reported to have died: check first"
    RESTRICTED = "a restricted record: for whoever may see it"
    NO_CHANNEL = "no valid contact details, or contact not allowed"
    INVITED_LATELY = "invited too lately: wait for the practice's gap between invites"
    INVITED_ELSEWHERE = "invited lately, says the clinical record: wait for the practice's gap"
    EXPORTED = "exported and not recorded: record that export, or discard it"
    HAS_APPOINTMENT = "booked an appointment since the last invite: link it first"


@dataclass(frozen=True, slots=True)
class Invitee:
    """One patient of a batch."""

    row: WorklistRow
    channel: Channel
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """The preview of a batch: nothing is recorded or sent yet."""

    invitees: tuple[Invitee, ...]
    left_out: tuple[tuple[WorklistRow, LeftOut], ...]
    run: NoteRun | None = None
    """The view that it was made from."""

    exports: tuple[Export, ...] = ()
    """The open exports because of which somebody was left out."""

    def without_exported(self, exports: Iterable[Export], own: str = "") -> "Batch":
        """Return the batch less whoever is in an open export, but for the batch's ``own``."""
        every = [one for one in exports if one.is_open and one.export_id != own]
        numbers = {one.row.patient for one in self.invitees}
        waiting = {patient for one in every for patient in one.patients}
        left = self.without(waiting, LeftOut.EXPORTED)
        return replace(
            left, exports=tuple(one for one in every if numbers.intersection(one.patients))
        )

    def without(self, patients: Collection[str], why: LeftOut) -> "Batch":
        """Return the batch less some patients, for a reason."""
        out = [one.row for one in self.invitees if one.row.patient in patients]
        return replace(
            self,
            invitees=tuple(one for one in self.invitees if one.row.patient not in patients),
            left_out=(*self.left_out, *((row, why) for row in out)),
        )

    def command(self, batch_id: str, template: str) -> RecordInvites:
        """Return the command that records these invites."""
        return RecordInvites(
            targets=tuple(target for one in self.invitees for target in one.targets),
            channels=tuple((one.row.patient, one.channel) for one in self.invitees),
            batch_id=batch_id,
            template=template,
            run=self.run,
        )


def prepare_batch(
    rows: Iterable[WorklistRow],
    today: date,
    gap_days: int = LEAST_GAP_DAYS,
    opens_weeks: int = LIST_OPENS_WEEKS,
) -> Batch:
    """Return who of ``rows`` is invited today, and who is left out and why.

    ``gap_days`` is the practice's least gap between two invites, whoever sent the last one;
    ``opens_weeks`` how long ahead its lists open.
    """
    opened = today + timedelta(weeks=opens_weeks)
    invitees: list[Invitee] = []
    left_out: list[tuple[WorklistRow, LeftOut]] = []
    for row in rows:
        why = _left_out(row, today, gap_days, opened)
        if why is not None:
            left_out.append((row, why))
        else:
            invitees.append(Invitee(row, row.channel, _askable(row)))
    return Batch(tuple(invitees), tuple(left_out))


def _askable(row: WorklistRow) -> tuple[Target, ...]:
    """Return the open due items of which a message may ask the patient to book an appointment."""
    withheld = {
        due.item
        for due in row.due_items()
        if due.state is DueState.ESCALATED and due.is_open and due.hold_words
    }
    return tuple(one for one in row.targets(*INVITABLE) if one.item not in withheld)


def _left_out(row: WorklistRow, today: date, gap_days: int, opened: date) -> LeftOut | None:
    if not _askable(row) and not row.targets(DueState.NO_CONTACT):
        return _nothing_to_ask(row)
    if row.stopped == "deceased":
        return LeftOut.DECEASED
    if row.channel is Channel.NONE:
        return LeftOut.NO_CHANNEL
    return _not_yet(row, today, gap_days, opened)


def _not_yet(row: WorklistRow, today: date, gap_days: int, opened: date) -> LeftOut | None:
    """Return why a patient who can be asked is not asked today: first what can be acted on."""
    if row.invites and row.since_last_invite:
        return LeftOut.HAS_APPOINTMENT
    if _first_day(row) > opened:
        return LeftOut.TOO_EARLY
    if not row.last_invited or row.last_invited + timedelta(days=gap_days) <= today:
        return None
    return LeftOut.INVITED_ELSEWHERE if row.asked_elsewhere else LeftOut.INVITED_LATELY


def _first_day(row: WorklistRow) -> date:
    """Return the first day on which something that is asked for can be done."""
    wanted = {target.item for target in _askable(row)}
    days = [
        planned.earliest
        for planned in row.appointments
        if any(due.item in wanted for due in planned.due_items)
    ]
    return min(days, default=date.min)


def _nothing_to_ask(row: WorklistRow) -> LeftOut:
    if row.restricted and not row.appointments:
        return LeftOut.RESTRICTED
    if row.targets(DueState.ESCALATED):
        return LeftOut.FOR_PRESCRIBER
    ahead = any(due.state in INVITABLE and not due.is_open for due in row.due_items())
    return LeftOut.OVERDUE_FIRST if ahead else LeftOut.NOTHING_DUE


EXPORT_COLUMNS = (
    "EMIS number",
    "NHS number",
    "Name",
    "Date of birth",
    "Channel",
    "Appointments needed",
    "Invite number",
)
"""Messaging services look contact details up by the first two (recall_domain.md D1)."""


def export_rows(batch: Batch, staff_words: dict[str, str]) -> Sequence[tuple[str, ...]]:
    """Return one row an invitee, in the columns of ``EXPORT_COLUMNS``."""
    return tuple(
        (
            one.row.patient,
            one.row.nhs_number or "",
            one.row.name,
            one.row.date_of_birth.isoformat(),
            str(one.channel),
            _needs(one, staff_words),
            str(one.row.invites + 1),
        )
        for one in batch.invitees
    )


def _needs(one: Invitee, staff_words: dict[str, str]) -> str:
    """Name staff and minutes only: a message must not name a condition."""
    wanted = {target.item for target in one.targets}
    return " + ".join(
        f"{staff_words.get(planned.staff_group, planned.staff_group)} {planned.minutes} min"
        for planned in one.row.appointments
        if any(due.item in wanted for due in planned.due_items)
    )
