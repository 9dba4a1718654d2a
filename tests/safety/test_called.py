"""Patients who must be called and would be lost: *not called*, *called too late*."""

from datetime import date, timedelta

import pytest

from recall_tui.domain.commands import Channel, MarkBooked, RecordInvites, Unbook
from recall_tui.domain.reason_words import sentences
from recall_tui.domain.states import DueState
from tests.safety.story import Practice, Records

TODAY = date(2026, 11, 22)
BORN_15_MAY = "1,Drama,1960-05-15,2001-01-01,,07700 900123"
DIABETES, HBA1C, DM_REVIEW = "44054006", "999791000000106", "170777000"
METHOTREXATE, LITHIUM, WARFARIN, APIXABAN = "68887009", "321730000", "319733000", "703908001"
BLOOD_COUNT, CREATININE, EGFR, INR = (
    "1022431000000105",
    "1000731000000107",
    "80274001",
    "165581004",
)
PALLIATIVE, KIDNEY_DISEASE, DECLINED_BLOODS = "103735009", "700378005", "116471000119100"
RAMIPRIL = "318906001"


def test_methotrexate_since_2021_and_no_blood_count_ever(practice: Practice) -> None:
    """Ms Drama has had methotrexate on repeat since March 2021 and no blood count was ever coded.

    Nothing was ever done, so no reminder that counts from the last result would find her. She is
    on every month's list since the first weeks of the drug, marked as high-risk monitoring, and
    stands above a patient who is overdue for much longer with something else.
    """
    people = [BORN_15_MAY, "2,Other,1950-01-10,2001-01-01,,07700 900124"]
    events = [f"2,{DIABETES},2010-01-10,,,"]
    records = Records(people, events, [f"1,{METHOTREXATE},2021-03-01,Y"])
    practice.bring(records, TODAY)
    due = practice.item("fbc", TODAY)
    assert (due.due_on, due.overdue_since) == (date(2021, 3, 15), date(2021, 3, 15))
    assert (due.high_risk, due.last_done, due.state) == (True, None, DueState.OUTSTANDING)
    assert [row.patient for row in practice.listed(TODAY)] == ["1", "2"]
    assert practice.listed(TODAY)[0].high_risk_overdue


def test_attended_but_nothing_coded(practice: Practice) -> None:
    """He was booked for his diabetes review, the book says that he attended, nothing was coded.

    What is not in the record did not happen as far as anybody can tell. Seven days after the
    appointment the booking no longer hides him: he is called again, as attended, not recorded.
    """
    booked, seen = date(2026, 5, 1), date(2026, 5, 14)
    events = [f"1,{DIABETES},2010-01-10,,,", f"1,{DM_REVIEW},2025-05-10,,,"]
    records = Records([BORN_15_MAY], events, slots=["1,a1,2026-05-14 09:20,booked,2026-05-01"])
    practice.bring(records, booked)
    target = practice.target("diabetes_review", booked)
    practice.act(MarkBooked((target,), seen, "a1"), booked)
    assert practice.item("diabetes_review", booked).state is DueState.BOOKED
    records.slots = ["1,a1,2026-05-14 09:20,attended,2026-05-01"]
    practice.bring(records, date(2026, 5, 22))
    due = practice.item("diabetes_review", date(2026, 5, 22))
    assert (due.state, due.reopened) == (DueState.OUTSTANDING, "attended_not_recorded")
    assert practice.calls_for("diabetes_review", date(2026, 5, 22))
    told = practice.told(date(2026, 5, 22))
    assert "attended, not recorded (14 May 2026)" in told
    assert "booked for" not in told


def test_lithium_and_three_unanswered_invites(practice: Practice) -> None:
    """On lithium, invited three times, no answer.

    For a smear somebody would now stop asking. Silence about lithium goes to a prescriber instead:
    the level stays on the list, escalated, with its old due date.
    """
    practice.bring(Records([BORN_15_MAY], drugs=[f"1,{LITHIUM},2020-01-01,Y"]), date(2026, 10, 1))
    for day in (date(2026, 10, 1), date(2026, 10, 15), date(2026, 11, 1)):
        target = practice.target("lithium_level", day)
        practice.act(RecordInvites((target,), (("1", Channel.SMS),)), day)
    assert practice.item("lithium_level", date(2026, 11, 1)).state is DueState.INVITED
    later = date(2026, 11, 15)
    due = practice.item("lithium_level", later)
    assert (due.invites, due.state, due.high_risk) == (3, DueState.ESCALATED, True)
    assert due.overdue_since == date(2020, 1, 8)
    assert practice.calls_for("lithium_level", later)


