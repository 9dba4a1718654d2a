"""What people decided about due items: append-only events, and the state they add up to.

A decision is about one patient and item and names the due date it was made for. It belongs to the
open due item of that item as long as that date is later than ``closed_through``, whatever happened
to the recall date, the frequency or the rule in between.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from recall_tui.domain.live import live


class DecisionKind(StrEnum):
    """What happened, in the past tense."""

    INVITED = "invited"
    BOOKED = "booked"
    UNBOOKED = "unbooked"
    MARKED_DONE = "marked_done"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    SLOT_OPENED = "slot_opened"
    DECLINED = "declined"
    REOPENED = "reopened"
    HELD = "held"
    ESCALATED = "escalated"
    CONTACTED = "contacted"
    NOTED = "noted"
    ASSIGNED = "assigned"
    MONTH_CHOSEN = "month_chosen"
    FLAGGED = "flagged"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Decision:
    """One event. ``item`` is empty and ``due_on`` None when it is about the whole patient.

    ``seq`` counts from 1 within the practice (0: not yet stored). ``command_id`` is shared by all
    events of one command, so that a bulk action is one step of undo. ``payload`` holds JSON
    values only; its keys depend on ``kind`` and are listed in docs/events.md.
    """

    event_id: str
    command_id: str
    at: datetime
    by: str
    kind: DecisionKind
    patient: str
    item: str = ""
    due_on: date | None = None
    payload: Mapping[str, object] = field(default_factory=dict[str, object])
    undoes: str = ""
    """The command that an ``undone`` event takes back."""

    seq: int = 0


@dataclass(frozen=True, slots=True)
class ItemState:
    """What the decisions on the open due item of one patient and item add up to."""

    decided_for: date | None = None
    """Latest due date any of them was made for."""

    invites: int = 0
    last_invited: date | None = None
    last_channel: str = ""
    invite_days: str = ""
    """The days of the invites in order, ISO dates with blanks between them."""

    booking_id: str = ""
    booked_for: date | None = None
    appointment_id: str = ""
    snoozed_until: date | None = None
    snoozed_when: str = ""
    """What ends the snooze before its day (``domain.commands.Wake``); empty: nothing does."""

    snoozes: int = 0
    declined: str = ""
    """The reason given."""

    held: str = ""
    """Reason of a hold that a named person stated."""

    held_until: date | None = None
    held_by: str = ""
    closed_for: date | None = None
    """Due date closed by *mark done*."""

    closed_reason: str = ""
    missed: int = 0
    escalated: str = ""


class OpenItem(NamedTuple):
    """The open due item of one patient and item, as the plan has it."""

    patient: str
    item: str
    due_on: date
    closed_through: date | None
    high_risk: bool
    held: bool
    opens: date | None = None
    """When what is done begins to count for it."""

    @property
    def period(self) -> tuple[date | None, date, date | None]:
        """What ``fold`` asks about it: closed through, due on, window opens."""
        return self.closed_through, self.due_on, self.opens


def fold(
    events: Iterable[Decision],
    closed_through: date | None,
    due_on: date | None = None,
    opens: date | None = None,
) -> ItemState:
    """Return the state of one patient's item.

    Args:
        events: every event of this patient and item, undone ones too.
        closed_through: events made for this due date or an earlier one no longer count.
        due_on: when the open due item is due. A *mark done* of an earlier date did not close it.
        opens: when its window opens. Who declined for a date before it said no to another period:
            the successor inherits invites, bookings and snooze, never the no.
    """
    since = {DecisionKind.MARKED_DONE: due_on, DecisionKind.DECLINED: opens}
    state = ItemState()
    for event in live(events):
        if event.due_on is None:
            continue
        if closed_through is not None and event.due_on <= closed_through:
            continue
        first = since.get(event.kind)
        if first is not None and event.due_on < first:
            continue
        latest = event.due_on if state.decided_for is None else max(state.decided_for, event.due_on)
        state = replace(_applied(state, event), decided_for=latest)
    return state


NO_ENDED = "year"
"""Why an item came back by itself whose no is a year old."""

_AWAKE: Mapping[str, Any] = {"snoozed_until": None, "snoozed_when": ""}
"""Not snoozed (any more)."""


def _applied(state: ItemState, event: Decision) -> ItemState:
    changes = _CHANGES.get(event.kind)
    return replace(state, **changes(state, event)) if changes else state


def _invited(state: ItemState, event: Decision) -> dict[str, Any]:
    return {
        "invites": state.invites + 1,
        "last_invited": _day(event.payload, "on"),
        "last_channel": _text(event.payload, "channel"),
        "invite_days": f"{state.invite_days} {_text(event.payload, 'on')}".strip(),
    }


def _booked(state: ItemState, event: Decision) -> dict[str, Any]:
    del state
    return {
        "booking_id": _text(event.payload, "booking_id"),
        "booked_for": _day(event.payload, "on"),
        "appointment_id": _text(event.payload, "appointment_id"),
        **_AWAKE,
        "declined": "",
    }


def _unbooked(state: ItemState, event: Decision) -> dict[str, Any]:
    missed = {"missed": state.missed + bool(event.payload.get("missed"))}
    if _text(event.payload, "booking_id") not in {"", state.booking_id}:
        return missed  # An older booking: another one holds the item by now.
    return missed | {
        "booking_id": "",
        "booked_for": None,
        "appointment_id": "",
    }


def _marked_done(state: ItemState, event: Decision) -> dict[str, Any]:
    del state
    return {"closed_for": event.due_on, "closed_reason": _text(event.payload, "reason")}


def _snoozed(state: ItemState, event: Decision) -> dict[str, Any]:
    return {
        "snoozed_until": _day(event.payload, "until"),
        "snoozed_when": _text(event.payload, "when"),
        "snoozes": state.snoozes + 1,
    }


def _woken(state: ItemState, event: Decision) -> dict[str, Any]:
    """End a snooze, or the no whose year is over."""
    del state
    return {"declined": ""} if _text(event.payload, "because") == NO_ENDED else dict(_AWAKE)


def _held(state: ItemState, event: Decision) -> dict[str, Any]:
    del state
    return {
        "held": _text(event.payload, "reason"),
        "held_until": _day(event.payload, "until"),
        "held_by": _text(event.payload, "name"),
    }


def _reopened(state: ItemState, event: Decision) -> dict[str, Any]:
    del state, event
    return {
        "declined": "",
        "held": "",
        "held_until": None,
        "held_by": "",
        "escalated": "",
        **_AWAKE,
    }


_CHANGES: Mapping[DecisionKind, Callable[[ItemState, Decision], dict[str, Any]]] = {
    DecisionKind.INVITED: _invited,
    DecisionKind.BOOKED: _booked,
    DecisionKind.UNBOOKED: _unbooked,
    DecisionKind.MARKED_DONE: _marked_done,
    DecisionKind.SNOOZED: _snoozed,
    DecisionKind.WOKEN: _woken,
    DecisionKind.SLOT_OPENED: lambda _state, _event: dict(_AWAKE),
    DecisionKind.DECLINED: lambda _state, event: {"declined": _text(event.payload, "reason")},
    DecisionKind.HELD: _held,
    DecisionKind.ESCALATED: lambda _state, event: {"escalated": _text(event.payload, "to")},
    DecisionKind.REOPENED: _reopened,
}
"""What each kind of event changes; the kinds that are not here say nothing about an item."""


class Facts(NamedTuple):
    """What the plan and the appointment book say about a due item, beside the decisions.

    ``appointment`` is the status of the booked appointment where it is known: booked, attended,
    missed, cancelled, or empty. ``reachable`` is whether some channel reaches the patient.
    """

    done: bool
    held: bool
    high_risk: bool
    appointment: str = ""
    reachable: bool = True


def blocking_change(events: Sequence[Decision], command_id: str, by: str) -> Decision | None:
    """Return the later event of somebody else that stands in the way of undoing a command.

    That a snooze ended by itself stands in nobody's way.
    """
    counted = live(events)
    mine = [event.seq for event in events if event.command_id == command_id]
    since = max(mine, default=0)
    later = [
        event
        for event in counted
        if event.seq > since and event.by != by and event.kind is not DecisionKind.WOKEN
    ]
    return later[0] if later else None


def _day(payload: Mapping[str, object], key: str) -> date | None:
    value = payload.get(key)
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def _text(payload: Mapping[str, object], key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
