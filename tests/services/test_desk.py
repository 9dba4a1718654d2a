"""Every command through the desk, on SQLite and on Postgres."""

from datetime import UTC, date, datetime, timedelta

import pytest

from recall_tui.domain.calendar import Month
from recall_tui.domain.choices import Choice
from recall_tui.domain.commands import (
    Actor,
    AddNote,
    Assign,
    Channel,
    ChooseMonth,
    Command,
    ContactOutcome,
    Decline,
    Hold,
    MarkBooked,
    MarkDone,
    MarkFlag,
    RecordContact,
    RecordInvites,
    Redo,
    Reopen,
    Snooze,
    SnoozeDays,
    Target,
    Unbook,
    Undo,
    Wake,
)
from recall_tui.domain.decisions import ItemState
from recall_tui.domain.sharing import SaveShared, SharedKind
from recall_tui.errors import Conflict, Refused
from recall_tui.services.deciding import Moment
from recall_tui.services.desk import perform
from recall_tui.services.sharing import team_definition
from recall_tui.views.done import Done
from recall_tui.views.people import Member
from storage.ids import new_row_id
from storage.store import SqlStore
from tests.support.extracts import due, extract, patient, plan
from tests.support.stocked import filled_by

TODAY = date(2026, 11, 22)
DUE = date(2026, 12, 15)
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
JO, AL = Actor("jo", "admin"), Actor("al", role="reception")
HBA1C = Target("101", "hba1c", DUE)
LITHIUM = Target("102", "lithium_level", DUE)


def as_it_begins(store: SqlStore) -> None:
    store.merge_extract(
        extract([patient("101"), patient("102")]), by="jo", at=AT, accept=False, dry_run=False
    )
    rows = [
        due("101", "hba1c", DUE, is_open=True),
        due("102", "lithium_level", DUE, is_open=True, high_risk=True),
    ]
    store.merge_plan(plan(rows), None, AT)


filling = filled_by(as_it_begins, "practice")


@pytest.fixture
def practice(store: SqlStore) -> SqlStore:
    """Give a practice of two patients with one open due item each; 102's is high-risk."""
    return store


def do(
    store: SqlStore, command: Command, who: Actor = JO, *, command_id: str = "", minutes: int = 0
) -> Done:
    """Carry a command out."""
    at = AT + timedelta(minutes=minutes)
    return perform(store, command, Moment(who, at, TODAY, command_id or new_row_id()))


def state(store: SqlStore, target: Target) -> ItemState:
    """Return the stored state of a target's item."""
    key = (target.patient, target.item)
    return store.write(lambda work: work.item_states([key]))[key].state


def seen(store: SqlStore, target: Target) -> Target:
    """Return the target as a person sees it now."""
    key = (target.patient, target.item)
    version = store.write(lambda work: work.item_states([key]))[key].version
    return Target(target.patient, target.item, target.due_on, version)


def test_a_booking_is_seen_and_taken_back(practice: SqlStore) -> None:
    """A booking names its date; taken back, it stands no more and the item is open again."""
    done = do(practice, MarkBooked((HBA1C,), date(2026, 12, 3), "a1", "nurse"))
    assert state(practice, HBA1C).booked_for == date(2026, 12, 3)
    do(practice, Unbook("101", done.booking_id))
    assert state(practice, HBA1C).booked_for is None
    with pytest.raises(Refused, match="does not stand any more"):
        do(practice, Unbook("101", done.booking_id))


def test_a_second_booking_of_the_same_item_says_who_was_first(practice: SqlStore) -> None:
    """Two people book what both saw as open: the second hears who, when and what."""
    do(practice, MarkBooked((HBA1C,), date(2026, 12, 3)), JO)
    with pytest.raises(Conflict, match=r"changed by jo at .*booked"):
        do(practice, MarkBooked((HBA1C,), date(2026, 12, 4)), AL)
    assert state(practice, HBA1C).booked_for == date(2026, 12, 3)


