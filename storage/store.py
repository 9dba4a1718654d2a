"""One practice's records: what ``ports.Store`` promises, on either database.

Each method is one unit of work. Polars is loaded by those that pass frames, and only then; so is
what a session seldom asks for.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from sqlalchemy import text

from recall_tui.domain.rights import Right, may
from recall_tui.views.restricted import (
    hits_without_restricted,
    queue_without_restricted,
    without_restricted,
)
from storage.clock import clock_banners
from storage.deadline import BATCH, INTERACTIVE
from storage.driver import is_plain
from storage.engine import open_database
from storage.members import member, members
from storage.practices import choose_practice
from storage.readers import patients, standing
from storage.readers.expired import expired_patients
from storage.readers.patients import restricted
from storage.readers.worklist import read_worklist
from storage.recorder import Recorder
from storage.room import room_banners
from storage.shared import export_changes, shared_changes
from storage.watching import Watch
from storage.written import Author

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date
    from types import ModuleType

    from sqlalchemy import Connection

    from recall_tui.domain.calendar import Month
    from recall_tui.domain.sharing import SharedChange
    from recall_tui.ports import Work
    from recall_tui.views.balance import BalanceLine
    from recall_tui.views.history import ImportRun, InviteBatch, RecallChoice
    from recall_tui.views.imports import ImportReport
    from recall_tui.views.ledger import Ledger
    from recall_tui.views.news import News
    from recall_tui.views.past import PatientPast
    from recall_tui.views.patient import PatientHit, PatientPage
    from recall_tui.views.people import Member
    from recall_tui.views.queues import QueueAsk, QueueView
    from recall_tui.views.worklist import WorklistSnapshot
    from storage.practices import Practice
    from storage.work import Database, Proof

T = TypeVar("T")


def open_store(
    url: str,
    *,
    practice: str = "",
    allow_network_sqlite: bool = False,
    audit_folder: Path | None = None,
    origin: str = "",
) -> SqlStore:
    """Open a store for one of its practices (empty: its only one).

    Raises:
        StoreTrouble: the database cannot be opened, is locked, newer, or not ours.
        UsageProblem: the practice is not there, or was not named among several.
    """
    database = open_database(
        url, allow_network_sqlite=allow_network_sqlite, create=False, audit_folder=audit_folder
    )
    database = replace(database, origin=origin)
    try:
        chosen = choose_practice(database, practice)
    except BaseException:
        database.close()
        raise
    return SqlStore(database, chosen)


def _lists() -> ModuleType:
    from storage.readers import lists  # noqa: PLC0415 - seldom asked

    return lists


class SqlStore:
    """Implements ``ports.Store`` for one practice of an open database."""

    def __init__(self, database: Database, practice: Practice) -> None:
        """Keep what to work on; nothing is read yet."""
        self.database = database
        self.practice = practice
        self._id = practice.practice_id
        self.viewer = ""
        """Login of the person for whom is read; empty: the program itself, which sees all."""

    @property
    def banners(self) -> tuple[str, ...]:
        """What every screen must say about the store, its disk, and the machine's clock."""
        database = self.database
        room = room_banners(Path(database.location)) if database.is_sqlite else ()
        return (*database.banners, *room, *clock_banners(database.audit, datetime.now(UTC)))

    @property
    def is_encrypted(self) -> bool:
        """Whether it is a SQLite file that is encrypted."""
        return self.database.is_sqlite and not is_plain(self.database.location)

    def write(self, unit: Callable[[Work], T], *, seconds: float = INTERACTIVE) -> T:
        """Carry ``unit`` out in one transaction; a store that is held is waited for so long."""
        newest: list[Recorder] = []

        def carried(connection: Connection) -> T:
            if not self.database.is_sqlite:
                from storage.ahead import AheadRecorder, Overtaken  # noqa: PLC0415 - Postgres only

                newest[:] = [AheadRecorder(connection, self._id)]
                with suppress(Overtaken):
                    return newest[0].carry_out(unit)
            newest[:] = [Recorder(connection, self._id)]
            return newest[0].carry_out(unit)

        def proof() -> Proof | None:
            return newest[0].proof()

        return self.database.write(carried, proof=proof, seconds=seconds)

    def revision(self) -> int:
        """Return a number that grows with every change of the practice."""
        return self.database.read(lambda connection: standing.revision(connection, self._id))

    def members(self) -> tuple[Member, ...]:
        """Return everybody who was ever given a role in the practice."""
        return self.database.read(lambda connection: members(connection, self._id))

    def session_user(self) -> str:
        """Return as whom the database knows this session (Postgres)."""
        return self.database.read(
            lambda connection: str(connection.execute(text("SELECT session_user")).scalar_one())
        )

    def data_as_of(self) -> date | None:
        """Return the day of the newest extract that was applied, or None."""
        return self.database.read(lambda connection: standing.data_as_of(connection, self._id))

    def status(self) -> Mapping[str, str]:
        """Return what is stored, in words: heading to what there is to say."""
        return self.database.read(lambda connection: standing.status(connection, self._id))

    def watch(self, told: Callable[[News], object]) -> Watch:
        """Call ``told``, in a thread of its own, with whatever anybody changes."""
        return Watch(self.database, self._id, told)

    def worklist(
        self, month: Month, today: date, patients: Collection[str] | None = None
    ) -> WorklistSnapshot:
        """Return the month's list, or only the rows of these patients."""
        practice = (self._id, self.practice.name or self.practice.ods_code)

        def unit(connection: Connection) -> WorklistSnapshot:
            found = read_worklist(connection, practice, month, today, patients, login=self.viewer)
            sees_all = not self.viewer or may(found.role, Right.RESTRICTED)
            return found if sees_all else without_restricted(found)

        return self.database.read(unit)

    def _sees_all(self, connection: Connection) -> bool:
        """Whether whoever reads may see restricted records, too."""
        if not self.viewer:
            return True
        found = member(connection, self._id, self.viewer)
        return may(found.role if found else "", Right.RESTRICTED)

    def _hits(self, find: Callable[[Connection], tuple[PatientHit, ...]]) -> tuple[PatientHit, ...]:
        def unit(connection: Connection) -> tuple[PatientHit, ...]:
            hits = find(connection)
            if not hits or self._sees_all(connection):
                return hits
            numbers = [hit.patient for hit in hits]
            return hits_without_restricted(hits, restricted(connection, self._id, numbers))

        return self.database.read(unit)

    def patient_page(self, patient: str, today: date, weeks: int = 8) -> PatientPage | None:
        """Return everything about one patient, or None; what is due in ``weeks`` is needed now."""
        from storage.readers.patient_page import read_patient_page  # noqa: PLC0415 - when asked

        mine = (self._id, patient, today, weeks)
        return self.database.read(
            lambda connection: read_patient_page(connection, *mine, viewer=self.viewer)
        )

    def sharing(self, patient: str) -> int:
        """Return how many other registered patients have a phone number of the patient's."""
        return self.database.read(lambda one: patients.sharing_of(one, self._id, patient))

    def past(self, patient: str, today: date) -> PatientPast:
        """Return what lies behind a patient: record, decisions, household."""
        from storage.readers.past import read_past  # noqa: PLC0415 - seldom asked

        return self.database.read(
            lambda connection: read_past(connection, self._id, patient, today, self.viewer)
        )

    def find_by_number(self, number: str) -> tuple[PatientHit, ...]:
        """Return patients by patient number or NHS number (any spacing)."""
        return self._hits(lambda connection: patients.by_number(connection, self._id, number))

    def find_by_phone(self, digits: str) -> tuple[PatientHit, ...]:
        """Return patients by a phone number or its last digits (at least four)."""
        return self._hits(lambda connection: patients.by_phone(connection, self._id, digits))

    def find_by_name(
        self, words: str, born: date | None, year: int | None = None
    ) -> tuple[PatientHit, ...]:
        """Return patients whose names begin with the words, born on a day or in a year if given."""
        return self._hits(
            lambda connection: patients.by_name(connection, self._id, words, (born, year))
        )

    def ledger(self, by: str, since: datetime) -> Ledger:
        """Return what a person did since a moment and still counts."""
        from storage.readers.ledger import read_ledger  # noqa: PLC0415 - not before first paint

        return self.database.read(lambda connection: read_ledger(connection, self._id, by, since))

    def dealt_with(self, since: datetime) -> int:
        """Return how many patients were booked, done, declined or held since a moment."""
        from storage.readers.ledger import dealt_with  # noqa: PLC0415 - not before first paint

        return self.database.read(lambda connection: dealt_with(connection, self._id, since))

    def queue(self, ask: QueueAsk) -> QueueView:
        """Return a queue beside the month."""
        from storage.readers.queues import read_queue  # noqa: PLC0415 - not before first paint

        def unit(connection: Connection) -> QueueView:
            view = read_queue(connection, self._id, ask)
            if not view.rows or self._sees_all(connection):
                return view
            hidden = restricted(connection, self._id, view.patients)
            return queue_without_restricted(view, hidden)

        return self.database.read(unit)

    def balance(self, today: date) -> tuple[BalanceLine, ...]:
        """Return one line for each recall that has a register."""
        from storage.readers.balance import read_balance  # noqa: PLC0415 - seldom asked

        return self.database.read(lambda connection: read_balance(connection, self._id, today))

    def import_runs(self) -> tuple[ImportRun, ...]:
        """Return the newest imports, newest first."""
        return self.database.read(lambda connection: _lists().import_runs(connection, self._id))

    def batches(self) -> tuple[InviteBatch, ...]:
        """Return the newest invite batches, newest first."""
        return self.database.read(lambda connection: _lists().batches(connection, self._id))

    def shared_changes(self, *, exports: bool = False) -> tuple[SharedChange, ...]:
        """Return every change of what is shared, but of exports, or those of exports alone."""
        read = export_changes if exports else shared_changes
        return self.database.read(lambda connection: read(connection, self._id))

    def recall_choices(self) -> tuple[RecallChoice, ...]:
        """Return what the practice chose about recalls."""
        return self.database.read(lambda connection: _lists().recall_choices(connection, self._id))

    def overrides(self) -> object:
        """Return the due dates closed by *mark done*, as a frame."""
        from storage.planning_rows import closed, scope_of  # noqa: PLC0415 - loads Polars

        return self.database.read(lambda one: closed(one, scope_of(self._id, None)))

    def plan_inputs(self, patients: Collection[str] | None = None) -> object:
        """Return the planner's input frames (``frames.PlanInputs``)."""
        from storage.planning_rows import plan_inputs, scope_of  # noqa: PLC0415 - loads Polars

        scope = scope_of(self._id, patients)
        return self.database.read(lambda connection: plan_inputs(connection, scope), seconds=BATCH)

    def merge_plan(
        self,
        plan: object,
        patients: Collection[str] | None,
        at: datetime,
        made_from: object | None = None,
    ) -> int:
        """Replace the plan (``frames.PlanFrames``); return how many rows changed."""
        from recall_tui.frames import PlanFrames, PlanInputs  # noqa: PLC0415 - loads Polars
        from storage.plan_merging import merge_plan  # noqa: PLC0415 - loads Polars
        from storage.planning_rows import scope_of  # noqa: PLC0415 - loads Polars

        frames, inputs = cast("PlanFrames", plan), cast("PlanInputs | None", made_from)
        basis = inputs.revision if inputs else None
        return merge_plan(self.database, frames, scope_of(self._id, patients), at, basis)

    def changed_since(self, made_from: object, patients: Collection[str] | None) -> tuple[str, ...]:
        """Return about whom of ``patients`` anything changed after these inputs were read."""
        from recall_tui.frames import PlanInputs  # noqa: PLC0415 - loads Polars
        from storage.planning_rows import outdated, scope_of  # noqa: PLC0415 - loads Polars

        basis, scope = cast("PlanInputs", made_from).revision, scope_of(self._id, patients)
        late = self.database.read(lambda connection: outdated(connection, scope, basis))
        return tuple(late["patient_number"])

    def expired_patients(self, today: date) -> tuple[str, ...]:
        """Return the patients whose plan holds no longer on ``today``."""
        return self.database.read(lambda connection: expired_patients(connection, self._id, today))

    def merge_extract(
        self, extract: object, *, by: str, at: datetime, accept: bool, dry_run: bool
    ) -> ImportReport:
        """Stage, compare, judge and (unless stopped or ``dry_run``) merge a ``frames.Extract``."""
        from recall_tui.frames import Extract  # noqa: PLC0415 - loads Polars
        from storage.importing import Importing, merge_extract  # noqa: PLC0415 - loads Polars

        importing = Importing(by, at, accept=accept, dry_run=dry_run)
        frames = cast("Extract", extract)
        return merge_extract(self.database, self._id, frames, importing)

    def roll_back_import(self, run_id: str, *, by: str, at: datetime) -> int:
        """Take the newest import back; return the rows touched.

        Raises:
            Refused: it is not the newest, or was taken back already.
        """
        from storage.rolling_back import roll_back  # noqa: PLC0415 - loads Polars

        return roll_back(self.database, self._id, run_id, Author(by, at))

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
