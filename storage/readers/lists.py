"""Lists of what was imported, sent and chosen."""

import json

from sqlalchemy import Connection, select

from recall_tui.views.history import ImportRun, InviteBatch, RecallChoice
from storage.tables import IMPORT_RUN, INVITE_BATCH, RECALL_CHOICE

NEWEST = 100
"""Imports and batches that a list shows."""


def import_runs(connection: Connection, practice_id: int) -> tuple[ImportRun, ...]:
    """Return the newest imports, newest first."""
    rows = connection.execute(
        select(IMPORT_RUN)
        .where(IMPORT_RUN.c.practice_id == practice_id)
        .order_by(IMPORT_RUN.c.run_no.desc())
        .limit(NEWEST)
    ).mappings()
    return tuple(
        ImportRun(
            run_id=row["run_id"],
            run_no=row["run_no"],
            system=row["system"],
            extracted_at=row["extracted_at"],
            applied_at=row["applied_at"],
            by=row["applied_by"],
            state=row["state"],
            words=row["words"],
            counts=json.loads(row["counts"]),
        )
        for row in rows
    )


def batches(connection: Connection, practice_id: int) -> tuple[InviteBatch, ...]:
    """Return the newest invite batches, newest first; their ids sort by time."""
    columns = ("batch_id", "words", "count", "created_by", "created_at")
    rows = connection.execute(
        select(*[INVITE_BATCH.c[name] for name in columns])
        .where(INVITE_BATCH.c.practice_id == practice_id)
        .order_by(INVITE_BATCH.c.batch_id.desc())
        .limit(NEWEST)
    )
    return tuple(InviteBatch(*row) for row in rows)


def recall_choices(connection: Connection, practice_id: int) -> tuple[RecallChoice, ...]:
    """Return what the practice chose about recalls, in order of their ids."""
    columns = ("recall", "activity", "approver", "changed_by", "changed_at", "version")
    rows = connection.execute(
        select(*[RECALL_CHOICE.c[name] for name in columns])
        .where(RECALL_CHOICE.c.practice_id == practice_id)
        .order_by(RECALL_CHOICE.c.recall)
    )
    return tuple(RecallChoice(*row) for row in rows)
