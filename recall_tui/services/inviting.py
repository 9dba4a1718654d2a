"""Inviting: noting who was asked, about what, on which channel."""

from collections.abc import Mapping

from recall_tui.domain.commands import Channel, RecordInvites
from recall_tui.domain.decisions import DecisionKind
from recall_tui.errors import Refused
from recall_tui.ports import Work
from recall_tui.services.deciding import Draft, Moment, check_targets, people, record
from recall_tui.services.sharing import note_run
from recall_tui.views.done import Done


def record_invites(work: Work, command: RecordInvites, moment: Moment) -> Done:
    """Note one invite a patient, attached to each of their chosen due items.

    Raises:
        Refused: a patient has no channel, or nothing is chosen.
        Conflict: somebody else decided about one of the items in the meantime.
    """
    check_targets(work, command.targets)
    channels = dict(command.channels)
    _refuse_unreachable(command, channels)
    batch = command.batch_id or work.new_id()
    payloads = {
        patient: {
            "on": moment.today.isoformat(),
            "channel": str(channel),
            "batch": batch,
            "template": command.template,
        }
        for patient, channel in channels.items()
    }
    drafts = tuple(
        Draft(DecisionKind.INVITED, one.patient, one.item, one.due_on, payloads[one.patient])
        for one in command.targets
    )
    record(work, moment, drafts)
    patients = tuple(sorted({one.patient for one in command.targets}))
    words = f"Recorded an invite for {people(patients)}"
    work.put_batch(
        batch,
        words=command.template or "invite",
        count=len(patients),
        by=moment.who.login,
        at=moment.at,
    )
    if command.run is not None:
        note_run(work, command.run, moment)
    return Done(moment.command_id, words, patients)


def _refuse_unreachable(command: RecordInvites, channels: Mapping[str, Channel]) -> None:
    without = {
        one.patient
        for one in command.targets
        if channels.get(one.patient, Channel.NONE) is Channel.NONE
    }
    if without:
        message = f"no way to reach {people(without)} of the batch: leave them out"
        raise Refused(message)
