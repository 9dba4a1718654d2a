"""Queues beside the month: who is in each, and who is not, on both databases."""

from datetime import date, datetime, timedelta

import pytest

from recall_tui.domain.commands import (
    AddNote,
    Assign,
    Channel,
    ContactOutcome,
    Decline,
    DiscardExport,
    ExportInvites,
    MarkBooked,
    RecordContact,
    RecordInvites,
    Undo,
)
from recall_tui.views.names import Names
from recall_tui.views.queues import EXPORTED, Queue, QueueAsk, QueueView, printed, when_words
from storage.readers import tray
from storage.store import SqlStore
from storage.words import keep_words
from tests.storage.test_readers import book_entry
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import due, extract, patient, plan
from tests.support.stocked import filled_by

NAMES = Names(items={"hba1c": "HbA1c"}, recalls={"diabetes": "Diabetes"})
PEOPLE = [
    patient("100", family_name="Abel"),
    patient("101", family_name="Bell"),
    patient("102", family_name="Cole"),
    patient("103", family_name="Dunn", usual_gp="Dr Hart"),
    patient("104", family_name="Ely", postcode="ZZ1 2BB", address="Larch House"),
]


def at(day: int, hour: int, month: int = 11) -> datetime:
    """Return a local time of the practice."""
    return datetime(2026, month, day, hour, 0)  # noqa: DTZ001 - local time, as in the book


MONTH = timedelta(days=30)
BOOK = [
    book_entry("100", "a0", at(16, 9), status="missed"),
    book_entry("101", "a1", at(24, 11), clinician="Sr Ada Quill", slot_type="Dressing"),
    book_entry("102", "a2", at(23, 9), staff_group="hca"),
    book_entry("103", "a3", at(3, 9, 12), staff_group="hca"),
]


def as_it_begins(store: SqlStore) -> None:
    given = extract(PEOPLE, appointments=BOOK, extracted_at=at(1, 6))
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    rows = [
        due("100", "hba1c", date(2026, 11, 10)),
        due("101", "hba1c", date(2026, 11, 10)),
        due("102", "hba1c", date(2026, 11, 10), is_open=False, done_on=date(2026, 11, 12)),
        due("102", "diabetes_review", date(2026, 11, 20), appointment_no=2,
            listed_on=date(2026, 11, 10)),
        due("103", "lithium_level", date(2026, 10, 4), high_risk=True,
            overdue_since=date(2026, 10, 4), listed_on=date(2026, 11, 2)),
        due("104", "hba1c", date(2026, 11, 30)),
    ]  # fmt: skip
    planned = [
        {"patient_number": "102", "appointment_no": 1, "stage": 1, "staff_group": "phlebotomist",
         "minutes": 5, "earliest": date(2026, 11, 1), "latest": date(2026, 11, 30)},
        {"patient_number": "102", "appointment_no": 2, "stage": 2, "staff_group": "nurse",
         "minutes": 20, "earliest": date(2026, 11, 15), "latest": date(2026, 12, 20)},
    ]  # fmt: skip
    flags = [{"patient_number": "104", "flags": ["care_home"]}]
    store.merge_plan(plan(rows, appointments=planned, patients=flags), None, AT)


filling = filled_by(as_it_begins, "practice")


@pytest.fixture
def practice(store: SqlStore) -> SqlStore:
    """Five patients with a book; 103 on lithium, 104 in a care home, 102 with bloods done."""
    return store


def view(store: SqlStore, queue: Queue, **asked: object) -> QueueView:
    """Return a queue as of today."""
    return store.queue(QueueAsk(queue, TODAY, **asked))  # type: ignore[arg-type] # fields of the ask


def told(found: QueueView) -> list[tuple[str, str, str]]:
    """Return patient, heading and items of each row."""
    return [(row.patient, row.group, " ".join(row.items)) for row in found.rows]


def book(store: SqlStore, patient_number: str, item: str, on: date, slot: str = "") -> None:
    """Book an item here."""
    act(store, MarkBooked((target(store, patient_number, item),), on, slot, "nurse"))


