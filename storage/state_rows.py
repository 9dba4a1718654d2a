"""Events and folded states between rows and the domain."""

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from recall_tui.domain.decisions import Decision, DecisionKind, ItemState

STATE_FIELDS = tuple(field.name for field in fields(ItemState))
"""Columns of ``item_state`` that hold the fold."""


def state_of_row(row: Mapping[Any, Any]) -> ItemState:
    """Return the folded state in a row that has every column of ``STATE_FIELDS``."""
    return ItemState(**{name: row[name] for name in STATE_FIELDS})


def state_values(state: ItemState) -> dict[str, Any]:
    """Return the columns of a folded state."""
    return {name: getattr(state, name) for name in STATE_FIELDS}


def decision_of_row(row: Mapping[Any, Any]) -> Decision:
    """Return the event in a row of ``event``."""
    return Decision(
        event_id=row["event_id"],
        command_id=row["command_id"],
        at=row["at"],
        by=row["by"],
        kind=DecisionKind(row["kind"]),
        patient=row["patient_number"],
        item=row["item"],
        due_on=row["due_on"],
        payload=_payload(row["payload"]),
        undoes=row["undoes"],
        seq=row["seq"],
    )


@lru_cache(maxsize=4096)
def _payload(text: str) -> Mapping[str, object]:
    """Return a payload; the events of one batch share one, and nobody may change it."""
    return MappingProxyType(json.loads(text))


def decision_values(decision: Decision, practice_id: int) -> dict[str, Any]:
    """Return the row of an event."""
    return {
        "practice_id": practice_id,
        "seq": decision.seq,
        "event_id": decision.event_id,
        "at": decision.at,
        "by": decision.by,
        "kind": str(decision.kind),
        "patient_number": decision.patient,
        "item": decision.item,
        "due_on": decision.due_on,
        "payload": json.dumps(dict(decision.payload), sort_keys=True, ensure_ascii=False),
        "command_id": decision.command_id,
        "undoes": decision.undoes,
    }
