"""The planner's input frames out of the store, and its plan back into it.

Only rows that differ are written. Decisions are not touched, except that an item's events are
folded anew, in the same transaction, where the plan moved its open due date or what is closed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, Connection, SelectBase, Table, func, or_, select

from recall_tui.domain.decisions import DecisionKind, fold
from recall_tui.domain.live import live
from recall_tui.errors import StoreTrouble
from recall_tui.frames import (
    CHOICES,
    CLOSED,
    DUE_ITEMS,
    HAND_FLAGS,
    PATIENT_PLANS,
    PLANNED_APPOINTMENTS,
    PLANNED_EVENTS,
    PLANNED_MEDICATIONS,
    PLANNED_PATIENTS,
    REGISTER,
    PlanFrames,
    PlanInputs,
    Schema,
    conform,
)
from recall_tui.ports import ItemKey
from storage.bulk import (
    MANY_ROWS,
    Difference,
    among,
    difference,
    gather_statistics,
    read_frame,
    remove,
    upsert,
)
from storage.change_notes import MOST_NOTED
from storage.deadline import BATCH
from storage.decided import item_events, item_states, open_items
from storage.pinned import pinned
from storage.plan_basis import changed_after, revision_of
from storage.readers.people import hand_flags
from storage.recorder import Recorder
from storage.state_rows import decision_of_row
from storage.tables import (
    CODED_EVENT,
    COUNTER,
    DUE_ITEM,
    EVENT,
    ITEM_STATE,
    MEDICATION,
    PATIENT,
    PATIENT_CHOICE,
    PATIENT_PLAN,
    PLANNED_APPOINTMENT,
    REGISTER_MEMBER,
)
from storage.work import Database
from storage.written import Author, put_states

PLANNER: Final = "planning"
"""Who changed a folded state when the plan moved under it."""

_MOST_ROUNDS = 4
_PATIENT_KEY = {"patient_number": pl.String, "item": pl.String}


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
        events=_rows(connection, CODED_EVENT, PLANNED_EVENTS, scope),
        medications=_rows(connection, MEDICATION, PLANNED_MEDICATIONS, scope),
        closed=_within(closed(connection, scope.practice_id), scope),
        choices=read_frame(connection, _choices(scope, dialect), dict(CHOICES)),
        pinned=pinned(connection, scope.practice_id, scope.of(ITEM_STATE, dialect)),
        hand_flags=_hand_flags(connection, scope),
        revision=revision_of(connection, scope.practice_id),
    )


def closed(connection: Connection, practice_id: int) -> pl.DataFrame:
    """Return the due dates closed by *mark done* that nobody took back, sorted."""
    kinds = [str(DecisionKind.MARKED_DONE), str(DecisionKind.UNDONE)]
    rows = connection.execute(
        select(EVENT).where(EVENT.c.practice_id == practice_id, EVENT.c.kind.in_(kinds))
    ).mappings()
    kept = {
        (event.patient, event.item, event.due_on)
        for event in live(decision_of_row(row) for row in rows)
        if event.due_on is not None
    }
    return pl.DataFrame(sorted(kept), schema=dict(CLOSED), orient="row")


def _within(frame: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    if scope.patients is None:
        return frame
    return frame.filter(pl.col("patient_number").is_in(scope.patients))


def _rows(connection: Connection, table: Table, schema: Schema, scope: Scope) -> pl.DataFrame:
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


_Changes = list[tuple[Table, Difference]]


@dataclass(frozen=True, slots=True)
class Compared:
    """A plan beside what is stored."""

    plan_version: int
    revision: int
    changes: _Changes

    @property
    def rows(self) -> int:
        """How many rows differ."""
        return sum(change.rows for _table, change in self.changes)


def merge_plan(
    database: Database,
    plan: PlanFrames,
    scope: Scope,
    at: datetime,
    basis: int | None = None,
) -> int:
    """Replace the plan of the scope; return how many rows changed.

    ``basis`` is the revision of the inputs that the plan was made from: patients about whom
    anything changed since keep what is stored, which stays expired. None: nobody is left out.

    Raises:
        StoreTrouble: somebody else kept planning at the same time.
    """
    wanted = _wanted(plan)
    for _round in range(_MOST_ROUNDS):
        found = database.read(
            lambda connection: _compare(connection, wanted, scope, basis), seconds=BATCH
        )
        if found.rows == 0:
            return 0
        if database.write(_merging(found, scope, at, basis), seconds=BATCH):
            if found.rows > MANY_ROWS:
                looking = partial(gather_statistics, tables=[table for table, _frame in wanted])
                database.write(looking, seconds=BATCH)
            return found.rows
    raise StoreTrouble("another planning of this practice is running: try again in a minute")


def _wanted(plan: PlanFrames) -> list[tuple[Table, pl.DataFrame]]:
    due = conform(plan.due_items, DUE_ITEMS).with_columns(
        _json_list("recalls"),
        pl.coalesce("listed_on", "due_on").dt.strftime("%Y-%m").alias("listed_month"),
    )
    register = conform(plan.registers, REGISTER)
    patients = conform(plan.patients, PATIENT_PLANS).with_columns(_json_list("flags"))
    return [
        (REGISTER_MEMBER, _ordered(REGISTER_MEMBER, register)),
        (DUE_ITEM, _ordered(DUE_ITEM, due)),
        (PLANNED_APPOINTMENT, conform(plan.appointments, PLANNED_APPOINTMENTS)),
        (PATIENT_PLAN, _ordered(PATIENT_PLAN, patients)),
    ]


def _ordered(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select([column.name for column in table.c if column.name != "practice_id"])


def _json_list(name: str) -> pl.Expr:
    safe = pl.element().str.replace_all("\\", "\\\\", literal=True)
    safe = safe.str.replace_all('"', '\\"', literal=True)
    inner = pl.col(name).list.eval(pl.lit('"') + safe + pl.lit('"')).list.join(",")
    return pl.format("[{}]", inner.fill_null("")).alias(name)


def _compare(
    connection: Connection,
    wanted: list[tuple[Table, pl.DataFrame]],
    scope: Scope,
    basis: int | None,
) -> Compared:
    version = connection.execute(
        select(COUNTER.c.plan_version).where(COUNTER.c.practice_id == scope.practice_id)
    ).scalar_one()
    late = outdated(connection, scope, basis)
    changes: _Changes = []
    for table, frame in wanted:
        stored = _rows(connection, table, frame.schema, scope)
        keys = [column.name for column in table.primary_key.columns][1:]
        changes.append((table, difference(_without(stored, late), _without(frame, late), keys)))
    return Compared(version, revision_of(connection, scope.practice_id), changes)


def outdated(connection: Connection, scope: Scope, basis: int | None) -> pl.DataFrame:
    """Return the patients of the scope about whom anything changed since ``basis``."""
    newest = basis if basis is not None else revision_of(connection, scope.practice_id)
    return changed_after(connection, scope.practice_id, scope.patients, newest)


def _without(frame: pl.DataFrame, late: pl.DataFrame) -> pl.DataFrame:
    if late.is_empty():
        return frame
    return frame.join(late, on="patient_number", how="anti", maintain_order="left")


def _merging(found: Compared, scope: Scope, at: datetime, basis: int | None) -> Any:  # noqa: ANN401
    def unit(connection: Connection) -> bool:
        work = Recorder(connection, scope.practice_id)
        if work.counters["plan_version"] != found.plan_version:
            return False
        moved = work.counters["revision"] != found.revision
        if (
            moved
            and basis is not None
            and not outdated(connection, scope, found.revision).is_empty()
        ):
            return False
        for table, change in found.changes:
            apply(connection, table, change, scope.practice_id)
        _refold(connection, scope.practice_id, found.changes, at)
        work.counters["plan_version"] += 1
        work.changed = True
        work.touched = _whose(found.changes)
        work.finish()
        return True

    return unit


def _whose(changes: _Changes) -> set[str] | None:
    """Return whose plan differs; None when it is of too many to name."""
    frames = (
        frame.select("patient_number").unique()
        for _table, change in changes
        for frame in (change.added, change.changed, change.removed)
    )
    patients = pl.concat(frames).unique().to_series()
    return set(patients) if patients.len() <= MOST_NOTED else None


def apply(connection: Connection, table: Table, change: Difference, practice_id: int) -> None:
    """Write a difference into a table of the practice."""
    key = pl.lit(practice_id, dtype=pl.Int32).alias("practice_id")
    remove(connection, table, change.removed.select(key, pl.all()))
    upsert(connection, table, change.changed.select(key, pl.all()))
    upsert(connection, table, change.added.select(key, pl.all()), new=True)


def _refold(connection: Connection, practice_id: int, changes: _Changes, at: datetime) -> None:
    """Fold the decisions anew of every item whose due rows changed.

    Of few patients only their decisions are read: whoever else writes is waiting meanwhile.
    """
    due = next(change for table, change in changes if table is DUE_ITEM)
    names = list(_PATIENT_KEY)
    moved = pl.concat(
        [due.added.select(names), due.changed.select(names), due.removed.select(names)]
    ).unique()
    if moved.is_empty():
        return
    whose = moved["patient_number"].unique()
    scope = scope_of(practice_id, whose if len(whose) <= MOST_NOTED else None)
    decided = read_frame(
        connection,
        select(ITEM_STATE.c.patient_number, ITEM_STATE.c.item).where(
            *scope.of(ITEM_STATE, connection.dialect.name)
        ),
        dict(_PATIENT_KEY),
    )
    touched = decided.join(moved, on=names, how="semi")
    keys: list[ItemKey] = [(patient, item) for patient, item in touched.iter_rows()]
    if not keys:
        return
    states = item_states(connection, practice_id, keys)
    events = item_events(connection, practice_id, keys)
    openings = open_items(connection, practice_id, {patient for patient, _item in keys})
    fresh = {
        key: fold(events[key], *(openings[key].period if key in openings else (None,)))
        for key in keys
    }
    differing = {
        key: (state, states[key].version)
        for key, state in fresh.items()
        if state != states[key].state
    }
    put_states(connection, practice_id, differing, Author(PLANNER, at), "replanned")
