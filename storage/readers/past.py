"""What lies behind one patient, in one question: results, decisions, household."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Float,
    Select,
    String,
    and_,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)

from recall_tui.domain.rights import Right, may
from recall_tui.views.past import NO_PAST, Happening, PatientPast, Recorded, Relative
from storage.readers.people import shown_name
from storage.tables import CODED_EVENT, EVENT, MEMBER, PATIENT

YEARS = 5
"""How far back the record is read."""

Row = Sequence[Any]


def read_past(
    connection: Connection, practice_id: int, patient: str, today: date, viewer: str = ""
) -> PatientPast:
    """Return results and record of the last years, every decision, and the household.

    Nothing, where the record is restricted and ``viewer`` (a login; empty: the program itself) may
    not see such.
    """
    since = date(today.year - YEARS, today.month, 1)
    rows = connection.execute(
        union_all(
            _recorded(practice_id, patient, since),
            _happened(practice_id, patient),
            _people(practice_id, patient),
            _restricted(practice_id, patient, viewer),
        )
    ).all()
    kinds: dict[str, list[Row]] = {"recorded": [], "happened": [], "person": [], "restricted": []}
    for kind, *values in rows:
        kinds[kind].append(values)
    roles = [row[2] or "" for row in kinds["restricted"]]
    if viewer and roles and not may(roles[0], Right.RESTRICTED):
        return NO_PAST
    recorded = sorted((_event(row) for row in kinds["recorded"]), key=_by_day, reverse=True)
    happened = sorted(kinds["happened"], key=lambda row: row[1], reverse=True)
    return PatientPast(
        recorded=tuple(recorded),
        happenings=tuple(_happening(row) for row in happened),
        household=_household(kinds["person"], patient),
    )


def _by_day(one: Recorded) -> tuple[date, str, str]:
    return one.on, one.term, one.code


# Each of the four has: kind, two numbers, and nine texts.


def _recorded(practice_id: int, patient: str, since: date) -> Select[*tuple[Any, ...]]:
    columns = CODED_EVENT.c
    return select(
        literal("recorded"),
        columns.value,
        cast(null(), Float),
        *(cast(columns[name], String) for name in ("event_date", "code", "term", "unit")),
        columns.precision,
        columns.value_text,
        *(cast(null(), String) for _ in range(3)),
    ).where(
        columns.practice_id == practice_id,
        columns.patient_number == patient,
        columns.event_date >= since,
    )


def _happened(practice_id: int, patient: str) -> Select[*tuple[Any, ...]]:
    columns = EVENT.c
    names = ("at", "by", "kind", "item", "payload", "command_id", "undoes")
    return select(
        literal("happened"),
        cast(null(), Float),
        cast(columns.seq, Float),
        *(cast(columns[name], String) for name in names),
        *(cast(null(), String) for _ in range(2)),
    ).where(columns.practice_id == practice_id, columns.patient_number == patient)


def _restricted(practice_id: int, patient: str, viewer: str) -> Select[*tuple[Any, ...]]:
    """Return the select of the viewer's role, which has a row if the record is restricted."""
    role = select(MEMBER.c.role).where(
        MEMBER.c.practice_id == practice_id, MEMBER.c.login == viewer
    )
    return select(
        literal("restricted"),
        cast(null(), Float),
        cast(null(), Float),
        cast(role.scalar_subquery(), String),
        *(cast(null(), String) for _ in range(8)),
    ).where(
        PATIENT.c.practice_id == practice_id,
        PATIENT.c.patient_number == patient,
        PATIENT.c.sensitive.is_(True),
    )


_PERSON = (
    *("patient_number", "family_name", "given_name", "date_of_birth"),
    *("household", "mobile_key", "home_key", "address", "postcode"),
)


def _people(practice_id: int, patient: str) -> Select[*tuple[Any, ...]]:
    """Return the select of the patient and of the registered people who share something.

    Restricted records are left out: not even their names are shown here.
    """
    columns = PATIENT.c
    me = and_(columns.practice_id == practice_id, columns.patient_number == patient)

    def mine(name: str) -> Any:  # noqa: ANN401 - a scalar of any column
        return select(columns[name]).where(me).scalar_subquery()

    phones = [
        select(columns.patient_number).where(
            columns.practice_id == practice_id, columns[one] == mine(other), columns[one] != ""
        )
        for one in ("mobile_key", "home_key")
        for other in ("mobile_key", "home_key")
    ]
    homes = select(columns.patient_number).where(
        columns.practice_id == practice_id,
        columns.postcode == mine("postcode"),
        or_(columns.address == mine("address"), columns.household == mine("household")),
    )
    gone = (columns.left_on, columns.died_on, columns.absent_since)
    here = and_(columns.sensitive.is_not(True), *(one.is_(None) for one in gone))
    myself = select(cast(literal(patient), String))
    everybody = columns.patient_number.in_(union_all(myself, *phones, homes))
    return select(
        literal("person"),
        cast(null(), Float),
        cast(null(), Float),
        *(cast(columns[name], String) for name in _PERSON),
    ).where(
        columns.practice_id == practice_id,
        everybody,
        or_(columns.patient_number == patient, here),
    )


def _event(row: Row) -> Recorded:
    value, _seq, on, code, term, unit, precision, text, *_rest = row
    return Recorded(
        on=date.fromisoformat(on),
        precision=precision or "D",
        code=code,
        term=term or code,
        value=value,
        unit=unit or "",
        bound=text or "" if value is not None else "",
    )


def _happening(row: Row) -> Happening:
    _number, _seq, at, by, kind, item, payload, command_id, undoes, *_rest = row
    return Happening(
        at=datetime.fromisoformat(at).astimezone(UTC),
        by=by,
        kind=kind,
        item=item or "",
        payload=json.loads(payload),
        command_id=command_id,
        undoes=undoes or "",
    )


def _household(rows: Sequence[Row], patient: str) -> tuple[Relative, ...]:
    people = {row[2]: dict(zip(_PERSON, row[2:], strict=True)) for row in rows}
    me = people.pop(patient, {})
    found = [_relative(person, me) for person in people.values()]
    return tuple(sorted(found, key=lambda one: (one.date_of_birth, one.patient)))


def _relative(person: dict[str, Any], me: dict[str, Any]) -> Relative:
    mobiles = {me.get("mobile_key"), me.get("home_key")} - {"", None}
    shares = {
        "household": bool(person["household"]) and person["household"] == me.get("household"),
        "address": bool(person["address"]) and person["address"] == me.get("address"),
        "mobile": person["mobile_key"] in mobiles,
        "home phone": person["home_key"] in mobiles,
    }
    born = person["date_of_birth"]
    return Relative(
        patient=person["patient_number"],
        name=shown_name(person["family_name"], person["given_name"]),
        date_of_birth=date.fromisoformat(born) if born else date.min,
        shares=tuple(what for what, so in shares.items() if so),
        postcode=person["postcode"] or "",
    )
