"""The month's list in two questions, put to whatever can answer SQL.

The store's own connection asks them, and the bare driver does for the first paint: so they are
texts, and what SQLite keeps as text is turned into values here.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from recall_tui.domain.calendar import Month
from recall_tui.domain.record_invites import read_record_invites
from recall_tui.domain.states import least_advanced
from recall_tui.views.worklist import DueItemView, WorklistRow, WorklistSnapshot
from storage.readers.book import NO_BOOK, Book
from storage.readers.due_logic import (
    BOOLEANS,
    CONTACT,
    DATES,
    DUE,
    NO_REASONS,
    PLANNED,
    SAID,
    DueRow,
    channel_of,
    due_row,
    one_line_each,
    planned_appointments,
)
from storage.readers.list_books import Ask, Known, Whose, ask_books
from storage.readers.list_kit import LIST_VIEWS
from storage.readers.people import asked_not, needs_interpreter, shown_name, stopped_of
from storage.state_rows import STATE_FIELDS

PERSON = (
    *("nhs_number", "family_name", "given_name", "date_of_birth", "usual_gp", "language"),
    "interpreter",
    "household",
    "sensitive",
)
_EXTRA = ("flags", "record_invites", "assigned_to", "hand_flags")
"""Of the patient's plan and choices."""

_RECORD_AT = len(PERSON) + _EXTRA.index("record_invites")

_LAYOUT = (*DUE, *PLANNED, *CONTACT, *SAID, "version", *STATE_FIELDS)
_PERSON_AT = len(_LAYOUT)
_DATE_AT = [at for at, name in enumerate((*_LAYOUT, *PERSON)) if name in DATES]
_REPEATED = {
    *("item", "staff_group", "place", "closed_by", "schedule", "hold_words", "usual_gp"),
    *("patient_number", "listed_month", "reasons", "every", *CONTACT),
}
_SHARED_AT = [at for at, name in enumerate((*_LAYOUT, *PERSON)) if name in _REPEATED]
"""Columns whose texts come again and again, of one patient at least: rows share each."""

_HELD_AT = _LAYOUT.index("held", len(DUE))
_TRUTH_AT = [
    at for at, name in enumerate((*_LAYOUT, *PERSON)) if name in BOOLEANS and at != _HELD_AT
]


def read_list(
    ask: Ask,
    practice: tuple[Whose, str],
    month: Month,
    today: date,
    patients: Collection[str] | None = None,
) -> WorklistSnapshot:
    """Return the list of a month, or the rows of some patients; ``practice``: whose, its name."""
    whose, name = practice
    wanted, values = condition(whose, month, today, patients)
    known = ask_books(ask, whose, (LISTED.format(wanted), values), today)
    return rows_of(ask, (known, name), (wanted, values), (month, today))


def rows_of(
    ask: Ask,
    practice: tuple[Known, str],
    listed: tuple[str, Sequence[object]],
    when: tuple[Month, date],
) -> WorklistSnapshot:
    """Return the list of the due items that ``listed`` selects, where the books are known."""
    (known, name), (wanted, values), (month, today) = practice, listed, when
    # Patient by patient: what the database gave is never held beside what becomes of it.
    found = _typed(ask(_LIST.format(wanted), (*values, today.isoformat())))
    minutes = known.minutes
    rows = [
        _worklist_row(_person(some, known.books.get(patient, NO_BOOK), today), today, minutes)
        for patient, some in groupby(found, key=itemgetter(0))
    ]
    return WorklistSnapshot(
        practice=name,
        month=month,
        today=today,
        revision=known.revision,
        rows=tuple(sorted(rows, key=_urgency)),
        data_as_of=known.as_of,
        role=known.role,
    )


def condition(
    whose: Whose, month: Month, today: date, patients: Collection[str] | None
) -> tuple[str, tuple[object, ...]]:
    """Return which due items a month lists; the present one also every open earlier one.

    An earlier month therefore lists what was closed of it: each open due item is on one list. A
    later month leaves out what one event would settle together with the open, overdue due item of
    the same patient: that stands in the present month until it is done. One whose decline ends
    with its due date is listed again.
    """
    values: tuple[object, ...] = (*whose.values, str(month))
    if month == Month.of(today):
        words = (
            "((d.is_open = TRUE AND d.listed_month <= ?) "
            "OR (d.is_open = FALSE AND d.listed_month = ?))"
        )
        values += (str(month),)
    elif month < Month.of(today):
        words = "d.is_open = FALSE AND d.listed_month = ?"
    else:
        words = f"d.is_open IN (TRUE, FALSE) AND d.listed_month = ? AND NOT {_SETTLED_NOW}"
        values += (today.isoformat(), today.isoformat())
    words = f"d.practice_id = {whose.practice} AND {words}"
    if patients is not None:
        numbers = sorted(patients)
        places = ", ".join("?" * len(numbers)) or "NULL"
        words += f" AND d.patient_number IN ({places})"
        values += tuple(numbers)
    return words, values


class _Person(NamedTuple):
    """A patient with the due items that were read."""

    columns: Sequence[Any]
    book: Book
    record: Sequence[tuple[date, frozenset[str]]]
    due: Sequence[DueRow]


def _person(rows: Iterable[Sequence[Any]], book: Book, today: date) -> _Person:
    """Return the patient whose rows these are."""
    due: list[DueRow] = []
    columns: Sequence[Any] = ()
    record: Sequence[tuple[date, frozenset[str]]] = ()
    for row in rows:
        if not due:
            columns = row[_PERSON_AT:]
            record = read_record_invites(columns[_RECORD_AT])
        due.append(due_row(row[:_PERSON_AT], book, today, LIST_VIEWS, record))
    return _Person(columns, book, record, due)


