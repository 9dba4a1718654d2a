"""The quick path: one patient's page through the bare driver, read only.

Nothing here loads more than a few small modules and the driver; the rows are put together by the
same plain functions that the store's own reader uses, only into lighter values (``_Light``).
"""

from __future__ import annotations

import json
import os
from datetime import date, datetime

from recall_tui.errors import StoreTrouble, UsageProblem
from storage.readers.due_logic import BOOLEANS, CONTACT, DATES, DUE, MOMENTS, PLANNED, SAID
from storage.readers.kit import Kit
from storage.readers.page_logic import NEEDED_SOON, PageRows, compose_page
from storage.revision import HEAD, newer_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeAlias

    from recall_tui.views.patient import PatientPage

    Row: TypeAlias = dict[str, Any]
    Ask: TypeAlias = Callable[[str, Sequence[object]], list[Row]]
    """Runs one SELECT with ``?`` for each value and returns its rows by column name."""

    More: TypeAlias = Callable[[Ask, int, str], object]
    """Reads what else is wanted of a patient of a practice."""

    Wanted: TypeAlias = tuple[str, str, More | None]

ON_SERVER = "on the server"
_MEMBER = "SELECT login, role FROM member WHERE practice_id = ? AND"
CHOICES_SINCE = "0010"
"""The revision from which a store holds what the questions below ask for."""


SEERS = frozenset({"reception", "clinician", "admin"})
RESTRICTED_SEERS = SEERS - {"reception"}
"""Roles that may see patients, and restricted ones, as ``domain.rights`` says."""


class Elsewhere(Exception):  # noqa: N818 - not a fault
    """Whoever asks, or the store, needs the whole program, which says what is the matter."""


class Found:
    """What the quick path shows: the page, the practice's words, the age of the data."""

    __slots__ = ("data_as_of", "inputs", "login", "page", "practice_id", "role", "words")

    def __init__(
        self, page: PatientPage, words: Mapping[str, object], data_as_of: date | None
    ) -> None:
        """Keep the three; who asked, and where, is told afterwards."""
        self.practice_id, self.role, self.login = 0, "", ""
        self.inputs: Any = None
        self.page = page
        self.words = words
        self.data_as_of = data_as_of


def find(
    url: str, practice: str, patient_number: str, today: date, more: More | None = None
) -> Found | None:
    """Return one patient, or None when the practice does not know the number.

    Args:
        url: a SQLite file or URL, or ``postgresql://…``.
        practice: ODS code; empty: the store's only practice.
        patient_number: the patient number, nothing else.
        today: the practice's date.
        more: what else to read of the patient, in the same snapshot; kept as ``inputs``.

    Raises:
        StoreTrouble: the store cannot be read.
        UsageProblem: the practice is not in the store.
        Elsewhere: the whole program must answer: whoever asks may not see this, or is not known.
    """
    if "://" in url and not url.startswith("sqlite"):
        # Loaded here: a SQLite site has no need of it.
        from storage.quick_postgres import reading  # noqa: PLC0415

        with reading(url) as ask:
            return _found(ask, ON_SERVER, (practice, patient_number, more), today)
    return _find_in_sqlite(url, (practice, patient_number, more), today)


def _find_in_sqlite(url: str, wanted: Wanted, today: date) -> Found | None:
    # Loaded here: a Postgres site has no need of it.
    from storage.driver import PRAGMAS, SQLITE, connect  # noqa: PLC0415

    path = os.path.abspath(os.path.expanduser(url.partition(":///")[2] or url))  # noqa: PTH100, PTH111 - pathlib costs as much as the look-up
    if not os.path.exists(path):  # noqa: PTH110 - as above
        raise StoreTrouble(f"there is no store {path}: make one with recall init")
    try:
        connection = connect(path, timeout=10)
        for pragma in (*PRAGMAS, "PRAGMA query_only=ON"):
            connection.execute(pragma)
        connection.execute("BEGIN")

        def ask(sql: str, values: Sequence[object]) -> list[Row]:
            cursor = connection.execute(sql, values)
            names = [column[0] for column in cursor.description]
            return [_typed(names, row) for row in cursor]

        found = _found(ask, path, wanted, today)
        connection.close()
    except SQLITE.DatabaseError as error:
        raise StoreTrouble(f"the store {path} cannot be read: {error}") from error
    return found


def _found(ask: Ask, location: str, wanted: Wanted, today: date) -> Found | None:
    practice, patient_number, more = wanted
    revision = str(ask("SELECT version_num FROM alembic_version", ())[0]["version_num"])
    if revision > HEAD:
        raise StoreTrouble(newer_words(location, revision))
    if revision < CHOICES_SINCE:
        raise Elsewhere
    practice_id = _practice_id(ask, practice)
    login, role = _asking(ask, practice_id, location)
    mine = (practice_id, patient_number)
    people = ask(_PERSON, mine)
    if not people:
        return None
    due = ask(_DUE_ROWS, mine)
    kept = ask(_WORDS, (practice_id,))
    words: dict[str, Any] = json.loads(kept[0]["words"]) if kept else {}
    rows = PageRows(
        person=people[0],
        due=[tuple(row.values()) for row in due],
        appointments=ask(_of_patient("appointment"), mine),
        bookings=ask(_of_patient("booking"), mine),
        events=ask(_of_patient("event"), mine),
    )
    rows.minutes = words.get("minutes") or {}
    newest = ask(_NEWEST_EXTRACT, (practice_id,))
    as_of = (newest[0]["extracted_at"] or newest[0]["applied_at"]).date() if newest else None
    weeks = words.get("needed_weeks")
    soon = weeks if isinstance(weeks, int) else NEEDED_SOON
    found = Found(compose_page(rows, today, _light_kit(), soon), words, as_of)
    if found.page.sensitive and role not in RESTRICTED_SEERS:
        raise Elsewhere
    if more is not None:
        found.inputs = more(ask, practice_id, patient_number)
    found.practice_id, found.login, found.role = practice_id, login, role
    return found


