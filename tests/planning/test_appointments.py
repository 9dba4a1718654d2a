"""Planned appointments: what is packed together, when, and what booking changes."""

import gc
from dataclasses import replace
from datetime import date

import pytest

from recall_tui.domain.ids import ItemId
from recall_tui.domain.items import Place, StaffGroup
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.frames import PlanFrames
from recall_tui.planning import answers
from recall_tui.planning.answers import undated
from recall_tui.planning.engine import plan
from tests.domain.spec.example import Example, Person
from tests.domain.spec.rules import (
    HALF_YEARLY,
    ITEMS,
    TWELVE_WEEKLY,
    asks,
    diabetes,
    hold,
    on_drug,
)

HISTORY = """
    date       | code      | value | unit
    2010-01-10 | dm        |       |
    2025-05-10 | hba1c     | 48    | mmol/mol
    2025-05-10 | systolic  | 140   | mmHg
    2025-05-10 | diastolic | 80    | mmHg
    2025-05-15 | review    |       |
    2025-05-15 | foot      |       |
"""
ALL = Example(
    rule="HbA1c, blood pressure, foot check and review every 12 months (recall date 15 May).",
    recalls=(diabetes(asks("hba1c"), asks("bp"), asks("foot"), asks("review")),),
    today="2026-03-01",
    due="",
    history=HISTORY,
)


def _items_of(frames: PlanFrames, number: int) -> list[str]:
    rows = frames.due_items.filter(frames.due_items["appointment_no"] == number)
    return sorted(rows["item"].to_list())


def test_two_contacts_for_a_year_of_diabetes() -> None:
    """Gathering and review are two appointments, the first two weeks before the second."""
    frames = ALL.plan()
    assert frames.appointments["staff_group"].to_list() == ["phlebotomist", "nurse"]
    assert _items_of(frames, 1) == ["bp", "hba1c"]
    assert _items_of(frames, 2) == ["foot", "review"]
    first, second = frames.appointments["target"].to_list()
    assert (second - first).days >= 14


def test_what_was_done_stays_in_the_picture() -> None:
    """When the bloods are done, the same two appointments are planned: one done, one open."""
    before = ALL.plan()
    bled = ALL.history + "    2026-04-20 | hba1c     | 50    | mmol/mol\n"
    after = replace(ALL, history=bled, today="2026-04-22").plan()
    assert _items_of(after, 1) == _items_of(before, 1)
    assert after.appointments["staff_group"].to_list()[:2] == ["phlebotomist", "nurse"]


def test_overdue_appointments_move_to_the_present_month_whole() -> None:
    """What was done of an overdue appointment stays with what was not: partly done."""
    checked = ALL.history + "    2026-05-20 | foot      |       |\n"
    frames = replace(ALL, history=checked, today="2026-07-10").plan()
    assert _items_of(frames, 2) == ["foot", "review"]
    assert frames.appointments["listed_on"].to_list()[:2] == [date(2026, 7, 1)] * 2


BY = date(2026, 2, 15)
"""The Sunday of the week after next, seen from Monday 26 January."""


@pytest.mark.parametrize(
    ("overdue", "together"),
    [("fbc", False), ("egfr", True)],
    ids=["high-risk monitoring", "another item"],
)
def test_overdue_monitoring_waits_for_nothing(overdue: str, *, together: bool) -> None:
    """HbA1c may be done from 20 Feb: a blood count overdue since 15 Nov is planned by 15 Feb."""
    rules = diabetes(asks(overdue, HALF_YEARLY), asks("hba1c"))
    late = replace(ALL, recalls=(rules,), today="2026-01-26")
    frames = replace(late, history=f"{HISTORY}    2025-05-10 | {overdue} | 5 |").plan()
    number = frames.due_items.filter(item=overdue, is_open=True)["appointment_no"].item()
    assert _items_of(frames, number) == (["egfr", "hba1c"] if together else ["fbc"])
    planned = frames.appointments.filter(appointment_no=number)
    first, last = (date(2026, 2, 20), date(2026, 2, 28)) if together else (date(2026, 1, 1), BY)
    assert planned.select("earliest", "latest").row(0) == (first, last)


