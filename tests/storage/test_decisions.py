"""Decisions: what two people may do to one due item, and what the plan may do to decisions."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import cast

import polars as pl
import pytest

from recall_tui.domain.commands import (
    AddNote,
    Assign,
    Channel,
    ChooseMonth,
    Decline,
    MarkBooked,
    MarkDone,
    RecordInvites,
    Redo,
    Snooze,
    Unbook,
    Undo,
)
from recall_tui.domain.decisions import Decision, DecisionKind, ItemState
from recall_tui.errors import Conflict, Refused, StoreTrouble
from recall_tui.frames import PlanInputs
from recall_tui.ports import StoredState, Work
from recall_tui.services.desk import perform
from storage import plan_merging
from storage.practices import Practice
from storage.store import SqlStore
from storage.work import Database
from storage.written import Author, put_states
from tests.support.desk import AT, TODAY, act, moment, target
from tests.support.extracts import due, extract, patient, plan
from tests.support.stocked import filled_by

BOOKED_ON = date(2026, 12, 3)


def two_patients(store: SqlStore) -> None:
    """Two patients, each with HbA1c and a foot check due in November."""
    given = extract([patient("100"), patient("101")])
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    rows = [
        due(number, item, date(2026, 11, 10))
        for number in ("100", "101")
        for item in ("foot_check", "hba1c")
    ]
    store.merge_plan(plan(rows), None, AT)


filling = filled_by(two_patients)
pytestmark = pytest.mark.usefixtures("store")


def state(store: SqlStore, number: str = "100", item: str = "hba1c") -> StoredState:
    """Return what is stored about one item."""
    return store.write(lambda work: work.item_states([(number, item)])[number, item])


def inputs(store: SqlStore) -> PlanInputs:
    """Return what the planner would read."""
    return cast("PlanInputs", store.plan_inputs())


def book(store: SqlStore, *items: str, login: str = "jo") -> str:
    """Book items of the first patient and return the booking's id."""
    targets = tuple(target(store, "100", item) for item in items)
    return act(store, MarkBooked(targets, BOOKED_ON), login).booking_id


def test_second_person_is_told(store: SqlStore) -> None:
    """Who books what somebody else just booked is refused, told who it was and when."""
    seen = (target(store, "100", "hba1c"),)
    act(store, MarkBooked(seen, BOOKED_ON), "jo")
    with pytest.raises(Conflict) as refusal:
        act(store, MarkBooked(seen, date(2026, 12, 4)), "sam", minutes=1)
    assert (refusal.value.who, refusal.value.what) == ("jo", "booked")
    assert refusal.value.when == AT
    assert state(store).state.booked_for == BOOKED_ON


def test_version_is_part_of_the_update(store: SqlStore) -> None:
    """A state cannot be written over a version that is not the newest, whoever forgot to look."""
    book(store, "hba1c")
    stale = {("100", "hba1c"): (ItemState(declined="no"), 7)}
    with pytest.raises(Conflict, match="changed by jo at 10:42 on 22 Nov 2026: booked"):
        store.write(lambda work: work.put_item_states(stale, by="sam", at=AT, change="declined"))
    practice, author = store.practice.practice_id, Author("sam", AT)
    with pytest.raises(Conflict, match="changed while this was being saved"):
        store.database.write(lambda one: put_states(one, practice, stale, author, "declined"))
    assert state(store).state.declined == ""


def test_bulk_is_one_step_of_undo(store: SqlStore) -> None:
    """A batch over two patients is undone and redone as a whole."""
    targets = tuple(target(store, number, "hba1c") for number in ("100", "101"))
    channels = (("100", Channel.SMS), ("101", Channel.LETTER))
    act(store, RecordInvites(targets, channels))
    assert state(store, "101").state.invites == 1
    act(store, Undo(), minutes=1)
    assert [state(store, number).state.invites for number in ("100", "101")] == [0, 0]
    act(store, Redo(), minutes=2)
    assert [state(store, number).state.invites for number in ("100", "101")] == [1, 1]


