"""Whose patient number no longer means what it meant, as the newest syncs brought it.

What people decided stands with a number. When that is given to somebody else, or when somebody
comes back under another, it stands with the wrong person, and only a person can tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, cast, func, literal, or_, select

from recall_tui.views.queues import QueueRow
from storage.readers.people import shown_name, status_of
from storage.readers.worklist import is_here
from storage.tables import EVENT, IMPORT_CHANGE, IMPORT_RUN, PATIENT

ANOTHER = "Another person under this number: what was decided is not theirs"
BACK = "Had died or left, is on the list again: check before anybody calls"
RENUMBERED = "Was here under another number: what was decided stands there"

_DAYS_BACK = timedelta(days=28)
"""So long it is told, unless something is decided about the patient before."""

_NEW_FOR = timedelta(days=92)
"""So long somebody who registered is new."""

_KEY_BEGINS, _KEY_ENDS = '{"patient_number":"', '"}'
"""What stands about a patient number in the key of a changed row."""

_GONE = ("died_on", "left_on", "absent_since")
_NAMES = ("family_name", "given_name")
_PERSON = ("patient_number", *_NAMES, "date_of_birth", "nhs_number")


def changed_people(connection: Connection, practice_id: int, today: date) -> list[QueueRow]:
    """Return of whom somebody must look at what was decided, or whether they live here."""
    found: dict[str, tuple[datetime, QueueRow]] = {}
    for at, image, *person in _changes(connection, practice_id, today):
        row = _row(json.loads(image), dict(zip(_PERSON, person, strict=True)))
        if row is not None and row.patient not in found:
            found[row.patient] = at, row
    decided = _decided(connection, practice_id, sorted(found))
    told = [row for number, (at, row) in found.items() if not decided.get(number, at) > at]
    return [*told, *_renumbered(connection, practice_id, today)]


def _changes(connection: Connection, practice_id: int, today: date) -> Iterator[Sequence[Any]]:
    """Yield when the imports of the last weeks changed a patient, the row before, and the person.

    The newest come first; only what may be of note is read, since an import may change everybody.
    """
    before = IMPORT_CHANGE.c.before
    born = literal('"date_of_birth":"') + cast(PATIENT.c.date_of_birth, String) + '"'
    was_gone = [before.contains(f'"{name}":"', autoescape=True) for name in _GONE]
    joined = IMPORT_RUN.join(
        IMPORT_CHANGE,
        and_(
            IMPORT_CHANGE.c.practice_id == IMPORT_RUN.c.practice_id,
            IMPORT_CHANGE.c.run_id == IMPORT_RUN.c.run_id,
            IMPORT_CHANGE.c.table_name == PATIENT.name,
        ),
    ).join(
        PATIENT,
        and_(
            PATIENT.c.practice_id == IMPORT_CHANGE.c.practice_id,
            PATIENT.c.patient_number == _number(),
        ),
    )
    rows = connection.execute(
        select(IMPORT_RUN.c.applied_at, before, *(PATIENT.c[name] for name in _PERSON))
        .select_from(joined)
        .where(
            IMPORT_RUN.c.practice_id == practice_id,
            IMPORT_RUN.c.state == "applied",
            IMPORT_RUN.c.applied_at >= datetime.combine(today - _DAYS_BACK, time.min, UTC),
            is_here(today),
            or_(*was_gone, ~before.contains(born)),
        )
        .order_by(IMPORT_RUN.c.run_no.desc())
    )
    for row in rows:
        yield tuple(row)


def _number() -> ColumnElement[str]:
    """Return whose row a change is: it stands in the key, and each is looked up by it."""
    key = IMPORT_CHANGE.c.row_key
    around = len(_KEY_BEGINS) + len(_KEY_ENDS)
    return func.substr(key, len(_KEY_BEGINS) + 1, func.length(key) - around)


def _row(before: Mapping[str, Any], now: Mapping[str, Any]) -> QueueRow | None:
    number, name = now["patient_number"], shown_name(now["family_name"], now["given_name"])
    if _is_another(before, now):
        was = shown_name(before["family_name"], before["given_name"])
        what = "name or NHS number and date of birth differ"
        said = f"it was {was}, born {_plain(before['date_of_birth'])}"
        return QueueRow(number, name, ANOTHER, what, detail=said)
    days = [date.fromisoformat(before[one]) if before[one] else None for one in _GONE]
    status, since = status_of(*days)
    if since is None:
        return None
    return QueueRow(number, name, BACK, f"{status} {_plain(since)}, says an earlier sync", since)


def _is_another(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether two rows are of two persons, as ``storage.surprises`` judges."""
    if str(before["date_of_birth"]) == str(now["date_of_birth"]):
        return False
    numbers = before["nhs_number"], now["nhs_number"]
    return (None not in numbers and numbers[0] != numbers[1]) or all(
        before[name] != now[name] for name in _NAMES
    )


def _plain(day: date | str | None) -> str:
    known = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{known.day} {known:%b %Y}" if known else "not known"


def _decided(
    connection: Connection, practice_id: int, patients: Sequence[str]
) -> Mapping[str, datetime]:
    """Return when somebody decided about each patient last."""
    rows = connection.execute(
        select(EVENT.c.patient_number, func.max(EVENT.c.at))
        .where(EVENT.c.practice_id == practice_id, EVENT.c.patient_number.in_(patients))
        .group_by(EVENT.c.patient_number)
    )
    return dict(rows.all())


def _renumbered(connection: Connection, practice_id: int, today: date) -> Iterator[QueueRow]:
    """Yield who is here, and was decided about under a number that is gone now."""
    old = PATIENT.alias("old")
    lately = today - _DAYS_BACK
    rows = connection.execute(
        select(
            PATIENT.c.patient_number, PATIENT.c.family_name, PATIENT.c.given_name,
            old.c.patient_number, *(old.c[name] for name in _GONE),
        )
        .join(old, and_(
            old.c.practice_id == PATIENT.c.practice_id,
            old.c.nhs_number == PATIENT.c.nhs_number,
            old.c.patient_number != PATIENT.c.patient_number,
        ))
        .where(
            PATIENT.c.practice_id == practice_id,
            is_here(today),
            or_(*(old.c[name] <= today for name in _GONE)),
            or_(
                PATIENT.c.registered_on >= today - _NEW_FOR,
                *(old.c[name] >= lately for name in _GONE),
            ),
            _has_events(practice_id, old.c.patient_number),
            ~_has_events(practice_id, PATIENT.c.patient_number),
        )
        .order_by(PATIENT.c.patient_number)
    )  # fmt: skip
    for row in rows:
        values: tuple[Any, ...] = tuple(row)
        number, family, given, other, *days = values
        status, since = status_of(*days)
        what = f"number {other} before, {status} {_plain(since)}"
        yield QueueRow(number, shown_name(family, given), RENUMBERED, what, since)


def _has_events(practice_id: int, patient: ColumnElement[str]) -> ColumnElement[bool]:
    made = select(EVENT.c.seq).where(
        EVENT.c.practice_id == practice_id, EVENT.c.patient_number == patient
    )
    return made.exists()
