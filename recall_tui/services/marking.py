"""Marking due items: done, snoozed, declined, held, back on the list."""

from collections.abc import Sequence
from datetime import timedelta

from recall_tui.domain.commands import Decline, Hold, MarkDone, Reopen, Snooze, Target
from recall_tui.domain.decisions import DecisionKind
from recall_tui.domain.standing import SNOOZES_BEFORE_ESCALATION
from recall_tui.errors import Refused
from recall_tui.ports import Work
from recall_tui.services.deciding import (
    YEAR_DAYS,
    Moment,
    check_targets,
    drafts_for,
    on_date,
    people,
    record,
    refuse_far,
    things,
)
from recall_tui.views.done import Done
from recall_tui.views.words import until_words


def mark_done(work: Work, command: MarkDone, moment: Moment) -> Done:
    """Close the targets' due dates with a reason; survives every sync.

    Raises:
        Refused: without a reason.
        Conflict: somebody else changed one of the items.
    """
    _need(command.reason, "say why it counts as done")
    check_targets(work, command.targets)
    payload = {"reason": command.reason.strip()}
    record(work, moment, drafts_for(command.targets, DecisionKind.MARKED_DONE, payload))
    patients = _patients(command.targets)
    work.expire_plans(patients)
    words = f"Marked {things(len(command.targets), 'item')} of {people(patients)} as done"
    return Done(moment.command_id, words, patients, replan=patients)


def snooze(work: Work, command: Snooze, moment: Moment) -> Done:
    """Hide the targets until a day after today, or until what they wait for comes before it.

    Raises:
        Refused: the day is not in the future, over a year off, or further off than the practice
            allows (``moment.snooze``): for high-risk monitoring, for what waits for something.
        Conflict: somebody else changed one of the items.
    """
    if command.until <= moment.today:
        message = f"{on_date(command.until)} is not in the future: give a later day"
        raise Refused(message)
    refuse_far(command.until, moment.today, YEAR_DAYS, "hold it with a name and a reason")
    due = check_targets(work, command.targets)
    longest = moment.today + timedelta(days=moment.snooze.high_risk)
    if command.until > longest and any(one.high_risk for one in due.values()):
        message = f"high-risk drug monitoring: snooze until {on_date(longest)} at most"
        raise Refused(message)
    comes_back = moment.today + timedelta(days=moment.snooze.waiting)
    if command.when and command.until > comes_back:
        message = f"nothing is waited for longer than until {on_date(comes_back)}"
        raise Refused(message)
    again = _snoozed_often(work, command.targets)
    payload = {
        "until": command.until.isoformat(),
        "reason": command.reason.strip(),
        "when": str(command.when or ""),
    }
    record(work, moment, drafts_for(command.targets, DecisionKind.SNOOZED, payload))
    patients = _patients(command.targets)
    words = f"Snoozed {people(patients)} {until_words(command.until, str(command.when or ''))}"
    if again:
        words += f"; for the third time or more: {people(again)}, decide instead of waiting"
    return Done(moment.command_id, words, patients)


def _snoozed_often(work: Work, targets: Sequence[Target]) -> list[str]:
    """Return whose items are snoozed for the third time or more by one more snooze."""
    states = work.item_states([(one.patient, one.item) for one in targets])
    limit = SNOOZES_BEFORE_ESCALATION - 1
    return [patient for (patient, _item), one in states.items() if one.state.snoozes >= limit]


def decline(work: Work, command: Decline, moment: Moment) -> Done:
    """Note that the patient said no; high-risk monitoring goes to a prescriber instead.

    Raises:
        Refused: without a reason.
        Conflict: somebody else changed one of the items.
    """
    _need(command.reason, "say why the patient declined")
    due = check_targets(work, command.targets)
    payload = {"reason": command.reason.strip()}
    record(work, moment, drafts_for(command.targets, DecisionKind.DECLINED, payload))
    patients = _patients(command.targets)
    risky = sum(one.high_risk for one in due.values())
    tail = f"; {things(risky, 'high-risk item')} to the prescriber" if risky else ""
    words = f"Noted as declined: {things(len(command.targets), 'item')}{tail}"
    return Done(moment.command_id, words, patients)


def hold(work: Work, command: Hold, moment: Moment) -> Done:
    """Hold the targets: by whom, why, until when.

    Raises:
        Refused: a name, a reason or a future review date within two years is missing.
        Conflict: somebody else changed one of the items.
    """
    _need(command.name, "a hold needs the name of who decided it")
    _need(command.reason, "a hold needs a reason")
    if command.until <= moment.today:
        message = "a hold needs a review date in the future"
        raise Refused(message)
    refuse_far(command.until, moment.today, 2 * YEAR_DAYS, "look at it again sooner")
    check_targets(work, command.targets)
    payload = {
        "name": command.name.strip(),
        "reason": command.reason.strip(),
        "until": command.until.isoformat(),
    }
    record(work, moment, drafts_for(command.targets, DecisionKind.HELD, payload))
    patients = _patients(command.targets)
    words = f"On hold until {on_date(command.until)}: {things(len(command.targets), 'item')}"
    return Done(moment.command_id, words, patients)


def reopen(work: Work, command: Reopen, moment: Moment) -> Done:
    """Bring the targets back to the list.

    Raises:
        Conflict: somebody else changed one of the items.
    """
    check_targets(work, command.targets)
    record(work, moment, drafts_for(command.targets, DecisionKind.REOPENED, {}))
    patients = _patients(command.targets)
    return Done(moment.command_id, f"Back on the list: {people(patients)}", patients)


def _need(words: str, message: str) -> None:
    if not words.strip():
        raise Refused(message)


def _patients(targets: tuple[Target, ...]) -> tuple[str, ...]:
    return tuple(sorted({one.patient for one in targets}))
