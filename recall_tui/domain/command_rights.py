"""Which right each command needs; apart from ``rights``, which the first list needs already."""

from collections.abc import Mapping
from typing import Final

from recall_tui.domain import commands
from recall_tui.domain.rights import Right

COMMANDS: Final[Mapping[type[object], Right]] = {
    commands.RecordInvites: Right.INVITE,
    commands.ExportInvites: Right.INVITE,
    commands.NoteExport: Right.INVITE,
    commands.RecordExport: Right.INVITE,
    commands.DiscardExport: Right.INVITE,
    commands.MarkBooked: Right.BOOK,
    commands.Unbook: Right.BOOK,
    commands.MarkDone: Right.JUDGE,
    commands.Snooze: Right.BOOK,
    commands.Decline: Right.BOOK,
    commands.Reopen: Right.JUDGE,
    commands.Hold: Right.JUDGE,
    commands.RecordContact: Right.BOOK,
    commands.AddNote: Right.BOOK,
    commands.Assign: Right.BOOK,
    commands.ChooseMonth: Right.JUDGE,
    commands.MarkFlag: Right.BOOK,
    commands.OpenSlots: Right.BOOK,
    commands.SaveShared: Right.BOOK,
    commands.RemoveShared: Right.BOOK,
    commands.NoteRun: Right.BOOK,
    commands.Undo: Right.BOOK,
    commands.Redo: Right.BOOK,
}
"""The right that each command needs."""


def right_for(command: object) -> Right:
    """Return the right that a command needs; an admin's where nobody listed it."""
    return COMMANDS.get(type(command), Right.PEOPLE)
