"""Change notes: what each transaction touched, so that other screens read only that again."""

import json
from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, delete, insert, select, text

from recall_tui.views.news import News
from storage.readers.standing import revision
from storage.tables import CHANGE_NOTE

MOST_NOTED: Final = 500
"""From more patients than this on, everything is read again."""

NOTES_KEPT: Final = 500
"""Notes of so many transactions are kept; who has heard of nothing for longer reads everything."""


def channel(practice_id: int) -> str:
    """Return the name under which Postgres tells of changes of a practice."""
    return f"recall_{practice_id}"


def tell(
    connection: Connection, practice_id: int, number: int, touched: Collection[str] | None
) -> None:
    """Note in the open transaction whom it touched; None or nobody: it may be anything."""
    named = touched if touched and len(touched) <= MOST_NOTED else ()
    patients = json.dumps(sorted(named)) if named else ""
    connection.execute(
        insert(CHANGE_NOTE).values(practice_id=practice_id, revision=number, patients=patients)
    )
    connection.execute(
        delete(CHANGE_NOTE).where(
            CHANGE_NOTE.c.practice_id == practice_id,
            CHANGE_NOTE.c.revision <= number - NOTES_KEPT,
        )
    )
    if connection.dialect.name != "sqlite":
        told = text("SELECT pg_notify(:channel, :revision)")
        connection.execute(told, {"channel": channel(practice_id), "revision": str(number)})


def read_news(connection: Connection, practice_id: int, since: int) -> News:
    """Return what was changed after the revision ``since``; 0: everything."""
    newest = revision(connection, practice_id)
    if newest == since:
        return News(since, newest, frozenset())
    notes = connection.scalars(
        select(CHANGE_NOTE.c.patients).where(
            CHANGE_NOTE.c.practice_id == practice_id, CHANGE_NOTE.c.revision > since
        )
    ).all()
    if not 0 < since < newest or len(notes) != newest - since or "" in notes:
        return News(since, newest, None)
    touched = {str(patient) for note in notes for patient in json.loads(note)}
    return News(since, newest, frozenset(touched) if len(touched) <= MOST_NOTED else None)
