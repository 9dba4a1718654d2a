"""Exports: begun, written, recorded or discarded; nobody in an open one is invited again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recall_tui.domain.commands import DiscardExport, ExportInvites, NoteExport, RecordExport
from recall_tui.domain.exports import payload_of
from recall_tui.domain.sharing import SharedAct, SharedChange, SharedKind
from recall_tui.errors import Refused
from recall_tui.services.deciding import check_targets, people
from recall_tui.services.exports import export_named, refuse_exported, settle
from recall_tui.services.guarding import refuse_restricted
from recall_tui.services.inviting import note_invites, refuse_unreachable
from recall_tui.services.sharing import note_run
from recall_tui.views.done import Done

if TYPE_CHECKING:
    from recall_tui.domain.exports import Export
    from recall_tui.ports import Work
    from recall_tui.services.deciding import Moment


def perform_export(
    work: Work, command: ExportInvites | NoteExport | RecordExport | DiscardExport, moment: Moment
) -> Done:
    """Carry a command about an export out."""
    match command:
        case ExportInvites():
            return begin(work, command, moment)
        case NoteExport():
            return note(work, command, moment)
        case RecordExport():
            return record_export(work, command, moment)
        case DiscardExport():
            return discard(work, command, moment)


def begin(work: Work, command: ExportInvites, moment: Moment) -> Done:
    """Keep what a file is about to invite to, in the transaction that checks that it may.

    Raises:
        Refused: a patient has no channel, or is in another export that nobody settled; or invites
            that a restore lost are not dealt with.
        Conflict: somebody else decided about one of the items in the meantime.
    """
    invites = command.invites
    check_targets(work, command.targets)
    refuse_unreachable(invites)
    patients = tuple(patient for patient, _channel in invites.channels)
    refuse_exported(work, patients, moment.today)
    work.put_batch(
        moment.command_id,
        words=invites.template or "export",
        count=len(patients),
        by=moment.who.login,
        at=moment.at,
    )
    work.append_shared(
        SharedChange(
            moment.command_id, moment.at, moment.who.login, SharedAct.BEGUN, SharedKind.EXPORT,
            moment.command_id, payload_of(command, moment.today),
        )
    )  # fmt: skip
    return Done(moment.command_id, f"Exporting {people(patients)}", patients)


def note(work: Work, command: NoteExport, moment: Moment) -> Done:
    """Keep that the file is there, or that there is none (any more) and nobody sent it.

    Raises:
        RestrictedRecord: somebody else exported it, and one of its patients is not to be seen.
    """
    export = export_named(work, command.export)
    if export.by != moment.who.login:
        refuse_restricted(work, moment.who, export.patients)
    if export.is_open and not (command.is_written and export.is_written):
        act = SharedAct.WRITTEN if command.is_written else SharedAct.FAILED
        settle(work, moment, export, act)
    return Done(moment.command_id, f"Exported {people(export.patients)}", export.patients)


def record_export(work: Work, command: RecordExport, moment: Moment) -> Done:
    """Record the invites of an export on the day of its file; a second time does nothing.

    What was sent was sent: whoever was booked or declined since is invited all the same.

    Raises:
        Refused: there is no such export, or it was discarded.
        RestrictedRecord: one of its patients is not to be seen by this person.
    """
    export = export_named(work, command.export)
    if export.settled is SharedAct.RECORDED:
        return Done(moment.command_id, f"Recorded already, by {export.settled_by}")
    if export.settled is not None:
        raise Refused(_settled_words(export))
    refuse_restricted(work, moment.who, export.patients)
    known = work.known_patients(export.patients)
    targets = tuple(one for one in export.invites.targets if one.patient in known)
    patients = tuple(one for one in export.patients if one in known)
    if targets:
        note_invites(work, targets, export.invites, moment, (export.export_id, export.on))
    settle(work, moment, export, SharedAct.RECORDED)
    if export.invites.run is not None:
        note_run(work, export.invites.run, moment)
    return Done(moment.command_id, f"Recorded an invite for {people(patients)}", patients)


def discard(work: Work, command: DiscardExport, moment: Moment) -> Done:
    """Let the patients of an export be invited again; a second time does nothing.

    Raises:
        Refused: there is no such export, or its invites are recorded.
        RestrictedRecord: one of its patients is not to be seen by this person.
    """
    export = export_named(work, command.export)
    if export.settled in {SharedAct.DISCARDED, SharedAct.FAILED}:
        return Done(moment.command_id, f"Discarded already, by {export.settled_by}")
    if export.settled is not None:
        raise Refused(_settled_words(export))
    refuse_restricted(work, moment.who, export.patients)
    settle(work, moment, export, SharedAct.DISCARDED)
    words = f"Discarded the export of {people(export.patients)}: do not send {export.file}"
    return Done(moment.command_id, words, export.patients)


def _settled_words(export: Export) -> str:
    when = f", {export.settled_at:%H:%M} UTC" if export.settled_at else ""
    what = "could not be written" if export.settled is SharedAct.FAILED else f"was {export.settled}"
    return f"this export {what} ({export.settled_by}{when}): undo that first"
