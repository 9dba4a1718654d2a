"""What people chose about a patient as a whole, added up from the events about the patient."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from recall_tui.domain.channel import NO_EMAILS, NO_TEXTS
from recall_tui.domain.commands import REPLIES, ContactOutcome
from recall_tui.domain.decisions import Decision, DecisionKind
from recall_tui.domain.live import live

HAND_FLAGS: Mapping[str, str] = {
    "interpreter": "Interpreter needed",
    NO_TEXTS: "No text messages",
    NO_EMAILS: "No e-mails",
}
"""Flags that are no code in the record, and their names: people or the patient's row set them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen about one patient."""

    month: int | None = None
    """The month in which their year starts; None: as the practice does."""

    owner: str = ""
    """The person or team who looks after them."""

    deceased: bool = False
    """Whether somebody reported the death, and nobody reached the patient since."""

    wrong_number: str = ""
    """The mobile number that turned out to be somebody else's."""

    flags: str = "{}"
    """What was said of flags by hand, as JSON: flag to [ISO date, whether it holds, login]."""


def choice_of(events: Iterable[Decision]) -> Choice:
    """Add up the events about one patient, undone ones too, in order of ``seq``."""
    choice, flags = Choice(), dict[str, list[object]]()
    for event in live(events):
        match event.kind:
            case DecisionKind.MONTH_CHOSEN:
                month = event.payload.get("month")
                choice = replace(choice, month=month if isinstance(month, int) and month else None)
            case DecisionKind.ASSIGNED:
                choice = replace(choice, owner=str(event.payload.get("to") or ""))
            case DecisionKind.CONTACTED:
                choice = _contacted(choice, event.payload)
            case DecisionKind.FLAGGED:
                on, holds = event.payload.get("on"), bool(event.payload.get("holds"))
                flags[str(event.payload.get("flag"))] = [on, holds, event.by]
            case _:
                pass
    return replace(choice, flags=json.dumps(flags, sort_keys=True))


def _contacted(choice: Choice, payload: Mapping[str, object]) -> Choice:
    outcome = payload.get("outcome")
    if outcome == ContactOutcome.DECEASED_REPORTED:
        return replace(choice, deceased=True)
    if outcome == ContactOutcome.WRONG_NUMBER:
        return replace(choice, wrong_number=str(payload.get("number") or ""))
    if outcome in REPLIES:
        return replace(choice, deceased=False, wrong_number="")
    return choice


@dataclass(frozen=True, slots=True)
class SnoozedItem:
    """A due item whose snooze something may end before its day."""

    patient: str
    item: str
    decided_for: date | None
    when: str
    staff_group: str


@dataclass(frozen=True, slots=True)
class DeclinedItem:
    """An open due item that is carried until done, and that the patient said no to."""

    patient: str
    item: str
    decided_for: date | None
