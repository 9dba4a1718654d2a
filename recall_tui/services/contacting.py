"""Recording what came of reaching patients, and what follows from it at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from recall_tui.domain.channel import NO_TEXTS
from recall_tui.domain.commands import REPLIES, ContactOutcome, RecordContact, Wake
from recall_tui.domain.decisions import DecisionKind, Facts, ItemState
from recall_tui.domain.standing import is_booked, is_held_by_person
from recall_tui.errors import Refused
from recall_tui.ports import OpenItem, Work
from recall_tui.services.choosing import histories_of, settle_choices
from recall_tui.services.deciding import Draft, Moment, on_date, people, record, things
from recall_tui.services.keeping import UNKNOWN, fitting
from recall_tui.views.done import Done

ALONG = timedelta(weeks=8)
"""What is due within this time is meant too when a patient answers."""

NEED_WORDS = {
    ContactOutcome.DECLINED: "say what the patient said",
    ContactOutcome.DECEASED_REPORTED: "say who reported it",
    ContactOutcome.DONE_ELSEWHERE: "say where and when it was done",
}
"""Outcomes that mean nothing without a few words."""


@dataclass(frozen=True, slots=True)
class _Due:
    """An open due item with what was decided about it."""

    item: OpenItem
    state: ItemState


def record_contact(work: Work, command: RecordContact, moment: Moment) -> Done:
    """Note an attempt to reach patients.

    A patient to be called back is snoozed until that day (high-risk monitoring for seven days at
    most, or as few as the practice decided), one who declined is noted as declined, an answer ends
    what waits for one, who wants no text messages gets none, and nobody is invited whose death was
    reported.

    Raises:
        Refused: no such patient, the words are missing or too long, or there is no day to call.
    """
    patients = tuple(dict.fromkeys((command.patient, *command.also)))
    if set(patients) - work.known_patients(patients):
        raise Refused(UNKNOWN)
    _refuse_incomplete(command, moment)
    drafts = [*_contacts(work, command, patients), *_following(work, command, patients, moment)]
    settle_choices(work, moment, record(work, moment, drafts, histories_of(work, drafts)))
    return Done(moment.command_id, _words(command, patients, drafts), patients)


def _refuse_incomplete(command: RecordContact, moment: Moment) -> None:
    missing = NEED_WORDS.get(command.outcome)
    if missing and not command.words.strip():
        raise Refused(missing)
    is_call = command.outcome is ContactOutcome.CALL_BACK
    if is_call and (command.on is None or command.on < moment.today):
        message = "say on which day to call back: today or later"
        raise Refused(message)
    if command.on is not None and not is_call:
        message = "only a call back has a day"
        raise Refused(message)


def _contacts(work: Work, command: RecordContact, patients: Sequence[str]) -> Iterator[Draft]:
    is_wrong = command.outcome is ContactOutcome.WRONG_NUMBER
    numbers = work.mobile_numbers(patients if is_wrong else ())
    for one in patients:
        payload = {
            "outcome": str(command.outcome),
            "channel": str(command.channel),
            "words": fitting(command.words),
        }
        if command.on is not None:
            payload["on"] = command.on.isoformat()
        if is_wrong:
            payload["number"] = numbers.get(one, "")
        yield Draft(DecisionKind.CONTACTED, one, payload=payload)


def _following(
    work: Work, command: RecordContact, patients: Sequence[str], moment: Moment
) -> Iterator[Draft]:
    """Give what the outcome means for the due items."""
    if command.outcome not in REPLIES:
        return
    if command.outcome is ContactOutcome.NO_TEXTS:
        said = {"flag": NO_TEXTS, "holds": True, "on": moment.today.isoformat()}
        yield from (Draft(DecisionKind.FLAGGED, one, payload=said) for one in patients)
    until = moment.today + ALONG
    for one in _waiting(work, patients, moment.today):
        due = one.item
        if command.outcome is ContactOutcome.DECLINED and due.due_on <= until:
            payload = {"reason": fitting(command.words)}
            yield Draft(DecisionKind.DECLINED, due.patient, due.item, due.due_on, payload)
        elif _is_put_off(command, due, moment):
            payload = {"until": str(command.on), "reason": "call back", "when": ""}
            yield Draft(DecisionKind.SNOOZED, due.patient, due.item, due.due_on, payload)
        elif one.state.snoozed_when == Wake.REPLY:
            payload = {"because": str(Wake.REPLY)}
            yield Draft(DecisionKind.WOKEN, due.patient, due.item, due.due_on, payload)


def _is_put_off(command: RecordContact, due: OpenItem, moment: Moment) -> bool:
    if command.on is None or not moment.today < command.on or due.due_on > moment.today + ALONG:
        return False
    longest = moment.today + timedelta(days=moment.snooze.high_risk)
    return not due.high_risk or command.on <= longest


def _waiting(work: Work, patients: Sequence[str], today: date) -> Iterator[_Due]:
    """Give the open due items for which nothing that was decided stands against it any more.

    A hold whose day has come, or an appointment that was missed, does not.
    """
    items = work.open_items(patients)
    states = work.item_states(items.keys())
    for key, due in sorted(items.items()):
        state = states[key].state
        settled = state.closed_for or state.declined or is_held_by_person(state, today)
        if not settled and not _is_coming(work, state, today):
            yield _Due(due, state)


def _is_coming(work: Work, state: ItemState, today: date) -> bool:
    booking = work.active_booking(state.booking_id) if state.booked_for else None
    became = work.became_of(booking) if booking else ""
    facts = Facts(done=False, held=False, high_risk=False, appointment=became)
    return is_booked(facts, state, today)


def _words(command: RecordContact, patients: Sequence[str], drafts: Sequence[Draft]) -> str:
    said = str(command.outcome).replace("_", " ")
    whose = f" of {people(patients)}" if len(patients) > 1 else ""
    words = f"Recorded the contact{whose}: {said}"
    if command.on is not None:
        words += f" on {on_date(command.on)}"
    kinds = [one.kind for one in drafts]
    if command.outcome is ContactOutcome.DECEASED_REPORTED:
        return f"{words}. Nobody is invited until it is checked: it stands in the morning tray"
    if command.outcome is ContactOutcome.WRONG_NUMBER:
        return f"{words}. No text about this patient goes to this number any more"
    if command.outcome is ContactOutcome.NO_TEXTS:
        return f"{words}. No invite goes by text message any more; the list stays as it is"
    if declined := kinds.count(DecisionKind.DECLINED):
        return f"{words}; {things(declined, 'item')} declined"
    if command.on is not None and DecisionKind.SNOOZED in kinds:
        return f"{words}; off the list until then"
    return words