def test_the_same_command_twice_is_done_once(practice: SqlStore) -> None:
    """A command whose answer was lost is not carried out again."""
    command = RecordInvites((HBA1C,), (("101", Channel.SMS),))
    do(practice, command, command_id="f" * 32)
    assert do(practice, command, command_id="f" * 32).words == "Recorded already"
    assert state(practice, HBA1C).invites == 1


def test_undo_and_redo_of_a_bulk_invite_are_one_step(practice: SqlStore) -> None:
    """A batch over several patients is undone and redone as a whole."""
    channels = (("101", Channel.SMS), ("102", Channel.LETTER))
    do(practice, RecordInvites((HBA1C, LITHIUM), channels))
    do(practice, Undo(), minutes=1)
    assert state(practice, HBA1C).invites == state(practice, LITHIUM).invites == 0
    do(practice, Redo(), minutes=2)
    assert state(practice, HBA1C).invites == state(practice, LITHIUM).invites == 1
    with pytest.raises(Refused, match="nothing to be redone"):
        do(practice, Redo(), minutes=3)


def test_undo_goes_back_step_by_step(practice: SqlStore) -> None:
    """Each undo takes back the newest command that still counts, to any depth."""
    do(practice, RecordInvites((HBA1C,), (("101", Channel.SMS),)))
    do(practice, MarkBooked((seen(practice, HBA1C),), date(2026, 12, 3)), minutes=1)
    do(practice, Undo(), minutes=2)
    assert (state(practice, HBA1C).invites, state(practice, HBA1C).booked_for) == (1, None)
    do(practice, Undo(), minutes=3)
    assert state(practice, HBA1C).invites == 0
    with pytest.raises(Refused, match="nothing to be undone"):
        do(practice, Undo(), minutes=4)


def test_a_session_takes_back_only_its_own_commands(practice: SqlStore) -> None:
    """Of two terminals under one login each undoes and redoes what was done there."""
    here = do(practice, RecordInvites((HBA1C,), (("101", Channel.SMS),))).command_id
    there = do(practice, RecordInvites((LITHIUM,), (("102", Channel.LETTER),)), minutes=1)
    mine = do(practice, Undo(within=(here,)), minutes=2).command_id
    assert (state(practice, HBA1C).invites, state(practice, LITHIUM).invites) == (0, 1)
    with pytest.raises(Refused, match="since you came in"):
        do(practice, Undo(within=(here, mine)), minutes=3)
    with pytest.raises(Refused, match="nothing to be redone"):
        do(practice, Redo(within=(there.command_id,)), minutes=4)
    do(practice, Redo(within=(here, mine)), minutes=5)
    assert (state(practice, HBA1C).invites, state(practice, LITHIUM).invites) == (1, 1)
    with pytest.raises(Refused, match="since you came in"):
        do(practice, Undo(within=()), minutes=6)


def test_a_colleagues_later_change_stops_my_undo(practice: SqlStore) -> None:
    """What somebody else changed since is not undone under their hands."""
    mine = do(practice, RecordInvites((HBA1C,), (("101", Channel.SMS),)), JO)
    do(practice, MarkBooked((seen(practice, HBA1C),), date(2026, 12, 3)), AL, minutes=1)
    with pytest.raises(Refused, match="al changed it since"):
        do(practice, Undo(mine.command_id), JO, minutes=2)


def test_reception_cannot_undo_what_others_did(practice: SqlStore) -> None:
    """Only an administrator takes back what somebody else did."""
    mine = do(practice, RecordInvites((HBA1C,), (("101", Channel.SMS),)), JO)
    with pytest.raises(Refused, match="jo did this"):
        do(practice, Undo(mine.command_id), AL)


