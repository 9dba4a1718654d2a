"""``python -m tests.storage.pairs``: everything people do, while each other thing is under way.

One deed is done by Sam; at one of its statements, or when it is about to lock, Al does another
about the same patient, on a connection of his own. Whatever happens has to be what had happened
one after the other: the same words, decisions, states, bookings and choices.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

from sqlalchemy import Connection, event, select

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
from recall_tui.services.desk import perform
from recall_tui.services.people import put_role
from recall_tui.views.people import Member
from storage.ahead import AheadRecorder
from storage.audit_verifying import verify
from storage.engine import open_database
from storage.ids import new_row_id
from storage.practices import add_practice
from storage.ready import REHEARSAL
from storage.store import SqlStore, open_store
from storage.tables import EVENT, METADATA, SHARED_CHANGE
from tests.support.desk import AT, TODAY, Moment
from tests.support.extracts import coded, due, extract, patient, plan
from tests.support.postgres import fresh_database

ON: Final = date(2026, 11, 10)
FRESH, BOOKED, DECLINED, SNOOZED = "hba1c", "foot_check", "lipids", "uacr"
ITEMS: Final = (FRESH, BOOKED, DECLINED, SNOOZED)
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_OF_ONE_RUN = frozenset(
    {"practice_id", "seq", "chain_no", "mac", "changed_no", "run_no", "nhs_number"}
    | {"mobile_phone", "mobile_key"}
)
_CODE = "999791000000106"
_MOST_TRIES = 700
_LOCKS = re.compile(r"FOR UPDATE|BEGIN IMMEDIATE|advisory")

Deed = Callable[[SqlStore], str]


@dataclass
class World:
    """A store of patients with a past, two people's connections to it, and what was imported."""

    sam: SqlStore
    al: SqlStore
    url: str
    numbers: Iterator[str]
    everybody: Sequence[str]
    changed: dict[str, dict[str, object]] = field(default_factory=dict[str, dict[str, object]])
    imports: int = 0
    commands: dict[str, str] = field(default_factory=dict[str, str])
    """Ids of commands that were carried out before, by what they did and about whom."""

    def bring(self, store: SqlStore, number: str, **columns: object) -> str:
        """Import everybody, one of them changed; return the words."""
        self.imports += 1
        self.changed.setdefault(number, {}).update(columns)
        rows = [patient(one, **self.changed.get(one, {})) for one in self.everybody]
        given = extract(
            rows,
            [coded(one, _CODE, ON) for one in sorted(self.changed)],
            sha256=f"{self.imports:064d}",
        )
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

    def unit(work: Any) -> Target:  # noqa: ANN401 - ports.Work
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
    Kind("written", _command(lambda w, n: NoteExport(w.commands[f"export {n}"], True)), _export),
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
    Kind("said to be dead", _command(lambda _w, n: RecordContact(n, ContactOutcome.DECEASED_REPORTED))),
    Kind("note", _command(lambda _w, n: AddNote(n, "rang"))),
    Kind("assign", _command(lambda _w, n: Assign((n,), "al"))),
    Kind("choose month", _command(lambda _w, n: ChooseMonth(n, 4))),
    Kind("flag", _command(lambda _w, n: MarkFlag((n,), "housebound", True))),
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
_NAMES: Final = frozenset(one.name for one in KINDS)


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
        opened = [
            stack.enter_context(closing(open_store(url, audit_folder=folder))) for _ in range(2)
        ]
        for one in opened:
            one.database.make_ready()
        yield World(opened[0], opened[1], url, iter(numbers), numbers)


def _with_a_past(world: World, *kinds: Kind) -> str:
    """Return the number of a patient about whom what must be before was done."""
    number = next(world.numbers)
    _before(world, number, "book", MarkBooked((saw(world, number, BOOKED),), TODAY))
    _before(world, number, "decline", Decline((saw(world, number, DECLINED),), "no"))
    snooze = Snooze((saw(world, number, SNOOZED),), TODAY + timedelta(5), "", Wake.REPLY)
    _before(world, number, "snooze", snooze)
    for kind in dict.fromkeys(kinds):
        kind.before(world, number)
    return number


class Between:
    """Carries a deed out once: before the n-th statement of a store, or before it locks."""

    def __init__(self, store: SqlStore, point: int, deed: Callable[[], str]) -> None:
        """Wait for that statement."""
        self.point, self.seen, self.words = point, 0, ""
        self.was_late = False
        """Whether it came when there was no statement left before the lock."""

        self._deed: Callable[[], str] | None = deed
        self._engine = store.database.engine

    def carry_out(self, *, late: bool) -> None:
        """Do it, unless it is done."""
        if self._deed is not None:
            deed, self._deed = self._deed, None
            self.was_late = late
            self.words = deed()

    def _statement(  # noqa: PLR0913, PLR0917 - as SQLAlchemy calls it
        self, _c: Connection, _cursor: object, sql: str, _values: object, context: Any, _m: bool
    ) -> None:
        if context is not None and context.execution_options.get(REHEARSAL):
            return
        self.seen += 1
        late = bool(_LOCKS.search(sql))
        if late or self.seen >= self.point:
            self.carry_out(late=late)

    @contextmanager
    def watching(self) -> Generator[None]:
        """Look at every statement inside the block."""
        confirm = AheadRecorder.confirm

        def confirmed(recorder: AheadRecorder) -> None:
            self.carry_out(late=True)
            confirm(recorder)

        event.listen(self._engine, "before_cursor_execute", self._statement)
        try:
            with patch.object(AheadRecorder, "confirm", confirmed):
                yield
        finally:
            event.remove(self._engine, "before_cursor_execute", self._statement)
            self.carry_out(late=True)


