"""The only place where ports meet adapters, and the only wall clock."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from recall_tui.domain.calendar import Month
from recall_tui.domain.rights import Right
from recall_tui.errors import UsageProblem
from recall_tui.identity import kernel_login, origin
from recall_tui.settings import Settings, make_private_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from recall_tui.domain.commands import Actor, Command
    from recall_tui.domain.ids import RecallId
    from recall_tui.domain.plan_settings import PlanSettings
    from recall_tui.domain.recalls import Rulebook
    from recall_tui.house_agreeing import HouseRules
    from recall_tui.house_people import HousePeople
    from recall_tui.ports import Planner
    from recall_tui.views.done import Done
    from recall_tui.views.explanation import Explanation
    from recall_tui.views.first_look import FirstLook
    from recall_tui.views.imports import RowProblem
    from recall_tui.views.matching import Guide
    from recall_tui.views.past import PatientPast
    from recall_tui.views.patient import PatientHit, PatientPage
    from storage.presence import PresenceBook
    from storage.store import SqlStore


def london() -> ZoneInfo:
    """Return the practice's time zone."""
    # Loaded here: many commands have no need of it.
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/London")


def _people_of(house: House, store: SqlStore) -> HousePeople:
    from recall_tui.house_people import HousePeople

    return HousePeople(house.settings, store, house.clock)


def _planner_of(house: House) -> EnginePlanner:
    from recall_tui.heap import keep_what_is_loaded
    from recall_tui.house_rules import refuse_older
    from storage.words import rules_of

    # Read before the rules are: whatever the store says later, these may be older than that.
    kept = refuse_older(house.kept_words())
    house.rules.refuse_others(kept)
    rules = frozenset({rules_of(kept), rules_of(house.rules.words)})
    keep_what_is_loaded()
    return EnginePlanner(house.rulebook, house.rules.plan_settings, rules)


def _rules_of(settings: Settings, store: SqlStore | None, people: HousePeople | None) -> HouseRules:
    # Loaded here: the first list has no need of it.
    from recall_tui.house_agreeing import HouseRules

    return HouseRules(settings, store, people)


class WallClock:
    """The clock of this machine, and the practice's date (``RECALL_TODAY`` for rehearsals)."""

    def __init__(self, rehearsal: date | None = None) -> None:
        """Take the date to pretend it is, if any."""
        self._rehearsal = rehearsal

    def now(self) -> datetime:
        """Return the instant in UTC."""
        return datetime.now(UTC)

    def practice_now(self) -> datetime:
        """Return the instant, or a later one on the rehearsed date: for imports and plans.

        An extract made for a rehearsal of the future is not of the future then. What people
        decide is always stamped with the true instant.
        """
        if self._rehearsal is None:
            return self.now()
        zone = london()
        rehearsed = datetime.combine(self._rehearsal, datetime.now(zone).time(), zone)
        return max(self.now(), rehearsed.astimezone(UTC))

    def today(self) -> date:
        """Return the date in London, or the rehearsed one."""
        return self._rehearsal or datetime.now(london()).date()


class FileImporter:
    """Reads every shape of extract that the importers know."""

    def read(
        self, path: str, today: date, progress: Callable[[str, int, int], None] | None = None
    ) -> object:
        """Return the extract at ``path`` (a folder or a zip file)."""
        from recall_tui.importers.readers import read_extract

        return read_extract(Path(path), today, progress)

    def problems(self, extract: object) -> tuple[RowProblem, ...]:
        """Return every row problem of an extract that was read, in order of file and line."""
        from recall_tui.frames import ROW_PROBLEMS, Extract, conform
        from recall_tui.views.imports import RowProblem

        assert isinstance(extract, Extract), "the reader hands out an Extract"  # noqa: S101 - ours
        rows = conform(extract.problems, ROW_PROBLEMS).iter_rows()
        return tuple(RowProblem(*row) for row in rows)


