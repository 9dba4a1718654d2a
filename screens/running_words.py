"""What a command that runs is called, and about how many patients it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from recall_tui.domain import commands
from recall_tui.services.guarding import patients_named

VERBS: Final[Mapping[type[object], str]] = {
    commands.RecordInvites: "record invites",
    commands.ExportInvites: "export invites",
    commands.NoteExport: "note the export",
    commands.RecordExport: "record the export",
    commands.DiscardExport: "discard the export",
    commands.MarkBooked: "book",
    commands.Unbook: "take the booking back",
    commands.MarkDone: "mark done",
    commands.Snooze: "snooze",
    commands.Decline: "decline",
    commands.Reopen: "bring back",
    commands.Hold: "hold",
    commands.RecordContact: "contact",
    commands.AddNote: "note",
    commands.Assign: "assign",
    commands.ChooseMonth: "recall month",
    commands.MarkFlag: "flag",
    commands.OpenSlots: "free slots",
    commands.SaveShared: "keep view",
    commands.RemoveShared: "remove view",
    commands.NoteRun: "note the batch",
    commands.Undo: "undo",
    commands.Redo: "redo",
}
"""The verb of each command, as the menu calls it."""


def words_of(command: commands.Command) -> str:
    """Say what a command does, and to how many: "snooze, 222 patients"; nobody is named."""
    count = len(patients_named(command))
    whom = f", {count:,} patients" if count > 1 else ""
    return f"{VERBS[type(command)]}{whom}"
