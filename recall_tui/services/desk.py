"""The desk: one door through which every command is carried out."""

from dataclasses import replace

from recall_tui.domain.command_rights import right_for
from recall_tui.domain.commands import (
    AddNote,
    Assign,
    ChooseMonth,
    Command,
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
from recall_tui.domain.sharing import NoteRun, RemoveShared, SaveShared
from recall_tui.ports import Store, Work
from recall_tui.services import (
    booking,
    contacting,
    exporting,
    inviting,
    keeping,
    marking,
    sharing,
    undoing,
    waking,
)
from recall_tui.services.deciding import Moment
from recall_tui.services.guarding import patients_named, refuse_restricted
from recall_tui.services.people import admit
from recall_tui.views.done import Done


def perform(store: Store, command: Command, moment: Moment) -> Done:
    """Carry a command out in one transaction.

    Raises:
        Refused: it may not be done, or not in this state; nothing was written.
        RestrictedRecord: it is about a record that is restricted to others.
        Conflict: somebody else changed the same first; nothing was written.
        StoreTrouble: the store did not answer; nothing was written, or it was and doing the same
            command again (same ``command_id``) says so.
    """

    def unit(work: Work) -> Done:
        if work.command_is_known(moment.command_id):
            return Done(moment.command_id, "Recorded already")
        who = admit(work, moment.who, right_for(command))
        refuse_restricted(work, who, patients_named(command))
        return _carry_out(work, command, replace(moment, who=who))

    return store.write(unit)


def _carry_out(work: Work, command: Command, moment: Moment) -> Done:
    match command:
        case MarkBooked() | Unbook():
            return _book(work, command, moment)
        case RecordInvites() | ExportInvites() | NoteExport() | RecordExport() | DiscardExport():
            return _invite(work, command, moment)
        case MarkDone() | Snooze() | Decline() | Hold() | Reopen():
            return _mark(work, command, moment)
        case RecordContact() | AddNote() | Assign() | ChooseMonth() | MarkFlag() | OpenSlots():
            return _keep(work, command, moment)
        case SaveShared() | RemoveShared() | NoteRun():
            return sharing.perform_shared(work, command, moment)
        case Undo() | Redo():
            return undoing.compensate(work, command, moment)


_Inviting = RecordInvites | ExportInvites | NoteExport | RecordExport | DiscardExport


def _invite(work: Work, command: _Inviting, moment: Moment) -> Done:
    if isinstance(command, RecordInvites):
        return inviting.record_invites(work, command, moment)
    return exporting.perform_export(work, command, moment)


def _book(work: Work, command: MarkBooked | Unbook, moment: Moment) -> Done:
    if isinstance(command, MarkBooked):
        return booking.mark_booked(work, command, moment)
    return booking.unbook(work, command, moment)


def _mark(work: Work, command: MarkDone | Snooze | Decline | Hold | Reopen, moment: Moment) -> Done:
    match command:
        case MarkDone():
            return marking.mark_done(work, command, moment)
        case Snooze():
            return marking.snooze(work, command, moment)
        case Decline():
            return marking.decline(work, command, moment)
        case Hold():
            return marking.hold(work, command, moment)
        case Reopen():
            return marking.reopen(work, command, moment)


_Kept = RecordContact | AddNote | Assign | ChooseMonth | MarkFlag | OpenSlots


def _keep(work: Work, command: _Kept, moment: Moment) -> Done:
    match command:
        case RecordContact():
            return contacting.record_contact(work, command, moment)
        case AddNote():
            return keeping.add_note(work, command, moment)
        case Assign():
            return keeping.assign(work, command, moment)
        case ChooseMonth():
            return keeping.choose_month(work, command, moment)
        case MarkFlag():
            return keeping.mark_flag(work, command, moment)
        case OpenSlots():
            return waking.open_slots(work, command, moment)
