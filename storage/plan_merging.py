"""A plan put into the store in place of the one that is there; only rows that differ are written.

Decisions are not touched, except that an item's events are folded anew, in the same transaction,
where the plan moved its open due date or what is closed. A plan of many people is stored in
portions, each in a short transaction of its own, so that nobody waits for it: each patient's plan
is the old one or the new one, and who is not reached, because the process dies, stays expired.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

import polars as pl
from sqlalchemy import Connection, Table, select

from recall_tui.domain.decisions import fold
from recall_tui.errors import StoreTrouble
from recall_tui.frames import (
    DUE_ITEMS,
    PATIENT_PLANS,
    PLANNED_APPOINTMENTS,
    REGISTER,
    PlanFrames,
    conform,
)
from recall_tui.ports import ItemKey
from recall_tui.queries import in_one_thread
from storage.bulk import (
    MANY_ROWS,
    Difference,
    difference,
    gather_statistics,
    read_frame,
    remove,
    upsert,
)
from storage.change_notes import MOST_NOTED, notes_since, patients_noted
from storage.deadline import BATCH
from storage.decided import item_events, item_states, open_items
from storage.import_turns import wait_for_writers
from storage.plan_basis import revision_of
from storage.planning_rows import Scope, outdated, scope_of, stored_rows
from storage.recorder import Recorder
from storage.tables import (
    COUNTER,
    DUE_ITEM,
    ITEM_STATE,
    PATIENT_PLAN,
    PLANNED_APPOINTMENT,
    REGISTER_MEMBER,
)
from storage.words import read_words, rules_of
from storage.work import Database
from storage.written import Author, put_states

PLANNER: Final = "planning"
"""Who changed a folded state when the plan moved under it."""

PATIENTS_AT_ONCE: Final = 100
"""Whose plans are stored in one short transaction; few enough to be named to other screens."""

_MOST_ROUNDS = 4
_PATIENT_KEY = {"patient_number": pl.String, "item": pl.String}

_Wanted = list[tuple[Table, pl.DataFrame]]

_Changes = list[tuple[Table, Difference]]


@dataclass(frozen=True, slots=True)
class Compared:
    """A plan beside what is stored."""

    plan_version: int
    revision: int
    changes: _Changes
    rules: frozenset[str] = frozenset()
    """By which rules everybody may be planned when it is stored; none: any."""

    @property
    def rows(self) -> int:
        """How many rows differ."""
        return sum(change.rows for _table, change in self.changes)

    @property
    def is_first(self) -> bool:
        """Whether there was no plan yet, so that nobody works on it."""
        return self.plan_version == 0


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
        StoreTrouble: somebody else kept planning at the same time, or plans by other rules.
    """
    wanted = _wanted(plan)
    merged = 0
    for _round in range(_MOST_ROUNDS):
        looking = partial(_compare, wanted=wanted, scope=scope, basis=basis)
        found = replace(database.read(looking, seconds=BATCH), rules=plan.rules)
        if found.rows == 0:
            return merged
        if found.rows > MANY_ROWS and not found.is_first:
            done, left = _merge_in_portions(database, found, scope, at)
            merged += done
            if left:
                scope = Scope(scope.practice_id, left)
                wanted = [(table, _only(frame, left)) for table, frame in wanted]
                continue
        elif database.write(_merging(found, scope, at, basis), seconds=BATCH):
            merged += found.rows
        else:
            continue
        if found.rows > MANY_ROWS:
            looking_anew = partial(gather_statistics, tables=[table for table, _frame in wanted])
            database.write(looking_anew, seconds=BATCH)
        return merged
    raise StoreTrouble("another planning of this practice is running: try again in a minute")


def _only(frame: pl.DataFrame, patients: tuple[str, ...]) -> pl.DataFrame:
    return frame.filter(pl.col("patient_number").is_in(patients))


@in_one_thread
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
    stored = [stored_rows(connection, table, frame.schema, scope) for table, frame in wanted]
    return Compared(
        version, revision_of(connection, scope.practice_id), _changes(wanted, stored, late)
    )


@in_one_thread
def _changes(wanted: _Wanted, stored: list[pl.DataFrame], late: pl.DataFrame) -> _Changes:
    changes: _Changes = []
    for (table, frame), rows in zip(wanted, stored, strict=True):
        keys = [column.name for column in table.primary_key.columns][1:]
        changes.append((table, difference(_without(rows, late), _without(frame, late), keys)))
    return changes


def _without(frame: pl.DataFrame, late: pl.DataFrame) -> pl.DataFrame:
    if late.is_empty():
        return frame
    return frame.join(late, on="patient_number", how="anti", maintain_order="left")


