"""Ending snoozes whose condition is met (an answer, a sync, a free slot), and nos a year old."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from recall_tui.domain.calendar import add_months
from recall_tui.domain.choices import SnoozedItem
from recall_tui.domain.commands import REPLIES, OpenSlots, Wake
from recall_tui.domain.decisions import NO_ENDED, Decision, DecisionKind
from recall_tui.domain.live import live
from recall_tui.errors import Refused
from recall_tui.ports import Work
from recall_tui.services.deciding import Draft, Moment, people, record
from recall_tui.views.done import Done

NO_MONTHS = 12
"""So long a no counts to what is carried until done (QOF: chose not to receive, in the year)."""


def wake(work: Work, moment: Moment) -> int:
    """End every snooze whose condition is met by what is stored, and every no that is over.

    Returns of how many patients. It may be run at any time and any number of times: after an
    import, and whenever plans are looked at.
    """
    drafts = [*_met(work), *_asked_again(work, moment)]
    if drafts:
        record(work, moment, drafts)
    return len({one.patient for one in drafts})


def _met(work: Work) -> list[Draft]:
    """Return what ends the snoozes whose condition is met."""
    waiting = [one for one in work.snoozed_until_something() if one.when in {Wake.SYNC, Wake.REPLY}]
    if not waiting:
        return []
    events = work.item_events(
        sorted({(one.patient, item) for one in waiting for item in ("", one.item)})
    )
    snoozed = DecisionKind.SNOOZED
    since = {one: _last_at(events[one.patient, one.item], snoozed) for one in waiting}
    asked: dict[str, datetime] = {}
    for one in waiting:
        asked[one.patient] = min(since[one], asked.get(one.patient, since[one]))
    sync, booked = work.last_sync(), work.booked_since(asked)

    def is_met(one: SnoozedItem) -> bool:
        if one.when == Wake.SYNC:
            return sync is not None and sync > since[one]
        return one.patient in booked or _replied(events[one.patient, ""], since[one])

    return [
        Draft(DecisionKind.WOKEN, one.patient, one.item, one.decided_for, {"because": one.when})
        for one in waiting
        if is_met(one)
    ]


def _asked_again(work: Work, moment: Moment) -> list[Draft]:
    """Return what ends the nos that were said so long ago that they count no more."""
    declined = work.declined_until_done()
    if not declined:
        return []
    events = work.item_events([(one.patient, one.item) for one in declined])
    since = add_months(moment.today, -NO_MONTHS)
    return [
        Draft(DecisionKind.WOKEN, one.patient, one.item, one.decided_for, {"because": NO_ENDED})
        for one in declined
        if _last_at(events[one.patient, one.item], DecisionKind.DECLINED).date() <= since
    ]


def _last_at(events: Iterable[Decision], kind: DecisionKind) -> datetime:
    """Return when the decision of this kind that counts was made."""
    return max(event.at for event in live(events) if event.kind is kind)


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
