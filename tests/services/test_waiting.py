"""Snoozes that wait for something, contacts and what follows from them, on both databases."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from recall_tui.domain.calendar import Month, add_months
from recall_tui.domain.commands import (
    Actor,
    Channel,
    Command,
    ContactOutcome,
    Decline,
    Hold,
    MarkBooked,
    MarkFlag,
    OpenSlots,
    RecordContact,
    RecordInvites,
    Snooze,
    Target,
    Undo,
    Wake,
)
from recall_tui.domain.states import DueState
from recall_tui.errors import Refused
from recall_tui.services.batching import LeftOut, prepare_batch
from recall_tui.services.deciding import Moment
from recall_tui.services.desk import perform
from recall_tui.services.waking import wake
from recall_tui.views.done import Done
from recall_tui.views.page_text import invite_words
from recall_tui.views.queues import Queue, QueueAsk
from recall_tui.views.worklist import WorklistRow
from storage.ids import new_row_id
from storage.store import SqlStore
from tests.support.extracts import due, extract, patient, plan
from tests.support.stocked import filled_by

TODAY = date(2026, 11, 22)
DUE = date(2026, 11, 15)
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
JO, AL = Actor("jo", "admin"), Actor("al", role="reception")
HBA1C = Target("101", "hba1c", DUE)
LITHIUM = Target("102", "lithium_level", DUE)
PEOPLE = [patient("101", mobile_phone="07700900001"), patient("102", mobile_phone="07700900002")]
LATEST = TODAY + timedelta(days=28)


def as_it_begins(store: SqlStore) -> None:
    store.merge_extract(extract(PEOPLE), by="jo", at=AT, accept=False, dry_run=False)
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


def do(store: SqlStore, command: Command, who: Actor = JO, *, minutes: int = 1) -> Done:
    """Carry a command out some minutes after the import."""
    at = AT + timedelta(minutes=minutes)
    return perform(store, command, Moment(who, at, TODAY, new_row_id()))


def row(store: SqlStore, number: str, today: date = TODAY) -> WorklistRow:
    """Return a patient's line of the present month."""
    (found,) = store.worklist(Month.of(today), today, [number]).rows
    return found


def waking(store: SqlStore, minutes: int) -> int:
    """Look after an import or at the start of a day who comes back."""
    moment = Moment(AL, AT + timedelta(minutes=minutes), TODAY, new_row_id())
    return store.write(lambda work: wake(work, moment))


def at_noon(day: date) -> datetime:
    """Return a moment of a day."""
    return datetime.combine(day, time(12), UTC)


def waking_on(store: SqlStore, day: date) -> int:
    """Look at the start of a later day who comes back."""
    moment = Moment(AL, at_noon(day), day, new_row_id())
    return store.write(lambda work: wake(work, moment))


def sync(store: SqlStore, minutes: int) -> None:
    """Import again, later."""
    later = AT + timedelta(minutes=minutes)
    more = extract(PEOPLE, sha256=f"{minutes:064d}", extracted_at=later.replace(tzinfo=None))
    store.merge_extract(more, by="al", at=later, accept=True, dry_run=False)


def test_until_a_reply_comes_back_with_the_answer(practice: SqlStore) -> None:
    """A voicemail is no answer; "will book" is, and the old due date is back on the list."""
    do(practice, Snooze((HBA1C,), LATEST, when=Wake.REPLY))
    (item,) = row(practice, "101").due_items()
    assert (item.state, item.snoozed_when) == (DueState.SNOOZED, "reply")
    do(practice, RecordContact("101", ContactOutcome.VOICEMAIL), minutes=2)
    assert row(practice, "101").state is DueState.SNOOZED
    do(practice, RecordContact("101", ContactOutcome.WILL_BOOK), AL, minutes=3)
    (item,) = row(practice, "101").due_items()
    assert (item.state, item.due_on, item.snoozed_when) == (DueState.OUTSTANDING, DUE, "")
    do(practice, Undo(), AL, minutes=4)
    assert row(practice, "101").state is DueState.SNOOZED


def test_until_the_next_sync_comes_back_after_it(practice: SqlStore) -> None:
    """The import that was there before wakes nobody; the next one does, once."""
    do(practice, Snooze((HBA1C,), LATEST, when=Wake.SYNC))
    assert waking(practice, 2) == 0
    sync(practice, 60)
    assert waking(practice, 61) == 1
    assert waking(practice, 62) == 0
    assert row(practice, "101").state is DueState.OUTSTANDING


def test_that_a_snooze_ended_is_nobodys_last_command(practice: SqlStore) -> None:
    """Undo of whoever imported takes back what they did, and whoever snoozed can still undo it."""
    do(practice, RecordContact("102", ContactOutcome.NO_ANSWER), AL, minutes=1)
    do(practice, Snooze((HBA1C,), LATEST, when=Wake.SYNC), JO, minutes=2)
    sync(practice, 60)
    assert waking(practice, 61) == 1
    assert "contacted" in do(practice, Undo(), AL, minutes=62).words
    assert "snoozed" in do(practice, Undo(), JO, minutes=63).words
    assert row(practice, "101").state is DueState.OUTSTANDING


