"""A state machine of two people, an importer and a planner.

Jo and Sam, each on a connection of their own, an importer and a planner act in any order, also
while the other's deed is under way. The model is the list of decisions itself.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from recall_tui.domain.commands import (
    AddNote,
    Assign,
    Channel,
    Command,
    ContactOutcome,
    Decline,
    Hold,
    MarkBooked,
    MarkDone,
    RecordContact,
    RecordInvites,
    Redo,
    Reopen,
    Snooze,
    Target,
    Unbook,
    Undo,
    Wake,
)
from recall_tui.domain.decisions import fold
from recall_tui.errors import Conflict, Refused
from recall_tui.ports import StoredState
from storage.decided import item_events, item_states, open_items
from storage.practices import add_practice
from storage.tables import EVENT
from storage.work import Database
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import due, extract, patient, plan
from tests.together.deeds import Unhurried
from tests.together.pairs import Between

PATIENTS = ("100", "101")
ITEMS = ("foot_check", "hba1c")
KEYS = [(number, item) for number in PATIENTS for item in ITEMS]
LATEST = 9
"""The last statement before which the other's deed comes between; or else before the lock."""

people = st.sampled_from(("jo", "sam"))
keys = st.sampled_from(KEYS)
deeds: dict[str, Callable[[Target], Command]] = {
    "book": lambda one: MarkBooked((one,), TODAY + timedelta(days=9)),
    "invite": lambda one: RecordInvites((one,), ((one.patient, Channel.SMS),)),
    "snooze": lambda one: Snooze((one,), TODAY + timedelta(days=6)),
    "snooze until a reply": lambda one: Snooze((one,), TODAY + timedelta(6), when=Wake.REPLY),
    "decline": lambda one: Decline((one,), "not now"),
    "hold": lambda one: Hold((one,), "Dr Drama", "ill", TODAY + timedelta(days=20)),
    "reopen": lambda one: Reopen((one,)),
    "mark done": lambda one: MarkDone((one,), "done elsewhere"),
}
of_patients: dict[str, Callable[[str], Command]] = {
    "note": lambda one: AddNote(one, "rang"),
    "assign": lambda one: Assign((one,), "jo"),
    "no answer": lambda one: RecordContact(one, ContactOutcome.NO_ANSWER),
    "will book": lambda one: RecordContact(one, ContactOutcome.WILL_BOOK),
}
named_deeds = st.sampled_from(sorted(deeds))


