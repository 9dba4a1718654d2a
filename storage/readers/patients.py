"""Finding patients: by number, phone or name. Several matches are all returned, none is picked."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Label, and_, func, or_, select, union_all

from recall_tui.views.patient import PatientHit
from storage.decided import portions
from storage.readers.people import shown_name, status_of
from storage.search_keys import SHORTEST_PHONE, name_key, number_key, phone_key
from storage.tables import PATIENT

MOST_HITS = 50
"""More matches than this need a narrower question."""

MOST_NAMES = 4
"""Words of a family name, which may stand behind the others."""

_HIT = (
    PATIENT.c.patient_number,
    PATIENT.c.family_name,
    PATIENT.c.given_name,
    PATIENT.c.date_of_birth,
    PATIENT.c.postcode,
    PATIENT.c.died_on,
    PATIENT.c.left_on,
    PATIENT.c.absent_since,
)
_LAST_CHARACTER = "\U0010fffd"
"""Sorts after every character of a name."""


def by_number(connection: Connection, practice_id: int, number: str) -> tuple[PatientHit, ...]:
    """Return patients by patient number or NHS number, any spacing."""
    key = number_key(number)
    if not key:
        return ()
    either = (PATIENT.c.patient_number == key, PATIENT.c.nhs_number == key)
    return _hits(connection, practice_id, _any_of(practice_id, either))


def by_phone(connection: Connection, practice_id: int, digits: str) -> tuple[PatientHit, ...]:
    """Return patients by a phone number or its last digits (at least four)."""
    key = phone_key(digits)
    if len(key) < SHORTEST_PHONE:
        return ()
    either = (
        starts_with(connection, PATIENT.c.mobile_key, key),
        starts_with(connection, PATIENT.c.home_key, key),
    )
    return _hits(connection, practice_id, _any_of(practice_id, either))


def by_name(
    connection: Connection, practice_id: int, words: str, born: tuple[date | None, int | None]
) -> tuple[PatientHit, ...]:
    """Return patients whose names begin with the words, in either order, born then if given.

    ``born`` is a day or a year.
    """
    keys = _orders(name_key(words).split())
    if not keys:
        return ()
    fits = _any_of(
        practice_id, [starts_with(connection, PATIENT.c.search_name, key) for key in keys]
    )
    day, year = born
    if day is not None:
        fits = and_(fits, PATIENT.c.date_of_birth == day)
    if year is not None:
        in_year = PATIENT.c.date_of_birth.between(date(year, 1, 1), date(year, 12, 31))
        fits = and_(fits, in_year)
    return _hits(connection, practice_id, fits)


def restricted(
    connection: Connection, practice_id: int, patients: Collection[str]
) -> frozenset[str]:
    """Return whose records of these patients are restricted."""
    return frozenset(
        number
        for some in portions(sorted(set(patients)))
        for number in connection.scalars(
            select(PATIENT.c.patient_number).where(
                PATIENT.c.practice_id == practice_id,
                PATIENT.c.patient_number.in_(some),
                PATIENT.c.sensitive.is_(True),
            )
        )
    )


def sharing_of(connection: Connection, practice_id: int, patient: str) -> int:
    """Count the other registered patients who have a phone number of the patient's."""
    mine = (PATIENT.c.practice_id == practice_id, PATIENT.c.patient_number == patient)
    return connection.scalar(select(sharing()).select_from(PATIENT).where(*mine)) or 0


def sharing() -> Label[int]:
    """Count the other registered patients who have a phone number of the patient's."""
    other = PATIENT.alias("other")
    numbers = [func.nullif(one, "") for one in (PATIENT.c.mobile_key, PATIENT.c.home_key)]
    keys = (other.c.mobile_key, other.c.home_key)
    return (
        select(func.count())
        .select_from(other)
        .where(
            other.c.practice_id == PATIENT.c.practice_id,
            or_(*(key == number for key in keys for number in numbers)),
            other.c.patient_number != PATIENT.c.patient_number,
            other.c.left_on.is_(None),
            other.c.died_on.is_(None),
            other.c.absent_since.is_(None),
        )
        .correlate(PATIENT)
        .scalar_subquery()
        .label("sharing")
    )


def starts_with(
    connection: Connection, column: ColumnElement[str], prefix: str
) -> ColumnElement[bool]:
    """Return the condition that ``column`` begins with ``prefix``, such that an index helps."""
    if connection.dialect.name == "sqlite":
        return and_(column >= prefix, column < prefix + _LAST_CHARACTER)
    return column.startswith(prefix, autoescape=True)


def _orders(words: Sequence[str]) -> set[str]:
    """Return the words as typed, and turned so that each comes first (family names have two)."""
    turns = range(min(len(words), MOST_NAMES))
    return {" ".join([*words[-turn:], *words[:-turn]] if turn else words) for turn in turns}


def _any_of(practice_id: int, conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return that any condition holds, each answered through its own index."""
    each = [
        select(PATIENT.c.patient_number).where(PATIENT.c.practice_id == practice_id, one)
        for one in conditions
    ]
    return PATIENT.c.patient_number.in_(union_all(*each))


def _hits(
    connection: Connection, practice_id: int, fits: ColumnElement[bool]
) -> tuple[PatientHit, ...]:
    rows = connection.execute(
        select(*_HIT)
        .where(PATIENT.c.practice_id == practice_id, fits)
        .order_by(PATIENT.c.search_name, PATIENT.c.patient_number)
        .limit(MOST_HITS)
    )
    return tuple(_hit(row) for row in rows)


def _hit(row: Sequence[Any]) -> PatientHit:
    number, family, given, born, postcode, died_on, left_on, absent_since = row
    return PatientHit(
        patient=number,
        name=shown_name(family, given),
        date_of_birth=born or date.min,
        postcode=postcode or "",
        status=status_of(died_on, left_on, absent_since)[0],
    )