def test_until_a_slot_comes_back_when_somebody_says_so(practice: SqlStore) -> None:
    """Slots of another staff group wake nobody, and it can be undone."""
    do(practice, Snooze((HBA1C,), LATEST, when=Wake.SLOT))
    with pytest.raises(Refused, match="nobody waits"):
        do(practice, OpenSlots("gp"), minutes=2)
    staff = practice.write(lambda work: work.snoozed_until_something())[0].staff_group
    done = do(practice, OpenSlots(staff), minutes=3)
    assert "1 patient" in done.words
    assert row(practice, "101").state is DueState.OUTSTANDING
    do(practice, Undo(), minutes=4)
    assert row(practice, "101").state is DueState.SNOOZED


def test_a_no_to_what_is_carried_until_done_ends_after_a_year(store: SqlStore) -> None:
    """Asked again after twelve months, not a day sooner; said again, it counts a year again."""
    store.merge_extract(extract(PEOPLE), by="jo", at=AT, accept=False, dry_run=False)
    rows = [
        due("101", "hba1c", DUE, is_open=True, schedule="interval"),
        due("102", "lithium_level", DUE, is_open=True, schedule="interval", high_risk=True),
    ]
    store.merge_plan(plan(rows), None, AT)
    do(store, Decline((HBA1C, LITHIUM), "does not want it"))
    a_year_on = add_months(TODAY, 12)
    assert waking_on(store, a_year_on - timedelta(days=1)) == 0
    assert row(store, "101", a_year_on).state is DueState.DECLINED
    assert waking_on(store, a_year_on) == 1
    assert row(store, "101", a_year_on).state is DueState.OUTSTANDING
    assert row(store, "102", a_year_on).state is DueState.ESCALATED  # until a prescriber decides
    later = Moment(JO, at_noon(a_year_on), a_year_on, new_row_id())
    perform(store, Decline((Target("101", "hba1c", DUE, version=2),), "still not"), later)
    assert waking_on(store, a_year_on + timedelta(days=1)) == 0
    assert row(store, "101", a_year_on).state is DueState.DECLINED


@pytest.mark.parametrize(("schedule", "woken"), [("anchored", 0), ("seasonal", 0), ("once", 1)])
def test_a_no_to_what_comes_round_again_ends_with_its_period(
    store: SqlStore, schedule: str, woken: int
) -> None:
    """A successor with a window of its own ends the no; where none comes, the year does."""
    store.merge_extract(extract(PEOPLE), by="jo", at=AT, accept=False, dry_run=False)
    store.merge_plan(plan([due("101", "hba1c", DUE, is_open=True, schedule=schedule)]), None, AT)
    do(store, Decline((HBA1C,), "does not want it"))
    assert waking_on(store, add_months(TODAY, 12)) == woken


def test_whatever_is_waited_for_the_day_comes_first(practice: SqlStore) -> None:
    """A patient whose reply never comes is back on the list on the last day."""
    do(practice, Snooze((HBA1C,), LATEST, when=Wake.REPLY))
    assert row(practice, "101", LATEST - timedelta(days=1)).state is DueState.SNOOZED
    assert row(practice, "101", LATEST).state is DueState.OUTSTANDING


def test_drug_monitoring_waits_seven_days_at_most(practice: SqlStore) -> None:
    """Nothing that is waited for puts lithium off for longer."""
    with pytest.raises(Refused, match="until 29 Nov 2026 at most"):
        do(practice, Snooze((LITHIUM,), LATEST, when=Wake.SYNC))
    do(practice, Snooze((LITHIUM,), TODAY + timedelta(days=7), when=Wake.SYNC))
    assert row(practice, "102").state is DueState.SNOOZED


def test_a_call_back_is_off_the_list_until_its_day(practice: SqlStore) -> None:
    """It is in the tray on the day; drug monitoring is not put off for longer than a week."""
    on = TODAY + timedelta(days=10)
    done = do(practice, RecordContact("101", ContactOutcome.CALL_BACK, also=("102",), on=on))
    assert "call back on 2 Dec 2026" in done.words
    assert row(practice, "101").state is DueState.SNOOZED
    assert row(practice, "102").state is not DueState.SNOOZED
    assert not practice.queue(QueueAsk(Queue.TRAY, TODAY)).patients
    assert set(practice.queue(QueueAsk(Queue.TRAY, on)).patients) == {"101", "102"}
    do(practice, Undo(), minutes=2)
    assert row(practice, "101").state is DueState.OUTSTANDING
    with pytest.raises(Refused, match="on which day"):
        do(practice, RecordContact("101", ContactOutcome.CALL_BACK), minutes=3)


def test_a_refusal_on_the_phone_declines_what_is_due(practice: SqlStore) -> None:
    """One step: the contact with its words, and every open item; high-risk goes to a prescriber."""
    with pytest.raises(Refused, match="what the patient said"):
        do(practice, RecordContact("101", ContactOutcome.DECLINED))
    words = "does not want it"
    do(practice, RecordContact("101", ContactOutcome.DECLINED, words=words, also=("102",)))
    assert row(practice, "101").state is DueState.DECLINED
    assert row(practice, "102").state is DueState.ESCALATED
    do(practice, Undo(), minutes=2)
    assert row(practice, "101").state is DueState.OUTSTANDING


