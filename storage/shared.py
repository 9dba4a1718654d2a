"""Reading and adding the changes of named views and recipes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Connection, bindparam, insert, literal, select

from recall_tui.domain.sharing import SharedAct, SharedChange, SharedKind
from storage.ready import ready
from storage.tables import SHARED_CHANGE

_EXPORT_ACTS = [
    str(act) for act in SharedAct if act not in {SharedAct.SAVED, SharedAct.REMOVED, SharedAct.RUN}
]


_SHARED = ready(
    select(SHARED_CHANGE)
    .where(
        SHARED_CHANGE.c.practice_id == bindparam("practice"),
        SHARED_CHANGE.c.kind != str(SharedKind.EXPORT),
    )
    .order_by(SHARED_CHANGE.c.seq),
    "practice",
)


def shared_changes(connection: Connection, practice_id: int) -> tuple[SharedChange, ...]:
    """Return every change but those of exports, in order of ``seq``."""
    rows = connection.execute(_SHARED, {"practice": practice_id}).mappings()
    return tuple(_change_of_row(row) for row in rows)


def export_changes(connection: Connection, practice_id: int) -> tuple[SharedChange, ...]:
    """Return every change of exports, in order of ``seq``; payloads of the open ones alone.

    Nobody asks who was in an export that is settled: the audit and the invites say so.
    """
    from recall_tui.domain.exports import exports_of  # noqa: PLC0415 - not before the first list

    light = [one for one in SHARED_CHANGE.c if one.name != "payload"]
    mine = (
        SHARED_CHANGE.c.practice_id == practice_id,
        SHARED_CHANGE.c.act.in_(_EXPORT_ACTS),
        SHARED_CHANGE.c.kind == str(SharedKind.EXPORT),
    )
    rows = connection.execute(
        select(*light, literal("{}").label("payload")).where(*mine).order_by(SHARED_CHANGE.c.seq)
    ).mappings()
    changes = tuple(_change_of_row(row) for row in rows)
    waiting = {one.export_id for one in exports_of(changes) if one.is_open}
    seqs = [one.seq for one in changes if one.shared_id in waiting and one.act is SharedAct.BEGUN]
    if not seqs:
        return changes
    found = connection.execute(
        select(SHARED_CHANGE.c.seq, SHARED_CHANGE.c.payload).where(
            SHARED_CHANGE.c.practice_id == practice_id, SHARED_CHANGE.c.seq.in_(seqs)
        )
    )
    payloads = {seq: json.loads(payload) for seq, payload in found}
    return tuple(replace(one, payload=payloads.get(one.seq, {})) for one in changes)


def append_shared(connection: Connection, practice_id: int, change: SharedChange) -> None:
    """Store a change under its ``seq``."""
    connection.execute(
        insert(SHARED_CHANGE).values(
            practice_id=practice_id,
            seq=change.seq,
            at=change.at,
            by=change.by,
            act=str(change.act),
            kind=str(change.kind),
            shared_id=change.shared_id,
            payload=json.dumps(dict(change.payload), sort_keys=True, ensure_ascii=False),
            command_id=change.command_id,
            undoes=change.undoes,
        )
    )


_NOT_TOLD = frozenset({"patients", "targets", "channels", "run"})
"""Of a payload: named by the audit as patients, or of use to recording an export alone."""


def audited(change: SharedChange) -> tuple[str, Sequence[str], Mapping[str, object]]:
    """Return what the audit says of a change: action, patients named, and the change itself."""
    named = cast("Sequence[str]", change.payload.get("patients") or ())
    details = {
        "id": change.shared_id,
        "seq": change.seq,
        "command": change.command_id,
        "undoes": change.undoes,
        **{name: value for name, value in change.payload.items() if name not in _NOT_TOLD},
    }
    return f"{change.kind} {change.act}".replace("_", " "), named, details


def _change_of_row(row: Mapping[Any, Any]) -> SharedChange:
    return SharedChange(
        command_id=row["command_id"],
        at=row["at"],
        by=row["by"],
        act=SharedAct(row["act"]),
        kind=SharedKind(row["kind"]),
        shared_id=row["shared_id"],
        payload=json.loads(row["payload"]),
        undoes=row["undoes"],
        seq=row["seq"],
    )