def test_the_days_of_overdue_monitoring_hold_for_a_week() -> None:
    """Planned on Monday 26 Jan by 15 Feb, it is planned by 22 Feb from Monday 2 Feb on."""
    blood = f"{HISTORY}    2025-05-10 | fbc | 5 |"
    late = replace(ALL, recalls=(diabetes(asks("fbc", HALF_YEARLY)),), history=blood)
    until = {
        day: (plan.appointments["latest"].to_list()[0], plan.patients["valid_until"].item())
        for day in ("2026-01-26", "2026-02-01", "2026-02-02")
        for plan in [replace(late, today=day).plan()]
    }
    assert until["2026-01-26"] == (date(2026, 2, 15), date(2026, 1, 31))
    assert until["2026-02-01"] == (date(2026, 2, 15), date(2026, 2, 1))
    assert until["2026-02-02"] == (date(2026, 2, 22), date(2026, 2, 8))


def test_a_booked_appointment_stays_where_it_is() -> None:
    """A booking for 3 June keeps its items together on 3 June, whatever else would be better."""
    booked = """
        item   | due_on     | booked_for
        foot   | 2026-05-15 | 2026-06-03
        review | 2026-05-15 | 2026-06-03
    """
    frames = replace(ALL, booked=booked).plan()
    row = frames.appointments.filter(frames.appointments["target"] == date(2026, 6, 3))
    assert row.height == 1
    assert _items_of(frames, row["appointment_no"].item()) == ["foot", "review"]


BOOKED_LATE = """
    item   | due_on     | booked_for
    foot   | 2026-05-15 | 2026-08-03
    review | 2026-05-15 | 2026-08-03
"""


def test_a_late_booking_leaves_its_items_on_the_list_of_their_month() -> None:
    """Due in May and booked for August: May's list shows it as booked, not August's alone."""
    frames = replace(ALL, booked=BOOKED_LATE).plan()
    late = frames.appointments.filter(frames.appointments["target"] == date(2026, 8, 3))
    assert late["listed_on"].to_list() == [date(2026, 5, 15)]
    overdue = replace(ALL, booked=BOOKED_LATE, today="2026-07-10").plan()
    late = overdue.appointments.filter(overdue.appointments["target"] == date(2026, 8, 3))
    assert late["listed_on"].to_list() == [date(2026, 7, 1)]


def test_a_booking_of_which_nothing_came_pins_nothing_after_a_week() -> None:
    """The eighth day after the booked one the items are planned afresh, and the plan knew so."""
    waits = replace(ALL, booked=BOOKED_LATE, today="2026-08-10").plan()
    assert date(2026, 8, 3) in waits.appointments["target"].to_list()
    assert waits.patients["valid_until"].to_list() == [date(2026, 8, 10)]
    after = replace(ALL, booked=BOOKED_LATE, today="2026-08-11").plan()
    assert date(2026, 8, 3) not in after.appointments["target"].to_list()


def test_nothing_is_planned_for_those_on_hold() -> None:
    """On hold has due items, and no appointments."""
    frames = replace(
        ALL,
        recalls=(hold(ALL.recalls[0], "declined", "declined"),),
        history=ALL.history + "    2026-02-01 | declined  |       |\n",
    ).plan()
    assert frames.due_items["held"].all()
    assert frames.appointments.is_empty()


def test_the_housebound_are_seen_at_home_where_it_can_be_done_there() -> None:
    """An item that cannot be done at home stays in the surgery."""
    home = ALL.history + "    2026-02-01 | housebound |      |\n"
    frames = replace(ALL, history=home).plan()
    assert set(frames.appointments["place"]) == {"surgery"}
    assert frames.patients["flags"].to_list() == [["housebound"]]
    rules = replace(ALL, history=home).rules()
    feet = replace(ITEMS[ItemId("foot")], places=(Place.SURGERY, Place.HOME))
    visited = replace(rules, items={**rules.items, feet.id: feet})
    made = plan(replace(ALL, history=home).inputs(), visited, PlanSettings(), date(2026, 3, 1))
    assert [place for place in made.appointments["place"] if place != "surgery"] == ["home"]


