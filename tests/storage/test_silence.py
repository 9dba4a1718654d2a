"""Silence about high-risk monitoring, as every way of reading the store sees it."""

from datetime import UTC, date, datetime, time, timedelta

from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import Actor, Channel, RecordInvites
from recall_tui.domain.states import DueState
from recall_tui.identity import kernel_login
from recall_tui.services.deciding import Moment
from recall_tui.services.desk import perform
from recall_tui.views.people import Member
from recall_tui.views.queues import Queue, QueueAsk
from storage.ids import new_row_id
from storage.lookup import find
from storage.store import SqlStore
from tests.support.desk import AT, TODAY, target
from tests.support.extracts import due, extract, patient, plan

HISTORIES: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "200": ((), ()),
    "201": ((27, 14), ()),
    "202": ((41, 27, 13), ()),
    "203": ((41, 27, 14), ()),
    "204": ((39, 26, 13, 0), ()),
    "205": ((52, 39, 26, 13, 0), ()),
    "206": ((), (39, 26, 13)),
    "207": ((0,), (39, 26, 13)),
    "208": ((39, 13), (26, 10)),
    "209": ((40, 28), (14,)),
}
"""How many days ago each patient was invited from here, and as the clinical record has it."""

SILENT = frozenset({"203", "204", "205", "207", "209"})
"""Three for 14 days, or more than three; 208 was asked three times, one of them is there twice."""


def _day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def _practice(store: SqlStore) -> None:
    people = [patient(number) for number in HISTORIES]
    store.merge_extract(extract(people), by="jo", at=AT, accept=False, dry_run=False)
    last = date(2026, 4, 1)
    rows = [
        due(number, "lithium_level", date(2026, 9, 10), last_done=last)
        | {"recalls": ["lithium"], "high_risk": True, "overdue_since": date(2026, 9, 10)}
        for number in HISTORIES
    ]
    registers = [{"recall": "lithium", "patient_number": number} for number in HISTORIES]
    plans: list[dict[str, object]] = [
        {
            "patient_number": number,
            "valid_until": date(2026, 12, 1),
            "flags": list[str](),
            "record_invites": "["
            + ",".join(f'["{_day(ago).isoformat()}",["lithium"]]' for ago in there)
            + "]",
        }
        for number, (_here, there) in HISTORIES.items()
    ]
    store.merge_plan(plan(rows, registers=registers, patients=plans), None, AT)
    for number, (here, _there) in HISTORIES.items():
        for ago in here:
            wanted = RecordInvites((target(store, number, "lithium_level"),),
                                   ((number, Channel.SMS),))  # fmt: skip
            at = datetime.combine(_day(ago), time(10), UTC)
            perform(store, wanted, Moment(Actor("jo", "admin"), at, _day(ago), new_row_id()))


def test_every_reader_hears_the_same_silence(store: SqlStore, database_url: str) -> None:
    """List, page, look-up by number, prescriber's queue and balance: the same patients.

    Asked again every 13 days by hand, nobody waits for an answer for ever.
    """
    _practice(store)
    login = kernel_login() if store.database.is_sqlite else store.session_user()
    store.write(lambda work: work.put_member(Member(login, "", "admin"), by="jo", at=AT))

    rows = store.worklist(Month.of(TODAY), TODAY).rows
    listed = {row.patient for row in rows if row.state is DueState.ESCALATED}
    queue = store.queue(QueueAsk(Queue.PRESCRIBER, TODAY)).rows
    pages, found = set[str](), set[str]()
    for number in HISTORIES:
        page = store.patient_page(number, TODAY)
        quick = find(database_url, "", number, TODAY)
        assert page is not None
        assert quick is not None
        if page.appointments_needed[0].due_items[0].state is DueState.ESCALATED:
            pages.add(number)
        if quick.page.appointments_needed[0].due_items[0].state == DueState.ESCALATED:
            found.add(number)
    (balance,) = [line for line in store.balance(TODAY) if line.recall == "lithium"]

    assert listed == pages == found == {row.patient for row in queue} == SILENT
    assert (balance.escalated, balance.difference) == (len(SILENT), 0)
