"""What a writer reads before it has the lock, and whether others have left it as it was."""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection

from recall_tui.domain.choices import Choice, DeclinedItem, SnoozedItem
from recall_tui.domain.decisions import Decision
from recall_tui.domain.sharing import SharedChange
from recall_tui.ports import Booking, ItemKey, OpenItem, StoredState
from recall_tui.views.history import RecallChoice
from recall_tui.views.people import Member
from storage.recorder import Recorder


class RestingReader(Recorder):
    """Notes about whom it reads, and counts what its transaction keeps as written.

    What is about nobody (who works here, what is shared, which recalls are used) changes with a
    note that says "anything"; what is about patients, with one that names them.
    """

    def __init__(self, connection: Connection, practice_id: int) -> None:
        """Begin with nothing read."""
        self.holds = False
        """Whether the lock is held: from then on what is read stays as it is."""

        self.kept_events: dict[ItemKey, list[Decision]] = {}
        self.kept_bookings: dict[str, Booking | None] = {}
        self.kept_choices: dict[str, Choice] = {}
        self._rests_on: set[str] | None = set()
        super().__init__(connection, practice_id)

    @abstractmethod
    def hold(self) -> None:
        """Lock now, and write what was kept."""

    @abstractmethod
    def keeps_anything(self) -> bool:
        """Whether anything waits to be written."""

    def is_untouched_by(self, patients: frozenset[str] | None) -> bool:
        """Whether what was read still holds when these were touched (None: it may be anything)."""
        mine = self._rests_on
        return patients is not None and mine is not None and mine.isdisjoint(patients)

    def _rest_on(self, patients: Collection[str]) -> None:
        if self._rests_on is not None:
            self._rests_on.update(patients)

    def _rest_on_all(self) -> None:
        """Note that any change may matter; what is kept has to be written before it is read."""
        if self.keeps_anything():
            self.hold()
        self._rests_on = None

    def open_items(self, patients: Collection[str]) -> Mapping[ItemKey, OpenItem]:
        """Return every open due item of these patients."""
        self._rest_on(patients)
        return super().open_items(patients)

    def item_events(self, keys: Collection[ItemKey]) -> Mapping[ItemKey, tuple[Decision, ...]]:
        """Return all events of each key, with those that are kept."""
        self._rest_on({patient for patient, _item in keys})
        found = super().item_events(keys)
        if self.holds:
            return found
        return {key: (*some, *self.kept_events.get(key, ())) for key, some in found.items()}

    def patient_events(self, patient: str) -> tuple[Decision, ...]:
        """Return the events about the whole patient."""
        return self.item_events([(patient, "")])[patient, ""]

    def item_states(self, keys: Collection[ItemKey]) -> Mapping[ItemKey, StoredState]:
        """Return the stored state of each key, or the one that is kept."""
        self._rest_on({patient for patient, _item in keys})
        return super().item_states(keys)

    def known_patients(self, patients: Collection[str]) -> frozenset[str]:
        """Return which of these patient numbers the practice has."""
        self._rest_on(patients)
        return super().known_patients(patients)

    def restricted(self, patients: Collection[str]) -> frozenset[str]:
        """Return whose records of these patients are restricted."""
        self._rest_on(patients)
        return super().restricted(patients)

    def choices(self, patients: Collection[str]) -> Mapping[str, Choice]:
        """Return what is chosen about each patient about whom anything is."""
        self._rest_on(patients)
        if not self.kept_choices.keys().isdisjoint(patients):
            self.hold()
        return super().choices(patients)

    def mobile_numbers(self, patients: Collection[str]) -> Mapping[str, str]:
        """Return the mobile number of each of these patients."""
        self._rest_on(patients)
        return super().mobile_numbers(patients)

    def active_booking(self, booking_id: str) -> Booking | None:
        """Return the booking if it stands, else None."""
        if not self.holds and booking_id in self.kept_bookings:
            return self.kept_bookings[booking_id]
        found = super().active_booking(booking_id)
        if found is None:
            self._rest_on_all()
        else:
            self._rest_on([found.patient])
        return found

    def became_of(self, booking: Booking) -> str:
        """Return what the book says of a booking."""
        self._rest_on([booking.patient])
        return super().became_of(booking)

    def command_events(self, command_id: str) -> tuple[Decision, ...]:
        """Return the events of one command."""
        self._rest_on_all()
        return super().command_events(command_id)

    def last_command(self, by: str, *, undone: bool, within: Collection[str] | None = None) -> str:
        """Return the person's newest command that can be taken back or put back."""
        self._rest_on_all()
        return super().last_command(by, undone=undone, within=within)

    def snoozed_until_something(self) -> tuple[SnoozedItem, ...]:
        """Return every open due item whose snooze something may end before its day."""
        self._rest_on_all()
        return super().snoozed_until_something()

    def declined_until_done(self) -> tuple[DeclinedItem, ...]:
        """Return every declined open due item that no later due date follows."""
        self._rest_on_all()
        return super().declined_until_done()

    def last_sync(self) -> datetime | None:
        """Return when an extract was applied last, or None."""
        self._rest_on_all()
        return super().last_sync()

    def booked_since(self, since: Mapping[str, datetime]) -> frozenset[str]:
        """Return which patients have an appointment ahead, booked on or after their day."""
        self._rest_on(since)
        return super().booked_since(since)

    def shared_changes(self, *, exports: bool = False) -> tuple[SharedChange, ...]:
        """Return every change of what is shared, but of exports, or those of exports alone."""
        if exports:
            self._rest_on_all()
        return super().shared_changes(exports=exports)

    def append_shared(self, change: SharedChange) -> None:
        """Store a change of a named view or recipe."""
        self.hold()
        super().append_shared(change)

    def put_member(self, one: Member, *, by: str, at: datetime) -> None:
        """Write a person over the version that was read, or raise Conflict."""
        self.hold()
        super().put_member(one, by=by, at=at)

    def expire_plans(self, patients: Collection[str]) -> None:
        """Note that the plans of these patients no longer hold and must be made again."""
        self.hold()
        super().expire_plans(patients)

    def put_batch(self, batch_id: str, *, words: str, count: int, by: str, at: datetime) -> None:
        """Store an invite batch."""
        self.hold()
        super().put_batch(batch_id, words=words, count=count, by=by, at=at)

    def put_recall_choice(self, choice: RecallChoice) -> None:
        """Store whether a recall is used and who approved it, or raise Conflict."""
        self.hold()
        super().put_recall_choice(choice)
