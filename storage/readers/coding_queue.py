"""What was done here and must be coded in the clinical system, recall by recall.

Invites count for a recall only once they are coded there (QOF asks for them per condition). What
the newest sync brought is compared: what it does not hold is said to be missing.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, FromClause, and_, select

from recall_tui.domain.decisions import Decision, DecisionKind
from recall_tui.domain.live import live
from recall_tui.domain.record_invites import SAME_INVITE_DAYS, read_record_invites
from recall_tui.views.queues import QueueAsk, QueueRow, in_groups
from recall_tui.views.words import CHANNEL_WORDS
from storage.readers.people import shown_name
from storage.readers.standing import data_as_of
from storage.readers.worklist import is_here
from storage.state_rows import decision_of_row
from storage.tables import DUE_ITEM, EVENT, PATIENT, PATIENT_PLAN

MISSING = "not in the last sync: code it"
WAITS = "since the last sync: code it"
_KINDS = (DecisionKind.INVITED, DecisionKind.DECLINED, DecisionKind.UNDONE)
_ASKED = "Invites to code"
_DECLINED = "Declines to code"


def coding(connection: Connection, practice_id: int, ask: QueueAsk) -> tuple[QueueRow, ...]:
    """Return the invites and declines of open items that the record does not hold yet."""
    as_of = data_as_of(connection, practice_id) or date.min
    found: dict[tuple[str, str, date, str], QueueRow] = {}
    for (patient, _item), (events, known) in _decided(connection, practice_id, ask).items():
        record = read_record_invites(known["record_invites"])
        numbers = 0
        for event in live(events):
            if event.due_on is None or event.due_on != known["due_on"]:
                continue
            asked = event.kind is DecisionKind.INVITED
            numbers += asked
            on = _day(event)
            for recall in json.loads(known["recalls"]):
                if asked and _is_coded(record, recall, on):
                    continue
                words = f"invite {numbers} by {_channel(event)}" if asked else "declined"
                reason = "" if asked else str(event.payload.get("reason") or "")
                group = _ASKED if asked else _DECLINED
                late = MISSING if on < as_of else WAITS
                name = shown_name(known["family_name"], known["given_name"])
                row = QueueRow(
                    patient=patient,
                    name=name,
                    group=group,
                    what=words,
                    on=on,
                    detail="; ".join(filter(None, (late, reason))),
                    recall=recall,
                )
                found.setdefault((patient, recall, on, group), row)
    return in_groups(list(found.values()))


def _channel(event: Decision) -> str:
    channel = str(event.payload.get("channel"))
    return CHANNEL_WORDS.get(channel, channel).lower()


def _is_coded(record: tuple[tuple[date, frozenset[str]], ...], recall: str, on: date) -> bool:
    near = timedelta(days=SAME_INVITE_DAYS)
    return any(abs(day - on) < near and (not about or recall in about) for day, about in record)


def _day(event: Decision) -> date:
    text = event.payload.get("on")
    return date.fromisoformat(text) if isinstance(text, str) and text else event.at.date()


def _with_plan() -> FromClause:
    """Events with the open item, the patient and the plan that they are about."""
    same_item = and_(
        DUE_ITEM.c.practice_id == EVENT.c.practice_id,
        DUE_ITEM.c.patient_number == EVENT.c.patient_number,
        DUE_ITEM.c.item == EVENT.c.item,
        DUE_ITEM.c.is_open,
    )
    same_patient = and_(
        PATIENT.c.practice_id == EVENT.c.practice_id,
        PATIENT.c.patient_number == EVENT.c.patient_number,
    )
    same_plan = and_(
        PATIENT_PLAN.c.practice_id == EVENT.c.practice_id,
        PATIENT_PLAN.c.patient_number == EVENT.c.patient_number,
    )
    return (
        EVENT.join(DUE_ITEM, same_item)
        .join(PATIENT, same_patient)
        .outerjoin(PATIENT_PLAN, same_plan)
    )


def _decided(
    connection: Connection, practice_id: int, ask: QueueAsk
) -> Mapping[tuple[str, str], tuple[list[Decision], Mapping[Any, Any]]]:
    """Return the invites and declines of each open item, with what the plan knows of it."""
    rows = connection.execute(
        select(
            EVENT,
            DUE_ITEM.c.recalls,
            DUE_ITEM.c.due_on.label("open_due_on"),
            PATIENT.c.family_name,
            PATIENT.c.given_name,
            PATIENT_PLAN.c.record_invites,
        )
        .select_from(_with_plan())
        .where(
            EVENT.c.practice_id == practice_id,
            EVENT.c.kind.in_([str(kind) for kind in _KINDS]),
            is_here(ask.today),
        )
        .order_by(EVENT.c.seq)
    ).mappings()
    events: defaultdict[tuple[str, str], list[Decision]] = defaultdict(list)
    known: dict[tuple[str, str], Mapping[Any, Any]] = {}
    for row in rows:
        key = (row["patient_number"], row["item"])
        events[key].append(decision_of_row(row))
        known[key] = {**row, "due_on": row["open_due_on"]}
    return {key: (some, known[key]) for key, some in events.items()}