def test_the_tray_holds_what_the_sync_brought(practice: SqlStore) -> None:
    """Deaths with bookings, missed ones, wrong numbers, and what came onto the list since.

    What is overdue since October is listed anew in November, and is no news.
    """
    assert told(view(practice, Queue.TRAY)) == []
    moved = [*BOOK[:1], *BOOK[2:], book_entry("100", "a9", at(2, 9, 12))]
    gone = [
        *PEOPLE[:1],
        patient("101", family_name="Bell", died_on=date(2026, 11, 19)),
        *PEOPLE[2:],
    ]
    book(practice, "101", "hba1c", date(2026, 11, 24), "a1")
    book(practice, "100", "hba1c", date(2026, 11, 24), "a0")
    act(practice, RecordContact("104", ContactOutcome.WRONG_NUMBER, words="a stranger"), minutes=1)
    sync = extract(gone, appointments=moved, sha256="b" * 64, extracted_at=at(21, 6))
    practice.merge_extract(sync, by="jo", at=AT, accept=True, dry_run=False)
    rows = view(practice, Queue.TRAY)
    assert [(one.patient, one.group, one.items) for one in rows.rows] == [
        ("101", tray.GONE, ()),
        ("100", tray.MISSED, ("hba1c",)),
        ("104", tray.FAILED, ()),
        ("100", tray.NEW, ("hba1c",)),
        ("102", tray.NEW, ("diabetes_review",)),
    ]
    assert rows.rows[2].detail == "a stranger"
    assert rows.rows[1].detail == "in the book: 2 Dec 09:00; if it is for this, link it"
    first = rows.rows[0]
    assert (first.on, first.what) == (date(2026, 11, 24), "died 19 Nov 2026, booked here")
    act(practice, Undo(), minutes=2)
    assert tray.FAILED not in {row.group for row in view(practice, Queue.TRAY).rows}


def test_the_tray_tells_whose_number_means_something_else_now(store: SqlStore) -> None:
    """What was decided stands with a number: with another person's, or with one that is gone.

    Whoever had died or left and is on the list again is told, too. Someone who married, or whose
    date of birth was corrected, is the same; once something is decided, nothing is told any more.
    """
    first = [
        patient("100", family_name="Abel", nhs_number="9990000018"),
        patient("101", family_name="Bell", nhs_number="9990000026"),
        patient("102", family_name="Cole", died_on=date(2026, 10, 1)),
        patient("103", family_name="Dunn", given_name="Eve", date_of_birth=date(1970, 1, 2)),
        *(patient(str(number), family_name="Same") for number in range(200, 230)),
    ]
    given = extract(first, extracted_at=at(1, 6))
    store.merge_extract(given, by="jo", at=AT - timedelta(days=20), accept=False, dry_run=False)
    store.merge_plan(plan([], appointments=[]), None, AT)
    act(store, AddNote("101", "asks for the phone"), minutes=-9)
    second = [
        patient("100", family_name="Zola", nhs_number="9990543216",
                date_of_birth=date(1991, 3, 4)),
        patient("171", family_name="Bell", nhs_number="9990000026"),
        patient("102", family_name="Cole"),
        patient("103", family_name="Dunn", given_name="Eve", date_of_birth=date(1970, 2, 1)),
        *first[4:],
    ]  # fmt: skip
    sync = extract(second, extracted_at=at(20, 6), sha256="b" * 64)
    report = store.merge_extract(sync, by="jo", at=AT, accept=True, dry_run=False)
    assert report.words.count("see the morning tray") == len(told(view(store, Queue.TRAY))) == 3
    assert [(row.patient, row.group) for row in view(store, Queue.TRAY).rows] == [
        ("100", tray.ANOTHER), ("102", tray.BACK), ("171", tray.RENUMBERED),
    ]  # fmt: skip
    other, back, renumbered = view(store, Queue.TRAY).rows
    assert other.detail == "it was Abel, Ann, born 17 May 1960"
    assert back.what == "died 1 Oct 2026, says an earlier sync"
    assert renumbered.what == "number 101 before, left 20 Nov 2026"
    for number in ("100", "102", "171"):
        act(store, AddNote(number, "looked at"), minutes=5)
    assert told(view(store, Queue.TRAY)) == []