def test_undoing_a_booking_takes_the_booking_itself_back(practice: SqlStore) -> None:
    """After undo the booking stands no more; after redo it stands again."""
    booking = do(practice, MarkBooked((HBA1C,), date(2026, 12, 3))).booking_id
    do(practice, Undo(), minutes=1)
    assert practice.write(lambda work: work.active_booking(booking)) is None
    do(practice, Redo(), minutes=2)
    assert practice.write(lambda work: work.active_booking(booking)) is not None


def test_a_practice_may_allow_less_for_drug_monitoring_and_for_waiting(practice: SqlStore) -> None:
    """Three days for lithium, two weeks for a reply: more is refused; a call back hides no more."""
    decided = SnoozeDays(usual=5, waiting=14, high_risk=3)

    def strictly(command: Command) -> Done:
        return perform(practice, command, Moment(JO, AT, TODAY, new_row_id(), decided))

    with pytest.raises(Refused, match="until 25 Nov 2026 at most"):
        strictly(Snooze((LITHIUM,), TODAY + timedelta(4)))
    with pytest.raises(Refused, match="longer than until 6 Dec 2026"):
        strictly(Snooze((HBA1C,), TODAY + timedelta(15), when=Wake.REPLY))
    late = RecordContact("102", ContactOutcome.CALL_BACK, Channel.PHONE, on=TODAY + timedelta(4))
    strictly(late)
    assert state(practice, LITHIUM).snoozes == 0
    strictly(Snooze((LITHIUM,), TODAY + timedelta(3)))
    strictly(Snooze((HBA1C,), TODAY + timedelta(14), when=Wake.REPLY))
    assert state(practice, LITHIUM).snoozes == state(practice, HBA1C).snoozes == 1


def test_high_risk_monitoring_is_snoozed_for_a_week_at_most(practice: SqlStore) -> None:
    """Lithium is not hidden for a month."""
    with pytest.raises(Refused, match="at most"):
        do(practice, Snooze((LITHIUM,), TODAY + timedelta(8)))
    do(practice, Snooze((LITHIUM,), TODAY + timedelta(7)))
    assert state(practice, LITHIUM).snoozes == 1


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (MarkBooked((HBA1C,), TODAY - timedelta(1)), "is past"),
        (MarkBooked((HBA1C, LITHIUM), TODAY), "for one patient"),
        (MarkBooked((), TODAY), "nothing is chosen"),
        (MarkBooked((Target("101", "hba1c", date(2025, 1, 1)),), TODAY), "changed since you saw"),
        (MarkBooked((Target("101", "bmi", DUE),), TODAY), "it is not due"),
        (Snooze((HBA1C,), TODAY), "not in the future"),
        (Decline((HBA1C,), "  "), "say why"),
        (MarkDone((HBA1C,), ""), "say why"),
        (Hold((HBA1C,), "", "hospital", DUE), "needs the name"),
        (Hold((HBA1C,), "Dr A", "hospital", TODAY), "review date in the future"),
        (RecordInvites((HBA1C,), (("101", Channel.NONE),)), "no way to reach"),
        (AddNote("999", "hello"), "no such patient"),
        (AddNote("101", " "), "empty"),
        (AddNote("101", "x" * 1001), "too long"),
        (Assign((), "al"), "nobody is chosen"),
        (ChooseMonth("101", 13), "not a month"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    practice: SqlStore, command: Command, words: str
) -> None:
    """Each refusal says what is wrong, and nothing is written."""
    before = practice.revision()
    with pytest.raises(Refused, match=words) as fault:
        do(practice, command)
    assert "\n" not in fault.value.words
    assert practice.revision() == before


def test_mark_done_expires_the_plan_and_can_be_reopened_by_undo(practice: SqlStore) -> None:
    """An override closes the due date at once and asks for a new plan."""
    done = do(practice, MarkDone((HBA1C,), "seen at the hospital"))
    assert done.replan == ("101",)
    assert state(practice, HBA1C).closed_for == DUE
    assert "101" in practice.expired_patients(TODAY)
    do(practice, Undo(), minutes=1)
    assert state(practice, HBA1C).closed_for is None