def _asking(ask: Ask, practice_id: int, location: str) -> tuple[str, str]:
    """Return login and role of whoever asks: of the kernel's uid, or the server's session."""
    if location == ON_SERVER:
        known = ask(f"{_MEMBER} login = session_user", (practice_id,))
    else:
        import pwd  # noqa: PLC0415 - built in, but not on every system

        login = pwd.getpwuid(os.getuid()).pw_name
        known = ask(f"{_MEMBER} login = ?", (practice_id, login))
    if not known or known[0]["role"] not in SEERS:
        raise Elsewhere
    return str(known[0]["login"]), str(known[0]["role"])


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


# ---------------------------------------------------------------------- lighter values


class _Light:
    """Stands for any of the frozen views: whatever it is given, by name."""

    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)


class _Undecided:
    """Stands for the state of an item about which nothing was decided."""

    invites = snoozes = missed = 0

    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> None:
        """Nothing else is known either."""


def _light_kit() -> Kit:
    light: Any = _Light
    undecided: Any = _Undecided()
    undecided_but: Any = _Undecided
    kit = Kit()
    kit.due_item = kit.planned = kit.page = kit.appointment = kit.booking = light
    kit.invite = kit.note = kit.reason = kit.facts = light
    kit.nothing_decided = undecided
    kit.state = lambda values: light(**dict(zip((*_STATE, "held"), values, strict=True)))
    kit.invited = lambda state, count, last: undecided_but(
        **{**state.__dict__, "invites": count, "last_invited": last}
    )
    kit.moved = lambda state, on: light(**{**state.__dict__, "booked_for": on})
    kit.decision_of_row = lambda row: light(**{**row, "payload": json.loads(row["payload"])})
    return kit


# ---------------------------------------------------------------------- SQLite's texts as values


def _typed(names: Sequence[str], row: Sequence[Any]) -> Row:
    typed: Row = {}
    for name, value in zip(names, row, strict=True):
        if value is None:
            typed[name] = None
        elif name in DATES:
            typed[name] = date.fromisoformat(value)
        elif name in MOMENTS:
            typed[name] = datetime.fromisoformat(value)
        else:
            typed[name] = bool(value) if name in BOOLEANS else value
    return typed


# ---------------------------------------------------------------------- the questions


def _of_patient(table: str) -> str:
    return f'SELECT * FROM "{table}" WHERE practice_id = ? AND patient_number = ?'  # noqa: S608 - our names


def _columns(prefix: str, names: Sequence[str]) -> str:
    return ", ".join(f'{prefix}."{name}"' for name in names)


def _same(one: str, other: str, *names: str) -> str:
    keys = ("practice_id", "patient_number", *names)
    return " AND ".join(f'{one}."{name}" = {other}."{name}"' for name in keys)


_PERSON = (
    "SELECT p.*, l.recall_date, l.anchor_source, l.flags, l.record_invites, "  # noqa: S608 - our names
    "c.chosen_month, c.assigned_to, c.deceased_reported, c.wrong_number, "
    "c.flags AS hand_flags, "
    "c.version AS choice_version, (SELECT count(*) FROM patient o "
    "WHERE o.practice_id = p.practice_id AND (o.mobile_key = nullif(p.mobile_key, '') "
    "OR o.home_key = nullif(p.mobile_key, '') OR o.mobile_key = nullif(p.home_key, '') "
    "OR o.home_key = nullif(p.home_key, '')) "
    "AND o.patient_number <> p.patient_number AND o.left_on IS NULL "
    "AND o.died_on IS NULL AND o.absent_since IS NULL) AS sharing FROM patient p "
    f"LEFT JOIN patient_plan l ON {_same('l', 'p')} "
    f"LEFT JOIN patient_choice c ON {_same('c', 'p')} "
    "WHERE p.practice_id = ? AND p.patient_number = ?"
)

_STATE = (
    *(
        "decided_for",
        "invites",
        "last_invited",
        "invite_days",
        "booking_id",
        "booked_for",
        "appointment_id",
    ),
    *(
        "snoozed_until",
        "snoozed_when",
        "snoozes",
        "declined",
        "held_until",
        "held_by",
        "closed_for",
        "missed",
    ),
    "escalated",
)
"""Columns of ``item_state`` that the rules ask about, and ``held``, which the plan has, too."""

_DUE_ROWS = (
    f"SELECT {_columns('d', DUE)}, "  # noqa: S608 - our names
    f"{_columns('a', PLANNED)}, {_columns('p', CONTACT)}, {_columns('c', SAID)}, "
    f's.version, {_columns("s", _STATE)}, s."held" AS held_words FROM due_item d '
    f"JOIN patient p ON {_same('p', 'd')} "
    f"LEFT JOIN item_state s ON {_same('s', 'd', 'item')} AND d.is_open "
    f"LEFT JOIN planned_appointment a ON {_same('a', 'd', 'appointment_no')} "
    f"LEFT JOIN patient_choice c ON {_same('c', 'd')} "
    "WHERE d.practice_id = ? AND d.patient_number = ? ORDER BY d.due_on, d.item"
)
_WORDS = "SELECT words FROM practice_words WHERE practice_id = ?"
_NEWEST_EXTRACT = (
    "SELECT extracted_at, applied_at FROM import_run "
    "WHERE practice_id = ? AND state = 'applied' ORDER BY run_no DESC LIMIT 1"
)
