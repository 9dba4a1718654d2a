"""Bookings whose appointment the book moves, loses or calls missed, on both engines."""

from datetime import date, datetime
from typing import cast

import pytest

from recall_tui.domain.commands import MarkBooked, Undo
from recall_tui.domain.states import DueState
from recall_tui.frames import PlanInputs
from recall_tui.views.worklist import DueItemView
from storage.store import SqlStore
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import due, extract, patient, plan
from tests.support.stocked import filled_by

Slot = dict[str, object]


def slot(appointment_id: str, on: date, status: str = "booked") -> Slot:
    """Return an appointment of the first patient at 9:20."""
    return {
        "patient_number": "100",
        "appointment_id": appointment_id,
        "starts_at": datetime(on.year, on.month, on.day, 9, 20),  # noqa: DTZ001 - local
        "status": status,
        "booked_on": date(2026, 11, 1),
    }


def bring(store: SqlStore, *slots: Slot, extracted: date = TODAY, serial: str = "a") -> None:
    """Import the two patients with these appointments."""
    given = extract(
        [patient("100"), patient("101")],
        appointments=slots,
        sha256=serial * 64,
        extracted_at=datetime(extracted.year, extracted.month, extracted.day, 6),  # noqa: DTZ001 - local
    )
    report = store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    assert not report.stopped


def one_due(store: SqlStore) -> None:
    """A lithium level, due since the tenth, with the appointment a1 in the book."""
    bring(store, slot("a1", date(2026, 11, 25)), extracted=date(2026, 11, 20))
    rows = [
        due("100", item, date(2026, 11, 10), high_risk=True) for item in ("lithium_level", "ue")
    ]
    store.merge_plan(plan(rows), None, AT)


filling = filled_by(one_due)
pytestmark = pytest.mark.usefixtures("store")


def book(store: SqlStore, on: date, appointment_id: str = "", item: str = "lithium_level") -> None:
    """Book the level."""
    act(store, MarkBooked((target(store, "100", item),), on, appointment_id))


def level(store: SqlStore, today: date = TODAY) -> DueItemView:
    """Return the level as the list shows it."""
    page = store.patient_page("100", today)
    assert page is not None
    every = [one for planned in page.year for one in planned.due_items]
    return next(one for one in every if one.item == "lithium_level")


def inputs(store: SqlStore) -> PlanInputs:
    """Return what the planner would read."""
    return cast("PlanInputs", store.plan_inputs())


def bookings(store: SqlStore) -> dict[date, str]:
    """Return what the page says of each booking, by its day."""
    page = store.patient_page("100", TODAY)
    assert page is not None
    return {one.on: one.state for one in page.bookings}


def test_a_booking_follows_its_appointment_to_another_day(store: SqlStore) -> None:
    """Moved in the book to 15 December: booked for that day, and not "no appointment found"."""
    book(store, date(2026, 11, 25), "a1")
    bring(store, slot("a1", date(2026, 12, 15)), serial="b")
    seen = level(store, date(2026, 12, 10))
    assert (seen.state, seen.booked_for) == (DueState.BOOKED, date(2026, 12, 15))
    assert level(store, date(2026, 12, 23)).reopened == "no_appointment_found"


def test_two_missed_appointments_in_the_book_reach_the_prescriber(store: SqlStore) -> None:
    """Nobody typed that she did not come: the book says so twice, and it is lithium."""
    book(store, date(2026, 11, 25), "a1")
    missed, again = slot("a1", date(2026, 11, 25), "missed"), slot("a2", date(2026, 12, 2))
    bring(store, missed, again, serial="b")
    assert level(store, date(2026, 11, 26)).reopened == "missed"
    book(store, date(2026, 12, 2), "a2")
    assert level(store, date(2026, 11, 26)).state is DueState.BOOKED
    bring(store, missed, slot("a2", date(2026, 12, 2), "missed"), serial="c")
    assert level(store, date(2026, 12, 3)).state is DueState.ESCALATED


def test_an_appointment_that_is_no_longer_exported_was_cancelled(store: SqlStore) -> None:
    """The book leaves cancelled appointments out: she is called again at once, not in a month."""
    book(store, date(2026, 11, 25), "a1")
    bring(store, serial="b")
    assert (level(store).state, level(store).reopened) == (DueState.OUTSTANDING, "cancelled")
    bring(store, serial="c")
    assert level(store, date(2026, 11, 26)).reopened == "cancelled"


def test_who_is_not_in_the_extract_keeps_their_appointments(store: SqlStore) -> None:
    """A patient who is missing from the list did not cancel: the book is left as it is."""
    book(store, date(2026, 11, 25), "a1")
    given = extract([patient("101"), patient("102")], sha256="b" * 64)
    store.merge_extract(given, by="jo", at=AT, accept=True, dry_run=False)
    page = store.patient_page("100", TODAY)
    assert page is not None
    assert (page.status, [one.status for one in page.future_appointments]) == ("left", ["booked"])


@pytest.mark.parametrize("status", ["missed", "cancelled"])
def test_what_came_to_nothing_pins_nothing(store: SqlStore, status: str) -> None:
    """Her item is planned afresh, not for the day of the appointment that came to nothing."""
    book(store, date(2027, 1, 20), "a2")
    bring(store, slot("a2", date(2027, 1, 22)), serial="b")
    assert inputs(store).pinned.rows() == [
        ("100", "lithium_level", date(2026, 11, 10), date(2027, 1, 22))
    ]
    bring(store, slot("a2", date(2027, 1, 22), status), serial="c")
    assert inputs(store).pinned.is_empty()


def test_booked_anew_replaces_the_older_booking(store: SqlStore) -> None:
    """She rings to come later: one booking stands, and undo brings the first one back."""
    first, second = date(2026, 12, 1), date(2026, 12, 8)
    book(store, first)
    book(store, second)
    assert level(store).booked_for == second
    assert bookings(store) == {first: "taken_back", second: "active"}
    act(store, Undo(), minutes=1)
    assert level(store).booked_for == first
    assert bookings(store) == {first: "active", second: "taken_back"}


def test_a_booking_that_still_covers_something_stands(store: SqlStore) -> None:
    """Of two items of one booking one is booked for another day: the first booking keeps one."""
    both = (target(store, "100", "lithium_level"), target(store, "100", "ue"))
    act(store, MarkBooked(both, date(2026, 12, 1)))
    book(store, date(2026, 12, 8))
    assert bookings(store) == {date(2026, 12, 1): "active", date(2026, 12, 8): "active"}