@dataclass(frozen=True)
class EnginePlanner:
    """The planning engine bound to a rulebook and the practice's settings."""

    rulebook: Rulebook
    settings: PlanSettings
    rules: frozenset[str] = frozenset()
    """By which rules everybody may be planned where its plans are stored."""

    def plan(self, inputs: object, today: date) -> object:
        """Return the plan for these inputs (``planning.engine.PlanInputs``)."""
        from recall_tui.frames import PlanInputs
        from recall_tui.planning.engine import plan

        if not isinstance(inputs, PlanInputs):
            message = f"the planner takes PlanInputs, not {type(inputs).__name__}"
            raise TypeError(message)
        return replace(plan(inputs, self.rulebook, self.settings, today), rules=self.rules)


class House:
    """One practice opened for work: its store, rules, clock and who is at the keyboard."""

    def __init__(
        self,
        settings: Settings,
        *,
        create: bool = False,
        right: Right | None = Right.SEE,
        tell: Callable[[str], object] = lambda _words: None,
    ) -> None:
        """Take the settings; nothing is opened before it is used.

        ``create`` makes a store that does not exist yet; ``right`` is what the
        person must have to open it; ``tell`` is told what people must know.
        """
        self._folder = settings
        self.clock = WallClock(settings.today)
        self._create = create
        self._right = right
        self._tell = tell

    @cached_property
    def store(self) -> SqlStore:
        """The practice's store.

        Raises:
            StoreTrouble: it cannot be opened.
            UsageProblem: it holds several practices and none was named, or not the one named.
        """
        from storage.store import open_store

        if self._create:
            self.init_practice("")
        store = open_store(
            self.settings.database,
            practice=self.settings.practice or "",
            allow_network_sqlite=self._allows_network,
            audit_folder=self._audit_folder,
            origin=origin(os.environ),
        )
        try:
            people = _people_of(self, store)
            said = people.enter(self._right)
            store.viewer = people.login
            self.__dict__["rules"] = rules = _rules_of(self._folder, store, people)
            _ = rules.settings  # judged here: what asks for settings later must not wait
        except BaseException:
            store.close()
            raise
        if said:
            self._tell(said)
        return store

    @property
    def settings(self) -> Settings:
        """What this folder decides, and once the practice is open what was agreed on there."""
        return self.rules.settings if self.is_open else self._folder

    @cached_property
    def rules(self) -> HouseRules:
        """The rules that hold: the practice's, or where there is none yet this folder's."""
        file = self._folder.sqlite_file
        if not (self._create or file is None or file.exists()):
            return _rules_of(self._folder, None, None)
        _ = self.store
        return self.rules

    @property
    def is_open(self) -> bool:
        """Whether the store has been opened."""
        return "store" in self.__dict__

    def first_look(self, *, whole: bool = True) -> FirstLook | None:
        """Return the present month, read without opening the store; None: it must be opened.

        ``whole``: all of it, or only its most urgent patients.
        """
        from storage.first_look import Wanted, first_look
        from storage.readers.list_top import SCREENFUL

        if self._create:
            return None
        file, today = self.settings.sqlite_file, self.today
        wanted = Wanted(self.settings.practice or "", "", Month.of(today), today)
        if file is None:
            from storage.first_look_server import server_look

            return server_look(self.settings.database, wanted)
        login = kernel_login(self.settings.decided.site.service_account, os.environ)
        return first_look(file, wanted._replace(who=login), 0 if whole else SCREENFUL)

    @cached_property
    def people(self) -> HousePeople:
        """Who is at the keyboard, who may work, and the audit."""
        return _people_of(self, self.store)

    @property
    def _audit_folder(self) -> Path | None:
        given = self.settings.decided.store.audit_folder
        return Path(given).expanduser() if given else None

    @cached_property
    def presence(self) -> PresenceBook:
        """Where this session says on which patient it is."""
        from storage.ids import new_row_id
        from storage.presence import PresenceBook, Session

        practice_id = self.store.practice.practice_id
        return PresenceBook(
            self.store.database, Session(practice_id, new_row_id(), self.actor.login)
        )

    def init_practice(self, name: str) -> bool:
        """Make the store and the practice of the settings; return whether it was not there.

        Raises:
            UsageProblem: no practice was named.
            StoreTrouble: the store cannot be made.
        """
        from storage.engine import open_database
        from storage.practices import add_practice, practices

        code = self.settings.practice
        if code is None:
            message = "which practice? recall init --practice A12345"
            raise UsageProblem(message)
        if self.settings.sqlite_file is not None:
            make_private_folder(self.settings.sqlite_file.parent)
        database = open_database(
            self.settings.database, allow_network_sqlite=self._allows_network, create=True
        )
        try:
            known = {one.ods_code for one in practices(database)}
            add_practice(database, code, name, self.clock.now())
        finally:
            database.close()
        return code not in known

    @property
    def _allows_network(self) -> bool:
        return self.settings.decided.store.allow_network_sqlite

    @property
    def ods_code(self) -> str:
        """The code of the practice that is open."""
        return self.store.practice.ods_code

    @property
    def rulebook(self) -> Rulebook:
        """The shipped recalls, overridden by the practice's own where there are such."""
        return self.rules.book

    def kept_words(self) -> Mapping[str, object]:
        """Return the words as of the newest plan; nothing before the first."""
        from storage.words import kept_words

        return kept_words(self.store.database, self.store.practice.practice_id)

    @property
    def planner(self) -> Planner:
        """The engine by the practice's rules.

        Raises:
            StoreTrouble: a newer engine planned everybody, or these are not the practice's rules.
        """
        return _planner_of(self)

    @property
    def importer(self) -> FileImporter:
        """The reader of extracts."""
        return FileImporter()

    @cached_property
    def actor(self) -> Actor:
        """Who is at the keyboard: never from the environment."""
        return self.people.actor

    @property
    def today(self) -> date:
        """The practice's date."""
        return self.clock.today()

    def needed_weeks(self) -> int:
        """Return how many weeks ahead a patient's page says what is needed."""
        return self.settings.decided.needed_weeks

    def record(self, command: Command, *, command_id: str = "") -> Done:
        """Carry a command out; ``replan`` of the answer says whose plan must be made again."""
        from recall_tui.services.deciding import Moment
        from storage.ids import new_row_id

        moment = Moment(self.actor, self.clock.now(), self.today, command_id or new_row_id())
        return self.people.carry_out(command, moment)

    def perform(self, command: Command) -> Done:
        """Carry a command out, and plan again here whoever it changes."""
        from recall_tui.services.replanning import replan

        done = self.record(command)
        if done.replan:
            replan(self.store, self.planner, self.today, self.clock.now(), done.replan)
        return done

    def find(self, typed: str) -> tuple[PatientHit, ...]:
        """Return the patients that fit what was typed; nothing is ever picked."""
        from recall_tui.services.finding import find_patients

        return find_patients(self.store, typed, self.today)

    def why(self, page: PatientPage) -> Sequence[str]:
        """Return sentences that say why each item of a patient stands where it stands."""
        from recall_tui.views.reasoning import reason_lines

        return list(reason_lines(page, self.rulebook))

    def past(self, patient: str) -> PatientPast:
        """Return what lies behind a patient; numbers are called by the items they complete."""
        from recall_tui.views.past import measures_of

        past = self.store.past(patient, self.today)
        return replace(past, measures=measures_of(self.rulebook))

    def explain(self, patient: str, recalls: Sequence[RecallId], *, with_plan: bool) -> Explanation:
        """Ask the engine about one patient: on which recalls and why; nothing is stored.

        ``with_plan``: what is due as well, planned now.
        """
        from recall_tui.frames import PlanInputs

        inputs = self.store.plan_inputs([patient])
        assert isinstance(inputs, PlanInputs), "the store hands out PlanInputs"  # noqa: S101 - ours
        return self.rules.explain(inputs, self.today, recalls, with_plan=with_plan)

    @property
    def guide(self) -> Guide:
        """What booking needs of the rules and the practice's settings."""
        return self.rules.guide

    def close(self) -> None:
        """Close the store if it was opened, after every look was recorded."""
        if "people" in self.__dict__:
            self.people.close()
        if "presence" in self.__dict__:
            self.presence.close()
        if "store" in self.__dict__:
            self.store.close()
