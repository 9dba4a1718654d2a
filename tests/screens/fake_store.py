"""A store in memory, written by hand: dictionaries, and one transaction at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from recall_tui.domain.choices import Choice
from recall_tui.domain.decisions import Decision, DecisionKind, ItemState
from recall_tui.domain.sharing import OF_FILES, SharedAct, SharedChange, SharedKind
from recall_tui.errors import Conflict
from recall_tui.ports import Booking, ItemKey, OpenItem, StoredState
from recall_tui.views.patient import AppointmentView
from recall_tui.views.people import Member

T = TypeVar("T")


@dataclass(frozen=True)
class FakeItem:
    """One open due item of an invented patient, as a plan would have it."""

    item: str
    due_on: date
    staff_group: str
    minutes: int
    recalls: tuple[str, ...]
    high_risk: bool = False
    held: str = ""
    done_on: date | None = None


@dataclass(frozen=True)
class FakePatient:
    """An invented patient with the facts that screens show."""

    number: str
    name: str
    born: date
    nhs_number: str | None = None
    sex: str = "F"
    mobile: str = ""
    email: str = ""
    address: str = ""
    postcode: str = ""
    usual_gp: str = ""
    flags: tuple[str, ...] = ()
    language: str = ""
    contact_allowed: bool = True
    status: str = "registered"
    items: tuple[FakeItem, ...] = ()
    future: tuple[AppointmentView, ...] = ()
    past: tuple[AppointmentView, ...] = ()


@dataclass
class _Records:
    """Everything that a transaction may change."""

    events: tuple[Decision, ...] = ()
    shared: tuple[SharedChange, ...] = ()
    states: Mapping[ItemKey, StoredState] = field(default_factory=dict[ItemKey, StoredState])
    bookings: Mapping[str, tuple[Booking, bool]] = field(
        default_factory=dict[str, tuple[Booking, bool]]
    )
    choices: Mapping[str, Choice] = field(default_factory=dict[str, Choice])
    revision: int = 1


class FakeStore:
    """`ports.Work` over dictionaries; `write` undoes everything when the unit raises."""

    def __init__(self, patients: Sequence[FakePatient]) -> None:
        """Take the invented patients."""
        self.patients = {one.number: one for one in patients}
        self.records = _Records()
        self._ids = 0

    def write(self, unit: Callable[[FakeStore], T]) -> T:
        """Carry ``unit`` out, whole or not at all."""
        before = copy(self.records)
        try:
            answer = unit(self)
        except BaseException:
            self.records = before
            raise
        self.records.revision += 1
        return answer

    def new_id(self) -> str:
        """Return another id."""
        self._ids += 1
        return f"{self._ids:032x}"

    def command_is_known(self, command_id: str) -> bool:
        """Whether events of this command are stored already."""
        return bool(self.command_events(command_id))

    def is_patient(self, patient: str) -> bool:
        """Whether there is such a patient."""
        return patient in self.patients

    def open_items(self, patients: Collection[str]) -> Mapping[ItemKey, OpenItem]:
        """Return every open due item of these patients."""
        return {
            (number, due.item): OpenItem(
                number, due.item, due.due_on, None, due.high_risk, bool(due.held)
            )
            for number in patients
            if number in self.patients
            for due in self.patients[number].items
            if due.done_on is None
        }

    def item_events(self, keys: Collection[ItemKey]) -> Mapping[ItemKey, tuple[Decision, ...]]:
        """Return all events of each key."""
        return {
            key: tuple(one for one in self.records.events if (one.patient, one.item) == key)
            for key in keys
        }

    def patient_events(self, patient: str) -> tuple[Decision, ...]:
        """Return the events about the whole patient."""
        return tuple(one for one in self.records.events if one.patient == patient and not one.item)

    def command_events(self, command_id: str) -> tuple[Decision, ...]:
        """Return the events of one command."""
        return tuple(one for one in self.records.events if one.command_id == command_id)

    def last_command(self, by: str, *, undone: bool, within: Collection[str] | None = None) -> str:
        """Return the person's newest command that can be taken back (or put back)."""
        undos: dict[str, str] = {}
        seen: dict[str, int] = {}
        for one in self.records.events:
            seen |= {one.command_id: one.seq} if one.by == by else {}
            undos |= {one.command_id: one.undoes} if one.kind is DecisionKind.UNDONE else {}
        for change in self.records.shared:
            if change.act in OF_FILES:
                continue
            seen |= {change.command_id: change.seq} if change.by == by else {}
            is_undo = change.act is SharedAct.TAKEN_BACK
            undos |= {change.command_id: change.undoes} if is_undo else {}
        for command_id in sorted(seen, key=seen.__getitem__, reverse=True):
            if command_id in undos.values() or (within is not None and command_id not in within):
                continue
            if (command_id in undos) is undone:
                return command_id
            if undone:
                return ""
        return ""

    def members(self) -> tuple[Member, ...]:
        """Return who may work here."""
        return Member("jo", "Jo", "admin"), Member("sam", "Sam", "admin")

    def shared_changes(self, *, exports: bool = False) -> tuple[SharedChange, ...]:
        """Return every change of what is shared, but of exports, or those of exports alone."""
        every = self.records.shared
        return tuple(one for one in every if (one.kind is SharedKind.EXPORT) is exports)

    def append_shared(self, change: SharedChange) -> None:
        """Store a change of a named view or recipe."""
        seq = 1 + len(self.records.events) + len(self.records.shared)
        self.records.shared += (replace(change, seq=seq),)

    def item_states(self, keys: Collection[ItemKey]) -> Mapping[ItemKey, StoredState]:
        """Return the stored state of each key."""
        return {key: self.records.states.get(key, StoredState(ItemState(), 0)) for key in keys}

    def append(self, events: Sequence[Decision]) -> tuple[Decision, ...]:
        """Store events with their ``seq``."""
        start = len(self.records.events) + len(self.records.shared) + 1
        stored = tuple(replace(one, seq=start + place) for place, one in enumerate(events))
        self.records.events += stored
        return stored

    def put_item_states(
        self,
        states: Mapping[ItemKey, tuple[ItemState, int]],
        *,
        by: str,
        at: datetime,
        change: str,
    ) -> None:
        """Write states, each with the version it replaces."""
        present = dict(self.records.states)
        for key, (state, version) in states.items():
            stored = self.item_states([key])[key]
            if stored.version != version:
                raise Conflict(stored.change, who=stored.changed_by, when=stored.changed_at)
            present[key] = StoredState(state, version + 1, by, at, change)
        self.records.states = present

    def put_booking(self, booking: Booking) -> None:
        """Store a booking as active."""
        self.records.bookings = {**self.records.bookings, booking.booking_id: (booking, True)}

    def set_booking_active(self, booking_id: str, *, active: bool, by: str, at: datetime) -> None:
        """Take a booking back, or put it back."""
        del by, at
        booking, _was = self.records.bookings[booking_id]
        self.records.bookings = {**self.records.bookings, booking_id: (booking, active)}

    def active_booking(self, booking_id: str) -> Booking | None:
        """Return the booking if it stands."""
        booking, active = self.records.bookings.get(booking_id, (None, False))
        return booking if active else None

    def became_of(self, booking: Booking) -> str:
        """The invented practice imports no book that says anything of a booking made here."""
        del booking
        return ""

    def expire_plans(self, patients: Collection[str]) -> None:
        """Plans are made from the invented items each time: there is nothing to expire."""
        del patients

    def put_batch(self, batch_id: str, *, words: str, count: int, by: str, at: datetime) -> None:
        """Batches are read back from the events."""
        del batch_id, words, count, by, at

    def known_patients(self, patients: Collection[str]) -> frozenset[str]:
        """Return which of these there are."""
        return frozenset(patients) & self.patients.keys()

    def choices(self, patients: Collection[str]) -> Mapping[str, Choice]:
        """Return what is chosen about each patient about whom anything is."""
        return {one: self.records.choices[one] for one in patients if one in self.records.choices}

    def put_choices(self, wanted: Mapping[str, Choice], *, by: str, at: datetime) -> None:
        """Set what is chosen about patients."""
        del by, at
        self.records.choices = {**self.records.choices, **wanted}

    def choice(self, patient: str) -> Choice:
        """Return what is chosen about a patient."""
        return self.records.choices.get(patient, Choice())

    def mobile_numbers(self, patients: Collection[str]) -> Mapping[str, str]:
        """Return the mobile number of each of these patients."""
        return {one: self.patients[one].mobile for one in patients if one in self.patients}