def test_who_must_be_taken_out_of_a_file_before_it_is_sent(practice: SqlStore) -> None:
    """A sync and colleagues may know more than the file: death, departure, no texts any more."""
    numbers = ("100", "101", "103", "104")
    item = {"103": "lithium_level"}
    invites = RecordInvites(
        tuple(target(practice, one, item.get(one, "hba1c")) for one in numbers),
        tuple((one, Channel.SMS) for one in numbers),
    )
    begun = act(practice, ExportInvites(invites, "invites.csv", "a" * 64))
    assert not told(view(practice, Queue.TRAY))
    sync = [
        patient("100", family_name="Abel", died_on=date(2026, 11, 21)),
        patient("101", family_name="Bell", contact_allowed=False),
        *PEOPLE[2:],
    ]
    given = extract(sync, appointments=BOOK, sha256="b" * 64, extracted_at=at(21, 6))
    practice.merge_extract(given, by="jo", at=AT, accept=True, dry_run=False)
    act(practice, RecordContact("103", ContactOutcome.NO_TEXTS), minutes=1)
    rows = [row for row in view(practice, Queue.TRAY).rows if row.group == EXPORTED]
    assert [(row.patient, row.what) for row in rows] == [
        ("100", "died 21 Nov 2026: take them out of invites.csv"),
        ("101", "may not be contacted: take them out of invites.csv"),
        ("103", "no text message any more: take them out of invites.csv"),
    ]
    act(practice, DiscardExport(begun.command_id), minutes=2)
    assert EXPORTED not in {row.group for row in view(practice, Queue.TRAY).rows}


def test_bloods_done_and_the_review_not_booked(practice: SqlStore) -> None:
    """Whoever's gathering is done and whose review nobody booked; once it is booked, nobody."""
    found = view(practice, Queue.BLOODS_DONE)
    assert told(found) == [("102", "Review not booked", "diabetes_review")]
    assert found.rows[0].what == "bloods done 12 Nov, review by 20 Dec"
    assert (found.rows[0].name, found.rows[0].staff_group) == ("Cole, Ann", "nurse")
    assert found.rows[0].detail == "in the book: 23 Nov 09:00 HCA"
    book(practice, "102", "diabetes_review", date(2026, 12, 1))
    assert told(view(practice, Queue.BLOODS_DONE)) == []


def test_bloods_are_done_although_next_years_are_open(practice: SqlStore) -> None:
    """What the review reads is done, the next ones are open since, the pressure comes with it.

    Without the practice's rules the whole first appointment must be done. Next year's review reads
    next year's bloods.
    """
    rows = [
        due("102", "hba1c", date(2026, 11, 10), is_open=False, done_on=date(2026, 11, 12)),
        due("102", "bp", date(2026, 11, 10)),
        due("102", "diabetes_review", date(2026, 11, 20), appointment_no=2),
        due("102", "hba1c", date(2027, 11, 10), appointment_no=3),
        due("103", "hba1c", date(2026, 11, 10), is_open=False, done_on=date(2026, 11, 12)),
        due("103", "diabetes_review", date(2027, 11, 20), appointment_no=2),
    ]
    whens = [(1, date(2026, 11, 1)), (2, date(2026, 11, 15)), (3, date(2027, 11, 1))]
    planned = [
        {"patient_number": "102", "appointment_no": number, "stage": 1 + (number == 2),
         "staff_group": "hca", "minutes": 20, "earliest": when, "latest": when + MONTH}
        for number, when in whens
    ] + [
        {"patient_number": "103", "appointment_no": number, "stage": number,
         "staff_group": "nurse", "minutes": 20, "earliest": when, "latest": when + MONTH}
        for number, when in [(1, date(2026, 11, 1)), (2, date(2027, 11, 1))]
    ]  # fmt: skip
    practice.merge_plan(plan(rows, appointments=planned), None, AT)
    assert told(view(practice, Queue.BLOODS_DONE)) == []
    words = {"after": {"diabetes_review": ["hba1c"]}}
    keep_words(practice.database, practice.practice.practice_id, words)
    found = view(practice, Queue.BLOODS_DONE)
    assert told(found) == [
        ("102", "In the book, not linked: Enter says whether it fits", "diabetes_review")
    ]
    assert found.rows[0].what == "bloods done 12 Nov, review by 15 Dec"


def test_who_attends_anyway_with_something_due(practice: SqlStore) -> None:
    """Clinic by clinic and only in the days asked for; the done, the absent and others are not."""
    found = view(practice, Queue.ATTENDING, days=3)
    assert told(found) == [
        ("102", "Mon 23 Nov, HCA", "diabetes_review"),
        ("101", "Tue 24 Nov, Sr Ada Quill", "hba1c"),
    ]
    assert (found.rows[1].at, found.rows[1].what) == ("11:00", "Dressing")
    assert told(view(practice, Queue.ATTENDING, days=1)) == []
    assert told(view(practice, Queue.ATTENDING, staff_group="hca", days=14)) == [
        ("102", "Mon 23 Nov, HCA", "diabetes_review"),
        ("103", "Thu 03 Dec, HCA", "lithium_level"),
    ]