@dataclass(frozen=True)
class Found:
    """What two deeds led to."""

    second: str
    first: str
    rows: tuple[str, ...]


def one_after_the_other(world: World, under_way: Kind, second: Kind) -> Found:
    """Return what it comes to when the second is done before the one that was about to be done."""
    number = _with_a_past(world, under_way, second)
    mine, theirs = under_way.plan(world, number), second.plan(world, number)
    words = outcome(theirs, world.al)
    found = Found(words, outcome(mine, world.sam), ())
    return _plain(world, number, found)


def at_once(world: World, under_way: Kind, second: Kind, point: int) -> tuple[Found, bool]:
    """Return what it comes to when it is done at a point of the other, and whether it was late."""
    number = _with_a_past(world, under_way, second)
    mine, theirs = under_way.plan(world, number), second.plan(world, number)
    between = Between(world.sam, point, lambda: outcome(theirs, world.al))
    with between.watching():
        words = outcome(mine, world.sam)
    return _plain(world, number, Found(between.words, words, ())), between.was_late


def _plain(world: World, number: str, found: Found) -> Found:
    """Return what was found without what differs from one patient and one run to the next."""
    if not world.sam.write(lambda work: work.role_of("sam")):
        back = Member("sam", "sam", "admin", version=_version(world))
        world.al.write(lambda work: work.put_member(back, by="al", at=AT))
    rows = world.sam.database.read(lambda connection: _rows(connection, number))
    ids: dict[str, str] = {}

    def plain(words: str) -> str:
        words = words.replace(number, "the patient")
        return _ID.sub(lambda one: ids.setdefault(one[0], f"#{len(ids)}"), words)

    return Found(plain(found.second), plain(found.first), tuple(plain(row) for row in rows))


def _version(world: World) -> int:
    return next(one.version for one in world.sam.members() if one.login == "sam")


def _rows(connection: Connection, number: str) -> list[str]:
    """Return every row about a patient, the decisions in their order first."""
    found: list[str] = []
    columns = [one for one in EVENT.c if one.name not in _OF_ONE_RUN]
    mine = select(*columns).where(EVENT.c.patient_number == number).order_by(EVENT.c.seq)
    found += [f"event {list(row)}" for row in connection.execute(mine)]
    shared = [one for one in SHARED_CHANGE.c if one.name not in _OF_ONE_RUN]
    about = select(*shared).order_by(SHARED_CHANGE.c.seq)
    named = {row.shared_id for row in connection.execute(about) if number in str(row)}
    found += [
        f"shared {list(row)}" for row in connection.execute(about) if row.shared_id in named
    ]
    for table in METADATA.sorted_tables:
        if "patient_number" in table.c and table is not EVENT:
            columns = [one for one in table.c if one.name not in _OF_ONE_RUN]
            rows = connection.execute(
                select(*columns).where(table.c.patient_number == number)
            ).all()
            words = [f"{table.name} {list(row)}" for row in rows]
            found += sorted(words, key=lambda one: _ID.sub("#", one))
    return found


def possible(under_way: Kind, second: Kind) -> bool:
    """Whether the second can be done while the other is under way."""
    return under_way.is_second and not (under_way.imports and second.imports)


def check_chain(world: World) -> bool:
    """Whether everything is in one sound chain."""
    store = world.sam
    return verify(world.url, store.practice.ods_code, store.database.audit).is_sound


def try_all(world: World, under_way: Kind, told: Callable[[str], object]) -> Counter[str]:
    """Try everything at every point of one deed; tell of what differs; return what was counted."""
    counts: Counter[str] = Counter()
    for second in KINDS:
        if not possible(under_way, second):
            continue
        wanted = one_after_the_other(world, under_way, second)
        kind = re.match("Conflict|Refused", wanted.first)
        point, late = 0, False
        while not late:
            point += 1
            found, late = at_once(world, under_way, second, point)
            counts["tries"] += 1
            counts[kind[0] if kind else "done"] += 1
            if found != wanted:
                counts["wrong"] += 1
                told(f"{under_way.name}, {second.name} at {point}:\n{found}\nnot\n{wanted}")
        counts["pairs"] += 1
    counts["chain not sound"] += not check_chain(world)
    return counts


def _stores(folder: Path, under_way: Kind) -> Iterator[tuple[str, str]]:
    yield "SQLite", str(folder / f"{under_way.name}.db")
    with fresh_database() as server:
        yield "Postgres", server


def main() -> None:
    """Try every pair at every point on both engines."""
    wanted = [one for one in KINDS if one.is_second and one.name in (sys.argv[1:] or _NAMES)]
    every: dict[str, Counter[str]] = {"SQLite": Counter(), "Postgres": Counter()}
    with TemporaryDirectory() as name:
        for under_way in wanted:
            for engine, url in _stores(Path(name), under_way):
                keys = Path(name) / engine / under_way.name
                with world_at(url, keys, _MOST_TRIES) as world:
                    counts = try_all(world, under_way, print)
                print(engine, under_way.name, dict(counts), flush=True)
                every[engine] += counts
    for engine, counts in every.items():
        print(engine, dict(counts))


if __name__ == "__main__":
    main()
