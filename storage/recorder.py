"""The writer of one transaction: events, the states they fold to, bookings and choices."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Connection, Executable, RowMapping, bindparam, insert, select, update

from recall_tui.domain.decisions import Decision, ItemState
from recall_tui.errors import StoreTrouble
from recall_tui.ports import Booking, ItemKey, OpenItem, StoredState, Work
from recall_tui.views.history import RecallChoice
from recall_tui.views.people import Member
from storage import decided, written
from storage.change_notes import writes_of_change, writes_of_count
from storage.ids import new_row_id
from storage.marking import mark_changed
from storage.members import member, members, put_member
from storage.readers.appointments import books
from storage.readers.book import NO_BOOK
from storage.ready import Write, carry_out, ready
from storage.recorder_choices import ChoiceRecorder
from storage.sealing import HEAD_COLUMNS, Sealer
from storage.settling import refuse_while_unsettled
from storage.state_rows import decision_values
from storage.tables import COUNTER, INVITE_BATCH, PATIENT_PLAN
from storage.work import Proof
from storage.written import Author

T = TypeVar("T")

SEEN_COUNTERS = ready(
    select(COUNTER).where(COUNTER.c.practice_id == bindparam("practice")), "practice"
)
LOCKED_COUNTERS = ready(
    select(COUNTER).where(COUNTER.c.practice_id == bindparam("practice")).with_for_update(),
    "practice",
)

LONG_AGO = date(1970, 1, 1)
"""Until when the plan of a patient holds that must be made again."""


def counters_of(row: Mapping[Any, Any]) -> dict[str, int]:
    """Return the counters in a row of them, without the head of the chain."""
    left = {"practice_id", *HEAD_COLUMNS}
    return {name: value for name, value in row.items() if name not in left}


def counters_seen(connection: Connection, practice_id: int) -> dict[str, int]:
    """Return the counters of a practice as they are now; others may change them.

    Raises:
        StoreTrouble: the practice is not in this store.
    """
    return counters_of(_row(connection, SEEN_COUNTERS, practice_id))


def _row(connection: Connection, statement: Executable, practice_id: int) -> RowMapping:
    row = connection.execute(statement, {"practice": practice_id}).mappings().one_or_none()
    if row is None:
        raise StoreTrouble("the practice is not in this store: run recall init first")
    return row


def head_of(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the head of the chain in a row of counters."""
    return {name: row[name] for name in HEAD_COLUMNS}