def test_undo_takes_the_newest_first(store: SqlStore) -> None:
    """Undo twice takes two commands back; redo brings the one back that was undone last."""
    book(store, "hba1c")
    act(store, AddNote("100", "rings after five"), minutes=1)
    act(store, Undo(), minutes=2)
    act(store, Undo(), minutes=3)
    assert state(store).state.booked_for is None
    act(store, Redo(), minutes=4)
    assert state(store).state.booked_for == BOOKED_ON
    act(store, Redo(), minutes=5)
    assert len(page_notes(store)) == 1
    with pytest.raises(Refused):
        act(store, Redo(), minutes=6)


def page_notes(store: SqlStore) -> tuple[str, ...]:
    """Return the notes that the page shows."""
    page = store.patient_page("100", TODAY)
    assert page is not None
    return tuple(note.words for note in page.notes)


def test_other_people_stand_in_the_way_of_undo(store: SqlStore) -> None:
    """A booking that somebody else changed since is not undone."""
    booking = book(store, "hba1c")
    act(store, Unbook("100", booking), "sam", minutes=1)
    with pytest.raises(Refused, match="sam changed it since"):
        act(store, Undo(), "jo", minutes=2)


def test_same_command_twice(store: SqlStore) -> None:
    """A command whose answer was lost may be sent again: it is carried out once."""
    command = MarkBooked((target(store, "100", "hba1c"),), BOOKED_ON)
    first = perform(store, command, moment(command_id="c1"))
    again = perform(store, command, moment(command_id="c1"))
    assert first.words != again.words == "Recorded already"
    assert len(store.write(lambda work: work.command_events("c1"))) == 1


def test_booking_follows_its_item(store: SqlStore) -> None:
    """When the recall date moves the due date within its period, the booking stays with it."""
    book(store, "hba1c")
    moved = due("100", "hba1c", date(2026, 12, 20), closed_through=date(2025, 12, 20))
    store.merge_plan(plan([moved]), ["100"], AT)
    assert state(store).state.booked_for == BOOKED_ON
    pinned = inputs(store).pinned
    assert pinned.rows() == [("100", "hba1c", date(2026, 12, 20), BOOKED_ON)]


def stands(store: SqlStore, booking: str) -> bool:
    """Whether a booking is one of those that patients are told of."""
    return store.write(lambda work: work.active_booking(booking)) is not None


def test_a_booking_that_holds_nothing_does_not_stand(store: SqlStore) -> None:
    """Whose items were booked anew one by one is told of the new appointments alone."""
    both = book(store, "foot_check", "hba1c")
    book(store, "hba1c")
    assert stands(store, both)
    book(store, "foot_check")
    assert not stands(store, both)


def test_a_booking_stands_while_it_holds_anything(store: SqlStore) -> None:
    """Undo and redo about one item leave the booking that holds another of its items."""
    both = book(store, "foot_check", "hba1c")
    later = act(store, MarkBooked((target(store, "100", "hba1c"),), TODAY), minutes=1).booking_id
    act(store, Undo(), minutes=2)
    assert (stands(store, both), stands(store, later)) == (True, False)
    act(store, Redo(), minutes=3)
    assert (stands(store, both), stands(store, later)) == (True, True)
    act(store, Decline((target(store, "100", "hba1c"),), "no"), minutes=4)
    act(store, Undo(), minutes=5)
    assert (stands(store, both), stands(store, later)) == (True, True)
    assert state(store, item="foot_check").state.booking_id == both
    act(store, Unbook("100", both, missed=True), minutes=6)
    assert [state(store, item=one).state.missed for one in ("foot_check", "hba1c")] == [1, 0]
    assert state(store).state.booking_id == later


