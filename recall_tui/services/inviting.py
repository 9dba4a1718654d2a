"""Inviting: noting who was asked, about what, on which channel."""

from collections.abc import Sequence
from datetime import date

from recall_tui.domain.commands import Channel, RecordInvites, Target
from recall_tui.domain.decisions import DecisionKind
from recall_tui.domain.sharing import SharedAct
from recall_tui.errors import Refused
from recall_tui.ports import Work
from recall_tui.services.deciding import Draft, Moment, check_targets, people, record
from recall_tui.services.exports import refuse_exported, settle
from recall_tui.services.sharing import note_run
from recall_tui.views.done import Done


def record_invites(work: Work, command: RecordInvites, moment: Moment) -> Done:
    """Note one invite a patient, attached to each of their chosen due items.

    Raises:
        Refused: a patient has no channel, or is in an export that nobody settled; or nothing is
            chosen.
        Conflict: somebody else decided about one of the items in the meantime.
    """
    check_targets(work, command.targets)
    refuse_unreachable(command)
    patients = tuple(sorted({one.patient for one in command.targets}))
    own = refuse_exported(work, patients, moment.today, own=command.export)
    batch = command.export or command.batch_id or work.new_id()
    note_invites(work, command.targets, command, moment, (batch, moment.today))
    if own is None:
        work.put_batch(
            batch,
            words=command.template or "invite",
            count=len(patients),
            by=moment.who.login,
            at=moment.at,
        )
    else:
        settle(work, moment, own, SharedAct.RECORDED)
    if command.run is not None:
        note_run(work, command.run, moment)
    return Done(moment.command_id, f"Recorded an invite for {people(patients)}", patients)


def note_invites(
    work: Work,
    targets: Sequence[Target],
    command: RecordInvites,
    moment: Moment,
    batch: tuple[str, date],
) -> None:
    """Store an event for each of ``targets``, in a batch (its id) and of a day."""
    batch_id, on = batch
    payloads = {
        patient: {
            "on": on.isoformat(),
            "channel": str(channel),
            "batch": batch_id,
            "template": command.template,
        }
        for patient, channel in command.channels
    }
    drafts = tuple(
        Draft(DecisionKind.INVITED, one.patient, one.item, one.due_on, payloads[one.patient])
        for one in targets
    )
    record(work, moment, drafts)


def refuse_unreachable(command: RecordInvites) -> None:
    """Raise Refused when a patient of the batch has no channel."""
    channels = dict(command.channels)
    without = {
        one.patient
        for one in command.targets
        if channels.get(one.patient, Channel.NONE) is Channel.NONE
    }
    if without:
        message = f"no way to reach {people(without)} of the batch: leave them out"
        raise Refused(message)