def _merging(
    found: Compared, scope: Scope, at: datetime, basis: int | None
) -> Callable[[Connection], bool]:
    def unit(connection: Connection) -> bool:
        work = Recorder(connection, scope.practice_id)
        _refuse_other_rules(work, found.rules)
        if work.counters["plan_version"] != found.plan_version:
            return False
        moved = work.counters["revision"] != found.revision
        if (
            moved
            and basis is not None
            and not outdated(connection, scope, found.revision).is_empty()
        ):
            return False
        _store(work, scope, found.changes, at)
        work.touched = _whose(found.changes)
        work.finish()
        return True

    return unit


def _merge_in_portions(
    database: Database, found: Compared, scope: Scope, at: datetime
) -> tuple[int, tuple[str, ...]]:
    """Store a plan in short transactions; return how many rows, and whose plan is left.

    A portion is left when somebody in it was touched since the plans were compared: what is
    stored may be another thing now.
    """
    seen, done = found.revision, 0
    others: frozenset[str] | None = frozenset()
    left: list[str] = []
    for numbers, changes in _portions(found.changes):
        if others is None or not others.isdisjoint(numbers):
            left += numbers
            continue
        portion = _Portion(Scope(scope.practice_id, numbers), changes, at, seen, found.rules)
        stored = database.write(portion.store, seconds=BATCH)
        seen = stored.revision
        others = None if stored.others is None else others | stored.others
        if stored.is_done:
            done += sum(change.rows for _table, change in changes)
        else:
            left += numbers
    return done, tuple(left)


def _portions(changes: _Changes) -> Iterator[tuple[tuple[str, ...], _Changes]]:
    """Cut a plan: give some patients, and what is to be stored about them."""
    places = _patients_in(changes).sort("patient_number").with_row_index("portion")
    places = places.with_columns(pl.col("portion") // PATIENTS_AT_ONCE)
    cut = [
        (table, change, [_cut(frame, places) for frame in change.frames])
        for table, change in changes
    ]
    for (portion,), mine in places.partition_by("portion", as_dict=True).items():
        yield (
            tuple(mine["patient_number"]),
            [
                (table, change.of(*(some.get(portion) for some in frames)))
                for table, change, frames in cut
            ],
        )


def _cut(frame: pl.DataFrame, places: pl.DataFrame) -> dict[object, pl.DataFrame]:
    joined = frame.join(places, on="patient_number", maintain_order="left")
    parts = joined.partition_by("portion", as_dict=True, include_key=False)
    return {portion: some for (portion,), some in parts.items()}


@dataclass(frozen=True, slots=True)
class _Stored:
    """What became of a portion."""

    revision: int
    """The newest of the practice."""

    others: frozenset[str] | None
    """Whom others touched meanwhile; None: it may be anybody."""

    is_done: bool


@dataclass(frozen=True, slots=True)
class _Portion:
    """The plans of some patients, compared when the practice was at a revision."""

    scope: Scope
    changes: _Changes
    at: datetime
    seen: int
    rules: frozenset[str]

    def store(self, connection: Connection) -> _Stored:
        """Store them in one transaction, unless somebody touched one of the patients."""
        wait_for_writers(connection, self.scope.practice_id)
        work = Recorder(connection, self.scope.practice_id)
        _refuse_other_rules(work, self.rules)
        revision, numbers = work.counters["revision"], self.scope.patients or ()
        notes = notes_since(connection, self.scope.practice_id, self.seen)
        others = patients_noted(notes, revision - self.seen)
        if others is None or not others.isdisjoint(numbers):
            return _Stored(revision, others, is_done=False)
        _store(work, self.scope, self.changes, self.at)
        work.touched = set(numbers)
        work.finish()
        return _Stored(revision + 1, others, is_done=True)


def _refuse_other_rules(work: Recorder, rules: frozenset[str]) -> None:
    """Raise when everybody is planned by rules that this plan was not made by or beside.

    The lock is held: whoever announces others does so before this, and is seen, or plans later.
    """
    if rules and rules_of(read_words(work.connection, work.practice_id)) not in rules:
        message = "the rules changed while this was planned: recall tick plans by those of now"
        raise StoreTrouble(message)


def _store(work: Recorder, scope: Scope, changes: _Changes, at: datetime) -> None:
    for table, change in changes:
        apply(work.connection, table, change, scope.practice_id)
    _refold(work.connection, scope.practice_id, changes, at)
    work.counters["plan_version"] += 1
    work.changed = True


def _whose(changes: _Changes) -> set[str] | None:
    """Return whose plan differs; None when it is of too many to name."""
    patients = _patients_in(changes).to_series()
    return set(patients) if patients.len() <= MOST_NOTED else None


def _patients_in(changes: _Changes) -> pl.DataFrame:
    whose = [frame["patient_number"] for _table, change in changes for frame in change.frames]
    return pl.DataFrame([pl.concat(whose).unique()])


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