def test_next_period_starts_afresh(store: SqlStore) -> None:
    """Once the item was done, its booking and invites do not count for the next year's."""
    book(store, "hba1c")
    rows = [
        due("100", "hba1c", date(2026, 11, 10), is_open=False, done_on=date(2026, 12, 3)),
        due("100", "hba1c", date(2027, 11, 10), closed_through=date(2026, 11, 10)),
    ]
    store.merge_plan(plan(rows), ["100"], AT)
    stored = state(store)
    assert stored.state == ItemState()
    assert (stored.changed_by, stored.version) == ("planning", 2)
    assert inputs(store).pinned.is_empty()


def test_planning_one_reads_no_other_decisions(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a plan of one is stored, which others wait for, decisions about others are not read."""
    for number in ("100", "101"):
        act(store, MarkBooked((target(store, number, "hba1c"),), BOOKED_ON))
    found: list[pl.DataFrame] = []
    noting = partial(seen_by, plan_merging.read_frame, found)
    monkeypatch.setattr(plan_merging, "read_frame", noting)
    moved = due("100", "hba1c", date(2026, 12, 20), closed_through=date(2025, 12, 20))
    store.merge_plan(plan([moved]), ["100"], AT)
    assert [frame["patient_number"].to_list() for frame in found] == [["100"]]


def seen_by(
    read: Callable[..., pl.DataFrame], found: list[pl.DataFrame], *given: object
) -> pl.DataFrame:
    """Read as ``read`` does, and note what names patients and items only."""
    frame = read(*given)
    if frame.columns == ["patient_number", "item"]:
        found.append(frame)
    return frame


def test_mark_done_reaches_the_planner(store: SqlStore) -> None:
    """What was marked done is handed to the planner until somebody takes it back."""
    act(store, MarkDone((target(store, "100", "hba1c"),), "done at the hospital"))
    assert inputs(store).closed.rows() == [("100", "hba1c", date(2026, 11, 10))]
    asked = [cast("PlanInputs", store.plan_inputs([one])).closed.height for one in ("100", "101")]
    assert asked == [1, 0]
    act(store, Undo(), minutes=1)
    assert inputs(store).closed.is_empty()


def test_choices_reach_the_planner(store: SqlStore) -> None:
    """A chosen month is read back by the planner, and assigning leaves it alone."""
    act(store, ChooseMonth("100", 5))
    act(store, Assign(("100",), "Sam"), minutes=1)
    assert inputs(store).choices.rows() == [("100", 5, None, None, None)]
    chosen = store.write(lambda work: work.choices(["100"]))["100"]
    assert (chosen.month, chosen.owner) == (5, "Sam")
    assert store.expired_patients(TODAY) == ("100",)


def test_imports_leave_decisions_alone(store: SqlStore) -> None:
    """An import that changes every clinical row leaves bookings, invites and events as they are."""
    book(store, "hba1c", "foot_check")
    act(store, Snooze((target(store, "101", "hba1c"),), date(2026, 11, 29)), minutes=1)
    before = [state(store), state(store, "101"), page_notes(store)]
    changed = extract([patient("100", family_name="New"), patient("101")], sha256="b" * 64)
    store.merge_extract(changed, by="jo", at=AT, accept=True, dry_run=False)
    assert [state(store), state(store, "101"), page_notes(store)] == before


def test_refused_unit_leaves_nothing(store: SqlStore) -> None:
    """When a unit raises, nothing that it wrote is kept and the revision stays."""
    revision = store.revision()
    event = Decision("e1", "c1", AT, "jo", DecisionKind.NOTED, "100", payload={"words": "x"})

    def unit(work: Work) -> None:
        work.append([event])
        raise Refused("no")

    with pytest.raises(Refused):
        store.write(unit)
    assert store.revision() == revision
    assert not store.write(lambda work: work.command_is_known("c1"))


def test_unknown_practice(database: Database) -> None:
    """Writing for a practice that the store does not hold is refused in one line."""
    stranger = SqlStore(database, Practice(77, "Z99999", "nobody"))
    with pytest.raises(StoreTrouble, match="recall init"):
        stranger.write(lambda work: work.new_id())