def test_a_refusal_reaches_what_was_held_or_booked_and_is_no_more(practice: SqlStore) -> None:
    """A hold whose day has come, an appointment of last month: neither keeps the no from counting.

    Whoever was asked again about it would say it again. Nor does the old hold say why any more.
    """
    do(practice, Hold((HBA1C,), "Dr Hart", "away", TODAY + timedelta(days=3)))
    do(practice, MarkBooked((LITHIUM,), TODAY + timedelta(days=1)))
    later = TODAY + timedelta(days=20)
    moment = Moment(JO, at_noon(later), later, new_row_id())
    (due_item,) = row(practice, "101", later).due_items()
    assert (due_item.state, due_item.hold_words) == (DueState.OUTSTANDING, "")
    no = RecordContact("101", ContactOutcome.DECLINED, words="no", also=("102",))
    assert "2 items declined" in perform(practice, no, moment).words
    assert row(practice, "101", later).state is DueState.DECLINED
    assert row(practice, "102", later).state is DueState.ESCALATED


def test_nobody_is_invited_who_is_said_to_have_died(practice: SqlStore) -> None:
    """The patient stays to be seen, stands in the tray, and comes back with an answer or undo."""
    do(practice, RecordContact("101", ContactOutcome.DECEASED_REPORTED, words="the daughter"))
    found = row(practice, "101")
    assert (found.channel, found.stopped) == (Channel.NONE, "deceased")
    assert prepare_batch([found], TODAY).left_out == ((found, LeftOut.DECEASED),)
    (waiting,) = practice.queue(QueueAsk(Queue.TRAY, TODAY)).rows
    assert (waiting.patient, waiting.detail) == ("101", "the daughter")
    do(practice, RecordContact("101", ContactOutcome.WILL_BOOK), minutes=2)
    assert row(practice, "101").channel is Channel.SMS
    do(practice, Undo(), minutes=3)
    do(practice, Undo(), minutes=4)
    assert row(practice, "101").stopped == ""


def test_no_text_goes_to_a_number_that_is_somebody_elses(practice: SqlStore) -> None:
    """A wrong number is used no more until the record has another one."""
    do(practice, RecordContact("101", ContactOutcome.WRONG_NUMBER))
    found = row(practice, "101")
    assert found.channel is not Channel.SMS
    page = practice.patient_page("101", TODAY)
    assert page is not None
    assert (page.stopped, page.channel) == ("wrong_number", found.channel)
    corrected = [patient("101", mobile_phone="07700900009"), PEOPLE[1]]
    later = AT + timedelta(hours=1)
    more = extract(corrected, sha256="c" * 64, extracted_at=later.replace(tzinfo=None))
    practice.merge_extract(more, by="jo", at=later, accept=True, dry_run=False)
    assert row(practice, "101").channel is Channel.SMS


def test_who_wants_no_texts_is_called_another_way(practice: SqlStore) -> None:
    """One outcome, one undo: no invite goes by text, nothing leaves the list, the pages say so."""
    before = row(practice, "101")
    do(practice, RecordContact("101", ContactOutcome.NO_TEXTS, Channel.PHONE))
    found = row(practice, "101")
    assert before.channel is Channel.SMS
    assert found.channel is not Channel.SMS
    assert (found.asked_not, found.state) == (("no_text_messages",), before.state)
    page = practice.patient_page("101", TODAY)
    assert page is not None
    assert page.channel is found.channel
    assert "(no text messages)" in invite_words(page)
    do(practice, Undo(), minutes=2)
    assert (row(practice, "101").asked_not, row(practice, "101").channel) == ((), Channel.SMS)
    do(practice, MarkFlag(("101",), "no_emails", holds=True), minutes=3)
    assert row(practice, "101").asked_not == ("no_emails",)


def test_done_elsewhere_says_where_and_waits_in_the_tray(practice: SqlStore) -> None:
    """The result must be asked for, so the item stays open."""
    with pytest.raises(Refused, match="where and when"):
        do(practice, RecordContact("101", ContactOutcome.DONE_ELSEWHERE))
    do(practice, RecordContact("101", ContactOutcome.DONE_ELSEWHERE, words="at the hospital"))
    (waiting,) = practice.queue(QueueAsk(Queue.TRAY, TODAY)).rows
    assert waiting.group.startswith("Done elsewhere")
    assert row(practice, "101").state is DueState.OUTSTANDING


def test_an_invite_does_not_end_what_waits_for_a_reply(practice: SqlStore) -> None:
    """Asking again is no answer."""
    do(practice, RecordInvites((HBA1C,), (("101", Channel.SMS),)))
    seen = Target("101", "hba1c", DUE, 1)
    do(practice, Snooze((seen,), LATEST, when=Wake.REPLY), minutes=2)
    assert waking(practice, 3) == 0
    assert row(practice, "101").state is DueState.SNOOZED
