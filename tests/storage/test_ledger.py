"""The session ledger and the burn-down, on both databases."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import Assign, Decline, MarkBooked, Snooze, Undo
from recall_tui.domain.states import DueState
from recall_tui.services.shipped_views import SHIPPED
from recall_tui.views.filters import Facet, FilterState, Looking, fitting, index_rows
from recall_tui.views.ledger import burn_down
from recall_tui.views.names import NO_NAMES
from storage.store import SqlStore
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import due, extract, patient, plan
from tests.support.stocked import filled_by

PEOPLE = ("100", "101", "102", "103")


def as_it_begins(store: SqlStore) -> None:
    given = extract([patient(one) for one in PEOPLE])
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    store.merge_plan(plan([due(one, "hba1c", date(2026, 11, 10)) for one in PEOPLE]), None, AT)


filling = filled_by(as_it_begins, "practice")


@pytest.fixture
def practice(store: SqlStore) -> SqlStore:
    """Four patients, each with an HbA1c due this month."""
    return store


def test_the_ledger_tells_what_still_counts(practice: SqlStore) -> None:
    """By verb, the newest first; what was taken back, others did, or came before is not there."""
    act(practice, MarkBooked((target(practice, "100", "hba1c"),), date(2026, 12, 1)))
    act(practice, Assign(("100", "101"), "al"), minutes=10)
    act(practice, Decline((target(practice, "102", "hba1c"),), "no"), "al", minutes=11)
    soon = TODAY + timedelta(days=3)
    act(practice, Snooze((target(practice, "103", "hba1c"),), soon), minutes=12)
    act(practice, Undo(), minutes=13)
    found = practice.ledger("jo", AT)
    assert [(one.kind, one.patients) for one in found.entries] == [("assigned", 2), ("booked", 1)]
    assert list(found.handover(NO_NAMES)) == [
        "Done by jo since 10:42 on 22 Nov 2026",
        "1 booked, 2 assigned",
        "",
        "22 Nov 10:52  assigned, 2 patients: al",
        "22 Nov 10:42  booked hba1c, 1 patient (100): 1 Dec 2026",
    ]
    assert len(practice.ledger("jo", AT + timedelta(minutes=5)).entries) == 1
    assert practice.dealt_with(AT) == 2


def test_the_month_burns_down_at_the_pace_of_two_weeks(practice: SqlStore) -> None:
    """Whoever is booked or declined is dealt with; the rest has reasons, and a day of its end."""
    act(practice, MarkBooked((target(practice, "100", "hba1c"),), date(2026, 12, 1)))
    snapshot = practice.worklist(Month(2026, 11), TODAY)
    found = burn_down(snapshot, 10)
    assert (found.total, found.open, found.per_day) == (4, 3, 1.0)
    assert found.blocks == (("not invited yet", 3),)
    assert found.forecast == date(2026, 11, 25)
    assert "At that pace it is empty on Wednesday 25 Nov 2026." in list(found.lines())
    assert burn_down(snapshot, 0).forecast is None
    many = replace(snapshot, rows=snapshot.rows * 200)
    assert "At that pace it is not empty within a year." in list(burn_down(many, 10).lines())
    done = replace(
        snapshot, rows=tuple(row for row in snapshot.rows if row.state is DueState.BOOKED)
    )
    assert "The list is empty." in list(burn_down(done, 10).lines())


def test_who_never_answers_is_told_from_who_was_just_invited(practice: SqlStore) -> None:
    """What blocks the month says whether to wait, to invite again, or to try something else."""
    snapshot = practice.worklist(Month(2026, 11), TODAY)
    invited = [(1, 3), (1, 14), (3, 13), (12, 210)]
    rows = tuple(
        replace(
            row,
            state=DueState.INVITED,
            invites=times,
            last_invited=TODAY - timedelta(days=days),
            since_last_invite=0,
        )
        for row, (times, days) in zip(snapshot.rows, invited, strict=True)
    )
    assert dict(burn_down(replace(snapshot, rows=rows), 0).blocks) == {
        "invited, no answer yet": 2,
        "no answer for 14 days: invite again": 1,
        "no answer to 3 invites or more: phone, or ask when seen": 1,
    }


def test_what_blocks_the_month_adds_up_and_is_what_the_batches_list(practice: SqlStore) -> None:
    """Everybody left is counted once, and as many as the filters and batches of that name list.

    Who is escalated may be asked about the rest, but is counted as that.
    """
    snapshot = practice.worklist(Month(2026, 11), TODAY)
    row, kinds = snapshot.rows[0], product(DueState, (0, 1, 4), (3, 20), (0, 1))
    rows = tuple(
        replace(
            row,
            patient=str(place),
            state=state,
            invites=times,
            last_invited=TODAY - timedelta(days=days) if times else None,
            since_last_invite=since if times else 0,
        )
        for place, (state, times, days, since) in enumerate(kinds)
    )
    found = burn_down(replace(snapshot, rows=rows), 0)
    indexed = index_rows(rows, Looking(TODAY), NO_NAMES)
    others = tuple(one for one in rows if one.state is not DueState.ESCALATED)
    asked = index_rows(others, Looking(TODAY), NO_NAMES)
    batches = {one.view_id: len(fitting(asked, one.filter)) for one in SHIPPED}
    new = FilterState({Facet.STATE: frozenset({"outstanding"}), Facet.INVITES: frozenset({"0"})})
    blocks = dict(found.blocks)
    booked = sum(one.state is DueState.BOOKED for one in rows)
    assert found.open == sum(blocks.values()) == len(fitting(indexed, FilterState())) - booked
    assert blocks["not invited yet"] == len(fitting(indexed, new))
    assert blocks["booked since the invite: link the appointment"] == batches["link-first"]
    assert blocks["no answer to 3 invites or more: phone, or ask when seen"] == batches["phone"]
    dealt = next(found.lines())
    assert f"{booked:,} booked" in dealt
    assert f"{found.total - found.open:,} of {found.total:,}" in dealt
