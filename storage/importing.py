"""Applying an extract: compared outside, merged in one short transaction, clinical rows only."""

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

import polars as pl
from sqlalchemy import Connection, insert, select

from recall_tui.domain.import_guards import GuardCode
from recall_tui.errors import StoreTrouble
from recall_tui.frames import ROW_PROBLEMS, Extract, conform
from recall_tui.views.imports import ImportReport, RowProblem
from storage.ahead import Overtaken
from storage.bulk import MANY_ROWS, Difference, gather_statistics, put_aside, remove, upsert
from storage.deadline import BATCH
from storage.expiring import expire, expire_staged
from storage.ids import new_row_id
from storage.images import images_of
from storage.import_turns import wait_for_imports
from storage.recorder import Recorder, counters_seen
from storage.set_aside import SetAside, setting_aside
from storage.staging import PARTS, Part, Staged, stage, with_derived
from storage.tables import IMPORT_CHANGE, IMPORT_RUN, PATIENT, ROW_PROBLEM
from storage.work import Database, Proof
from storage.written import LONDON

MOST_PROBLEMS_SHOWN = 200
"""Row problems that a report carries; the store keeps all."""

_MOST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Importing:
    """Who imports when, and whether an admin accepts what the guards would stop."""

    by: str
    at: datetime
    accept: bool = False
    dry_run: bool = False


def merge_extract(
    database: Database, practice_id: int, extract: Extract, importing: Importing
) -> ImportReport:
    """Stage, compare, judge and (unless stopped or a dry run) merge an extract.

    Raises:
        StoreTrouble: the store is not usable, or another import kept running.
    """
    run_id = new_row_id()
    today = importing.at.astimezone(LONDON).date()
    for _round in range(_MOST_ROUNDS):
        staged = database.read(
            lambda connection: stage(connection, practice_id, extract, today), seconds=BATCH
        )
        verdict = _verdict(staged, extract, accept=importing.accept)
        run = _Run(practice_id, run_id, extract, importing, verdict.left_of(staged))
        if staged.applied_before is not None and staged.rows == 0:
            return run.report("", f"applied before, on {_day(staged.applied_before)}: no change")
        if importing.dry_run:
            words = ("only compared, nothing was changed", *staged.told)
            return run.report("", "; ".join(words), verdict)
        if _write(database, run, verdict):
            if run.staged.rows > MANY_ROWS:
                looking = partial(gather_statistics, tables=[part.table for part in PARTS])
                database.write(looking, seconds=BATCH)
            return _told(run, verdict)
    raise StoreTrouble("another import of this practice is running: try again in a minute")


def _write(database: Database, run: "_Run", verdict: "_Verdict") -> bool:
    """Write what may be taken; False: the store has changed since, compare again."""
    if database.is_sqlite and not verdict.stopped:
        return run.merge_in(database)
    unit = run.safety_only(verdict) if verdict.stopped else run.merging_ahead()
    try:
        return database.write(unit, proof=run.proof, seconds=BATCH)
    except Overtaken:
        return False


@dataclass(frozen=True, slots=True)
class _Verdict:
    stopped: tuple[str, ...]
    """Why nothing is applied, one line each."""

    kept: Mapping[str, str]
    """Tables that stay as they are, each with why."""

    may_accept: bool
    is_ours: bool = True
    is_older: bool = False

    def left_of(self, staged: Staged) -> Staged:
        """Return what is staged without the tables that stay as they are."""
        changes = {name: one for name, one in staged.changes.items() if name not in self.kept}
        nothing = {"added": 0, "changed": 0, "removed": 0, "unchanged": 0}
        counts = {
            name: {**one, **nothing} if name in self.kept else one
            for name, one in staged.counts.items()
        }
        return replace(staged, changes=changes, counts=counts)


def _verdict(staged: Staged, extract: Extract, *, accept: bool) -> _Verdict:
    unreadable = extract.stopped
    if "patients" not in extract.tables and not unreadable:
        unreadable = (
            "there is no list of patients among the files: export patients.csv with them",
        )
    guards = staged.guards
    may_accept = bool(guards) and not unreadable and all(guard.may_accept for guard in guards)
    if accept:
        guards = tuple(guard for guard in guards if not guard.may_accept)
    return _Verdict(
        stopped=(*unreadable, *(guard.words for guard in guards if not guard.table)),
        kept={guard.table: guard.words for guard in guards if guard.table},
        may_accept=may_accept,
        is_ours=all(guard.is_ours for guard in guards),
        is_older=any(guard.code is GuardCode.OLDER for guard in guards),
    )


