"""Two people, an import and the planner act in any order: the store never loses a decision."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from recall_tui.domain.commands import (
    Channel,
    Command,
    Decline,
    MarkBooked,
    MarkDone,
    RecordInvites,
    Redo,
    Snooze,
    Target,
    Unbook,
    Undo,
)
from recall_tui.domain.decisions import fold
from recall_tui.errors import Conflict, Refused
from recall_tui.ports import StoredState
from storage.decided import item_events, item_states, open_items
from storage.practices import add_practice
from storage.store import SqlStore
from storage.work import Database
from tests.storage.conftest import MADE_AT
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import due, extract, patient, plan

PATIENTS = ("100", "101")
ITEMS = ("foot_check", "hba1c")
KEYS = [(number, item) for number in PATIENTS for item in ITEMS]

people = st.sampled_from(("jo", "sam"))
keys = st.sampled_from(KEYS)
deeds: dict[str, Callable[[Target], Command]] = {
    "book": lambda one: MarkBooked((one,), TODAY + timedelta(days=9)),
    "invite": lambda one: RecordInvites((one,), ((one.patient, Channel.SMS),)),
    "snooze": lambda one: Snooze((one,), TODAY + timedelta(days=6)),
    "decline": lambda one: Decline((one,), "not now"),
    "mark done": lambda one: MarkDone((one,), "done elsewhere"),
}


class TwoDesks(RuleBasedStateMachine):
    """Jo and Sam, each with what they last saw; the model is the list of events itself."""

    database: ClassVar[Database]
    numbers: ClassVar["count[int]"] = count(1)

    @initialize()
    def open_practice(self) -> None:
        """Begin with a practice of two patients, two items due each."""
        practice = add_practice(self.database, f"M{next(self.numbers):05d}", "", MADE_AT)
        self.store = SqlStore(self.database, practice)
        self.imports, self.minute = 0, 0
        self.due = {key: (date(2026, 11, 10), date(2025, 11, 10)) for key in KEYS}
        self.seen: dict[tuple[str, str, str], Target] = {}
        self.bring()
        self.replan()

    def bring(self) -> None:
        """Import the patients, changed."""
        self.imports += 1
        rows = [patient(number, family_name=f"N{self.imports}") for number in PATIENTS]
        given = extract(rows, sha256=f"{self.imports:064d}")
        self.store.merge_extract(given, by="jo", at=AT, accept=True, dry_run=False)

    def replan(self) -> None:
        """Store the plan as the model has it."""
        rows = [
            due(*key, due_on, closed_through=closed) for key, (due_on, closed) in self.due.items()
        ]
        self.store.merge_plan(plan(rows), None, AT)

    @rule(who=people, key=keys)
    def look(self, who: str, key: tuple[str, str]) -> None:
        """Somebody looks at a due item."""
        self.seen[who, *key] = target(self.store, *key)

    @rule(who=people, key=keys, deed=st.sampled_from(sorted(deeds)))
    def decide(self, who: str, key: tuple[str, str], deed: str) -> None:
        """Somebody decides about what they saw: it counts, or it was changed in between."""
        seen = self.seen.get((who, *key))
        if seen is None:
            return
        now = target(self.store, *key)
        try:
            self.act(who, deeds[deed](seen))
        except Conflict:
            assert seen.version != now.version
        except Refused:
            pass
        else:
            assert seen == now

    @rule(who=people, key=keys)
    def unbook(self, who: str, key: tuple[str, str]) -> None:
        """Somebody takes a booking back."""
        booking = self.states()[key].state.booking_id
        if booking:
            self.act(who, Unbook(key[0], booking))

    @rule(who=people, command=st.sampled_from((Undo(), Redo())))
    def take_back(self, who: str, command: Command) -> None:
        """Somebody undoes or redoes, where that is possible."""
        try:
            self.act(who, command)
        except Refused:
            return

    @rule(key=keys, days=st.integers(-20, 20))
    def move_due_date(self, key: tuple[str, str], days: int) -> None:
        """The recall date moves: the due date does, within its period."""
        due_on, closed = self.due[key]
        self.due[key] = (max(due_on + timedelta(days=days), closed + timedelta(days=40)), closed)
        self.replan()

    @rule(key=keys)
    def done(self, key: tuple[str, str]) -> None:
        """The item was done: the next year's is the open one."""
        due_on, _closed = self.due[key]
        self.due[key] = (due_on + timedelta(days=365), due_on)
        self.replan()

    @rule()
    def import_again(self) -> None:
        """An import changes every patient."""
        before = self.states()
        self.bring()
        assert self.states() == before

    def act(self, who: str, command: Command) -> None:
        """Carry a command out, a minute later than the last."""
        self.minute += 1
        act(self.store, command, who, minutes=self.minute)

    def states(self) -> dict[tuple[str, str], StoredState]:
        """Return what is stored about every item."""
        practice = self.store.practice.practice_id
        return dict(self.database.read(lambda one: item_states(one, practice, KEYS)))

    @invariant()
    def adds_up(self) -> None:
        """Every state is the fold of its events over the open period; its booking stands."""
        practice = self.store.practice.practice_id
        events = self.database.read(lambda one: item_events(one, practice, KEYS))
        openings = self.database.read(lambda one: open_items(one, practice, PATIENTS))
        for key, stored in self.states().items():
            assert stored.state == fold(events[key], *openings[key].period)
            booking = stored.state.booking_id
            if booking:
                assert self.store.write(lambda work, one=booking: work.active_booking(one))


def test_any_order(database: Database) -> None:
    """In any order of deeds by two people, planner and importer, every state adds up."""
    TwoDesks.database = database
    run_state_machine_as_test(
        TwoDesks, settings=settings(max_examples=12, stateful_step_count=20, deadline=None)
    )
