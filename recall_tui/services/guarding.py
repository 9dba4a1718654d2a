"""Restricted records: nobody acts on one without the right, however the number was come by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recall_tui.domain.commands import (
    AddNote,
    Assign,
    ChooseMonth,
    Decline,
    DiscardExport,
    ExportInvites,
    Hold,
    MarkBooked,
    MarkDone,
    MarkFlag,
    NoteExport,
    OpenSlots,
    RecordContact,
    RecordExport,
    RecordInvites,
    Redo,
    Reopen,
    Snooze,
    Unbook,
    Undo,
)
from recall_tui.domain.rights import Right, may, refusal
from recall_tui.domain.sharing import NoteRun, RemoveShared, SaveShared
from recall_tui.errors import RestrictedRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recall_tui.domain.commands import Actor, Command
    from recall_tui.ports import Work


def patients_named(command: Command) -> frozenset[str]:
    """Return the patients that a command does something to.

    A run of a view only keeps which numbers its list held, and free slots name nobody. Whom an
    undo or an export concerns is known once its events are read.
    """
    match command:
        case (
            RecordInvites() | ExportInvites() | MarkBooked() | MarkDone() | Snooze() | Decline()
            | Reopen() | Hold()
        ):  # fmt: skip
            return frozenset(one.patient for one in command.targets)
        case RecordContact():
            return frozenset((command.patient, *command.also))
        case Unbook() | AddNote() | ChooseMonth():
            return frozenset((command.patient,))
        case Assign() | MarkFlag():
            return frozenset(command.patients)
        case (
            OpenSlots() | SaveShared() | RemoveShared() | NoteRun() | Undo() | Redo()
            | NoteExport() | RecordExport() | DiscardExport()
        ):  # fmt: skip
            return frozenset()


def refuse_restricted(work: Work, who: Actor, patients: Iterable[str]) -> None:
    """Raise when one of the patients has a restricted record and the person may not see such.

    Raises:
        RestrictedRecord: nothing was written.
    """
    if may(who.role, Right.RESTRICTED):
        return
    hidden = work.restricted(frozenset(patients))
    if hidden:
        why = refusal(who.role, Right.RESTRICTED)
        which = "this record is" if len(hidden) == 1 else f"{len(hidden)} of these records are"
        raise RestrictedRecord(f"{which} restricted: {why}", hidden)