def _worklist_row(person: _Person, today: date, minutes: Mapping[str, int]) -> WorklistRow:
    nhs_number, family, given, born, usual_gp, language, *more = person.columns
    interpreter, household, sensitive, flags, _recorded, assigned, said = more
    due, book, record = one_line_each(person.due), person.book, person.record
    views = [row.view for row in due]
    pending = [row.view for row in due if not row.is_done]
    invited = max((row.asked[1] for row in due if row.asked[1]), default=None)
    future = book.future(today)
    since = [slot for slot in future if invited and slot.booked_on and slot.booked_on >= invited]
    called = [view for view in pending if not view.state.is_hidden] or pending
    return WorklistRow(
        patient=due[0].patient,
        nhs_number=nhs_number,
        name=shown_name(family, given),
        date_of_birth=born or date.min,
        state=least_advanced(view.state for view in views),
        overdue_since=_first_overdue(called),
        high_risk_since=_first_overdue(view for view in pending if view.high_risk),
        appointments=planned_appointments(due, LIST_VIEWS, minutes),
        recalls=_recalls(due),
        invites=max((row.asked[0] for row in due), default=0),
        last_invited=invited,
        future_appointments=len(future),
        since_last_invite=len(since),
        assigned_to=assigned or "",
        channel=channel_of(due[0].contact),
        flags=_texts(flags or "[]"),
        usual_gp=usual_gp or "",
        next_appointment=future[0].starts_at.date() if future else None,
        language=language or "",
        interpreter=needs_interpreter(interpreter, said),
        household=household or "",
        stopped=stopped_of(due[0].contact[0], *due[0].contact[-3:-1]),
        restricted=bool(sensitive),
        asked_not=asked_not(said),
        asked_elsewhere=any(on == invited for on, _recalls in record),
    )


def _first_overdue(views: Iterable[DueItemView]) -> date | None:
    return min((view.overdue_since for view in views if view.overdue_since), default=None)


def _recalls(due: Sequence[DueRow]) -> tuple[str, ...]:
    return _sorted(frozenset(recall for row in due for recall in row.view.recalls))


@lru_cache(maxsize=4096)
def _sorted(recalls: frozenset[str]) -> tuple[str, ...]:
    """Return the recalls in order; patients of the same recalls share one tuple."""
    return tuple(sorted(recalls))


@lru_cache(maxsize=1024)
def _texts(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _urgency(row: WorklistRow) -> tuple[bool, date, str, str]:
    return (not row.high_risk_overdue, row.urgent_since or date.max, row.name, row.patient)


# ---------------------------------------------------------------------- SQLite's texts as values


def _typed(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    share = dict[Any, Any]().setdefault
    for found in rows:
        row = list(found)
        for at in _SHARED_AT:
            row[at] = share(row[at], row[at])
        for at in _DATE_AT:
            value = row[at]
            if value is not None and value.__class__ is str:
                row[at] = _read_day(value)
        for at in _TRUTH_AT:
            if row[at] is not None:
                row[at] = bool(row[at])
        yield row


@lru_cache(maxsize=8192)
def _read_day(text: str) -> date:
    """Return a day; the same one for every row, since days repeat."""
    return date.fromisoformat(text)


# ---------------------------------------------------------------------- the questions


def _columns(prefix: str, names: Iterable[str]) -> str:
    # Nobody reads the reasons in a list, and they are longer than all the rest.
    left_out = {"reasons": f"'{NO_REASONS}'", "every": "''"}
    return ", ".join(left_out.get(name, f'{prefix}."{name}"') for name in names)


def _same(one: str, other: str, *names: str) -> str:
    keys = ("practice_id", "patient_number", *names)
    return " AND ".join(f'{one}."{name}" = {other}."{name}"' for name in keys)


_SETTLED_NOW = (
    "(d.is_open = FALSE AND d.window_opens <= ? AND EXISTS "  # noqa: S608 - our names
    f"(SELECT 1 FROM due_item o LEFT JOIN item_state w ON {_same('w', 'o', 'item')} "
    f"WHERE {_same('o', 'd', 'item')} AND o.is_open = TRUE AND o.due_on < ? "
    "AND coalesce(w.declined, '') = ''))"
)
_LIST = (
    f"SELECT {_columns('d', DUE)}, {_columns('a', PLANNED)}, {_columns('p', CONTACT)}, "  # noqa: S608 - our names
    f"{_columns('c', SAID)}, s.version, {_columns('s', STATE_FIELDS)}, "
    f"{_columns('p', PERSON)}, l.flags, l.record_invites, c.assigned_to, c.flags FROM due_item d "
    # SQLite keeps this order: the due items of a month are few, the patients are not.
    "CROSS JOIN patient p "
    f"LEFT JOIN item_state s ON {_same('s', 'd', 'item')} AND d.is_open = TRUE "
    f"LEFT JOIN planned_appointment a ON {_same('a', 'd', 'appointment_no')} "
    f"LEFT JOIN patient_plan l ON {_same('l', 'd')} "
    f"LEFT JOIN patient_choice c ON {_same('c', 'd')} "
    f"WHERE {_same('p', 'd')} AND "
    "{} AND p.died_on IS NULL AND (p.left_on IS NULL OR p.left_on > ?) "
    # By the number alone, the database would read everything planned, in that order.
    "AND p.absent_since IS NULL ORDER BY d.patient_number || ''"
)
LISTED = "SELECT d.patient_number FROM due_item d WHERE {}"
"""Who has such due items."""