def test_high_risk_monitoring_is_the_prescribers(practice: SqlStore) -> None:
    """A decline of lithium monitoring stands with the usual GP, and since when it is late."""
    assert told(view(practice, Queue.PRESCRIBER)) == []
    act(practice, Decline((target(practice, "103", "lithium_level"),), "afraid of needles"))
    found = view(practice, Queue.PRESCRIBER)
    assert told(found) == [("103", "Usual GP: Dr Hart", "lithium_level")]
    assert found.rows[0].what == "overdue since 04 Oct 2026, not invited"
    assert when_words(found.rows[0], date(2026, 12, 31)) == "04 Oct"
    assert when_words(found.rows[0], date(2027, 1, 1)) == "04 Oct 26"


def test_the_round_sheet_of_a_care_home(practice: SqlStore) -> None:
    """Home by home, in lines with a box to tick, in the words of the practice."""
    found = view(practice, Queue.CARE_HOME)
    assert told(found) == [("104", "Larch House ZZ1 2BB", "hba1c")]
    assert list(printed(found, NAMES)) == [
        "Care-home round sheet: 1 patient",
        "Printed for 22 Nov 2026",
        "",
        "Larch House ZZ1 2BB",
        "[ ] 104  Ely, Ann  born 17 May 1960  HbA1c",
    ]


def test_a_closed_staff_group_names_every_booking(practice: SqlStore) -> None:
    """Bookings made here with what they cover, and those of the book alone, day by day."""
    book(practice, "101", "hba1c", date(2026, 11, 24), "a1")
    found = view(practice, Queue.CLOSED, staff_group="nurse", days=7)
    assert [(row.patient, row.group, row.what, row.items) for row in found.rows] == [
        ("101", "Tue 24 Nov 2026", "booked here with Sr Ada Quill", ("hba1c",)),
    ]
    quill, other = (
        view(practice, Queue.CLOSED, staff_group="nurse", days=7, clinician=one)
        for one in ("quill", "Webb")
    )
    assert quill.rows == found.rows
    assert quill.title.endswith(", Nurse, with quill")
    assert not other.rows
    book(practice, "100", "hba1c", date(2026, 11, 25), "")
    unknown = view(practice, Queue.CLOSED, staff_group="nurse", days=7, clinician="Webb")
    assert [row.patient for row in unknown.rows] == ["100"], "with whom it is, nobody knows"
    hca = view(practice, Queue.CLOSED, staff_group="hca", first=date(2026, 12, 1), days=3)
    assert [(row.patient, row.what) for row in hca.rows] == [("103", "in the book:")]
    assert found.title == "Closed staff group: bookings to move, 22 Nov to 28 Nov 2026, Nurse"


def test_whom_to_ring_about_a_closed_staff_group(store: SqlStore) -> None:
    """By the mobile, else by the home phone; a mobile that is a stranger's is not rung again.

    Nobody is rung about somebody who died, left or is said to have died: it says so instead. An
    appointment of the same id that is another patient's says nothing about a booking.
    """
    people = [
        patient("100", mobile_phone="07700 900100", home_phone="01632 960100"),
        patient("101", mobile_phone="", home_phone="01632 960101"),
        patient("102", mobile_phone="07700 900102", home_phone="01632 960102"),
        patient("103", mobile_phone="", home_phone=""),
        patient("104", mobile_phone="07700 900104", died_on=date(2026, 11, 20)),
        patient("105", mobile_phone="07700 900105"),
        patient("106", mobile_phone="07700 900106", left_on=date(2026, 12, 31)),
    ]
    numbers = [str(one["patient_number"]) for one in people]
    coming = [
        book_entry(one, "a1", at(24, 9), staff_group="nurse", clinician=f"Sr {one}")
        for one in numbers
    ]
    given = extract(people, appointments=coming, extracted_at=at(1, 6))
    store.merge_extract(given, by="jo", at=AT, accept=False, dry_run=False)
    store.merge_plan(plan([due("100", "hba1c", date(2026, 11, 10))], appointments=[]), None, AT)
    act(store, RecordContact("102", ContactOutcome.WRONG_NUMBER))
    act(store, RecordContact("105", ContactOutcome.DECEASED_REPORTED, words="a neighbour"))
    book(store, "100", "hba1c", date(2026, 11, 24), "a1")
    people[2]["mobile_phone"] = "+447700900102"
    later = extract(people, appointments=coming, extracted_at=at(2, 6), sha256="b" * 64)
    store.merge_extract(later, by="jo", at=AT, accept=False, dry_run=False)
    found = view(store, Queue.CLOSED, staff_group="nurse")
    assert {row.patient: row.detail for row in found.rows} == {
        "100": "07700 900100", "101": "01632 960101", "102": "01632 960102", "103": "",
        "104": "", "105": "", "106": "07700 900106",
    }  # fmt: skip
    said = {row.patient: row.what for row in found.rows}
    assert len(found.rows) == len(said) == len(people)
    assert said["100"] == "booked here with Sr 100"
    assert said["104"] == "died 20 Nov 2026: cancel it (in the book: Sr 104)"
    assert said["105"].startswith("reported to have died: check")