def test_what_is_on_hold_stands_in_the_month_in_which_it_is_due() -> None:
    """No appointment is planned for it, and still it is on the list, among what is hidden."""
    held = replace(
        ALL,
        recalls=(hold(diabetes(), "palliative", "palliative care"),),
        history=ALL.history + "    2026-02-01 | palliative | | \n",
    )
    (hba1c,) = held.plan().due_items.filter("is_open").to_dicts()
    assert (hba1c["held"], hba1c["appointment_no"]) == (True, None)
    assert hba1c["listed_on"] == hba1c["due_on"] == date(2026, 5, 15)


@pytest.mark.parametrize(
    ("coded", "said", "held"),
    [
        ("", "2026-02-01 | yes", True),
        ("2026-02-01 | housebound |      |", "2026-02-01 | no", False),
        ("2026-02-02 | housebound |      |", "2026-02-01 | no", True),
        ("2026-02-02 | not_housebound |  |", "2026-02-01 | yes", False),
        ("2026-02-01 | housebound |      |", "2026-03-02 | no", True),
    ],
    ids=["no code", "same day", "newer code", "newer opposite code", "said after today"],
)
def test_a_flag_set_by_hand_counts_until_a_newer_code(coded: str, said: str, *, held: bool) -> None:
    """What a person says of a flag plans like a code; the newest wins, on one day the person."""
    history = f"{ALL.history}    {coded}\n" if coded else ALL.history
    flags = f"""
        flag       | on         | holds
        housebound | {said}
    """
    frames = replace(ALL, history=history, said=flags).plan()
    assert frames.patients["flags"].to_list() == [["housebound"] if held else []]


def test_what_is_asked_again_is_planned_no_sooner_than_its_tolerance_allows() -> None:
    """A blood count every 12 weeks counts from the day after the last: it is not planned then."""
    counts = on_drug("methotrexate", asks("fbc", TWELVE_WEEKLY))
    drugs = "issued | code | repeat\n2021-01-01 | methotrexate | yes"
    history = "date | code\n2026-02-20 | fbc"
    frames = replace(ALL, recalls=(counts,), drugs=drugs, history=history).plan()
    (fbc,) = frames.due_items.filter("is_open").to_dicts()
    planned = frames.appointments.row(fbc["appointment_no"] - 1, named=True)
    assert (fbc["due_on"], fbc["window_opens"]) == (date(2026, 5, 15), date(2026, 2, 21))
    assert planned["appointment_no"] == fbc["appointment_no"]
    assert planned["earliest"] == date(2026, 5, 1)


def test_long_appointments_are_divided_by_the_slot() -> None:
    """Nothing longer than the practice's longest slot is planned as one appointment."""
    short = PlanSettings(slot_minutes=30)
    frames = replace(ALL, settings=short).plan()
    assert max(frames.appointments["minutes"].to_list()) <= 30


def test_only_staff_groups_that_the_practice_has_are_planned() -> None:
    """Without a phlebotomist the HCA gathers; what is remembered of practices with one is not."""
    assert ALL.plan().appointments["staff_group"].to_list() == ["phlebotomist", "nurse"]
    had = PlanSettings(staff_groups=frozenset({StaffGroup.HCA, StaffGroup.NURSE}))
    frames = replace(ALL, settings=had).plan()
    assert frames.appointments["staff_group"].to_list() == ["hca", "nurse"]
    assert _items_of(frames, 1) == _items_of(ALL.plan(), 1) == ["bp", "hba1c"]


