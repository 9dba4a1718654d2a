"""The part of the writer that is about patients as a whole, and about what colleagues share."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from recall_tui.domain.sharing import SharedChange
from storage import decided, shared, written
from storage.written import Author


class ChoiceRecorder:
    """Choices about patients, named views and recipes: a part of ``Recorder``."""

    connection: Connection
    practice_id: int
    counters: dict[str, int]
    changed: bool
    _commands: set[str]

    def touch(self, patients: Iterable[str]) -> None:
        """Note whose rows change."""
        raise NotImplementedError

    def shared_changes(self) -> tuple[SharedChange, ...]:
        """Return every change of named views and recipes."""
        return shared.shared_changes(self.connection, self.practice_id)

    def append_shared(self, change: SharedChange) -> None:
        """Store a change of a named view or recipe."""
        self.counters["event_seq"] += 1
        numbered = replace(change, seq=self.counters["event_seq"])
        shared.append_shared(self.connection, self.practice_id, numbered)
        self._commands.add(change.command_id)
        self.changed = True

    def known_patients(self, patients: Collection[str]) -> frozenset[str]:
        """Return which of these patient numbers the practice has."""
        return decided.known_patients(self.connection, self.practice_id, patients)

    def choices(self, patients: Collection[str]) -> Mapping[str, tuple[int | None, str]]:
        """Return month and owner of each patient of whom any was chosen."""
        found = written.choices(self.connection, self.practice_id, patients)
        return {patient: (month, owner) for patient, (month, owner, _version) in found.items()}

    def put_choices(
        self, wanted: Mapping[str, tuple[int | None, str | None]], *, by: str, at: datetime
    ) -> None:
        """Set month (0: none) and owner of many patients where they are given."""
        if wanted:
            written.put_choices(self.connection, self.practice_id, wanted, Author(by, at))
            self.touch(wanted)
            self.changed = True

    def put_choice(
        self,
        patient: str,
        *,
        chosen_month: int | None = None,
        assigned_to: str | None = None,
        by: str,
        at: datetime,
    ) -> None:
        """Set what is given of a patient's choices (0 as month: none), leave the rest."""
        self.put_choices({patient: (chosen_month, assigned_to)}, by=by, at=at)

    def choice(self, patient: str) -> tuple[int | None, str]:
        """Return the patient's chosen month and to whom they are assigned."""
        return self.choices([patient]).get(patient, (None, ""))