def test_declined_can_be_brought_back(practice: SqlStore) -> None:
    """A refusal is reversible."""
    do(practice, Decline((HBA1C,), "does not want it"))
    assert state(practice, HBA1C).declined == "does not want it"
    do(practice, Reopen((seen(practice, HBA1C),)), minutes=1)
    assert state(practice, HBA1C).declined == ""


def test_a_flag_by_hand_is_kept_with_who_set_it_and_follows_undo(practice: SqlStore) -> None:
    """The newest word counts; the page says whose it is, and the plan must be made again."""
    done = do(practice, MarkFlag(("101", "102"), "housebound", holds=True), AL)
    assert done.replan == ("101", "102")
    do(practice, MarkFlag(("101",), "housebound", holds=False), JO, minutes=1)
    page = practice.patient_page("101", TODAY)
    assert page is not None
    assert page.hand_flags == (("housebound", False, TODAY, "jo"),)
    assert set(practice.expired_patients(TODAY)) == {"101", "102"}
    do(practice, Undo(), JO, minutes=2)
    page = practice.patient_page("101", TODAY)
    assert page is not None
    assert page.hand_flags == (("housebound", True, TODAY, "al"),)


def test_an_interpreter_is_asked_for_by_hand(practice: SqlStore) -> None:
    """What is no code in the record is set, and taken away, on list and page."""
    do(practice, MarkFlag(("101",), "interpreter", holds=True))
    (row,) = practice.worklist(Month(2026, 12), TODAY, ["101"]).rows
    assert row.interpreter
    do(practice, MarkFlag(("101",), "interpreter", holds=False), minutes=1)
    page = practice.patient_page("101", TODAY)
    assert page is not None
    assert not page.interpreter


def chosen(practice: SqlStore) -> tuple[int | None, str]:
    """Return month and owner of patient 101."""
    choice = practice.write(lambda work: work.choices(["101"])).get("101", Choice())
    return choice.month, choice.owner


def test_assignment_and_month_follow_undo(practice: SqlStore) -> None:
    """A patient's choices go back to what they were."""
    do(practice, Assign(("101",), "al"))
    do(practice, ChooseMonth("101", 5), minutes=1)
    assert chosen(practice) == (5, "al")
    do(practice, Undo(), minutes=2)
    assert chosen(practice) == (None, "al")
    do(practice, Undo(), minutes=3)
    assert chosen(practice) == (None, "")


def test_a_name_that_finds_nobody_is_said_to(practice: SqlStore) -> None:
    """Who is assigned to a name mistyped would stand in nobody's queue: the answer says so."""
    practice.write(lambda work: work.put_member(Member("kim", "Kim", "admin"), by="jo", at=AT))
    do(practice, SaveShared(SharedKind.TEAM, "", "Bloods", team_definition(["kim"])))
    said = [do(practice, Assign(("101",), to)).words for to in ("kim", "Bloods", "", "kin")]
    assert said == [
        "Assigned 1 patient to kim",
        "Assigned 1 patient to Bloods",
        "Assigned 1 patient to nobody",
        "Assigned 1 patient to kin. Nobody here and no team is called kin: check the name",
    ]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (MarkBooked((HBA1C,), date(2062, 12, 3)), "over 1 year away: check the year"),
        (Snooze((HBA1C,), date(2062, 12, 3)), "over 1 year away: hold it"),
        (Hold((HBA1C,), "Dr A", "abroad", date(2062, 12, 3)), "over 2 years away: look at it"),
    ],
    ids=["booked", "snoozed", "held"],
)
def test_a_year_typed_wrongly_hides_nobody(practice: SqlStore, command: Command, why: str) -> None:
    """Hidden until 2062 would be hidden for ever: it is refused with what to do."""
    with pytest.raises(Refused, match=why):
        do(practice, command)
    assert state(practice, HBA1C) == ItemState()
