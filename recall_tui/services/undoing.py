"""Undo and redo: compensating events, never a restored picture."""

from collections.abc import Sequence

from recall_tui.domain.commands import Redo, Undo
from recall_tui.domain.decisions import Decision, DecisionKind, blocking_change
from recall_tui.domain.live import live
from recall_tui.errors import Refused
from recall_tui.ports import Work
from recall_tui.services.deciding import Draft, Moment, people, record
from recall_tui.services.sharing import take_back
from recall_tui.views.done import Done

REPLANNED = frozenset({DecisionKind.MARKED_DONE, DecisionKind.MONTH_CHOSEN})


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
    chosen = command.command_id or work.last_command(moment.who.login, undone=False)
    return _compensate(work, chosen, moment, verb="Undone")


def redo(work: Work, command: Redo, moment: Moment) -> Done:
    """Take the person's last undo back.

    Raises:
        Refused: nothing to redo, or others changed the same since.
    """
    chosen = command.command_id or work.last_command(moment.who.login, undone=True)
    return _compensate(work, chosen, moment, verb="Redone")


def _compensate(work: Work, chosen: str, moment: Moment, *, verb: str) -> Done:
    shared = take_back(work, chosen, moment, verb=verb) if chosen else None
    events = work.command_events(chosen) if chosen else ()
    if shared is not None and not events:
        return shared
    if not events:
        message = f"nothing to be {verb.lower()}"
        raise Refused(message)
    _refuse_strangers(events, moment)
    histories = _histories(work, events)
    for history in histories.values():
        _refuse_blocked(history, chosen, events[0].by, moment)
        if not any(event.command_id == chosen for event in _counted(history)):
            message = f"this was {verb.lower()} already"
            raise Refused(message)
    drafts = [
        Draft(DecisionKind.UNDONE, one.patient, one.item, one.due_on, undoes=chosen)
        for one in events
    ]
    record(work, moment, drafts)
    return _settled(work, moment, events, verb)


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


def _histories(
    work: Work, events: Sequence[Decision]
) -> dict[tuple[str, str], tuple[Decision, ...]]:
    keys = sorted({(one.patient, one.item) for one in events if one.item})
    histories = dict(work.item_events(keys)) if keys else {}
    for one in events:
        if not one.item:
            histories[one.patient, ""] = work.patient_events(one.patient)
    return histories


def _refuse_strangers(events: Sequence[Decision], moment: Moment) -> None:
    by = events[0].by
    if by != moment.who.login and moment.who.role != "admin":
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


def _settled(work: Work, moment: Moment, events: Sequence[Decision], verb: str) -> Done:
    """Bring bookings and choices in line with the events that count now."""
    patients = tuple(sorted({one.patient for one in events}))
    for history in _histories(work, events).values():
        _settle_bookings(work, moment, history)
    for patient in patients:
        _settle_choice(work, moment, patient)
    touched = _touched_kinds(work, events)
    replan = patients if touched & REPLANNED else ()
    if replan:
        work.expire_plans(replan)
    said = ", ".join(sorted(str(kind).replace("_", " ") for kind in touched))
    return Done(moment.command_id, f"{verb}: {said} ({people(patients)})", patients, replan)


def _touched_kinds(work: Work, events: Sequence[Decision]) -> set[DecisionKind]:
    """The kinds of what was undone or redone, through chains of undo."""
    kinds: set[DecisionKind] = set()
    for one in events:
        event = one
        while event.kind is DecisionKind.UNDONE:
            event = work.command_events(event.undoes)[0]
        kinds.add(event.kind)
    return kinds


def _settle_bookings(work: Work, moment: Moment, history: Sequence[Decision]) -> None:
    counted = live(history)
    mentioned = {_booking(event) for event in history} - {""}
    standing: dict[str, bool] = dict.fromkeys(mentioned, False)
    for event in counted:
        if _booking(event):
            standing[_booking(event)] = event.kind is DecisionKind.BOOKED
    for booking_id, active in standing.items():
        work.set_booking_active(booking_id, active=active, by=moment.who.login, at=moment.at)


def _settle_choice(work: Work, moment: Moment, patient: str) -> None:
    counted = live(work.patient_events(patient))
    months = [one.payload.get("month") for one in counted if one.kind is DecisionKind.MONTH_CHOSEN]
    owners = [one.payload.get("to") for one in counted if one.kind is DecisionKind.ASSIGNED]
    month, owner = work.choice(patient)
    newest_month = months[-1] if months else 0
    newest_owner = owners[-1] if owners else ""
    if (month or 0, owner) == (newest_month, newest_owner):
        return
    work.put_choice(
        patient,
        chosen_month=newest_month if isinstance(newest_month, int) else 0,
        assigned_to=newest_owner if isinstance(newest_owner, str) else "",
        by=moment.who.login,
        at=moment.at,
    )


def _booking(event: Decision) -> str:
    value = event.payload.get("booking_id")
    return value if isinstance(value, str) else ""
