"""Ending the snoozes whose condition is met: an answer, a sync, a free slot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from recall_tui.domain.choices import SnoozedItem
from recall_tui.domain.commands import REPLIES, OpenSlots, Wake
from recall_tui.domain.decisions import Decision, DecisionKind
from recall_tui.domain.live import live
from recall_tui.errors import Refused
from recall_tui.ports import Work
from recall_tui.services.deciding import Draft, Moment, people, record
from recall_tui.views.done import Done


def wake(work: Work, moment: Moment) -> int:
    """End every snooze whose condition is met by what is stored; return of how many patients.

    It may be run at any time and any number of times: after an import, and whenever plans are
    looked at.
    """
    waiting = [one for one in work.snoozed_until_something() if one.when in {Wake.SYNC, Wake.REPLY}]
    if not waiting:
        return 0
    events = work.item_events(
        sorted({(one.patient, item) for one in waiting for item in ("", one.item)})
    )
    since = {one: _snoozed_at(events[one.patient, one.item]) for one in waiting}
    asked: dict[str, datetime] = {}
    for one in waiting:
        asked[one.patient] = min(since[one], asked.get(one.patient, since[one]))
    sync, booked = work.last_sync(), work.booked_since(asked)

    def is_met(one: SnoozedItem) -> bool:
        if one.when == Wake.SYNC:
            return sync is not None and sync > since[one]
        return one.patient in booked or _replied(events[one.patient, ""], since[one])

    met = [one for one in waiting if is_met(one)]
    drafts = [
        Draft(DecisionKind.WOKEN, one.patient, one.item, one.decided_for, {"because": one.when})
        for one in met
    ]
    if drafts:
        record(work, moment, drafts)
    return len({one.patient for one in met})


def _snoozed_at(events: Iterable[Decision]) -> datetime:
    """Return when the snooze that counts was asked for."""
    return max(event.at for event in live(events) if event.kind is DecisionKind.SNOOZED)


def _replied(events: Iterable[Decision], since: datetime) -> bool:
    return any(
        event.kind is DecisionKind.CONTACTED
        and event.payload.get("outcome") in REPLIES
        and event.at >= since
        for event in live(events)
    )


def open_slots(work: Work, command: OpenSlots, moment: Moment) -> Done:
    """End the snoozes that wait for a free slot of a staff group.

    Raises:
        Refused: nobody waits for one.
    """
    waiting = [
        one
        for one in work.snoozed_until_something()
        if one.when == Wake.SLOT and command.staff_group in {one.staff_group, ""}
    ]
    if not waiting:
        groups: defaultdict[str, int] = defaultdict(int)
        for one in work.snoozed_until_something():
            groups[one.staff_group] += one.when == Wake.SLOT
        others = ", ".join(sorted(name for name, count in groups.items() if count)) or "nobody"
        message = f"nobody waits for a slot of this staff group; waiting: {others}"
        raise Refused(message)
    payload = {"staff_group": command.staff_group}
    kind = DecisionKind.SLOT_OPENED
    drafts = [Draft(kind, one.patient, one.item, one.decided_for, payload) for one in waiting]
    record(work, moment, drafts)
    patients = tuple(sorted({one.patient for one in waiting}))
    words = f"Back on the list, there are slots: {people(patients)}"
    return Done(moment.command_id, words, patients)
