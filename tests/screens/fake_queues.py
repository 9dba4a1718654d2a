"""Queues and the ledger over the invented practice."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from recall_tui.domain.decisions import Decision
from recall_tui.domain.live import live
from recall_tui.domain.states import DueState
from recall_tui.views.ledger import Ledger, LedgerEntry
from recall_tui.views.queues import Queue, QueueAsk, QueueRow, QueueView, in_groups
from recall_tui.views.worklist import WorklistRow
from tests.screens.fake_store import FakePatient


def fake_queue(
    ask: QueueAsk,
    rows: Iterable[WorklistRow],
    patients: dict[str, FakePatient],
    assigned: Mapping[str, tuple[datetime, str]],
) -> QueueView:
    """Return who attends or must be moved in these days, who is escalated, and care homes."""
    found: list[QueueRow] = []
    for row in rows:
        items = tuple(due.item for due in row.due_items() if due.is_open)
        if ask.queue is Queue.PRESCRIBER and row.state is DueState.ESCALATED:
            group = f"Usual GP: {row.usual_gp}"
            found.append(QueueRow(row.patient, row.name, group, "overdue", items=items))
        owner = row.assigned_to
        if ask.queue is Queue.MINE and owner and owner in ask.owners:
            at, by = assigned.get(row.patient, (None, ""))
            found.append(
                QueueRow(row.patient, row.name, f"{owner}, from {by}", "assigned", items=items,
                         since=at, by=by)
            )  # fmt: skip
        person = patients[row.patient]
        if ask.queue is Queue.CARE_HOME and "care_home" in row.flags:
            found.append(
                QueueRow(row.patient, row.name, person.address or "No address stated", "",
                         items=items, date_of_birth=person.born)
            )  # fmt: skip
        if ask.queue is Queue.CLOSED:
            found += [
                QueueRow(row.patient, row.name, f"{slot.starts_at:%a %d %b}", "in the book",
                         slot.starts_at.date(), detail=person.mobile)
                for slot in person.future
                if slot.staff_group == ask.staff_group
                and ask.begins <= slot.starts_at.date() <= ask.ends
            ]  # fmt: skip
        found += _attending(ask, row, person, items)
    return QueueView(ask, in_groups(found))


def _attending(
    ask: QueueAsk, row: WorklistRow, person: FakePatient, items: tuple[str, ...]
) -> Iterable[QueueRow]:
    for slot in person.future:
        day = slot.starts_at.date()
        if ask.queue is Queue.ATTENDING and items and ask.begins <= day <= ask.ends:
            group = f"{day:%a %d %b}, {slot.clinician}"
            time = f"{slot.starts_at:%H:%M}"
            yield QueueRow(row.patient, row.name, group, slot.slot_type, day, time, "", items)


def fake_ledger(by: str, since: datetime, events: Iterable[Decision]) -> Ledger:
    """Return one entry a command of a person that still counts, the newest first."""
    groups: dict[str, list[Decision]] = {}
    for event in live(events):
        if event.by == by:
            groups.setdefault(event.command_id, []).append(event)
    entries = [
        LedgerEntry(
            command_id, some[0].at, by, str(some[0].kind), len({one.patient for one in some}),
            len(some), some[0].patient,
            named=tuple(dict.fromkeys(one.item for one in some if one.item)),
        )
        for command_id, some in reversed(groups.items())
    ]  # fmt: skip
    return Ledger(by, since, tuple(entries))
