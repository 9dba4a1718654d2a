"""What the planner reads of one patient, asked of whatever answers the quick path.

The same rows as ``planning_rows.plan_inputs`` reads of that patient, without SQLAlchemy, which
takes longer to load than the engine to answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from recall_tui.domain.live import UNDONE, live
from recall_tui.frames import (
    CHOICES,
    CLOSED,
    HAND_FLAGS,
    PINNED,
    PLANNED_EVENTS,
    PLANNED_MEDICATIONS,
    PLANNED_PATIENTS,
    PlanInputs,
    Schema,
)
from storage.agreed import agreed_of
from storage.readers.book import OVER, Slot, book_of
from storage.readers.people import hand_flags

if TYPE_CHECKING:
    from recall_tui.views.agreed import AgreedRules
    from storage.lookup import Ask, Row


class _Event:
    """An event, as far as undoing and *mark done* go."""

    def __init__(self, row: Row) -> None:
        self.seq, self.kind = row["seq"], row["kind"]
        self.command_id, self.undoes = row["command_id"], row["undoes"]
        self.closes = (row["patient_number"], row["item"], row["due_on"])


def fresh_inputs_of(
    ask: Ask, practice_id: int, patient: str
) -> tuple[PlanInputs, AgreedRules | None]:
    """Return what the planner reads of one patient, and by which rules the practice is planned."""
    return plan_inputs_of(ask, practice_id, patient), agreed_of(ask, practice_id)


def plan_inputs_of(ask: Ask, practice_id: int, patient: str) -> PlanInputs:
    """Return what the planner reads of one patient; gone from the extract counts as departed."""
    mine = (practice_id, patient)
    return PlanInputs(
        patients=_frame(ask(_PATIENT, mine), PLANNED_PATIENTS),
        events=_records(ask, "coded_event", PLANNED_EVENTS, mine),
        medications=_records(ask, "medication", PLANNED_MEDICATIONS, mine),
        closed=_closed(ask, mine),
        choices=_frame(ask(_CHOICES, mine), CHOICES),
        pinned=_frame(_pinned(ask, mine), PINNED).sort("item"),
        hand_flags=_frame(_hand_flags(ask, mine), HAND_FLAGS),
    )


def _records(ask: Ask, table: str, schema: Schema, mine: tuple[int, str]) -> pl.DataFrame:
    sql = f'SELECT {_names(schema)} FROM "{table}" WHERE {_MINE}'  # noqa: S608 - our names
    keys = ("code", "event_date", "issued_on", "precision", "occurrence")
    return _frame(ask(sql, mine), schema).sort([name for name in keys if name in schema])


def _closed(ask: Ask, mine: tuple[int, str]) -> pl.DataFrame:
    events = live(_Event(row) for row in ask(_MARKED, mine))
    kept = {event.closes for event in events if event.closes[2] is not None}
    rows = [dict(zip(CLOSED, one, strict=True)) for one in kept]
    return _frame(rows, CLOSED).sort("item", "due_on")


def _pinned(ask: Ask, mine: tuple[int, str]) -> list[dict[str, object]]:
    """Return the bookings that stand, on their days in the book, as ``pinned.pinned`` does."""
    booked = ask(_BOOKED, mine)
    if not booked:
        return []
    book = book_of(
        Slot(row["appointment_id"], row["starts_at"], row["status"] or "booked", row["booked_on"])
        for row in ask(_APPOINTMENTS, mine)
        if row["starts_at"] is not None
    )
    return [
        {**row, "booked_for": book.day_of(row["appointment_id"], row["booked_for"])}
        for row in booked
        if book.status_of(row["appointment_id"], row["booked_for"]) not in OVER
    ]


def _hand_flags(ask: Ask, mine: tuple[int, str]) -> list[dict[str, object]]:
    sql = f"SELECT flags FROM patient_choice WHERE {_MINE}"  # noqa: S608 - our names
    return [
        {"patient_number": mine[1], "flag": flag, "on": on, "holds": holds}
        for row in ask(sql, mine)
        for flag, holds, on, _by in hand_flags(row["flags"])
    ]


def _frame(rows: Sequence[Mapping[str, Any]], schema: Schema) -> pl.DataFrame:
    columns = {
        name: pl.Series(name, [_fitting(row[name], dtype) for row in rows], dtype=dtype)
        for name, dtype in schema.items()
    }
    return pl.DataFrame(columns)


def _fitting(value: Any, dtype: Any) -> Any:  # noqa: ANN401 - a cell and its Polars type
    """Return a cell as its column wants it: SQLite keeps days as text and truth as a number."""
    if value is None:
        return None
    if dtype == pl.Boolean:
        return bool(value)
    return date.fromisoformat(value) if dtype == pl.Date and isinstance(value, str) else value


def _names(schema: Schema) -> str:
    return ", ".join(f'"{name}"' for name in schema)


_MINE = "practice_id = ? AND patient_number = ?"
_PATIENT = (
    "SELECT patient_number, date_of_birth, sex, registered_on, "  # noqa: S608 - our names
    f"COALESCE(left_on, absent_since) AS left_on, died_on FROM patient WHERE {_MINE}"
)
_MARKED = (
    "SELECT seq, kind, command_id, undoes, patient_number, item, due_on FROM event "  # noqa: S608 - ours
    f"WHERE {_MINE} AND kind IN ('marked_done', '{UNDONE}')"
)
_CHOICES = (
    "SELECT p.patient_number, c.chosen_month, l.recall_date, l.earlier_recall_date, l.changed_on "
    "FROM patient p "
    "LEFT JOIN patient_plan l ON l.practice_id = p.practice_id "
    "AND l.patient_number = p.patient_number "
    "LEFT JOIN patient_choice c ON c.practice_id = p.practice_id "
    "AND c.patient_number = p.patient_number "
    "WHERE p.practice_id = ? AND p.patient_number = ? "
    "AND (l.recall_date IS NOT NULL OR c.chosen_month IS NOT NULL)"
)
_APPOINTMENTS = (
    "SELECT appointment_id, starts_at, status, booked_on FROM appointment "  # noqa: S608 - ours
    f"WHERE {_MINE}"
)
_BOOKED = (
    "SELECT s.patient_number, s.item, d.due_on, s.booked_for, s.appointment_id FROM item_state s "
    "JOIN due_item d ON d.practice_id = s.practice_id "
    "AND d.patient_number = s.patient_number AND d.item = s.item "
    "WHERE s.practice_id = ? AND s.patient_number = ? AND s.booking_id <> '' "
    "AND s.booked_for IS NOT NULL AND d.is_open"
)
