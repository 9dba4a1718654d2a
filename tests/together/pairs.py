"""Every thing that people do, while each other thing is under way about the same patient.

One deed is done by Sam; at one of its statements, or when it is about to lock, Al does another
about the same patient, on a connection of his own. Whatever happens has to be what had happened
one after the other: the same words, decisions, states, bookings and choices.
"""

import re
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, event, select

from recall_tui.views.people import Member
from storage.ahead import AheadRecorder
from storage.audit_verifying import verify
from storage.ready import REHEARSAL
from storage.store import SqlStore
from storage.tables import EVENT, METADATA, SHARED_CHANGE
from storage.turns import Turns
from tests.support.desk import AT
from tests.together.deeds import KINDS, Kind, World, outcome, with_a_past

_ID = re.compile(r"\b[0-9a-f]{32}\b")
_LOCKS = re.compile(r"FOR UPDATE|advisory")
_OF_ONE_RUN = frozenset(
    {"practice_id", "seq", "chain_no", "mac", "changed_no", "run_no", "nhs_number"}
    | {"mobile_phone", "mobile_key"}
)
"""Columns that differ from one patient, or one run, to the next."""

_ANCHORED = "origin"
"""Of a decision: says which row was anchored last, too (``storage.audit_chain.Origin``)."""


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

    def _statement(
        self,
        _connection: Connection,
        _cursor: object,
        sql: str,
        _values: object,
        context: Any,  # noqa: ANN401 - the dialect's own
        _several: object,
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
        confirm, turn = AheadRecorder.confirm, Turns.turn

        def confirmed(recorder: AheadRecorder) -> None:
            self.carry_out(late=True)
            confirm(recorder)

        def turned(turns: Turns, seconds: float) -> AbstractContextManager[None]:
            if turns.file is not None:
                self.carry_out(late=True)
            return turn(turns, seconds)

        event.listen(self._engine, "before_cursor_execute", self._statement)
        try:
            with (
                patch.object(AheadRecorder, "confirm", confirmed),
                patch.object(Turns, "turn", turned),
            ):
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
    number = with_a_past(world, under_way, second)
    mine, theirs = under_way.plan(world, number), second.plan(world, number)
    words = outcome(theirs, world.al)
    found = Found(words, outcome(mine, world.sam), ())
    return _plain(world, number, found)


def at_once(world: World, under_way: Kind, second: Kind, point: int) -> tuple[Found, bool]:
    """Return what it comes to when it is done at a point of the other, and whether it was late."""
    number = with_a_past(world, under_way, second)
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
    columns = [one for one in EVENT.c if one.name not in {*_OF_ONE_RUN, _ANCHORED}]
    mine = select(*columns).where(EVENT.c.patient_number == number).order_by(EVENT.c.seq)
    found += [f"event {list(row)}" for row in connection.execute(mine)]
    shared = [one for one in SHARED_CHANGE.c if one.name not in _OF_ONE_RUN]
    about = select(*shared).order_by(SHARED_CHANGE.c.seq)
    named = {row.shared_id for row in connection.execute(about) if number in str(row)}
    found += [f"shared {list(row)}" for row in connection.execute(about) if row.shared_id in named]
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
