"""Change notes: what each transaction touched, so that other screens read only that again."""

import json
from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import Connection, String, bindparam, delete, func, insert, select, update

from recall_tui.views.news import News
from storage.readers.standing import revision
from storage.ready import ready
from storage.tables import CHANGE_NOTE, COUNTER

MOST_NOTED: Final = 500
"""From more patients than this on, everything is read again."""

NOTES_KEPT: Final = 500
"""Notes of so many transactions are kept; who has heard of nothing for longer reads everything."""

SWEEP_EVERY: Final = 50
"""Older notes are removed once in so many transactions."""


def channel(practice_id: int) -> str:
    """Return the name under which Postgres tells of changes of a practice."""
    return f"recall_{practice_id}"


_COUNTED = update(COUNTER).where(COUNTER.c.practice_id == bindparam("of_practice"))
_COUNTERS = tuple(column.name for column in COUNTER.c if column.name != "practice_id")
_NOTE = insert(CHANGE_NOTE).values(
    practice_id=bindparam("note_practice"),
    revision=bindparam("note_revision"),
    patients=bindparam("note_patients"),
)
_NOTE_NAMES = ("note_patients", "note_practice", "note_revision")
_COUNT = ready(_COUNTED, "of_practice", *_COUNTERS)
_ADD_NOTE = ready(_NOTE, *_NOTE_NAMES)
_COUNT_NOTE_AND_TELL = ready(
    _COUNTED.add_cte(_NOTE.cte("noted")).returning(
        func.pg_notify(bindparam("channel", type_=String), bindparam("told", type_=String))
    ),
    *("channel", "of_practice", "told", *_COUNTERS, *_NOTE_NAMES),
    dialect="postgresql",
)
_OLD_NOTES = ready(
    delete(CHANGE_NOTE).where(
        CHANGE_NOTE.c.practice_id == bindparam("practice"),
        CHANGE_NOTE.c.revision <= bindparam("oldest"),
    ),
    "oldest",
    "practice",
)


def count(connection: Connection, practice_id: int, counters: Mapping[str, object]) -> None:
    """Store the counters of a practice when nothing changed that others should read again."""
    connection.execute(_COUNT, {**counters, "of_practice": practice_id})


def count_and_tell(
    connection: Connection,
    practice_id: int,
    counters: Mapping[str, object],
    touched: Collection[str] | None,
) -> None:
    """Store the counters and note whom the open transaction touched, in as few steps as can be.

    ``counters`` hold the new revision; ``touched`` None or nobody: it may be anything.
    """
    number = counters["revision"]
    named = touched if touched and len(touched) <= MOST_NOTED else ()
    note: dict[str, object] = {
        "note_patients": json.dumps(sorted(named)) if named else "",
        "note_practice": practice_id,
        "note_revision": number,
    }
    counted = {**counters, "of_practice": practice_id}
    if connection.dialect.name == "sqlite":
        connection.execute(_COUNT, counted)
        connection.execute(_ADD_NOTE, note)
    else:
        told = {"channel": channel(practice_id), "told": str(number)}
        connection.execute(_COUNT_NOTE_AND_TELL, {**counted, **note, **told})
    if isinstance(number, int) and number % SWEEP_EVERY == 0:
        old = {"oldest": number - NOTES_KEPT, "practice": practice_id}
        connection.execute(_OLD_NOTES, old)


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
