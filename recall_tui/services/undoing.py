"""Undo and redo: compensating events, never a restored picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recall_tui.domain.commands import Redo, Undo
from recall_tui.domain.decisions import DecisionKind, blocking_change
from recall_tui.domain.live import live
from recall_tui.domain.rights import Right, may
from recall_tui.errors import Refused
from recall_tui.services.choosing import CHOSEN, settle_choices
from recall_tui.services.deciding import Draft, Moment, people, record
from recall_tui.services.guarding import refuse_restricted
from recall_tui.services.sharing import take_back
from recall_tui.views.done import Done

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from recall_tui.domain.decisions import Decision
    from recall_tui.ports import Work
    from recall_tui.services.deciding import Histories

REPLANNED = frozenset({DecisionKind.MARKED_DONE, DecisionKind.MONTH_CHOSEN, DecisionKind.FLAGGED})


def compensate(work: Work, command: Undo | Redo, moment: Moment) -> Done:
    """Take a command back, or put it back: see `undo` and `redo`."""
    if isinstance(command, Undo):
        return undo(work, command, moment)
    return redo(work, command, moment)


def undo(work: Work, command: Undo, moment: Moment) -> Done:
    """Take a whole command back, as one step.

    Raises:
        Refused: nothing to undo, somebody else's command, or others changed the same since.
    """
    of = command.of or moment.who.login
    chosen = command.command_id or work.last_command(of, undone=False, within=command.within)
    if not chosen and command.within is not None:
        message = "nothing to be undone since you came in (recall undo takes back what was before)"
        raise Refused(message)
    return _compensate(work, chosen, moment, verb="Undone")


def redo(work: Work, command: Redo, moment: Moment) -> Done:
    """Take the person's last undo back.

    Raises:
        Refused: nothing to redo, or others changed the same since.
    """
    login, within = moment.who.login, command.within
    chosen = command.command_id or work.last_command(login, undone=True, within=within)
    return _compensate(work, chosen, moment, verb="Redone")


def _compensate(work: Work, chosen: str, moment: Moment, *, verb: str) -> Done:
    shared = take_back(work, chosen, moment, verb=verb) if chosen else None
    events = work.command_events(chosen) if chosen else ()
    if shared is not None and not events:
        return shared
    if not events:
        message = f"nothing to be {verb.lower()}"
        raise Refused(message)
    refuse_restricted(work, moment.who, (one.patient for one in events))
    _refuse_strangers(events, moment)
    histories = _histories(work, events)
    for history in histories.values():
        _refuse_blocked(history, chosen, events[0].by, moment)
        if not any(event.command_id == chosen for event in _counted(history)):
            message = f"this was {verb.lower()} already"
            raise Refused(message)
    for_whom = {"for": events[0].by} if events[0].by != moment.who.login else {}
    drafts = [
        Draft(DecisionKind.UNDONE, one.patient, one.item, one.due_on, for_whom, undoes=chosen)
        for one in events
    ]
    after = record(work, moment, drafts, histories)
    return _settled(work, moment, (events, after), verb)


def _counted(history: Sequence[Decision]) -> tuple[Decision, ...]:
    """The live events, and the undo events that themselves were not undone."""
    kept = {event.event_id for event in live(history)}
    gone = {event.undoes for event in history if event.kind is DecisionKind.UNDONE}
    return tuple(
        event
        for event in history
        if event.event_id in kept
        or (event.kind is DecisionKind.UNDONE and event.command_id not in gone)
    )


def _histories(work: Work, events: Sequence[Decision]) -> Histories:
    return work.item_events(sorted({(one.patient, one.item) for one in events}))


def _refuse_strangers(events: Sequence[Decision], moment: Moment) -> None:
    by = events[0].by
    if by != moment.who.login and not may(moment.who.role, Right.UNDO_OTHERS):
        message = f"{by} did this: ask them, or an administrator"
        raise Refused(message)


def _refuse_blocked(history: Sequence[Decision], chosen: str, by: str, moment: Moment) -> None:
    stranger = blocking_change(history, chosen, by)
    if stranger is not None and stranger.by != moment.who.login:
        message = (
            f"{stranger.by} changed it since ({stranger.kind}, {stranger.at:%H:%M} UTC on "
            f"{stranger.at.day} {stranger.at:%b}): it cannot be undone any more"
        )
        raise Refused(message)


def _settled(
    work: Work, moment: Moment, done: tuple[Sequence[Decision], Histories], verb: str
) -> Done:
    """Bring bookings and choices in line with the events that count now."""
    events, histories = done
    patients = tuple(sorted({one.patient for one in events}))
    deeds = _deeds(work, events)
    _settle_bookings(work, moment, {_booking(one) for one in deeds} - {""}, histories)
    touched = {one.kind for one in deeds}
    if touched & CHOSEN:
        settle_choices(work, moment, histories)
    replan = patients if touched & REPLANNED else ()
    if replan:
        work.expire_plans(replan)
    said = ", ".join(sorted(str(kind).replace("_", " ") for kind in touched))
    return Done(moment.command_id, f"{verb}: {said} ({people(patients)})", patients, replan)


def _deeds(work: Work, events: Sequence[Decision]) -> Sequence[Decision]:
    """Return what is undone or redone in the first place, through chains of undo."""
    deeds = [one for one in events if one.kind is not DecisionKind.UNDONE]
    undone = {one.undoes for one in events if one.kind is DecisionKind.UNDONE}
    for command_id in sorted(undone):
        deeds += _deeds(work, work.command_events(command_id))
    return deeds


def _settle_bookings(
    work: Work, moment: Moment, bookings: Collection[str], histories: Histories
) -> None:
    """Let each booking stand exactly if it holds any of its items, whoever asked about one."""
    for booking_id in sorted(bookings):
        active = any(_holds(booking_id, history) for history in histories.values())
        if not active:
            others = _others(work, booking_id, histories)
            active = any(_holds(booking_id, history) for history in others.values())
        work.set_booking_active(booking_id, active=active, by=moment.who.login, at=moment.at)


def _others(work: Work, booking_id: str, histories: Histories) -> Histories:
    """Return the histories of what a booking was made for, beside those that are known."""
    made = {
        event.command_id
        for history in histories.values()
        for event in history
        if event.kind is DecisionKind.BOOKED and _booking(event) == booking_id
    }
    covered = {
        (event.patient, event.item)
        for command_id in made
        for event in work.command_events(command_id)
        if _booking(event) == booking_id
    }
    return work.item_events(sorted(covered - histories.keys()))


def _holds(booking_id: str, history: Sequence[Decision]) -> bool:
    last = [event for event in live(history) if _booking(event) == booking_id][-1:]
    return bool(last) and last[0].kind is DecisionKind.BOOKED


def _booking(event: Decision) -> str:
    value = event.payload.get("booking_id")
    return value if isinstance(value, str) else ""