class TwoDesks(RuleBasedStateMachine):
    """Jo and Sam, each with what they last saw."""

    databases: ClassVar[tuple[Database, Database]]
    numbers: ClassVar["count[int]"] = count(1)
    counted: ClassVar[Counter[str]] = Counter()

    @initialize()
    def open_practice(self) -> None:
        """Begin with a practice of two patients, two items due each."""
        practice = add_practice(self.databases[0], f"M{next(self.numbers):05d}", "", AT)
        self.desks = {
            who: Unhurried(database, practice)
            for who, database in zip(("jo", "sam"), self.databases, strict=True)
        }
        self.store = self.desks["jo"]
        self.imports, self.minute = 0, 0
        self.due = {key: (date(2026, 11, 10), date(2025, 11, 10)) for key in KEYS}
        self.seen: dict[tuple[str, str, str], Target] = {}
        self.bring()
        self.replan()
        self.counted["runs"] += 1

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
        self.seen[who, *key] = target(self.desks[who], *key)

    @rule(who=people, key=keys, deed=named_deeds)
    def decide(self, who: str, key: tuple[str, str], deed: str) -> None:
        """Somebody decides about what they saw: it counts, or it was changed in between."""
        seen = self.seen.get((who, *key))
        if seen is not None:
            now = target(self.store, *key)
            self.carried_out(who, deeds[deed](seen), is_current=seen == now)

    @rule(
        who=people, key=keys, deed=named_deeds,
        other_key=keys, other_deed=named_deeds, point=st.integers(1, LATEST),
    )  # fmt: skip
    def decide_at_once(  # noqa: PLR0913 - what each of two does
        self,
        who: str,
        key: tuple[str, str],
        deed: str,
        *,
        other_key: tuple[str, str],
        other_deed: str,
        point: int,
    ) -> None:
        """Both look and decide; one's decision comes while the other's is being stored."""
        other = "sam" if who == "jo" else "jo"
        mine, theirs = target(self.store, *key), target(self.store, *other_key)
        done: list[bool] = []

        def between() -> str:
            done.append(self.carried_out(other, deeds[other_deed](theirs), is_current=True))
            return ""

        came = Between(self.desks[who], point, between)
        is_same = key == other_key
        with came.watching():
            is_mine = self.tried(who, deeds[deed](mine))
        assert len(done) == 1
        self.counted["at once"] += 1
        if is_same and done[0]:
            assert is_mine != "done"
            self.counted["at once, the same item: told who was first"] += 1

    def carried_out(self, who: str, command: Command, *, is_current: bool) -> bool:
        """Try a command that rests on what is so now or not; return whether it counts."""
        found = self.tried(who, command)
        assert found != "conflict" or not is_current
        assert found != "done" or is_current
        return found == "done"

    def tried(self, who: str, command: Command) -> str:
        """Carry a command out; return and count what became of it."""
        try:
            self.act(who, command)
        except Conflict:
            found = "conflict"
        except Refused:
            found = "refused"
        else:
            found = "done"
        self.counted[found] += 1
        return found

    @rule(who=people, number=st.sampled_from(PATIENTS), deed=st.sampled_from(sorted(of_patients)))
    def about_the_patient(self, who: str, number: str, deed: str) -> None:
        """Somebody says something about a patient as a whole: nobody can be in the way."""
        assert self.tried(who, of_patients[deed](number)) == "done"

    @rule(who=people, key=keys)
    def unbook(self, who: str, key: tuple[str, str]) -> None:
        """Somebody takes a booking back."""
        booking = self.states()[key].state.booking_id
        if booking:
            assert self.tried(who, Unbook(key[0], booking)) == "done"

    @rule(who=people, command=st.sampled_from((Undo(), Redo(), Undo(of="jo"))))
    def take_back(self, who: str, command: Command) -> None:
        """Somebody undoes or redoes, also a colleague's, where that is possible."""
        if self.tried(who, command) == "done":
            self.counted["undone or redone"] += 1

    @rule(key=keys, days=st.integers(-20, 20))
    def move_due_date(self, key: tuple[str, str], days: int) -> None:
        """The recall date moves: the due date does, within its period."""
        due_on, closed = self.due[key]
        self.due[key] = (max(due_on + timedelta(days=days), closed + timedelta(days=40)), closed)
        self.replan()
        self.counted["planned"] += 1

    @rule(key=keys)
    def done(self, key: tuple[str, str]) -> None:
        """The item was done: the next year's is the open one."""
        due_on, _closed = self.due[key]
        self.due[key] = (due_on + timedelta(days=365), due_on)
        self.replan()
        self.counted["planned"] += 1

    @rule()
    def import_again(self) -> None:
        """An import changes every patient."""
        before = self.states()
        self.bring()
        assert self.states() == before
        self.counted["imported"] += 1

    def act(self, who: str, command: Command) -> None:
        """Carry a command out, a minute later than the last."""
        self.minute += 1
        act(self.desks[who], command, who, minutes=self.minute)

    def states(self) -> dict[tuple[str, str], StoredState]:
        """Return what is stored about every item."""
        practice = self.store.practice.practice_id
        return dict(self.databases[0].read(lambda one: item_states(one, practice, KEYS)))

    @invariant()
    def adds_up(self) -> None:
        """Every state is the fold of its events over the open period; its booking stands."""
        practice = self.store.practice.practice_id
        events = self.databases[0].read(lambda one: item_events(one, practice, KEYS))
        openings = self.databases[0].read(lambda one: open_items(one, practice, PATIENTS))
        for key, stored in self.states().items():
            assert stored.state == fold(events[key], *openings[key].period)
            booking = stored.state.booking_id
            if booking:
                assert self.store.write(lambda work, one=booking: work.active_booking(one))
        self.counted["times looked"] += 1

    @invariant()
    def numbered(self) -> None:
        """Decisions are numbered without a gap."""
        mine = EVENT.c.practice_id == self.store.practice.practice_id
        whole = select(func.count(), func.max(EVENT.c.seq)).where(mine)
        rows, last = self.databases[0].read(lambda one: one.execute(whole).one())
        assert rows == (last or 0)


def run(databases: tuple[Database, Database], examples: int, steps: int) -> None:
    """Let the machine run, without reducing what it finds."""
    TwoDesks.databases = databases
    wanted = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
        database=None,
    )
    run_state_machine_as_test(TwoDesks, settings=wanted)