def test_lithium_and_an_invite_every_13_days(practice: Practice) -> None:
    """On lithium, asked again by hand every 13 days, no answer.

    Each invite comes a day before anybody would call it silence. The fourth goes to the prescriber
    all the same, and so it stays; a booking takes it from there, taken back it is there again.
    """
    practice.bring(Records([BORN_15_MAY], drugs=[f"1,{LITHIUM},2020-01-01,Y"]), date(2026, 8, 1))
    states: list[DueState] = []
    for n in range(5):
        day = date(2026, 8, 1) + timedelta(days=13 * n)
        target = practice.target("lithium_level", day)
        practice.act(RecordInvites((target,), (("1", Channel.SMS),)), day)
        states.append(practice.item("lithium_level", day).state)
    assert states == [DueState.INVITED] * 3 + [DueState.ESCALATED] * 2
    day = date(2026, 9, 23)
    target = practice.target("lithium_level", day)
    practice.act(MarkBooked((target,), date(2026, 9, 30)), day)
    booked = practice.item("lithium_level", day)
    assert booked.state is DueState.BOOKED
    practice.act(Unbook("1", booked.booking_id), day)
    assert practice.item("lithium_level", day).state is DueState.ESCALATED


def test_palliative_on_warfarin(practice: Practice) -> None:
    """On warfarin, and since July on the palliative care register; the last INR is of June.

    Other recalls hold for palliative care. The INR is high-risk: no code in the record may take it
    off the list, only a named person who says why and until when.
    """
    events = [
        f"1,{INR},2026-06-01,2.4,ratio,",
        f"1,{PALLIATIVE},2026-07-01,,,",
        f"1,{DIABETES},2010-01-10,,,",
    ]
    practice.bring(Records([BORN_15_MAY], events, [f"1,{WARFARIN},2019-01-01,Y"]), TODAY)
    due = practice.item("inr", TODAY)
    assert (due.overdue_since, due.high_risk) == (date(2026, 8, 24), True)
    assert due.state in {DueState.OUTSTANDING, DueState.ESCALATED}
    assert practice.calls_for("inr", TODAY)
    assert practice.item("hba1c", TODAY).state is DueState.ON_HOLD
    row = practice.row(TODAY)
    assert row is not None
    assert row.overdue_since == due.overdue_since, "not that of what is on hold"
    told = practice.told(TODAY).splitlines()
    held = told.index("Not called for now, on hold")
    assert [line for line in told[:held] if "INR" in line]
    assert [line for line in told[held:] if "HbA1c" in line and "Palliative care" in line]


def test_declined_blood_tests_on_an_ace_inhibitor_with_kidney_disease(practice: Practice) -> None:
    """She has kidney disease and takes ramipril; in March she declined blood tests, it is coded.

    The yearly recalls are on hold for it. Kidney bloods on that drug with that disease are
    high-risk: they stay on the list, whatever the record says, until a prescriber holds them.
    """
    events = [
        f"1,{KIDNEY_DISEASE},2018-06-10,,,",
        f"1,{CREATININE},2025-05-10,130,umol/L,",
        f"1,{EGFR},2025-05-10,48,mL/min/1.73m2,",
        f"1,{DECLINED_BLOODS},2026-03-10,,,",
    ]
    practice.bring(Records([BORN_15_MAY], events, [f"1,{RAMIPRIL},2019-01-01,Y"]), TODAY)
    due = practice.item("ue", TODAY)
    assert (due.overdue_since, due.high_risk) == (date(2026, 5, 15), True)
    assert practice.calls_for("ue", TODAY)
    assert practice.item("fbc", TODAY).state is DueState.ON_HOLD


def test_recorded_as_dead_by_mistake(practice: Practice) -> None:
    """A death was typed into the wrong record on 1 November and taken back there on the 10th.

    Nobody dead is called. When the next list says that she lives, she is called again at once,
    with her old due date.
    """
    living = "1,Drama,1960-05-15,2001-01-01,,07700 900123"
    dead = living.replace(",,07700", ",2026-10-30,07700")
    drugs = [f"1,{LITHIUM},2020-01-01,Y"]
    practice.bring(Records([living], drugs=drugs), date(2026, 10, 1))
    before = practice.item("lithium_level", date(2026, 10, 1))
    practice.bring(Records([dead], drugs=drugs), date(2026, 11, 1))
    assert practice.row(date(2026, 11, 1)) is None
    practice.bring(Records([living], drugs=drugs), date(2026, 11, 10))
    assert practice.calls_for("lithium_level", date(2026, 11, 10))
    assert practice.item("lithium_level", date(2026, 11, 10)).overdue_since == before.overdue_since


