"""Somebody rings of whom nothing is needed now: what comes next can be booked, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from recall_tui.domain.states import DueState
from recall_tui.views.coming import TOGETHER, next_planned, with_next
from recall_tui.views.matching import reconcile, targets_for
from recall_tui.views.patient import PatientPage
from recall_tui.views.worklist import PlannedAppointmentView
from screens.booking_entries import entries_of, entry_lines, still_lines
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import NAMES, TODAY


def a_page(desk: FakeDesk) -> PatientPage:
    """Return a registered patient with something to book."""
    pages = (desk.patient(number) for number in desk.store.patients)
    return next(one for one in pages if one is not None and one.future_appointments == ()
                and next_planned(replace(one, appointments_needed=())))  # fmt: skip


def later(planned: PlannedAppointmentView, number: int, days: int) -> PlannedAppointmentView:
    """Return a planned appointment put off by some days, under another number."""
    gap = timedelta(days=days)
    return replace(
        planned, appointment_no=number, earliest=planned.earliest + gap, latest=planned.latest + gap
    )


def test_what_comes_next_is_offered_where_nothing_is_needed_now() -> None:
    """It stands in the window as not needed yet, can be booked, and nobody is nagged about it."""
    desk = FakeDesk()
    page = replace(a_page(desk), appointments_needed=())
    entries = entries_of(page)
    assert entries
    assert all(one.is_next for one in entries)
    found = reconcile(page, desk.guide(), TODAY)
    first = entries[0]
    assert entry_lines(first, found, NAMES, page, TODAY)[0].startswith("Not needed yet: ")
    wanted = found.wanted_of(first.number)
    assert wanted is not None
    assert len(targets_for(page, [one.item for one in wanted.items])) == len(wanted.items)
    assert still_lines(entries, found) == []


def test_what_is_needed_now_comes_before_what_comes_next() -> None:
    """While anything waits to be booked now nothing later is offered."""
    page = a_page(FakeDesk())
    assert next_planned(replace(page, appointments_needed=page.year[:1])) == ()
    assert with_next(page) is page


def test_only_the_next_round_is_offered() -> None:
    """Its appointments belong together; those of the round after it are left for another call."""
    page = a_page(FakeDesk())
    first = next_planned(replace(page, appointments_needed=()))[0]
    year = (first, later(first, 90, TOGETHER.days), later(first, 91, TOGETHER.days + 1))
    offered = next_planned(replace(page, appointments_needed=(), year=year))
    assert [one.appointment_no for one in offered] == [first.appointment_no, 90]


def test_nothing_is_offered_of_those_who_left_or_of_what_is_put_aside() -> None:
    """Neither to somebody who left the practice, nor what was declined."""
    page = replace(a_page(FakeDesk()), appointments_needed=())
    assert next_planned(replace(page, status="left")) == ()
    declined = tuple(
        replace(
            one, due_items=tuple(replace(due, state=DueState.DECLINED) for due in one.due_items)
        )
        for one in page.year
    )
    assert next_planned(replace(page, year=declined)) == ()
