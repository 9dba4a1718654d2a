"""A writer for Postgres that holds the lock of its practice for one moment only.

It reads first, without the lock, keeps what it would write, takes the lock, asks whether anybody
changed meanwhile what it rests on, and writes everything in one go. People who work at once wait
for that moment of each other, not for what a program thinks between its statements. When it was
overtaken the unit is run again by a ``Recorder``, which locks first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, NamedTuple, TypeVar

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import DBAPIError

from recall_tui.domain.choices import Choice
from recall_tui.domain.decisions import Decision, ItemState
from recall_tui.ports import Booking, ItemKey, StoredState, Work
from storage.change_notes import NOTES_SINCE, patients_noted
from storage.import_turns import WRITERS
from storage.ready import Write, text_of
from storage.recorder import LOCKED_COUNTERS, SEEN_COUNTERS, counters_of, head_of
from storage.resting import RestingReader
from storage.state_rows import decision_values
from storage.tables import COUNTER
from storage.writes import at_once, carry_out_at_once
from storage.written import Author

T = TypeVar("T")

_COUNTER_NAMES = tuple(column.name for column in COUNTER.c)
_OF_PRACTICE = frozenset({"practice"})

_TURN = f"SELECT pg_advisory_xact_lock({WRITERS}, %(practice)s)"
"""Whoever waits longest writes next: the lock of a row lets newcomers pass who find it free."""


class Overtaken(Exception):  # noqa: N818 - no error: the unit is run again
    """Somebody changed what a unit rests on before it had the lock; it wrote nothing."""


class _Look(NamedTuple):
    """A row of the access log that has no place in the chain yet."""

    action: str
    patients: Sequence[str]
    author: Author
    details: Mapping[str, object] | None


class AheadRecorder(RestingReader):
    """Implements ``ports.Work`` on a transaction that locks when it has read everything."""

    counters_read: ClassVar[Executable] = SEEN_COUNTERS

    def __init__(self, connection: Connection, practice_id: int) -> None:
        """Read the practice's counters; nothing is locked."""
        self._kept: list[Write] = []
        self._unsealed: list[_Look | Sequence[Decision]] = []
        super().__init__(connection, practice_id)
        self._seen = dict(self.counters)

    def carry_out(self, unit: Callable[[Work], T]) -> T:
        """Return what ``unit`` returns, written; or raise what it raises, if that still holds.

        Raises:
            Overtaken: what it read holds no longer; nothing was written, and the lock is held.
        """
        try:
            result = unit(self)
        except DBAPIError:
            raise
        except Exception:
            # What was read at different moments may not fit together: is it still so?
            # Under the lock it was asked already, and what is written must not be run upon again.
            if not self.holds:
                self.confirm()
            raise
        self.finish()
        return result

    def put(self, writes: Sequence[Write]) -> int:
        """Keep rows until there is the lock; nothing is known of how many change."""
        if self.holds:
            return super().put(writes)
        self._kept += writes
        return 0

    def finish(self) -> None:
        """Lock if that was not needed yet, and write everything with one answer to wait for."""
        if self.holds:
            super().finish()
            return
        self.confirm()
        self._seal()
        if writes := [*self._kept, *self.counted()]:
            carry_out_at_once(self.connection, writes)

    def hold(self) -> None:
        """Lock now, and write what was kept; from here on this is a ``Recorder`` like others.

        Raises:
            Overtaken: what was read holds no longer.
        """
        if not self.holds:
            self.confirm()
            self._seal()
            self.holds = True
            carry_out_at_once(self.connection, self._kept)

    def keeps_anything(self) -> bool:
        """Whether anything waits to be written."""
        return bool(self._kept or self._unsealed)

    def append(self, events: Sequence[Decision]) -> tuple[Decision, ...]:
        """Keep events; return them with the ``seq`` that they have unless others come first."""
        if self.holds:
            return super().append(events)
        first = self.counters["event_seq"] + 1
        kept = tuple(replace(event, seq=first + n) for n, event in enumerate(events))
        if kept:
            self.counters["event_seq"] += len(kept)
            self._unsealed.append(kept)
            for event in kept:
                self.kept_events.setdefault((event.patient, event.item), []).append(event)
            self._commands.update(event.command_id for event in kept)
            self.touch(event.patient for event in kept)
            self.changed = True
        return kept

    def put_item_states(
        self,
        states: Mapping[ItemKey, tuple[ItemState, int]],
        *,
        by: str,
        at: datetime,
        change: str,
    ) -> None:
        """Keep states, each with the version it replaces, or raise Conflict."""
        super().put_item_states(states, by=by, at=at, change=change)
        if not self.holds:
            for key, (state, version) in states.items():
                self._states[key] = StoredState(state, version + 1, by, at, change)

    def put_booking(self, booking: Booking) -> None:
        """Keep a booking as active."""
        self.kept_bookings[booking.booking_id] = booking
        super().put_booking(booking)

    def set_booking_active(self, booking_id: str, *, active: bool, by: str, at: datetime) -> None:
        """Take a booking back, or put it back."""
        if active:
            self.hold()
        self.kept_bookings[booking_id] = None
        super().set_booking_active(booking_id, active=active, by=by, at=at)
        self.changed = True

    def put_choices(self, wanted: Mapping[str, Choice], *, by: str, at: datetime) -> None:
        """Keep what is chosen about each patient."""
        if not wanted.keys().isdisjoint(self.kept_choices):
            self.hold()
        super().put_choices(wanted, by=by, at=at)
        self.kept_choices.update(wanted)

    def record_access(
        self,
        action: str,
        patients: Sequence[str],
        *,
        by: str,
        at: datetime,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Keep that somebody looked at patients."""
        if self.holds:
            super().record_access(action, patients, by=by, at=at, details=details)
        else:
            self._unsealed.append(_Look(action, patients, Author(by, at), details))

    def confirm(self) -> None:
        """Take the lock, and see that everything this rests on is as it was.

        Raises:
            Overtaken: it is not.
        """
        seen, dialect = self._seen["revision"], self.connection.dialect
        asked = {"practice": self.practice_id, "since": seen}
        _turn, counters, notes = at_once(
            self.connection,
            [
                (_TURN, [asked]),
                (text_of(LOCKED_COUNTERS, _OF_PRACTICE, dialect), [asked]),
                (text_of(NOTES_SINCE, frozenset(asked), dialect), [asked]),
            ],
        )
        found = counters.fetchone()
        if found is None:
            raise Overtaken
        row = dict(zip(_COUNTER_NAMES, found, strict=True))
        locked = counters_of(row)
        touched = patients_noted([note for (note,) in notes], locked["revision"] - seen)
        if locked["revision"] != seen and not self.is_untouched_by(touched):
            raise Overtaken
        added = self.counters["event_seq"] - self._seen["event_seq"]
        self.counters = {**locked, "event_seq": locked["event_seq"] + added}
        self.sealer.head = head_of(row)

    def _seal(self) -> None:
        """Give everything that waits for it its number and its place in the chain."""
        seq = self.counters["event_seq"]
        seq -= sum(len(some) for some in self._unsealed if not isinstance(some, _Look))
        for one in self._unsealed:
            if isinstance(one, _Look):
                self.sealer.note(one.action, one.patients, one.author, one.details)
                continue
            rows = [
                decision_values(replace(event, seq=seq + n), self.practice_id)
                for n, event in enumerate(one, 1)
            ]
            seq += len(rows)
            self.sealer.put_events(rows)
