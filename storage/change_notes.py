"""Change notes: what each transaction touched, so that other screens read only that again."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, String, bindparam, delete, func, insert, select, update

from recall_tui.views.news import News
from storage.readers.standing import revision
from storage.ready import Write, ready
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


NOTES_SINCE = ready(
    select(CHANGE_NOTE.c.patients).where(
        CHANGE_NOTE.c.practice_id == bindparam("practice"),
        CHANGE_NOTE.c.revision > bindparam("since"),
    ),
    "practice",
    "since",
)
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


def writes_of_count(practice_id: int, counters: Mapping[str, object]) -> list[Write]:
    """Return what stores the counters when nothing changed that others should read again."""
    return [Write(_COUNT, [{**counters, "of_practice": practice_id}])]


def writes_of_change(
    practice_id: int,
    counters: Mapping[str, object],
    touched: Collection[str] | None,
    *,
    is_sqlite: bool,
) -> list[Write]:
    """Return what stores the counters and notes, for all others, whom a transaction touched.

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
    told = {"channel": channel(practice_id), "told": str(number)}
    wanted = (
        [Write(_COUNT, [counted]), Write(_ADD_NOTE, [note])]
        if is_sqlite
        else [Write(_COUNT_NOTE_AND_TELL, [{**counted, **note, **told}])]
    )
    if isinstance(number, int) and number % SWEEP_EVERY == 0:
        old = {"oldest": number - NOTES_KEPT, "practice": practice_id}
        wanted.append(Write(_OLD_NOTES, [old]))
    return wanted


def read_news(connection: Connection, practice_id: int, since: int) -> News:
    """Return what was changed after the revision ``since``; 0: everything."""
    newest = revision(connection, practice_id)
    if newest == since:
        return News(since, newest, frozenset())
    notes = notes_since(connection, practice_id, since)
    touched = patients_noted(notes, newest - since) if 0 < since < newest else None
    return News(since, newest, touched if touched and len(touched) <= MOST_NOTED else None)


def notes_since(connection: Connection, practice_id: int, since: int) -> Sequence[str]:
    """Return the notes of every revision after ``since`` that are kept."""
    return connection.scalars(NOTES_SINCE, {"practice": practice_id, "since": since}).all()


def patients_noted(notes: Sequence[str], revisions: int) -> frozenset[str] | None:
    """Return whom so many revisions touched, by their notes; None: it may be anything."""
    if len(notes) != revisions or "" in notes:
        return None
    return frozenset(str(patient) for note in notes for patient in json.loads(note))
