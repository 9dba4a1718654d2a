"""The month's list: one row a patient."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from recall_tui.domain.calendar import Month
from recall_tui.domain.channel import Channel
from recall_tui.domain.states import AppointmentState, DueState

if TYPE_CHECKING:
    from recall_tui.domain.commands import Target
    from recall_tui.domain.exports import Export


@dataclass(frozen=True, slots=True)
class DueItemView:
    """One due item of a patient as the list shows it."""

    item: str
    due_on: date
    state: DueState
    recalls: tuple[str, ...]
    overdue_since: date | None = None
    done_on: date | None = None
    last_done: date | None = None
    window_opens: date | None = None
    is_open: bool = True
    high_risk: bool = False
    hold_words: str = ""
    """Why it is on hold, or what the patient said who declined it."""

    snoozed_until: date | None = None
    snoozed_when: str = ""
    """What ends the snooze before that day: ``reply``, ``sync``, ``slot`` or nothing."""

    snoozes: int = 0
    booked_for: date | None = None
    booking_id: str = ""
    invites: int = 0
    last_invited: date | None = None
    early_days: int | None = None
    long_gap_days: int | None = None
    reopened: str = ""
    """Why a booking no longer counts: ``attended_not_recorded``, ``no_appointment_found``,
    ``missed`` or ``cancelled``; empty otherwise."""

    version: int = 0


@dataclass(frozen=True, slots=True)
class PlannedAppointmentView:
    """One appointment needed: the due items that one member of staff does in one go."""

    appointment_no: int
    staff_group: str
    minutes: int
    stage: int
    place: str
    earliest: date
    latest: date
    state: AppointmentState
    due_items: tuple[DueItemView, ...]


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """One patient in one month."""

    patient: str
    nhs_number: str | None
    name: str
    date_of_birth: date
    state: DueState
    overdue_since: date | None
    high_risk_since: date | None
    """Since when high-risk monitoring is overdue, also where it is snoozed or on hold."""

    appointments: tuple[PlannedAppointmentView, ...]
    recalls: tuple[str, ...]
    invites: int
    last_invited: date | None
    future_appointments: int
    since_last_invite: int
    """Future appointments that were booked on or after the day of the last invite."""

    assigned_to: str = ""
    channel: Channel = Channel.NONE
    flags: tuple[str, ...] = ()
    usual_gp: str = ""
    next_appointment: date | None = None
    asked_elsewhere: bool = False
    """Whether the last invite is one that the clinical record holds."""

    language: str = ""
    """Empty: the one that the practice speaks."""

    interpreter: bool = False
    household: str = ""
    """Patients of the same one live together; empty: not known."""

    stopped: str = ""
    """Why nobody may be asked: ``deceased`` (reported), or not by text: ``wrong_number``."""

    asked_not: tuple[str, ...] = ()
    """Which messages the patient wants no more: ``no_text_messages``, ``no_emails``."""

    restricted: bool = False
    """Whether the record is one that not everybody may see."""

    exported: str = ""
    """When and by whom it went into an export that nobody recorded or discarded; empty: in none."""

    @property
    def high_risk_overdue(self) -> bool:
        """Whether high-risk monitoring is overdue."""
        return self.high_risk_since is not None

    @property
    def urgent_since(self) -> date | None:
        """Since when what is most urgent is overdue: high-risk monitoring before all else."""
        return self.high_risk_since or self.overdue_since

    @property
    def is_hidden(self) -> bool:
        """Whether every due item is done, declined, on hold or snoozed."""
        return self.state.is_hidden

    def due_items(self) -> tuple[DueItemView, ...]:
        """Every due item of the row, in the order of the planned appointments."""
        return tuple(due for one in self.appointments for due in one.due_items)

    def targets(self, *states: DueState) -> "tuple[Target, ...]":
        """The open due items in any of ``states`` (all that are open, when none is given)."""
        from recall_tui.domain.commands import Target  # noqa: PLC0415 - not before first paint

        return tuple(
            Target(self.patient, due.item, due.due_on, due.version)
            for due in self.due_items()
            if due.is_open and (due.state in states if states else due.state is not DueState.DONE)
        )


@dataclass(frozen=True, slots=True)
class WorklistSnapshot:
    """The list of one month as of ``revision``; newer revisions have higher numbers."""

    practice: str
    month: Month
    today: date
    revision: int
    rows: tuple[WorklistRow, ...]
    data_as_of: date | None
    """Day of the extract the plan was made from."""

    is_whole: bool = True
    """False: only the most urgent rows of the month are here yet."""

    role: str = ""
    """What whoever asked for it is in the practice; empty: nobody, or the program itself."""

    @property
    def is_ahead(self) -> bool:
        """Whether the data are of a later day than today: then today is the wrong day."""
        return self.data_as_of is not None and self.data_as_of > self.today

    def stale_words(self, most_days: int) -> str:
        """Say within a sentence why nobody should be invited from the data; empty: they are good.

        They are older than so many days, or of a later day than today.
        """
        if self.data_as_of is None:
            return ""
        if self.is_ahead:
            day, today = f"{self.data_as_of:%d %b %Y}", f"{self.today:%d %b %Y}"
            return f"data are of {day}, and today would be {today}: the clock or RECALL_TODAY errs"
        age = (self.today - self.data_as_of).days
        return f"data are {age:,} days old" if age > most_days else ""

    def with_rows(
        self, rows: Iterable[WorklistRow], patients: Collection[str], revision: int
    ) -> "WorklistSnapshot":
        """Return the list with these rows in place of those of ``patients``, as of ``revision``."""
        kept = (row for row in self.rows if row.patient not in patients)
        return replace(self, rows=(*kept, *rows), revision=revision)

    def with_exports(self, exports: Iterable["Export"]) -> "WorklistSnapshot":
        """Return the list with what open exports say of its patients."""
        words = {
            patient: one.words(self.today)
            for one in exports
            if one.is_open
            for patient in one.patients
        }
        if not words and not any(row.exported for row in self.rows):
            return self
        rows = (
            row if row.exported == words.get(row.patient, "")
            else replace(row, exported=words.get(row.patient, ""))
            for row in self.rows
        )  # fmt: skip
        return replace(self, rows=tuple(rows))

    def counts(self) -> Mapping[DueState, int]:
        """How many patients stand in each state."""
        return Counter(row.state for row in self.rows)


def urgency(row: WorklistRow) -> tuple[bool, date, int, int, str]:
    """Return the default order: high-risk overdue, overdue longest, most due items, number."""
    due = sum(one.is_open for one in row.due_items())
    return (
        not row.high_risk_overdue,
        row.urgent_since or date.max,
        -due,
        len(row.patient),
        row.patient,
    )


EMPTY_MONTH = Month(2000, 1)
EMPTY_WORKLIST = WorklistSnapshot("", EMPTY_MONTH, date(2000, 1, 1), 0, (), None)
"""Before the first load."""
