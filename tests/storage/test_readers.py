"""Readers: what a month lists, what a page shows, whom a look-up finds, and that it all adds up."""

from datetime import date, datetime
from typing import Any

import pytest

from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import (
    Channel,
    Decline,
    MarkBooked,
    RecordInvites,
    Snooze,
)
from recall_tui.domain.states import AppointmentState, DueState
from recall_tui.views.worklist import WorklistRow
from storage.readers.due_logic import channel_of
from storage.readers.people import stopped_of
from storage.store import SqlStore
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import due, extract, patient, plan
from tests.support.stocked import filled_by

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)
EVERYBODY = ("100", "101", "102", "103", "104", "105")


def book_entry(number: str, name: str, on: datetime, **columns: object) -> dict[str, object]:
    """Return an appointment of the clinical system's book."""
    row: dict[str, object] = {"patient_number": number, "appointment_id": name, "starts_at": on}
    return {**row, "minutes": 20, "staff_group": "nurse", "status": "booked", **columns}


def _people() -> list[dict[str, Any]]:
    return [
        patient("100", family_name="O'Brien", given_name="Siân", mobile_phone="07700 900123"),
        patient("101", family_name="Smith", given_name="Jo", date_of_birth=date(1950, 2, 28)),
        patient("102", family_name="Smithson", given_name="Al", mobile_phone="+44 7700 900124"),
        patient("103", family_name="Zoe", home_phone="01632 960123", mobile_phone=None),
        patient("104", died_on=date(2026, 10, 1)),
        patient("105", contact_allowed=False),
    ]


def _needed(number: str) -> dict[str, object]:
    return {
        "patient_number": number,
        "appointment_no": 1,
        "stage": 1,
        "staff_group": "hca",
        "minutes": 20,
        "place": "surgery",
        "earliest": date(2026, 11, 23),
        "latest": date(2026, 12, 20),
    }


def practice(store: SqlStore) -> None:
    """Six patients: due now, due next month, overdue since June, high risk, dead, held."""
    appointments = [
        book_entry("100", "a1", datetime(2026, 12, 1, 9, 20), booked_on=date(2026, 11, 22)),  # noqa: DTZ001 - local time
        book_entry("100", "a0", datetime(2026, 11, 3, 9, 20), status="missed"),  # noqa: DTZ001 - the same
    ]
    given = extract(_people(), appointments=appointments)
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    rows = [
        due("100", "hba1c", date(2026, 11, 30)),
        due("100", "foot_check", date(2026, 12, 10), listed_on=date(2026, 11, 30)),
        due("100", "retinal", date(2026, 11, 2), is_open=False, done_on=date(2026, 11, 1)),
        due("101", "hba1c", date(2026, 12, 15)),
        due("102", "hba1c", date(2026, 6, 4), overdue_since=date(2026, 6, 4)),
        due(
            "103",
            "lithium_level",
            date(2026, 10, 4),
            overdue_since=date(2026, 10, 4),
            high_risk=True,
            recalls=["lithium"],
        ),
        due("104", "hba1c", date(2026, 11, 4)),
        due("105", "hba1c", date(2026, 11, 4), held=True, hold_words="palliative care"),
    ]
    registers = [
        {"recall": recall, "patient_number": number, "held": number == "105"}
        for recall, members in (("diabetes", EVERYBODY), ("lithium", ("103",)))
        for number in members
    ]
    plans = [{"patient_number": "100", "flags": ["housebound"]}]
    store.merge_plan(
        plan(rows, registers=registers, appointments=[*map(_needed, EVERYBODY)], patients=plans),
        None,
        AT,
    )


filling = filled_by(practice)
pytestmark = pytest.mark.usefixtures("store")


def row_of(store: SqlStore, number: str, month: Month = NOVEMBER) -> WorklistRow:
    """Return one patient's line of a month."""
    return next(row for row in store.worklist(month, TODAY).rows if row.patient == number)


def test_a_past_month_looks_back(store: SqlStore) -> None:
    """It shows what was closed in it; what is open since then is on the present list alone."""
    october, june = Month(2026, 10), Month(2026, 6)
    assert store.worklist(june, TODAY).rows == ()
    assert "102" in {row.patient for row in store.worklist(NOVEMBER, TODAY).rows}
    closed = due("101", "hba1c", date(2026, 10, 2), is_open=False, done_on=date(2026, 10, 1))
    store.merge_plan(plan([closed, due("101", "hba1c", date(2026, 12, 15))]), ["101"], AT)
    assert [row.patient for row in store.worklist(october, TODAY).rows] == ["101"]


