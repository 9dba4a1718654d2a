"""What people, the planner and imports do about a patient, and a store to do it in."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final, TypeVar

import polars as pl

from recall_tui.domain.commands import (
    Actor,
    AddNote,
    Assign,
    Channel,
    ChooseMonth,
    Command,
    ContactOutcome,
    Decline,
    DiscardExport,
    ExportInvites,
    Hold,
    MarkBooked,
    MarkDone,
    MarkFlag,
    NoteExport,
    OpenSlots,
    RecordContact,
    RecordExport,
    RecordInvites,
    Redo,
    Reopen,
    Snooze,
    Target,
    Unbook,
    Undo,
    Wake,
)
from recall_tui.errors import Conflict, Refused
from recall_tui.ports import Work
from recall_tui.services.desk import perform
from recall_tui.services.people import put_role
from recall_tui.views.people import Member
from storage.deadline import BATCH
from storage.engine import open_database
from storage.ids import new_row_id
from storage.practices import add_practice
from storage.store import SqlStore
from tests.support.desk import AT, TODAY, Moment
from tests.support.extracts import coded, due, extract, patient, plan

ON: Final = date(2026, 11, 10)
FRESH, BOOKED, DECLINED, SNOOZED = "hba1c", "foot_check", "lipids", "uacr"
ITEMS: Final = (FRESH, BOOKED, DECLINED, SNOOZED)
_CODE = "999791000000106"

T = TypeVar("T")

Deed = Callable[[SqlStore], str]


class Unhurried(SqlStore):
    """A store whose deadline leaves time for what comes between, however busy the machine is."""

    def write(self, unit: Callable[[Work], T], *, seconds: float = BATCH) -> T:
        """Carry ``unit`` out in one transaction."""
        return super().write(unit, seconds=seconds)


@dataclass
class World:
    """A store of patients with a past, two people's connections to it, and what was imported."""

    sam: SqlStore
    al: SqlStore
    url: str
    numbers: Iterator[str]
    everybody: pl.DataFrame
    """As they were imported first."""

    changed: dict[str, dict[str, object]] = field(default_factory=dict[str, dict[str, object]])
    imports: int = 0
    commands: dict[str, str] = field(default_factory=dict[str, str])
    """Ids of commands that were carried out before, by what they did and about whom."""

    def bring(self, store: SqlStore, number: str, **columns: object) -> str:
        """Import everybody, one of them changed; return the words."""
        self.imports += 1
        self.changed.setdefault(number, {}).update(columns)
        given = extract(
            [patient(one, **columns) for one, columns in self.changed.items()],
            [coded(one, _CODE, ON) for one in sorted(self.changed)],
            sha256=f"{self.imports:064d}",
        )
        others = self.everybody.join(given.patients, on="patient_number", how="anti")
        everybody = pl.concat([others, given.patients]).sort("patient_number")
        given = replace(given, patients=everybody)
        found = store.merge_extract(given, by="al", at=AT, accept=True, dry_run=False)
        return f"{found.words}; {found.counts['patients']}"


@dataclass(frozen=True)
class Kind:
    """A kind of deed: what has to be before it, and what somebody is about to do who saw that."""

    name: str
    plan: Callable[[World, str], Deed]
    before: Callable[[World, str], object] = lambda _world, _patient: None
    imports: bool = False
    """Whether it takes turns with imports."""

    is_second: bool = True
    """Whether it is done while others are under way only."""


def outcome(deed: Deed, store: SqlStore) -> str:
    """Return what somebody is told."""
    try:
        return deed(store)
    except Conflict as error:
        return f"Conflict: {error.what} by {error.who} at {error.when}"
    except Refused as error:
        return f"Refused: {error.words}"


def saw(world: World, number: str, item: str) -> Target:
    """Return an open due item as it is now."""

    def unit(work: Work) -> Target:
        version = work.item_states([(number, item)])[number, item].version
        return Target(number, item, work.open_items([number])[number, item].due_on, version)

    return world.sam.write(unit)


