"""What services need from the outside: protocols that ``bootstrap`` binds to adapters.

Frames pass as opaque handles (``object``): services hand them from planner to store unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from recall_tui.domain.decisions import OpenItem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date, datetime

    from recall_tui.domain.calendar import Month
    from recall_tui.domain.choices import Choice, DeclinedItem, SnoozedItem
    from recall_tui.domain.decisions import Decision, ItemState
    from recall_tui.domain.sharing import SharedChange
    from recall_tui.views.balance import BalanceLine
    from recall_tui.views.history import ImportRun, InviteBatch, RecallChoice
    from recall_tui.views.imports import ImportReport
    from recall_tui.views.patient import PatientHit, PatientPage
    from recall_tui.views.people import Member
    from recall_tui.views.queues import QueueAsk, QueueView
    from recall_tui.views.worklist import WorklistSnapshot

__all__ = [
    "Booking",
    "Clock",
    "Importer",
    "ItemKey",
    "OpenItem",
    "Planner",
    "Store",
    "StoredState",
    "Work",
]

T = TypeVar("T")

ItemKey = tuple[str, str]
"""Patient number and item."""


@dataclass(frozen=True, slots=True)
class StoredState:
    """The folded decisions of one patient's item; ``version`` 0 when none was ever made."""

    state: ItemState
    version: int
    changed_by: str = ""
    changed_at: datetime | None = None
    change: str = ""
    """Kind of the last event, for the words of a conflict."""


@dataclass(frozen=True, slots=True)
class Booking:
    """The statement that an appointment on a date covers these items of one patient."""

    booking_id: str
    patient: str
    items: tuple[tuple[str, date], ...]
    """Item and the due date it was booked for."""

    on: date
    appointment_id: str
    staff_group: str
    by: str
    at: datetime
    command_id: str


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Return the instant, in UTC with its zone."""
        ...

    def today(self) -> date:
        """Return the practice's date (Europe/London)."""
        ...