def test_85_on_apixaban_and_the_last_egfr_of_2019(practice: Practice) -> None:
    """She is 85, takes apixaban since 2018, and the last kidney function in the record is of 2019.

    The dose depends on it. No result in a year means the shortest interval from now on, and what
    is overdue stays so since 2019 however many years pass.
    """
    events = [
        f"1,{CREATININE},2019-05-01,85,umol/L,",
        f"1,{EGFR},2019-05-01,55,mL/min/1.73m2,",
    ]
    records = Records(
        ["1,Drama,1941-05-15,2001-01-01,,01632 960123"], events, [f"1,{APIXABAN},2018-01-01,Y"]
    )
    practice.bring(records, TODAY)
    due = practice.item("ue", TODAY)
    assert due.high_risk
    assert due.last_done == date(2019, 5, 1)
    assert due.overdue_since is not None
    assert due.overdue_since <= date(2020, 5, 1)
    assert practice.listed(TODAY)[0].high_risk_overdue
    # In June only the creatinine was reported: without a result it is three months, not six.
    events.append(f"1,{CREATININE},2026-06-10,85,umol/L,")
    practice.bring(records, TODAY + timedelta(days=1))
    due = practice.item("ue", TODAY + timedelta(days=1))
    assert (due.last_done, due.due_on) == (date(2026, 6, 10), date(2026, 9, 10))


def test_annual_due_10_february_undone_in_november(practice: Practice) -> None:
    """Her yearly HbA1c was due on 10 February; it is November and nobody has done it.

    A list by birth month would show her again next February. Here she is on the list of every
    month since, with the date since when.
    """
    events = [f"1,{DIABETES},2010-01-10,,,", f"1,{HBA1C},2025-02-01,48,mmol/mol,"]
    records = Records(["1,Drama,1960-02-10,2001-01-01,,07700 900123"], events)
    practice.bring(records, date(2026, 2, 1))
    for month in range(2, 12):
        day = date(2026, month, 22)
        practice.wait(day)
        assert practice.calls_for("hba1c", day), day
        assert practice.item("hba1c", day).overdue_since == date(2026, 2, 10), day


def test_recoded_diagnosis(practice: Practice) -> None:
    """Her diabetes of 2019 is coded again at a visit in October 2026; she never had an HbA1c.

    A new start would give her three fresh months. The recall still counts from 2019.
    """
    events = [f"1,{DIABETES},2019-03-01,,,", f"1,{DIABETES},2026-10-01,,,"]
    practice.bring(Records([BORN_15_MAY], events), TODAY)
    due = practice.item("hba1c", TODAY)
    assert due.overdue_since is not None
    assert due.overdue_since.year == 2019
    assert practice.calls_for("hba1c", TODAY)


def test_registered_last_month_with_an_old_diagnosis(practice: Practice) -> None:
    """He registered on 20 October with diabetes since 2010; no results came with him.

    Sixteen years of missing tests are not this practice's, but he is called four weeks after he
    registered, not next May.
    """
    practice.bring(
        Records(["1,Drama,1960-05-15,2026-10-20,,07700 900123"], [f"1,{DIABETES},2010-01-10,,,"]),
        TODAY,
    )
    due = practice.item("hba1c", TODAY)
    assert due.due_on == date(2026, 10, 20) + timedelta(days=28)
    assert due.overdue_since == due.due_on
    assert practice.calls_for("hba1c", TODAY)


@pytest.mark.parametrize("value", ["Clotted", "", "<insufficient"])
def test_clotted_sample(practice: Practice, value: str) -> None:
    """On methotrexate; the sample of September clotted, and the laboratory sent words, no number.

    The code is in the record, so a count of codes would take it for done. Without a plausible
    value nothing was measured: the count stays due since twelve weeks after the last good one, and
    whoever asks why hears on which day something was recorded that cannot be used.
    """
    events = [f"1,{BLOOD_COUNT},2026-07-01,131,g/L,", f"1,{BLOOD_COUNT},2026-09-20,{value},g/L,"]
    practice.bring(Records([BORN_15_MAY], events, [f"1,{METHOTREXATE},2021-03-01,Y"]), TODAY)
    due = practice.item("fbc", TODAY)
    assert (due.last_done, due.overdue_since) == (date(2026, 7, 1), date(2026, 9, 23))
    assert practice.calls_for("fbc", TODAY)
    (reasons,) = [
        one.reasons
        for one in practice.page(TODAY).reasons
        if (one.item, one.due_on) == ("fbc", due.due_on)
    ]
    (said,) = [one for one in sentences(reasons, {}) if "can be used" in one]
    assert said.startswith("Recorded on 20 Sep 2026 without a result that can be used")


def test_result_dated_2062(practice: Practice) -> None:
    """Somebody typed 2062 for 2026: the newest HbA1c in the record is 36 years away.

    A rule that takes the latest result would never call her again. It completes nothing, and the
    import reports its line.
    """
    events = [
        f"1,{DIABETES},2010-01-10,,,",
        f"1,{HBA1C},2025-05-10,48,mmol/mol,",
        f"1,{HBA1C},2062-05-10,48,mmol/mol,",
    ]
    report = practice.bring(Records([BORN_15_MAY], events), TODAY)
    assert [(one.file, one.line, one.code) for one in report.problems] == [
        ("events.csv", 4, "future")
    ]
    due = practice.item("hba1c", TODAY)
    assert (due.last_done, due.overdue_since) == (date(2025, 5, 10), date(2026, 5, 15))
    assert practice.calls_for("hba1c", TODAY)
