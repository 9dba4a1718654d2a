"""Reading and adding the changes of named views and recipes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, insert, select

from recall_tui.domain.sharing import SharedAct, SharedChange, SharedKind
from storage.tables import SHARED_CHANGE


def shared_changes(connection: Connection, practice_id: int) -> tuple[SharedChange, ...]:
    """Return every change, in order of ``seq``."""
    rows = connection.execute(
        select(SHARED_CHANGE)
        .where(SHARED_CHANGE.c.practice_id == practice_id)
        .order_by(SHARED_CHANGE.c.seq)
    ).mappings()
    return tuple(_change_of_row(row) for row in rows)


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


def audited(change: SharedChange) -> tuple[str, Sequence[str], Mapping[str, object]]:
    """Return what the audit says of a change: action, patients of a run, and the change itself."""
    named = cast("Sequence[str]", change.payload.get("patients") or ())
    details = {
        "id": change.shared_id,
        "seq": change.seq,
        "command": change.command_id,
        "undoes": change.undoes,
        **{name: value for name, value in change.payload.items() if name != "patients"},
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
