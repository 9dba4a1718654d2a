"""The planner's input frames out of the store."""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl
from sqlalchemy import ColumnElement, Connection, SelectBase, Table, func, or_, select

from recall_tui.domain.decisions import DecisionKind
from recall_tui.domain.live import live
from recall_tui.frames import (
    CHOICES,
    CLOSED,
    HAND_FLAGS,
    PLANNED_EVENTS,
    PLANNED_MEDICATIONS,
    PLANNED_PATIENTS,
    PlanInputs,
    Schema,
)
from storage.bulk import (
    among,
    read_frame,
)
from storage.pinned import pinned
from storage.plan_basis import changed_after, revision_of
from storage.readers.people import hand_flags
from storage.state_rows import decision_of_row
from storage.tables import (
    CODED_EVENT,
    EVENT,
    ITEM_STATE,
    MEDICATION,
    PATIENT,
    PATIENT_CHOICE,
    PATIENT_PLAN,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """A practice, or some of its patients (None: all)."""

    practice_id: int
    patients: tuple[str, ...] | None = None

    def of(self, table: Table, dialect: str) -> list[ColumnElement[bool]]:
        """Return the conditions that keep a table's rows to the scope."""
        conditions = [table.c.practice_id == self.practice_id]
        if self.patients is not None:
            conditions.append(among(table.c.patient_number, self.patients, dialect))
        return conditions


def scope_of(practice_id: int, patients: Collection[str] | None) -> Scope:
    """Return the scope of some patients, or of the practice when None."""
    return Scope(practice_id, None if patients is None else tuple(sorted(set(patients))))


def plan_inputs(connection: Connection, scope: Scope) -> PlanInputs:
    """Return what the planner reads; patients gone from the extract count as departed."""
    gone = func.coalesce(PATIENT.c.left_on, PATIENT.c.absent_since)
    columns = [gone if name == "left_on" else PATIENT.c[name] for name in PLANNED_PATIENTS]
    dialect = connection.dialect.name
    patients = select(*columns).where(*scope.of(PATIENT, dialect))
    return PlanInputs(
        patients=read_frame(
            connection, patients.order_by(PATIENT.c.patient_number), dict(PLANNED_PATIENTS)
        ),
        events=stored_rows(connection, CODED_EVENT, PLANNED_EVENTS, scope),
        medications=stored_rows(connection, MEDICATION, PLANNED_MEDICATIONS, scope),
        closed=closed(connection, scope),
        choices=read_frame(connection, _choices(scope, dialect), dict(CHOICES)),
        pinned=pinned(connection, scope.practice_id, scope.of(ITEM_STATE, dialect)),
        hand_flags=_hand_flags(connection, scope),
        revision=revision_of(connection, scope.practice_id),
    )


def closed(connection: Connection, scope: Scope) -> pl.DataFrame:
    """Return the due dates closed by *mark done* that nobody took back, sorted.

    What takes one back names its patient as well, so those of the scope are all that is read.
    """
    kinds = [str(DecisionKind.MARKED_DONE), str(DecisionKind.UNDONE)]
    mine = scope.of(EVENT, connection.dialect.name)
    rows = connection.execute(select(EVENT).where(*mine, EVENT.c.kind.in_(kinds))).mappings()
    kept = {
        (event.patient, event.item, event.due_on)
        for event in live(decision_of_row(row) for row in rows)
        if event.due_on is not None
    }
    return pl.DataFrame(sorted(kept), schema=dict(CLOSED), orient="row")


def stored_rows(connection: Connection, table: Table, schema: Schema, scope: Scope) -> pl.DataFrame:
    """Return what is stored in a table about the scope, in the order of the key."""
    keys = [column for column in table.primary_key.columns if column.name != "practice_id"]
    statement = (
        select(*[table.c[name] for name in schema])
        .where(*scope.of(table, connection.dialect.name))
        .order_by(*keys)
    )
    frame = read_frame(connection, statement, dict(schema))
    # Postgres sorts text by the database's locale, the frames by code point.
    return frame if connection.dialect.name == "sqlite" else frame.sort([key.name for key in keys])


def _choices(scope: Scope, dialect: str) -> SelectBase:
    same_plan = (PATIENT_PLAN.c.practice_id == PATIENT.c.practice_id) & (
        PATIENT_PLAN.c.patient_number == PATIENT.c.patient_number
    )
    same_choice = (PATIENT_CHOICE.c.practice_id == PATIENT.c.practice_id) & (
        PATIENT_CHOICE.c.patient_number == PATIENT.c.patient_number
    )
    return (
        select(
            PATIENT.c.patient_number,
            PATIENT_CHOICE.c.chosen_month,
            PATIENT_PLAN.c.recall_date,
            PATIENT_PLAN.c.earlier_recall_date,
            PATIENT_PLAN.c.changed_on,
        )
        .select_from(
            PATIENT.outerjoin(PATIENT_PLAN, same_plan).outerjoin(PATIENT_CHOICE, same_choice)
        )
        .where(
            *scope.of(PATIENT, dialect),
            or_(
                PATIENT_PLAN.c.recall_date.is_not(None), PATIENT_CHOICE.c.chosen_month.is_not(None)
            ),
        )
        .order_by(PATIENT.c.patient_number)
    )


def _hand_flags(connection: Connection, scope: Scope) -> pl.DataFrame:
    """Return what was said of flags by hand, in order of patient and flag."""
    said = connection.execute(
        select(PATIENT_CHOICE.c.patient_number, PATIENT_CHOICE.c.flags)
        .where(*scope.of(PATIENT_CHOICE, connection.dialect.name), PATIENT_CHOICE.c.flags != "{}")
        .order_by(PATIENT_CHOICE.c.patient_number)
    )
    rows = [
        (patient, flag, on, holds)
        for patient, text in said
        for flag, holds, on, _by in hand_flags(text)
    ]
    return pl.DataFrame(rows, schema=dict(HAND_FLAGS), orient="row")


def outdated(connection: Connection, scope: Scope, basis: int | None) -> pl.DataFrame:
    """Return the patients of the scope about whom anything changed since ``basis``."""
    newest = basis if basis is not None else revision_of(connection, scope.practice_id)
    return changed_after(connection, scope.practice_id, scope.patients, newest)
