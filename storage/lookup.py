"""The quick path: one patient's page through the bare driver, read only.

Nothing here loads more than the standard library, the driver and the domain; the rows are put
together by the same plain functions that the store's own reader uses.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

from recall_tui.errors import StoreTrouble, UsageProblem
from recall_tui.views.patient import PatientPage
from storage.readers.due_logic import CONTACT, DUE, PLANNED
from storage.readers.page_logic import PageRows, compose_page
from storage.revision import HEAD, newer_words
from storage.state_rows import STATE_FIELDS

Ask = Callable[[str, Sequence[Any]], list[dict[str, Any]]]
"""Runs one SELECT with ``?`` for each value and returns its rows by column name."""

_DATES = frozenset(
    {
        *("date_of_birth", "registered_on", "left_on", "died_on", "absent_since", "recall_date"),
        *("due_on", "overdue_since", "window_opens", "done_on", "last_done", "listed_on"),
        *("earliest", "latest", "decided_for", "last_invited", "booked_for", "snoozed_until"),
        *("held_until", "closed_for", "booked_on", "on"),
    }
)
_MOMENTS = frozenset({"at", "starts_at", "booked_at", "changed_at"})
_BOOLEANS = frozenset(
    {"is_open", "held", "high_risk", "contact_allowed", "interpreter", "sensitive", "active"}
)
"""Columns that SQLite keeps as text or as 0 and 1."""


def find(url: str, practice: str, patient_number: str, today: date) -> PatientPage | None:
    """Return the page of one patient, or None when the practice does not know the number.

    Args:
        url: a SQLite file or URL, or ``postgresql://…``.
        practice: ODS code; empty: the store's only practice.
        patient_number: the patient number, nothing else.
        today: the practice's date.

    Raises:
        StoreTrouble: the store cannot be read.
        UsageProblem: the practice is not in the store.
    """
    if "://" in url and not url.startswith("sqlite"):
        return _find_in_postgres(url, practice, patient_number, today)
    return _find_in_sqlite(url, practice, patient_number, today)


def _find_in_sqlite(
    url: str, practice: str, patient_number: str, today: date
) -> PatientPage | None:
    # Loaded here: a Postgres site has no need of it.
    from storage.driver import PRAGMAS, SQLITE  # noqa: PLC0415

    path = Path(url.partition(":///")[2] or url).expanduser().absolute()
    if not path.exists():
        raise StoreTrouble(f"there is no store {path}: make one with recall init")
    try:
        with closing(SQLITE.connect(path, timeout=10, isolation_level=None)) as connection:
            for pragma in (*PRAGMAS, "PRAGMA query_only=ON"):
                connection.execute(pragma)
            connection.execute("BEGIN")

            def ask(sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
                cursor = connection.execute(sql, values)
                names = [column[0] for column in cursor.description]
                return [_typed(names, row) for row in cursor]

            return _page(ask, str(path), (practice, patient_number), today)
    except SQLITE.DatabaseError as error:
        raise StoreTrouble(f"the store {path} cannot be read: {error}") from error


def _find_in_postgres(
    url: str, practice: str, patient_number: str, today: date
) -> PatientPage | None:
    # Loaded here: it costs a sixth of a second, which SQLite sites should not pay.
    import psycopg  # noqa: PLC0415

    from storage.connecting import CONNECT  # noqa: PLC0415

    place = f"postgresql://{url.partition('://')[2]}"
    try:
        with closing(psycopg.connect(place, **CONNECT)) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True

            def ask(sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
                text: Any = sql.replace("?", "%s")
                cursor = connection.execute(text, values)
                names = [column.name for column in cursor.description or ()]
                return [dict(zip(names, row, strict=True)) for row in cursor]

            return _page(ask, "on the server", (practice, patient_number), today)
    except psycopg.Error as error:
        raise StoreTrouble(f"the store does not answer: {type(error).__name__}") from error


def _page(ask: Ask, location: str, wanted: tuple[str, str], today: date) -> PatientPage | None:
    practice, patient_number = wanted
    found = str(ask("SELECT version_num FROM alembic_version", ())[0]["version_num"])
    if found > HEAD:
        raise StoreTrouble(newer_words(location, found))
    mine = (_practice_id(ask, practice), patient_number)
    people = ask(_PERSON, mine)
    if not people:
        return None
    due = ask(_DUE_ROWS, mine)
    rows = PageRows(
        person=people[0],
        due=[tuple(row.values()) for row in due],
        appointments=ask(_of_patient("appointment"), mine),
        bookings=ask(_of_patient("booking"), mine),
        events=ask(_of_patient("event"), mine),
    )
    return compose_page(rows, today)


def _practice_id(ask: Ask, ods_code: str) -> int:
    known = {
        str(row["ods_code"]): int(row["practice_id"])
        for row in ask("SELECT practice_id, ods_code FROM practice ORDER BY practice_id", ())
    }
    code = ods_code.strip().upper()
    if not code and len(known) == 1:
        return next(iter(known.values()))
    if code in known:
        return known[code]
    names = ", ".join(known) or "none"
    if code:
        raise UsageProblem(f"practice {code} is not in this store, which holds {names}")
    raise UsageProblem(f"choose a practice of this store with --practice ({names})")


def _typed(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for name, value in zip(names, row, strict=True):
        if value is None:
            typed[name] = None
        elif name in _DATES:
            typed[name] = date.fromisoformat(value)
        elif name in _MOMENTS:
            typed[name] = datetime.fromisoformat(value)
        else:
            typed[name] = bool(value) if name in _BOOLEANS else value
    return typed


def _of_patient(table: str) -> str:
    return f'SELECT * FROM "{table}" WHERE practice_id = ? AND patient_number = ?'  # noqa: S608 - our names


def _columns(prefix: str, names: Sequence[str]) -> str:
    return ", ".join(f'{prefix}."{name}"' for name in names)


def _same(one: str, other: str, *names: str) -> str:
    keys = ("practice_id", "patient_number", *names)
    return " AND ".join(f'{one}."{name}" = {other}."{name}"' for name in keys)


_PERSON = (
    "SELECT p.*, l.recall_date, l.anchor_source, l.flags, "  # noqa: S608 - our names
    "c.chosen_month, c.assigned_to, "
    "c.version AS choice_version FROM patient p "
    f"LEFT JOIN patient_plan l ON {_same('l', 'p')} "
    f"LEFT JOIN patient_choice c ON {_same('c', 'p')} "
    "WHERE p.practice_id = ? AND p.patient_number = ?"
)

_STATE = _columns("s", STATE_FIELDS).replace('s."held"', 's."held" AS "held_words"')
"""The plan has a column of this name, too."""

_DUE_ROWS = (
    f"SELECT {_columns('d', DUE)}, "  # noqa: S608 - our names
    f"{_columns('a', PLANNED)}, {_columns('p', CONTACT)}, "
    f"s.version, {_STATE} FROM due_item d "
    f"JOIN patient p ON {_same('p', 'd')} "
    f"LEFT JOIN item_state s ON {_same('s', 'd', 'item')} AND d.is_open "
    f"LEFT JOIN planned_appointment a ON {_same('a', 'd', 'appointment_no')} "
    "WHERE d.practice_id = ? AND d.patient_number = ? ORDER BY d.due_on, d.item"
)
