"""Invites that the clinical record holds count in the list, on the page and in the batches."""

from datetime import date

import pytest
from sqlalchemy import func, select

from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import Channel, RecordInvites
from recall_tui.domain.record_invites import RECORD
from recall_tui.domain.states import DueState
from recall_tui.identity import kernel_login
from recall_tui.services.batching import LeftOut, prepare_batch
from recall_tui.views.people import Member
from recall_tui.views.worklist import WorklistRow
from storage.lookup import find
from storage.store import SqlStore
from storage.tables import EVENT
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import due, extract, patient, plan
from tests.support.stocked import filled_by

LINKED = '[["2026-11-12",["diabetes"]],["2026-11-18",["diabetes"]]]'
"""Six days apart: one invite (QOF: at least seven days apart)."""

PLANS = {
    "100": LINKED,
    "101": '[["2026-11-18",[]]]',
    "102": '[["2026-03-01",["diabetes"]],["2026-11-30",["diabetes"]]]',
    "103": '[["2026-10-01",["lithium"]],["2026-10-15",["lithium"]],["2026-11-01",["lithium"]]]',
    "104": '[["2026-11-18",["hypertension"]]]',
}


def practice(store: SqlStore) -> None:
    """Five patients who are due, and what the record holds of each."""
    people = [patient(number) for number in PLANS]
    store.merge_extract(extract(people), by="jo", at=AT, accept=False, dry_run=False)
    last = date(2026, 4, 1)
    rows = [due(number, "hba1c", date(2026, 11, 10), last_done=last) for number in PLANS]
    rows[3] |= {"item": "lithium_level", "recalls": ["lithium"], "high_risk": True}
    registers = [
        {"recall": "lithium" if number == "103" else "diabetes", "patient_number": number}
        for number in PLANS
    ]
    plans: list[dict[str, object]] = [
        {
            "patient_number": number,
            "valid_until": date(2026, 12, 1),
            "flags": list[str](),
            "record_invites": text,
        }
        for number, text in PLANS.items()
    ]
    store.merge_plan(plan(rows, registers=registers, patients=plans), None, AT)


filling = filled_by(practice)
pytestmark = pytest.mark.usefixtures("store")


def listed(store: SqlStore) -> dict[str, WorklistRow]:
    """Return the rows of November by patient."""
    return {row.patient: row for row in store.worklist(Month(2026, 11), TODAY).rows}


def test_they_count_in_the_list(store: SqlStore) -> None:
    """An invite for the recall counts for its item, one within a week of another once."""
    row = listed(store)["100"]
    assert (row.invites, row.last_invited, row.state) == (1, date(2026, 11, 18), DueState.INVITED)
    assert row.asked_elsewhere


def test_an_unknown_invite_counts_for_the_patient(store: SqlStore) -> None:
    """Nobody knows what it asked about: the patient was invited, the item still is to be."""
    for number in ("101", "104"):
        row = listed(store)[number]
        assert (row.invites, row.last_invited) == (1, date(2026, 11, 18))
        assert row.state is DueState.OUTSTANDING


def test_only_those_of_this_period_count(store: SqlStore) -> None:
    """Neither one that the last result answered, nor one that lies in the future."""
    row = listed(store)["102"]
    assert (row.invites, row.last_invited, row.state) == (0, None, DueState.OUTSTANDING)


def test_silence_after_three_goes_to_a_prescriber(store: SqlStore) -> None:
    """Drug monitoring and three unanswered invites, whoever sent them."""
    row = listed(store)["103"]
    assert (row.invites, row.state) == (3, DueState.ESCALATED)


def test_the_batch_leaves_them_out(store: SqlStore) -> None:
    """Nobody is invited again within the practice's gap, and it says why."""
    rows = listed(store).values()
    batch = prepare_batch(rows, TODAY, 14)
    assert {one.row.patient for one in batch.invitees} == {"102", "103"}
    assert {(row.patient, why) for row, why in batch.left_out} == {
        (number, LeftOut.INVITED_ELSEWHERE) for number in ("100", "101", "104")
    }
    later = prepare_batch(rows, date(2026, 12, 2), 14)
    assert not later.left_out


def test_an_invite_recorded_here_and_there_is_one(store: SqlStore) -> None:
    """The message went out of our batch and was coded as well: it counts once."""
    wanted = (target(store, "100", "hba1c"), target(store, "102", "hba1c"))
    channels = (("100", Channel.SMS), ("102", Channel.SMS))
    act(store, RecordInvites(wanted, channels))
    now = listed(store)
    assert (now["100"].invites, now["100"].last_invited) == (2, TODAY)
    assert now["102"].invites == 1


def test_the_page_says_where_it_is_from(store: SqlStore, database_url: str) -> None:
    """The page lists it as from the record, with the items it counts for, on both paths."""
    page = store.patient_page("100", TODAY)
    assert page is not None
    shown = [(one.on, one.by, one.items, one.channel) for one in page.invites]
    assert shown == [
        (date(2026, 11, 18), RECORD, ("hba1c",), ""),
        (date(2026, 11, 12), RECORD, ("hba1c",), ""),
    ]
    login = kernel_login() if store.database.is_sqlite else store.session_user()
    store.write(lambda work: work.put_member(Member(login, "", "admin"), by="jo", at=AT))
    found = find(database_url, "", "100", TODAY)
    assert found is not None
    assert [(one.on, one.by, one.items, one.channel) for one in found.page.invites] == shown
    assert page.appointments_needed[0].due_items[0].invites == 1
    assert found.page.appointments_needed[0].due_items[0].invites == 1


def test_nobody_is_said_to_have_decided_it(store: SqlStore) -> None:
    """It is read, never written: there is no decision, and the balance counts it all the same."""
    count = store.database.read(lambda one: one.execute(select(func.count(EVENT.c.seq))).scalar())
    assert count == 0
    lines = {line.recall: line for line in store.balance(TODAY)}
    assert (lines["diabetes"].invited, lines["diabetes"].to_invite) == (1, 3)
    assert lines["lithium"].escalated == 1
    assert not any(line.difference for line in lines.values())