class Work(Protocol):
    """One write transaction. What it reads it may rely on until it ends."""

    def new_id(self) -> str:
        """Return a new UUIDv7 as 32 hexadecimal digits."""
        ...

    def command_is_known(self, command_id: str) -> bool:
        """Whether events of this command are stored already (an answer that was lost)."""
        ...

    def role_of(self, login: str) -> str:
        """Return what a person is in this practice; empty: not known, or removed."""
        ...

    def members(self) -> tuple[Member, ...]:
        """Return everybody who was ever given a role, in order of login."""
        ...

    def put_member(self, one: Member, *, by: str, at: datetime) -> None:
        """Write a person over ``one.version`` (0: none yet).

        Raises:
            Conflict: somebody else changed the same person first.
        """
        ...

    def is_patient(self, patient: str) -> bool:
        """Whether the practice has this patient number."""
        ...

    def open_items(self, patients: Collection[str]) -> Mapping[ItemKey, OpenItem]:
        """Return every open due item of these patients."""
        ...

    def item_events(self, keys: Collection[ItemKey]) -> Mapping[ItemKey, tuple[Decision, ...]]:
        """Return all events of each key, in order of ``seq``."""
        ...

    def patient_events(self, patient: str) -> tuple[Decision, ...]:
        """Return the events about the whole patient (no item), in order of ``seq``."""
        ...

    def command_events(self, command_id: str) -> tuple[Decision, ...]:
        """Return the events of one command, in order of ``seq``."""
        ...

    def last_command(self, by: str, *, undone: bool, within: Collection[str] | None = None) -> str:
        """Return the person's newest command that can be taken back (``undone``: put back).

        Of those ``within``; '' if none. ``undone=False``: newest live command that is not an undo;
        ``undone=True``: newest live undo with nothing else by this person after it.
        """
        ...

    def item_states(self, keys: Collection[ItemKey]) -> Mapping[ItemKey, StoredState]:
        """Return the stored state of each key (version 0 where there is none)."""
        ...

    def append(self, events: Sequence[Decision]) -> tuple[Decision, ...]:
        """Store events and return them with their ``seq``."""
        ...

    def put_item_states(
        self,
        states: Mapping[ItemKey, tuple[ItemState, int]],
        *,
        by: str,
        at: datetime,
        change: str,
    ) -> None:
        """Write states, each with the version it replaces.

        Raises:
            Conflict: one of them has another version by now; nothing is written.
        """
        ...

    def shared_changes(self, *, exports: bool = False) -> tuple[SharedChange, ...]:
        """Return every change of what is shared, but of exports, or those of exports alone."""
        ...

    def append_shared(self, change: SharedChange) -> None:
        """Store a change of a named view or recipe under the next ``seq``."""
        ...

    def put_booking(self, booking: Booking) -> None:
        """Store a booking as active."""
        ...

    def set_booking_active(self, booking_id: str, *, active: bool, by: str, at: datetime) -> None:
        """Take a booking back, or put it back."""
        ...

    def active_booking(self, booking_id: str) -> Booking | None:
        """Return the booking if it stands, else None."""
        ...

    def became_of(self, booking: Booking) -> str:
        """Return what the book says of a booking: booked, attended, missed, cancelled, or ''."""
        ...

    def expire_plans(self, patients: Collection[str]) -> None:
        """Note that the plans of these patients no longer hold and must be made again."""
        ...

    def put_batch(self, batch_id: str, *, words: str, count: int, by: str, at: datetime) -> None:
        """Store an invite batch."""
        ...

    def known_patients(self, patients: Collection[str]) -> frozenset[str]:
        """Return which of these patient numbers the practice has."""
        ...

    def restricted(self, patients: Collection[str]) -> frozenset[str]:
        """Return whose records of these patients are restricted."""
        ...

    def choices(self, patients: Collection[str]) -> Mapping[str, Choice]:
        """Return what is chosen about each patient about whom anything is."""
        ...

    def put_choices(self, wanted: Mapping[str, Choice], *, by: str, at: datetime) -> None:
        """Store what is chosen about each patient."""
        ...

    def snoozed_until_something(self) -> tuple[SnoozedItem, ...]:
        """Return every open due item whose snooze something may end before its day."""
        ...

    def declined_until_done(self) -> tuple[DeclinedItem, ...]:
        """Return every declined open due item that no later due date follows.

        High-risk monitoring is left out: a no goes to a prescriber, who ends it.
        """
        ...

    def last_sync(self) -> datetime | None:
        """Return when an extract was applied last, or None."""
        ...

    def booked_since(self, since: Mapping[str, datetime]) -> frozenset[str]:
        """Return which patients have an appointment ahead, booked on or after their day."""
        ...

    def mobile_numbers(self, patients: Collection[str]) -> Mapping[str, str]:
        """Return the mobile number of each of these patients, as the record has it."""
        ...

    def put_recall_choice(self, choice: RecallChoice) -> None:
        """Store whether a recall is used and who approved it, over ``choice.version``.

        Raises:
            Conflict: somebody else chose in the meantime.
        """
        ...

    def record_access(
        self,
        action: str,
        patients: Sequence[str],
        *,
        by: str,
        at: datetime,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Note that somebody looked at patients, or did what is no decision about one."""
        ...


class Store(Protocol):
    """One practice's records. Every read is one query and one frozen view."""

    def write(self, unit: Callable[[Work], T]) -> T:
        """Carry ``unit`` out in one transaction; it may be run again, so it has no side effect.

        Raises:
            Conflict, Refused: what the unit raised; nothing was written.
            StoreTrouble: locked, lost, full or damaged; nothing was written.
        """
        ...

    def revision(self) -> int:
        """Return a number that grows with every change of the practice."""
        ...

    def worklist(
        self, month: Month, today: date, patients: Collection[str] | None = None
    ) -> WorklistSnapshot:
        """Return the month's list, or only the rows of these patients."""
        ...

    def patient_page(self, patient: str, today: date) -> PatientPage | None:
        """Return everything about one patient, or None."""
        ...

    def find_by_number(self, number: str) -> tuple[PatientHit, ...]:
        """Return patients by patient number or NHS number (any spacing)."""
        ...

    def find_by_phone(self, digits: str) -> tuple[PatientHit, ...]:
        """Return patients by a phone number or its last digits (at least four)."""
        ...

    def find_by_name(
        self, words: str, born: date | None, year: int | None = None
    ) -> tuple[PatientHit, ...]:
        """Return patients whose names begin with the words, born on a day or in a year if given."""
        ...

    def queue(self, ask: QueueAsk) -> QueueView:
        """Return a queue beside the month."""
        ...

    def balance(self, today: date) -> tuple[BalanceLine, ...]:
        """Return one line for each recall that has a register."""
        ...

    def data_as_of(self) -> date | None:
        """Return the day of the newest extract that was applied, or None."""
        ...

    def import_runs(self) -> tuple[ImportRun, ...]:
        """Return the newest imports, newest first."""
        ...

    def roll_back_import(self, run_id: str, *, by: str, at: datetime) -> int:
        """Take the newest import back; return the rows touched.

        Deaths, departures and do-not-contact that it brought stay.

        Raises:
            Refused: it is not the newest, or was taken back already.
        """
        ...

    def batches(self) -> tuple[InviteBatch, ...]:
        """Return the newest invite batches, newest first."""
        ...

    def shared_changes(self, *, exports: bool = False) -> tuple[SharedChange, ...]:
        """Return every change of what is shared, but of exports, or those of exports alone."""
        ...

    def recall_choices(self) -> tuple[RecallChoice, ...]:
        """Return what the practice chose about recalls."""
        ...

    def overrides(self) -> object:
        """Return the due dates closed by *mark done*, as a frame handle."""
        ...

    def plan_inputs(self, patients: Collection[str] | None = None) -> object:
        """Return the planner's input frames for the practice, or for some patients."""
        ...

    def merge_plan(
        self,
        plan: object,
        patients: Collection[str] | None,
        at: datetime,
        made_from: object | None = None,
    ) -> int:
        """Replace the plan (of these patients) by ``plan``; return how many rows changed.

        Decisions are not touched; where an open due item's period changed, its decisions are
        folded anew in the same transaction. Patients about whom anything changed since the inputs
        ``made_from`` were read are left as they are, and stay expired.
        """
        ...

    def changed_since(self, made_from: object, patients: Collection[str] | None) -> tuple[str, ...]:
        """Return about whom of ``patients`` anything changed after these inputs were read."""
        ...

    def expired_patients(self, today: date) -> tuple[str, ...]:
        """Return the patients whose plan holds no longer on ``today``."""
        ...

    def merge_extract(
        self, extract: object, *, by: str, at: datetime, accept: bool, dry_run: bool
    ) -> ImportReport:
        """Stage, compare, judge and (unless stopped or ``dry_run``) merge an extract."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class Planner(Protocol):
    """The engine behind a port."""

    def plan(self, inputs: object, today: date) -> object:
        """Return the plan for these inputs, as a frame handle."""
        ...


class Importer(Protocol):
    """Reads files into an extract."""

    def read(
        self, path: str, today: date, progress: Callable[[str, int, int], None] | None = None
    ) -> object:
        """Return the extract, as a frame handle.

        Raises:
            BadInput: the files cannot be taken at all.
        """
        ...