def test_present_month(store: SqlStore) -> None:
    """The present month lists what is due in it and all that is overdue, high risk first."""
    snapshot = store.worklist(NOVEMBER, TODAY)
    assert [row.patient for row in snapshot.rows] == ["103", "102", "105", "100"]
    assert snapshot.practice == "Drama Street Surgery"
    assert snapshot.data_as_of == date(2026, 11, 20)


def test_another_month(store: SqlStore) -> None:
    """Another month lists only what is due in it."""
    assert [row.patient for row in store.worklist(DECEMBER, TODAY).rows] == ["101"]


def _overdue_with_its_successor() -> list[dict[str, object]]:
    """Return a yearly item undone since last December, with the next date; a quarterly one."""
    soon = {"is_open": False, "closed_through": None}
    opens = {"window_opens": date(2026, 8, 20)}
    return [
        due("101", "hba1c", date(2025, 12, 10), overdue_since=date(2025, 12, 10)),
        due("101", "hba1c", date(2026, 12, 10), **soon, **opens),
        due("101", "foot_check", date(2026, 12, 10), **opens),
        due("102", "hba1c", date(2026, 11, 4)),
        due("102", "hba1c", date(2027, 2, 4), **soon, window_opens=date(2027, 1, 14)),
    ]


def test_what_one_event_settles_stands_once(store: SqlStore) -> None:
    """An overdue item stands in the present month alone, not in the next one, too."""
    store.merge_plan(plan(_overdue_with_its_successor()), ["101", "102"], AT)
    assert [view.item for view in row_of(store, "101").due_items()] == ["hba1c"]
    later = row_of(store, "101", DECEMBER)
    assert [view.item for view in later.due_items()] == ["foot_check"]
    february = row_of(store, "102", Month(2027, 2))
    assert [view.due_on for view in february.due_items()] == [date(2027, 2, 4)]
    act(store, Decline((target(store, "101", "hba1c"),), "not this year"))
    later = row_of(store, "101", DECEMBER)
    assert [view.item for view in later.due_items()] == ["foot_check", "hba1c"]


def test_one_line_a_patient(store: SqlStore) -> None:
    """A line holds everything of one patient: appointments, items, the book, flags, channel."""
    row = row_of(store, "100")
    assert row.name == "O'Brien, Siân"
    assert [view.item for view in row.due_items()] == ["retinal", "hba1c", "foot_check"]
    assert row.appointments[0].state is AppointmentState.PARTLY_DONE
    left = 14  # of 20 minutes, a third of which is done: nothing says what each item takes
    assert (row.appointments[0].staff_group, row.appointments[0].minutes) == ("hca", left)
    assert (row.future_appointments, row.next_appointment) == (1, date(2026, 12, 1))
    assert row.flags == ("housebound",)
    assert row.channel is Channel.SMS
    assert row.state is DueState.OUTSTANDING


def test_states(store: SqlStore) -> None:
    """Invited, booked, snoozed, declined and held each show on the line they belong to."""
    hba1c = target(store, "100", "hba1c")
    foot = target(store, "100", "foot_check")
    act(store, RecordInvites((hba1c, foot), (("100", Channel.SMS),)))
    row = row_of(store, "100")
    assert (row.state, row.invites, row.last_invited) == (DueState.INVITED, 1, TODAY)
    assert row.since_last_invite == 1
    act(store, MarkBooked((target(store, "100", "hba1c"),), date(2026, 12, 1), "a1"))
    assert row_of(store, "100").state is DueState.INVITED
    act(store, Snooze((target(store, "100", "foot_check"),), date(2026, 11, 29)))
    row = row_of(store, "100")
    assert row.state is DueState.BOOKED
    assert [str(view.state) for view in row.due_items()] == ["done", "booked", "snoozed"]
    act(store, Decline((target(store, "102", "hba1c"),), "not now"))
    assert row_of(store, "102").is_hidden
    assert row_of(store, "105").state is DueState.ON_HOLD


def test_missed_booking_returns(store: SqlStore) -> None:
    """A booking whose appointment was missed is open again, and the line says why."""
    act(store, MarkBooked((target(store, "100", "hba1c"),), date(2026, 12, 1), "a0"))
    view = next(one for one in row_of(store, "100").due_items() if one.item == "hba1c")
    assert (view.state, view.reopened) == (DueState.OUTSTANDING, "missed")