def _told(run: "_Run", verdict: _Verdict) -> ImportReport:
    if verdict.stopped:
        taken = "only deaths, departures and do-not-contact were taken"
        is_safe = verdict.is_ours and not run.staged.departs_many
        words = taken if is_safe else "nothing was taken"
        return run.report("stopped", f"stopped: {words}", verdict)
    rows = run.staged.rows
    words = [{0: "no row changed", 1: "1 row changed"}.get(rows, f"{rows} rows changed")]
    lost = run.extract.unreadable
    if lost:
        lines = "1 row" if lost == 1 else f"{lost} rows"
        words.append(f"nobody is taken for gone, since {lines} of patients.csv cannot be read")
    words += [*verdict.kept.values(), *run.staged.told]
    return run.report("applied", "; ".join(words), verdict)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"


class Place(NamedTuple):
    """Where a run stands among what the practice counts."""

    run_no: int
    revision: int
    """The one that its transaction makes."""


@dataclass(frozen=True, slots=True)
class _Run:
    practice_id: int
    run_id: str
    extract: Extract
    importing: Importing
    staged: Staged

    def proof(self) -> Proof:
        """Return how to find out whether the run was stored."""
        statement = select(IMPORT_RUN.c.run_id).where(
            IMPORT_RUN.c.practice_id == self.practice_id, IMPORT_RUN.c.run_id == self.run_id
        )
        return lambda connection: connection.execute(statement).first() is not None

    def merge_in(self, database: Database) -> bool:
        """Merge every difference into a SQLite store; False: compare again.

        Rows are made of the frames before the lock is taken, for which nobody waits.
        """
        ready: list[tuple[SetAside, str]] = []

        @contextmanager
        def beside(connection: Connection) -> Generator[None]:
            with setting_aside(connection) as rows:
                for part, change in self._changes():
                    self._set_aside(rows, part, change)
                whose = rows.put_aside(PATIENT, self.staged.touched(), "touched")
                ready[:] = [(rows, whose)]
                yield

        def unit(connection: Connection) -> bool:
            work = Recorder(connection, self.practice_id)
            if work.counters["clinical_version"] != self.staged.clinical_version:
                return False
            self._count_run(work, "applied", "")
            place = Place(work.counters["run_no"], work.next_revision)
            self._store_run(connection, place, "applied", "")
            rows, whose = ready[0]
            rows.move_in({"run_no": place.run_no, "changed_no": place.revision})
            expire_staged(connection, self.practice_id, whose, place.revision)
            work.finish()
            return True

        return database.write(unit, proof=self.proof, seconds=BATCH, beside=beside)

    def _set_aside(self, rows: SetAside, part: Part, change: Difference) -> None:
        key = pl.lit(self.practice_id, dtype=pl.Int32).alias("practice_id")
        rows.keep(IMPORT_CHANGE, self._keyed(images_of(part, change.before)), new=True)
        rows.keep_out(part.table, change.removed.select(key, pl.all()))
        numbers = ("run_no", "changed_no") if part is PARTS[0] else ("run_no",)
        for some, new in ((change.changed, False), (change.added, True)):
            rows.keep(part.table, with_derived(part, some).select(key, pl.all()), numbers, new=new)

    def merging_ahead(self) -> Callable[[Connection], bool]:
        """Return the unit that does it on Postgres and locks last; False: compare again.

        What only imports write is written before the lock is taken, for which nobody waits; then
        the patients who changed, whom others may write, too.

        Raises:
            Overtaken: a program that knows no turns of imports came between; nothing is written.
        """

        def unit(connection: Connection) -> bool:
            wait_for_imports(connection, self.practice_id)
            seen = counters_seen(connection, self.practice_id)
            if seen["clinical_version"] != self.staged.clinical_version:
                return False
            place = Place(seen["run_no"] + 1, seen["revision"] + 1)
            self._store_run(connection, place, "applied", "")
            for part, change in self._changes():
                early = change.only_added() if part is PARTS[0] else change
                self._merge(connection, part, early, place)
            whose = put_aside(connection, PATIENT, self.staged.touched(), "touched")
            work = Recorder(connection, self.practice_id)
            if work.counters["clinical_version"] != self.staged.clinical_version:
                raise Overtaken
            self._count_run(work, "applied", "")
            people = self.staged.changes.get("patients")
            if people is not None:
                late = people.without_added()
                self._merge(connection, PARTS[0], late, Place(place.run_no, work.next_revision))
            expire_staged(connection, self.practice_id, whose, work.next_revision)
            work.finish()
            return True

        return unit

    def _changes(self) -> Iterator[tuple[Part, Difference]]:
        for part in PARTS:
            change = self.staged.changes.get(part.name)
            if change is not None:
                yield part, change

    def safety_only(self, verdict: _Verdict) -> Callable[[Connection], bool]:
        """Return the unit that takes only what keeps people from being called wrongly."""

        def unit(connection: Connection) -> bool:
            wait_for_imports(connection, self.practice_id)
            work = Recorder(connection, self.practice_id)
            if work.counters["clinical_version"] != self.staged.clinical_version:
                return False
            words = "; ".join(verdict.stopped)
            self._count_run(work, "stopped", words)
            place = Place(work.counters["run_no"], work.next_revision)
            self._store_run(connection, place, "stopped", words)
            change = self.staged.changes.get("patients")
            if change is not None and verdict.is_ours and not self.staged.departs_many:
                only = _safety(change, is_older=verdict.is_older)
                self._merge(connection, PARTS[0], only, place)
                expire(connection, self.practice_id, only.changed, work.next_revision)
            work.finish()
            return True

        return unit

    def _count_run(self, work: Recorder, state: str, words: str) -> None:
        """Give the run its number and its place in the audit."""
        for counter in ("run_no", "clinical_version"):
            work.counters[counter] += 1
        work.changed = True
        by, at = self.importing.by, self.importing.at
        work.role_of(by)
        details = {
            "run": self.run_id,
            "sha256": self.extract.sha256,
            "state": state,
            "words": words,
            "accepted": self.importing.accept,
            "counts": {name: dict(one) for name, one in self.staged.counts.items()},
        }
        work.record_access("import", (), by=by, at=at, details=details)

    def _store_run(self, connection: Connection, place: Place, state: str, words: str) -> None:
        connection.execute(
            insert(IMPORT_RUN).values(
                practice_id=self.practice_id,
                run_id=self.run_id,
                run_no=place.run_no,
                sha256=self.extract.sha256,
                system=self.extract.system,
                extracted_at=self.extract.extracted_at,
                applied_at=self.importing.at,
                applied_by=self.importing.by,
                state=state,
                counts=json.dumps({name: dict(one) for name, one in self.staged.counts.items()}),
                words=words,
            )
        )
        problems = conform(self.extract.problems, ROW_PROBLEMS).with_row_index("problem_no", 1)
        upsert(connection, ROW_PROBLEM, self._keyed(problems), new=True)

    def _merge(self, connection: Connection, part: Part, change: Difference, place: Place) -> None:
        images = images_of(part, change.before)
        upsert(connection, IMPORT_CHANGE, self._keyed(images), new=True)
        key = pl.lit(self.practice_id, dtype=pl.Int32).alias("practice_id")
        remove(connection, part.table, change.removed.select(key, pl.all()))
        numbers = [pl.lit(place.run_no, dtype=pl.Int32).alias("run_no")]
        if part is PARTS[0]:
            numbers.append(pl.lit(place.revision, dtype=pl.Int32).alias("changed_no"))
        for rows, new in ((change.changed, False), (change.added, True)):
            ready = with_derived(part, rows).select(key, pl.all(), *numbers)
            upsert(connection, part.table, ready, new=new)

    def _keyed(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select(
            pl.lit(self.practice_id, dtype=pl.Int32).alias("practice_id"),
            pl.lit(self.run_id).alias("run_id"),
            pl.all(),
        )

    def report(self, state: str, words: str, verdict: _Verdict | None = None) -> ImportReport:
        """Return what people are told."""
        problems = conform(self.extract.problems, ROW_PROBLEMS)
        shown = problems.head(MOST_PROBLEMS_SHOWN).iter_rows()
        return ImportReport(
            run_id=self.run_id if state else "",
            sha256=self.extract.sha256,
            applied=state == "applied",
            counts=self.staged.counts,
            problems=tuple(RowProblem(*row) for row in shown),
            problem_count=problems.height,
            stopped=verdict.stopped if verdict else (),
            may_accept=verdict.may_accept if verdict else False,
            extracted_at=self.extract.extracted_at,
            words=words,
        )


def _safety(change: Difference, *, is_older: bool) -> Difference:
    """Return only deaths, departures and do-not-contact (of an older file: only deaths)."""
    before = change.before
    now = change.changed.select("patient_number", "died_on", "left_on", "contact_allowed")
    merged = before.join(now, on="patient_number", suffix="_now")
    columns = [pl.coalesce("died_on", "died_on_now").alias("died_on")]
    if not is_older:
        columns += [
            pl.coalesce("left_on", "left_on_now").alias("left_on"),
            pl.when(~pl.col("contact_allowed_now"))
            .then(pl.lit(value=False))
            .otherwise(pl.col("contact_allowed"))
            .alias("contact_allowed"),
        ]
    wanted = merged.with_columns(columns).select(change.changed.columns)
    changed = wanted.join(before, on=wanted.columns, how="anti", nulls_equal=True)
    nothing = change.changed.clear()
    return Difference(
        added=nothing,
        changed=changed,
        removed=nothing,
        before=before.join(changed, on="patient_number", how="semi"),
        unchanged=wanted.height - changed.height,
    )
