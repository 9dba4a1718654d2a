"""The part of the writer that is about patients as a whole, and about what colleagues share."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from recall_tui.domain.choices import Choice, DeclinedItem, SnoozedItem
from recall_tui.domain.sharing import SharedChange, SharedKind
from storage import choices, decided, shared
from storage.readers.patients import restricted
from storage.ready import Write
from storage.written import Author


class ChoiceRecorder:
    """Choices about patients, named views and recipes: a part of ``Recorder``."""

    connection: Connection
    practice_id: int
    counters: dict[str, int]
    changed: bool
    touched: set[str] | None
    _commands: set[str]
    _versions: dict[str, int]
    """Of the choices that this transaction has read."""

    def touch(self, patients: Iterable[str]) -> None:
        """Note whose rows change."""
        raise NotImplementedError

    def put(self, writes: Sequence[Write]) -> int:
        """Write rows; return how many changed, as far as that is known already."""
        raise NotImplementedError

    def record_access(
        self,
        action: str,
        patients: Sequence[str],
        *,
        by: str,
        at: datetime,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Add a row to the audit."""
        raise NotImplementedError

    def shared_changes(self, *, exports: bool = False) -> tuple[SharedChange, ...]:
        """Return every change of what is shared, but of exports, or those of exports alone."""
        read = shared.export_changes if exports else shared.shared_changes
        return read(self.connection, self.practice_id)

    def append_shared(self, change: SharedChange) -> None:
        """Store a change of a named view or recipe."""
        self.counters["event_seq"] += 1
        numbered = replace(change, seq=self.counters["event_seq"])
        shared.append_shared(self.connection, self.practice_id, numbered)
        action, patients, details = shared.audited(numbered)
        self.record_access(action, patients, by=change.by, at=change.at, details=details)
        self._commands.add(change.command_id)
        if change.kind is not SharedKind.EXPORT:
            self.touched = None  # whoever reads what is shared rests on it
        self.changed = True

    def known_patients(self, patients: Collection[str]) -> frozenset[str]:
        """Return which of these patient numbers the practice has."""
        return decided.known_patients(self.connection, self.practice_id, patients)

    def restricted(self, patients: Collection[str]) -> frozenset[str]:
        """Return whose records of these patients are restricted."""
        return restricted(self.connection, self.practice_id, patients)

    def choices(self, patients: Collection[str]) -> Mapping[str, Choice]:
        """Return what is chosen about each patient about whom anything is."""
        found = choices.choices(self.connection, self.practice_id, patients)
        self._versions.update(dict.fromkeys(patients, 0))
        self._versions.update({patient: version for patient, (_, version) in found.items()})
        return {patient: chosen for patient, (chosen, _version) in found.items()}

    def put_choices(self, wanted: Mapping[str, Choice], *, by: str, at: datetime) -> None:
        """Store what is chosen about each patient."""
        if wanted:
            if not wanted.keys() <= self._versions.keys():
                self.choices(wanted)
            seen = {patient: (one, self._versions.pop(patient)) for patient, one in wanted.items()}
            self.put(choices.writes_of_choices(self.practice_id, seen, Author(by, at)))
            self.touch(wanted)
            self.changed = True

    def snoozed_until_something(self) -> tuple[SnoozedItem, ...]:
        """Return every open due item whose snooze something may end before its day."""
        return choices.snoozed_until_something(self.connection, self.practice_id)

    def declined_until_done(self) -> tuple[DeclinedItem, ...]:
        """Return every declined open due item that no later due date follows."""
        return choices.declined_until_done(self.connection, self.practice_id)

    def last_sync(self) -> datetime | None:
        """Return when an extract was applied last, or None."""
        return choices.last_sync(self.connection, self.practice_id)

    def booked_since(self, since: Mapping[str, datetime]) -> frozenset[str]:
        """Return which patients have an appointment ahead, booked on or after their day."""
        return choices.booked_since(self.connection, self.practice_id, since)

    def mobile_numbers(self, patients: Collection[str]) -> Mapping[str, str]:
        """Return the mobile number of each of these patients, as the record has it."""
        return decided.mobile_numbers(self.connection, self.practice_id, patients)