def test_page(store: SqlStore) -> None:
    """A page shows what to book now and within eight weeks, and what was ever decided."""
    act(store, MarkBooked((target(store, "100", "hba1c"),), date(2026, 12, 1), "a1", "hca"))
    page = store.patient_page("100", TODAY)
    assert page is not None
    assert [view.item for view in page.appointments_needed[0].due_items] == [
        "retinal",
        "hba1c",
        "foot_check",
    ]
    assert [(one.on, one.items, one.state) for one in page.bookings] == [
        (date(2026, 12, 1), ("hba1c",), "active")
    ]
    assert [one.appointment_id for one in page.future_appointments] == ["a1"]
    assert [one.appointment_id for one in page.past_appointments] == ["a0"]
    sooner = store.patient_page("100", TODAY, 0)
    assert sooner is not None
    assert len(sooner.appointments_needed) < len(page.appointments_needed)
    assert page.status == "registered"
    assert store.patient_page("104", TODAY).status == "died"  # type: ignore[union-attr] - it is there
    assert store.patient_page("999", TODAY) is None


@pytest.mark.parametrize(
    ("typed", "found"),
    [("100", ["100"]), (" 10 2 ", ["102"]), ("99", []), ("", []), ("999 999 999 9", [])],
)
def test_by_number(store: SqlStore, typed: str, found: list[str]) -> None:
    """A patient number is found whatever blanks were typed."""
    assert [hit.patient for hit in store.find_by_number(typed)] == found


def test_by_nhs_number(store: SqlStore) -> None:
    """An NHS number is found in its usual spacing."""
    number = row_of(store, "100").nhs_number or ""
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
    assert [hit.patient for hit in store.find_by_number(spaced)] == ["100"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("0123", ["100", "103"]),
        ("07700 900124", ["102"]),
        ("+44 7700 900123", ["100"]),
        ("123", []),
    ],
)
def test_by_phone(store: SqlStore, typed: str, found: list[str]) -> None:
    """Any number of a patient is found by four last digits or more, abroad or at home."""
    assert [hit.patient for hit in store.find_by_phone(typed)] == found


@pytest.mark.parametrize(("year", "found"), [(1950, ["101"]), (1960, ["102"]), (1951, [])])
def test_by_name_and_birth_year(store: SqlStore, year: int, found: list[str]) -> None:
    """A caller's name and birth year are enough to list them."""
    assert [hit.patient for hit in store.find_by_name("smith", None, year)] == found


@pytest.mark.parametrize(
    ("typed", "born", "found"),
    [
        ("smith", None, ["101", "102"]),
        ("SMITH", date(1950, 2, 28), ["101"]),
        ("obrien sian", None, ["100"]),
        ("Siân O’Brien", None, ["100"]),  # noqa: RUF001 - as phones type it
        ("smith_", None, ["101", "102"]),
        ("%", None, []),
    ],
)
def test_by_name(store: SqlStore, typed: str, born: date | None, found: list[str]) -> None:
    """Several patients of a name are all listed; accents, case and order do not matter."""
    assert [hit.patient for hit in store.find_by_name(typed, born)] == found


def test_balance(store: SqlStore) -> None:
    """Everybody alive on a register stands in exactly one column."""
    act(store, MarkBooked((target(store, "102", "hba1c"),), date(2026, 12, 1)))
    lines = {line.recall: line for line in store.balance(TODAY)}
    diabetes = lines["diabetes"]
    assert (diabetes.on_register, diabetes.booked, diabetes.on_hold) == (5, 1, 1)
    assert (diabetes.to_invite, diabetes.done) == (1, 2)
    assert [line.difference for line in lines.values()] == [0, 0]


@pytest.mark.parametrize("written", ["07700 900123", "+44 7700 900123", "07700900123"])
def test_a_strangers_number_stays_one_however_it_is_written(written: str) -> None:
    """The clinical system may write a number anew: no text goes to the stranger all the same."""
    contact = (written, "", "Larch House", "allowed", "", True, "", False, "07700 900123", "{}")
    assert channel_of(contact) is Channel.LETTER
    assert stopped_of(written, deceased=False, wrong="07700 900123") == "wrong_number"
    other = ("07700 900124", *contact[1:])
    assert channel_of(other) is Channel.SMS