def _moment(login: str, minutes: int) -> Moment:
    return Moment(Actor(login), AT + timedelta(minutes=minutes), TODAY, new_row_id())


def _command(make: Callable[[World, str], Command]) -> Callable[[World, str], Deed]:
    def planned(world: World, number: str) -> Deed:
        command = make(world, number)

        def done(store: SqlStore) -> str:
            login = "sam" if store is world.sam else "al"
            return perform(store, command, _moment(login, 2 if login == "sam" else 1)).words

        return done

    return planned


def _before(world: World, number: str, what: str, command: Command, login: str = "jo") -> None:
    """Let something have been done before, by the program's own hand."""
    done = perform(world.sam, command, _moment(login, 0))
    world.commands[f"{what} {number}"] = done.command_id


def _invites(world: World, number: str) -> RecordInvites:
    return RecordInvites((saw(world, number, FRESH),), ((number, Channel.SMS),))


def _export(world: World, number: str) -> None:
    if f"export {number}" not in world.commands:
        _before(world, number, "export", ExportInvites(_invites(world, number), "x.csv", "ab" * 32))


def _written(world: World, number: str) -> NoteExport:
    return NoteExport(world.commands[f"export {number}"], is_written=True)


def _undone(world: World, number: str) -> None:
    _before(world, number, "note", AddNote(number, "rang"), "sam")
    note = world.commands[f"note {number}"]
    _before(world, number, "undo", Undo(note), "sam")


def _booking(world: World, number: str) -> str:
    key = (number, BOOKED)
    return world.sam.write(lambda work: work.item_states([key])[key].state.booking_id)


def _planned(world: World, number: str) -> Deed:
    seen = world.sam.plan_inputs([number])
    moved = plan([due(number, one, ON + timedelta(days=7)) for one in ITEMS])
    return lambda store: f"{store.merge_plan(moved, [number], AT, seen)} rows"


def _imported(**columns: object) -> Callable[[World, str], Deed]:
    return lambda world, number: lambda store: world.bring(store, number, **columns)


def _brought(world: World, number: str) -> None:
    world.bring(world.al, number, family_name="Before")


def _rolled_back(world: World, number: str) -> Deed:
    run = world.sam.import_runs()[0].run_id

    def done(store: SqlStore) -> str:
        rows = store.roll_back_import(run, by="al", at=AT)
        world.changed.pop(number, None)
        return f"{rows} rows"

    return done


def _dismissed(_world: World, _number: str) -> Deed:
    return lambda store: store.write(lambda work: put_role(work, _moment("al", 1), "sam", ""))