def test_a_reported_death_stays_in_the_tray_until_it_is_checked(practice: SqlStore) -> None:
    """Nobody is invited meanwhile: a call in vain and the years do not let it be forgotten."""
    act(practice, RecordContact("104", ContactOutcome.DECEASED_REPORTED, words="a neighbour"))
    act(practice, RecordContact("104", ContactOutcome.WRONG_NUMBER), minutes=1)
    act(practice, RecordContact("104", ContactOutcome.NO_ANSWER), minutes=2)

    def told_of_104(today: date) -> list[str]:
        rows = practice.queue(QueueAsk(Queue.TRAY, today)).rows
        return [row.group for row in rows if row.patient == "104" and row.group != tray.NEW]

    assert told_of_104(TODAY) == [tray.DIED]
    assert told_of_104(TODAY + timedelta(days=500)) == [tray.DIED]
    act(practice, RecordContact("104", ContactOutcome.WILL_BOOK), minutes=3)
    assert told_of_104(TODAY) == []


def test_what_must_be_coded_stands_by_recall(practice: SqlStore) -> None:
    """Invites and declines made here, until the record holds them; undone ones are not."""
    channels = (("100", Channel.SMS), ("101", Channel.LETTER))
    chosen = tuple(target(practice, one, "hba1c") for one in ("100", "101"))
    act(practice, RecordInvites(chosen, channels))
    act(practice, Decline((target(practice, "104", "hba1c"),), "sees a private clinic"), minutes=1)
    found = view(practice, Queue.CODING)
    assert [(row.patient, row.heading(NAMES), row.what) for row in found.rows] == [
        ("104", "Declines to code: Diabetes", "declined"),
        ("100", "Invites to code: Diabetes", "invite 1 by text message"),
        ("101", "Invites to code: Diabetes", "invite 1 by letter"),
    ]
    assert found.rows[0].detail == "since the last sync: code it; sees a private clinic"
    act(practice, Undo(), minutes=2)
    later = extract(PEOPLE, sha256="c" * 64, extracted_at=at(23, 6))
    practice.merge_extract(later, by="jo", at=AT + timedelta(2), accept=True, dry_run=False)
    again = view(practice, Queue.CODING)
    assert [row.detail for row in again.rows] == ["not in the last sync: code it"] * 2


def test_what_is_assigned_to_me_or_my_teams(practice: SqlStore) -> None:
    """By whoever assigned it last; what was taken back or is others' is not there."""
    act(practice, Assign(("100", "101"), "Bloods"), "sam")
    act(practice, Assign(("101",), "jo"), "al", minutes=1)
    act(practice, Assign(("102",), "jo"), "sam", minutes=2)
    act(practice, Undo(), "sam", minutes=3)
    act(practice, Assign(("103",), "al"), "sam", minutes=4)
    view = practice.queue(QueueAsk(Queue.MINE, TODAY, owners=("jo", "Bloods")))
    assert {(row.patient, row.group, row.by) for row in view.rows} == {
        ("101", "jo, from al", "al"), ("100", "Bloods, from sam", "sam"),
    }  # fmt: skip
    assert view.fresh("jo", None) == 2
    assert view.fresh("sam", None) == 1
    assert view.fresh("jo", view.newest()) == 0
    assert practice.queue(QueueAsk(Queue.MINE, TODAY)).rows == ()