class Recorder(ChoiceRecorder):
    """Implements ``ports.Work`` on one transaction, which begins by locking the practice."""

    counters_read: ClassVar[Executable] = LOCKED_COUNTERS

    def __init__(self, connection: Connection, practice_id: int) -> None:
        """Lock the practice's counters until the transaction ends."""
        self.connection = connection
        self.practice_id = practice_id
        self.changed = False
        self.touched: set[str] | None = set()
        """Patients whose rows changed; None when it may be anything."""
        self._commands: set[str] = set()
        self._versions: dict[str, int] = {}
        self._open: dict[str, dict[ItemKey, OpenItem]] = {}
        self._states: dict[ItemKey, StoredState] = {}
        row = _row(connection, self.counters_read, practice_id)
        self.counters: dict[str, int] = counters_of(row)
        self.sealer = Sealer(connection, practice_id, head_of(row), self.put)

    def carry_out(self, unit: Callable[[Work], T]) -> T:
        """Return what ``unit`` returns, written."""
        result = unit(self)
        self.finish()
        return result

    def finish(self) -> None:
        """Store the counters if anything changed; the last thing before the commit."""
        self.put(self.counted())

    def counted(self) -> list[Write]:
        """Return what stores the counters, which are those of the next revision from here on."""
        if self.changed:
            self.counters["revision"] += 1
            every = {**self.counters, **self.sealer.head}
            is_sqlite = self.connection.dialect.name == "sqlite"
            return writes_of_change(self.practice_id, every, self.touched, is_sqlite=is_sqlite)
        if self.sealer.moved:
            return writes_of_count(self.practice_id, {**self.counters, **self.sealer.head})
        return []

    def put(self, writes: Sequence[Write]) -> int:
        """Write rows; return how many changed, as far as that is known already."""
        return carry_out(self.connection, writes)

    @property
    def next_revision(self) -> int:
        """The revision of the practice that this transaction makes if it changes anything."""
        return self.counters["revision"] + 1

    def touch(self, patients: Iterable[str]) -> None:
        """Note whose rows change, so that other screens read only those again."""
        if self.touched is not None:
            self.touched.update(patients)

    def proof(self) -> Proof | None:
        """Return how to find out whether this transaction arrived, if it stored events."""
        if not self._commands:
            return None
        command_id, practice_id = min(self._commands), self.practice_id
        return lambda connection: decided.command_is_known(connection, practice_id, command_id)

    def new_id(self) -> str:
        """Return a new row id."""
        return new_row_id()

    def command_is_known(self, command_id: str) -> bool:
        """Whether events of this command are stored already."""
        return decided.command_is_known(self.connection, self.practice_id, command_id)

    def role_of(self, login: str) -> str:
        """Return what a person is in this practice, and note it with whatever they do now."""
        found = member(self.connection, self.practice_id, login)
        role = found.role if found else ""
        self.sealer.roles[login] = role
        return role

    def members(self) -> tuple[Member, ...]:
        """Return everybody who was ever given a role."""
        return members(self.connection, self.practice_id)

    def put_member(self, one: Member, *, by: str, at: datetime) -> None:
        """Write a person over the version that was read, or raise Conflict."""
        put_member(self.connection, self.practice_id, one, by=by, at=at)
        self.touched, self.changed = None, True

    def is_patient(self, patient: str) -> bool:
        """Whether the practice has this patient number."""
        return patient in self.known_patients([patient])

    def open_items(self, patients: Collection[str]) -> Mapping[ItemKey, OpenItem]:
        """Return every open due item of these patients."""
        wanted = set(patients)
        if unread := wanted - self._open.keys():
            self._open |= {one: {} for one in unread}
            read = decided.open_items(self.connection, self.practice_id, unread)
            for key, item in read.items():
                self._open[key[0]][key] = item
        return {key: item for one in wanted for key, item in self._open[one].items()}

    def item_events(self, keys: Collection[ItemKey]) -> Mapping[ItemKey, tuple[Decision, ...]]:
        """Return all events of each key, in order of ``seq``."""
        return decided.item_events(self.connection, self.practice_id, keys)

    def patient_events(self, patient: str) -> tuple[Decision, ...]:
        """Return the events about the whole patient."""
        return decided.item_events(self.connection, self.practice_id, [(patient, "")])[patient, ""]

    def command_events(self, command_id: str) -> tuple[Decision, ...]:
        """Return the events of one command."""
        return decided.command_events(self.connection, self.practice_id, command_id)

    def last_command(self, by: str, *, undone: bool, within: Collection[str] | None = None) -> str:
        """Return the person's newest command that can be taken back or put back."""
        connection, practice_id = self.connection, self.practice_id
        return decided.last_command(connection, practice_id, by, undone=undone, within=within)

    def item_states(self, keys: Collection[ItemKey]) -> Mapping[ItemKey, StoredState]:
        """Return the stored state of each key (version 0 where there is none)."""
        if unread := set(keys) - self._states.keys():
            self._states |= decided.item_states(self.connection, self.practice_id, unread)
        return {key: self._states[key] for key in keys}

    def append(self, events: Sequence[Decision]) -> tuple[Decision, ...]:
        """Store events and return them with their ``seq``."""
        first = self.counters["event_seq"] + 1
        stored = tuple(replace(event, seq=first + n) for n, event in enumerate(events))
        if stored:
            rows = [decision_values(event, self.practice_id) for event in stored]
            self.sealer.put_events(rows)
            self.counters["event_seq"] += len(stored)
            self._commands.update(event.command_id for event in stored)
            self.touch(event.patient for event in stored)
            self.changed = True
        return stored

    def put_item_states(
        self,
        states: Mapping[ItemKey, tuple[ItemState, int]],
        *,
        by: str,
        at: datetime,
        change: str,
    ) -> None:
        """Write states, each with the version it replaces, or raise Conflict."""
        if states:
            author = Author(by, at)
            written.refuse_other_versions(self.item_states(states.keys()), states)
            self.put(written.writes_of_states(self.practice_id, states, author, change))
            for key in states:
                del self._states[key]
            self.touch(patient for patient, _item in states)
            self.changed = True

    def put_booking(self, booking: Booking) -> None:
        """Store a booking as active."""
        self.put([written.write_of_booking(self.practice_id, booking)])
        self.touch([booking.patient])
        self.changed = True

    def set_booking_active(self, booking_id: str, *, active: bool, by: str, at: datetime) -> None:
        """Take a booking back, or put it back."""
        author = Author(by, at)
        one = written.write_of_standing(self.practice_id, booking_id, author, active=active)
        self.changed = self.put([one]) > 0 or self.changed

    def active_booking(self, booking_id: str) -> Booking | None:
        """Return the booking if it stands, else None."""
        return written.active_booking(self.connection, self.practice_id, booking_id)

    def became_of(self, booking: Booking) -> str:
        """Return what the book says of a booking: booked, attended, missed, cancelled, or ''."""
        whose = [booking.patient]
        every = books(self.connection, self.practice_id, whose, booking.on)
        return every.get(booking.patient, NO_BOOK).status_of(booking.appointment_id, booking.on)

    def expire_plans(self, patients: Collection[str]) -> None:
        """Note that the plans of these patients no longer hold and must be made again."""
        numbers = sorted(set(patients))
        mark_changed(self.connection, self.practice_id, numbers, self.next_revision)
        for some in decided.portions(numbers):
            mine = (
                PATIENT_PLAN.c.practice_id == self.practice_id,
                PATIENT_PLAN.c.patient_number.in_(some),
            )
            known = set(self.connection.scalars(select(PATIENT_PLAN.c.patient_number).where(*mine)))
            self.connection.execute(update(PATIENT_PLAN).where(*mine).values(valid_until=LONG_AGO))
            missing = [
                {
                    "practice_id": self.practice_id,
                    "patient_number": one,
                    "valid_until": LONG_AGO,
                    "flags": "[]",
                }
                for one in some
                if one not in known
            ]
            if missing:
                self.connection.execute(insert(PATIENT_PLAN), missing)
            self.changed = True

    def put_batch(self, batch_id: str, *, words: str, count: int, by: str, at: datetime) -> None:
        """Store an invite batch; refused while invites that a restore lost are not dealt with."""
        refuse_while_unsettled(self.connection, self.practice_id)
        self.connection.execute(
            insert(INVITE_BATCH).values(
                practice_id=self.practice_id,
                batch_id=batch_id,
                words=words,
                count=count,
                created_by=by,
                created_at=at,
            )
        )
        self.changed = True

    def put_recall_choice(self, choice: RecallChoice) -> None:
        """Store whether a recall is used and who approved it, or raise Conflict."""
        author = Author(choice.by, choice.at)
        written.put_recall_choice(self.connection, self.practice_id, choice, author)
        self.changed = True

    def record_access(
        self,
        action: str,
        patients: Sequence[str],
        *,
        by: str,
        at: datetime,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Note that somebody looked at patients; no screen needs to refresh for it."""
        self.sealer.note(action, patients, Author(by, at), details)