KINDS: Final = (
    Kind("invite", _command(_invites)),
    Kind("export", _command(lambda w, n: ExportInvites(_invites(w, n), "y.csv", "cd" * 32))),
    Kind("written", _command(_written), _export),
    Kind("sent", _command(lambda w, n: RecordExport(w.commands[f"export {n}"])), _export),
    Kind("discard", _command(lambda w, n: DiscardExport(w.commands[f"export {n}"])), _export),
    Kind("book", _command(lambda w, n: MarkBooked((saw(w, n, FRESH),), TODAY))),
    Kind(
        "book anew",
        _command(
            lambda w, n: MarkBooked((saw(w, n, BOOKED), saw(w, n, FRESH)), TODAY + timedelta(3))
        ),
    ),
    Kind("unbook", _command(lambda w, n: Unbook(n, _booking(w, n)))),
    Kind("missed", _command(lambda w, n: Unbook(n, _booking(w, n), missed=True))),
    Kind("done", _command(lambda w, n: MarkDone((saw(w, n, FRESH),), "done elsewhere"))),
    Kind("snooze", _command(lambda w, n: Snooze((saw(w, n, FRESH),), TODAY + timedelta(6)))),
    Kind(
        "snooze until a reply",
        _command(
            lambda w, n: Snooze((saw(w, n, FRESH),), TODAY + timedelta(6), "", Wake.REPLY)
        ),
    ),
    Kind("decline", _command(lambda w, n: Decline((saw(w, n, FRESH),), "not now"))),
    Kind("reopen", _command(lambda w, n: Reopen((saw(w, n, DECLINED),)))),
    Kind(
        "hold",
        _command(lambda w, n: Hold((saw(w, n, FRESH),), "Dr A", "ill", TODAY + timedelta(30))),
    ),
    Kind("will book", _command(lambda _w, n: RecordContact(n, ContactOutcome.WILL_BOOK))),
    Kind(
        "call back",
        _command(
            lambda _w, n: RecordContact(
                n, ContactOutcome.CALL_BACK, on=TODAY + timedelta(days=2)
            )
        ),
    ),
    Kind(
        "said to be dead",
        _command(lambda _w, n: RecordContact(n, ContactOutcome.DECEASED_REPORTED)),
    ),
    Kind("note", _command(lambda _w, n: AddNote(n, "rang"))),
    Kind("assign", _command(lambda _w, n: Assign((n,), "al"))),
    Kind("choose month", _command(lambda _w, n: ChooseMonth(n, 4))),
    Kind("flag", _command(lambda _w, n: MarkFlag((n,), "housebound", holds=True))),
    Kind("slots", _command(lambda _w, _n: OpenSlots("nurse"))),
    Kind("undo", _command(lambda w, n: Undo(w.commands[f"decline {n}"]))),
    Kind("undo a booking", _command(lambda w, n: Undo(w.commands[f"book {n}"]))),
    Kind("redo", _command(lambda w, n: Redo(w.commands[f"undo {n}"])), _undone),
    Kind("plan", _planned),
    Kind("import", _imported(family_name="After"), imports=True),
    Kind("import of a death", _imported(died_on=ON), imports=True),
    Kind("import, now restricted", _imported(sensitive=True), imports=True),
    Kind("rollback", _rolled_back, _brought, imports=True),
    Kind("dismiss", _dismissed, is_second=False),
)  # fmt: skip
"""Everything that people, the planner and imports do about a patient."""
NAMES: Final = frozenset(one.name for one in KINDS)


@contextmanager
def world_at(url: str, folder: Path, patients: int) -> Generator[World]:
    """Give a store of so many patients, each with four items and three decisions about them."""
    numbers = [f"P{serial:05d}" for serial in range(patients)]
    with ExitStack() as stack:
        made = stack.enter_context(closing(open_database(url, audit_folder=folder)))
        store = SqlStore(made, add_practice(made, "A12345", "Drama Street Surgery", AT))
        for login in ("jo", "sam", "al"):
            one = Member(login, login, "admin")
            store.write(lambda work, one=one: work.put_member(one, by="jo", at=AT))
        given = extract([patient(one) for one in numbers])
        store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
        store.merge_plan(plan([due(n, item, ON) for n in numbers for item in ITEMS]), None, AT)
        sam, al = (
            Unhurried(
                stack.enter_context(closing(open_database(url, audit_folder=folder))),
                store.practice,
            )
            for _ in range(2)
        )
        for one in (sam, al):
            one.database.make_ready()
        yield World(sam, al, url, iter(numbers), given.patients)


def with_a_past(world: World, *kinds: Kind) -> str:
    """Return the number of a patient about whom what must be before was done."""
    number = next(world.numbers)
    _before(world, number, "book", MarkBooked((saw(world, number, BOOKED),), TODAY))
    _before(world, number, "decline", Decline((saw(world, number, DECLINED),), "no"))
    snooze = Snooze((saw(world, number, SNOOZED),), TODAY + timedelta(5), "", Wake.REPLY)
    _before(world, number, "snooze", snooze)
    for kind in dict.fromkeys(kinds):
        kind.before(world, number)
    return number