def test_nobody_vanishes_for_want_of_staff() -> None:
    """Without nurses what only a nurse can do is planned with a nurse all the same."""
    had = PlanSettings(staff_groups=frozenset({StaffGroup.HCA}))
    frames = replace(ALL, settings=had).plan()
    assert frames.appointments["staff_group"].to_list() == ["hca", "nurse"]
    assert sorted(frames.due_items["item"].to_list()) == sorted(ALL.plan().due_items["item"])
    assert frames.due_items.filter("is_open")["appointment_no"].null_count() == 0


@pytest.mark.parametrize(
    ("had", "planned"),
    [
        ({Place.SURGERY, Place.HOME}, (Place.SURGERY, Place.HOME)),
        ({Place.HOME}, (Place.HOME,)),
        ({Place.CARE_HOME}, (Place.SURGERY, Place.HOME)),
    ],
    ids=["both", "one", "neither: its own"],
)
def test_an_item_keeps_the_places_that_the_practice_has(
    had: set[Place], planned: tuple[Place, ...]
) -> None:
    """A practice that visits nobody plans no visits; what has no other place keeps its own."""
    item = replace(ITEMS[ItemId("hba1c")], places=(Place.SURGERY, Place.HOME))
    assert undated(item, frozenset(StaffGroup), had).places == planned


@pytest.mark.parametrize(("decided_for", "pinned"), [("2025-05-15", False), ("2026-05-15", True)])
def test_a_booking_of_what_was_done_since_pins_nothing(decided_for: str, *, pinned: bool) -> None:
    """A booking is for the due date that was open then; done before it, the next one is free."""
    booked = f"item | due_on | booked_for\nhba1c | {decided_for} | 2026-03-20"
    frames = replace(ALL, recalls=(diabetes(),), booked=booked).plan()
    (hba1c,) = frames.due_items.filter("is_open").to_dicts()
    assert (hba1c["due_on"], hba1c["closed_through"]) == (date(2026, 5, 15), date(2025, 5, 15))
    planned = frames.appointments.row(hba1c["appointment_no"] - 1, named=True)
    assert (planned["target"] == date(2026, 3, 20)) is pinned


def test_a_flag_may_have_longer_appointments() -> None:
    """Who has the flag is seen in one long appointment where others come twice."""
    slots = PlanSettings(slot_minutes=30, slot_minutes_by_flag={"housebound": 60})
    others = replace(ALL, settings=slots).plan()
    flagged = replace(ALL, settings=slots, history=f"{HISTORY}2020-01-01 | housebound | |").plan()
    assert max(others.appointments["minutes"].to_list()) == 30
    assert max(flagged.appointments["minutes"].to_list()) > 30
    assert len(flagged.appointments) < len(others.appointments)


def test_numbers_go_by_the_day_on_which_the_patient_is_listed() -> None:
    """Appointments are numbered from 1 in the order in which the patient comes."""
    often = replace(
        ALL, recalls=(diabetes(asks("hba1c", HALF_YEARLY), asks("review")),), person=Person()
    )
    frames = often.plan()
    listed = frames.appointments["listed_on"].to_list()
    assert listed == sorted(listed)
    assert frames.appointments["appointment_no"].to_list() == list(range(1, len(listed) + 1))


@pytest.mark.parametrize("collecting", [True, False])
def test_the_garbage_collector_is_as_before(
    monkeypatch: pytest.MonkeyPatch, *, collecting: bool
) -> None:
    """Packing leaves the garbage collector as it was, even where it fails."""
    seen: list[bool] = []

    def failing(_pieces: object) -> object:
        seen.append(gc.isenabled())
        raise ZeroDivisionError

    monkeypatch.setattr(answers, "pack_pieces", failing)
    answers.answering.cache_clear()
    (gc.enable if collecting else gc.disable)()
    try:
        with pytest.raises(ZeroDivisionError):
            ALL.plan()
        assert gc.isenabled() is collecting
        assert seen == [False]
    finally:
        gc.enable()
