"""What people did since a moment, and how many patients were dealt with."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from recall_tui.domain.decisions import DecisionKind
from recall_tui.domain.live import live
from recall_tui.views.ledger import Ledger, LedgerEntry
from storage.state_rows import decision_of_row
from storage.tables import EVENT

_DEALT_WITH = ("booked", "marked_done", "declined", "held")
"""Kinds of events after which a patient is no longer left."""

_COLUMNS = ("seq", "at", "by", "kind", "patient_number", "item", "payload", "command_id", "undoes")


def read_ledger(connection: Connection, practice_id: int, by: str, since: datetime) -> Ledger:
    """Return what a person did since a moment and still counts, the newest first.

    A command that was taken back does not count, whoever took it back.
    """
    rows = connection.execute(
        select(*[EVENT.c[name] for name in _COLUMNS])
        .where(EVENT.c.practice_id == practice_id, EVENT.c.at >= since)
        .order_by(EVENT.c.seq)
    ).mappings()
    commands: defaultdict[str, list[Mapping[Any, Any]]] = defaultdict(list)
    for row in rows:
        commands[row["command_id"]].append(row)
    gone: set[str] = set()
    for command_id, some in reversed(commands.items()):
        if command_id not in gone and some[0]["undoes"]:
            gone.add(some[0]["undoes"])
    kept = [
        _entry(command_id, some)
        for command_id, some in reversed(commands.items())
        if command_id not in gone
        and some[0]["by"] == by
        and not some[0]["undoes"]
        and some[0]["kind"] != DecisionKind.WOKEN
    ]
    return Ledger(by, since, tuple(kept))


def _entry(command_id: str, some: Sequence[Mapping[Any, Any]]) -> LedgerEntry:
    first = some[0]
    payload: dict[str, object] = json.loads(first["payload"])
    names = ("outcome", "words", "reason", "flag", "on", "until", "when", "to")
    words = ", ".join(_said(name, payload[name]) for name in names if payload.get(name))
    return LedgerEntry(
        command_id=command_id,
        at=first["at"],
        by=first["by"],
        kind=first["kind"],
        patients=len({row["patient_number"] for row in some}),
        items=sum(bool(row["item"]) for row in some),
        first=first["patient_number"],
        words=words,
        named=tuple(dict.fromkeys(row["item"] for row in some if row["item"])),
    )


def _said(name: str, value: object) -> str:
    """Return what was said with a decision, a day as people write it."""
    words = str(value).replace("_", " ")
    if name not in {"on", "until"}:
        return words
    day = date.fromisoformat(words)
    return f"{'until ' if name == 'until' else ''}{day.day} {day:%b %Y}"


def dealt_with(connection: Connection, practice_id: int, since: datetime) -> int:
    """Return how many patients were booked, done, declined or held since a moment, undo applied."""
    kinds = [*_DEALT_WITH, str(DecisionKind.UNDONE)]
    rows = connection.execute(
        select(EVENT)
        .where(EVENT.c.practice_id == practice_id, EVENT.c.at >= since, EVENT.c.kind.in_(kinds))
        .order_by(EVENT.c.seq)
    ).mappings()
    return len({event.patient for event in live([decision_of_row(row) for row in rows])})
