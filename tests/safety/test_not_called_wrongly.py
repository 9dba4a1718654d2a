"""Patients who must not be called, or not for this: the hazards *called wrongly* and *twice*."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from recall_tui.domain.commands import MarkBooked
from recall_tui.domain.states import DueState
from recall_tui.services.batching import LeftOut, prepare_batch
from recall_tui.views.page_text import invite_words
from tests.safety.story import Practice, Records
from tests.safety.test_called import (
    BORN_15_MAY,
    DECLINED_BLOODS,
    DIABETES,
    DM_REVIEW,
    HBA1C,
    LITHIUM,
    PALLIATIVE,
    RAMIPRIL,
)

TODAY = date(2026, 11, 22)
HYPERTENSION, PSYCHOSIS, AMISULPRIDE = "38341003", "58214004", "134517009"
DIABETES_MESSAGE = "1066911000000100"
OSTEOPOROSIS, WEIGHT, ARTHRITIS = "64859006", "27113001", "69896004"
KIDNEY_DISEASE, CREATININE = "700378005", "1000731000000107"
EGFR, URINE_ALBUMIN = "80274001", "1023491000000104"
LITHIUM_LEVEL = "269871000"


def test_due_15_may_reviewed_10_march(practice: Practice) -> None:
    """Due on 15 May, she was reviewed on 10 March, 66 days before: twelve weeks are allowed.

    She is not called in May for what was just done; the next review is due in May of next year.
    """
    events = [
        f"1,{DIABETES},2010-01-10,,,",
        f"1,{DM_REVIEW},2025-05-12,,,",
        f"1,{DM_REVIEW},2026-03-10,,,",
    ]
    day = date(2026, 5, 20)
    practice.bring(Records([BORN_15_MAY], events), day)
    assert not practice.calls_for("diabetes_review", day)
    assert practice.item("diabetes_review", day).due_on == date(2027, 5, 15)


def test_hba1c_70_days_early_for_two_recalls_of_different_frequency(practice: Practice) -> None:
    """Diabetes asks for it once a year, another recall twice; it was done 70 days before 15 May.

    For the year that is early enough (84 days), for the half-year it is not (42 days). The item
    exists once and stays due for the stricter of the two, with the days shown. Without that recall
    it is next due before the contract year ends, since QOF counts by its own year.
    """
    events = [
        f"1,{DIABETES},2010-01-10,,,",
        f"1,{ARTHRITIS},2010-01-10,,,",
        f"1,{HBA1C},2025-11-10,48,mmol/mol,",
        f"1,{HBA1C},2026-03-06,48,mmol/mol,",
    ]
    day = date(2026, 5, 20)
    practice.bring(Records([BORN_15_MAY], events), day)
    due = practice.item("hba1c", day)
    assert (due.due_on, due.overdue_since) == (date(2026, 5, 15), date(2026, 5, 15))
    assert due.recalls == ("diabetes", "half_year")
    assert due.early_days == 70
    alone = [one for one in events if ARTHRITIS not in one]
    practice.bring(Records([BORN_15_MAY], alone), date(2026, 5, 21))
    due = practice.item("hba1c", date(2026, 5, 21))
    assert (due.due_on, due.overdue_since) == (date(2027, 3, 31), None)


def test_monthly_item_due_on_the_31st_done_on_the_3rd(practice: Practice) -> None:
    """Weighed every month, recall date on the 31st; this month's weight was taken on the 3rd.

    A week of tolerance would call her again on the 31st. Any day of the due month counts, and the
    next is due at the end of April, which has no 31st.
    """
    events = [
        f"1,{OSTEOPOROSIS},2024-01-10,,,",
        f"1,{WEIGHT},2026-02-26,70,kg,",
        f"1,{WEIGHT},2026-03-03,70,kg,",
    ]
    day = date(2026, 3, 10)
    practice.bring(Records(["1,Drama,1960-01-31,2001-01-01,,07700 900123"], events), day)
    assert practice.item("weight", day).due_on == date(2026, 4, 30)
    assert not practice.calls_for("weight", day)


def test_frequency_changed_by_yesterdays_result(practice: Practice) -> None:
    """Her HbA1c was 48 in May and is 75 since yesterday: from now on every six months.

    By a six-monthly count she would have been due on 15 November. A new frequency never makes a
    date of the past due, and never undoes what was done in time.
    """
    events = [f"1,{DIABETES},2010-01-10,,,", f"1,{HBA1C},2026-05-10,48,mmol/mol,"]
    practice.bring(Records([BORN_15_MAY], events), date(2026, 11, 20))
    assert not practice.calls_for("hba1c", date(2026, 11, 20))
    practice.bring(Records([BORN_15_MAY], [*events, f"1,{HBA1C},2026-11-21,75,mmol/mol,"]), TODAY)
    due = practice.item("hba1c", TODAY)
    assert (due.due_on, due.overdue_since) == (date(2027, 5, 15), None)
    assert not practice.calls_for("hba1c", TODAY)


def test_frequency_of_the_bloods_changed_by_yesterdays_urine(practice: Practice) -> None:
    """Kidney disease, bloods in May; the urine albumin of yesterday makes them six-monthly.

    What was measured yesterday settles no blood test: by a six-monthly count hers would have been
    overdue since 15 November, before anybody could know.
    """
    events = [
        f"1,{KIDNEY_DISEASE},2018-06-10,,,",
        f"1,{CREATININE},2026-05-10,130,umol/L,",
        f"1,{EGFR},2026-05-10,48,mL/min/1.73m2,",
        f"1,{URINE_ALBUMIN},2026-05-10,5,mg/mmol,",
        f"1,{URINE_ALBUMIN},2026-11-21,90,mg/mmol,",
    ]
    practice.bring(Records([BORN_15_MAY], events), TODAY)
    due = practice.item("ue", TODAY)
    assert (due.due_on, due.overdue_since) == (date(2027, 5, 15), None)
    assert not practice.calls_for("ue", TODAY)


@pytest.mark.parametrize("broken", ["events.csv", "medications.csv", "appointments.csv"])
def test_dead_in_a_file_that_was_stopped(practice: Practice, broken: str) -> None:
    """He died on 20 November. The extract that says so is stopped: another of its files is cut off.

    A letter to a dead man cannot be taken back. His death is taken although nothing else is: he
    leaves the list at once, booked or not.
    """
    living = Records([BORN_15_MAY], drugs=[f"1,{LITHIUM},2020-01-01,Y"])
    practice.bring(living, date(2026, 11, 1))
    practice.act(
        MarkBooked((practice.target("lithium_level", date(2026, 11, 1)),), date(2026, 12, 1)),
        date(2026, 11, 1),
    )
    dead = Records(["1,Drama,1960-05-15,2001-01-01,2026-11-20,07700 900123"])
    folder = dead.write(practice.folder / "dead", TODAY)
    (folder / broken).write_bytes(b"\xff\xfe\x00")
    report = practice.bring(Path(folder), TODAY)
    assert report.stopped
    assert broken in report.stopped[0]
    assert practice.row(TODAY) is None
    assert practice.page(TODAY).status == "died"
    assert not practice.page(TODAY).appointments_needed


def test_invited_from_the_clinical_system_three_days_ago(practice: Practice) -> None:
    """The messaging service of the clinical system invited her on Thursday and coded it.

    Nobody recorded anything here. The list counts the invite, and a batch of today leaves her out
    and says why; when the practice's gap has passed she is asked again.
    """
    events = [f"1,{DIABETES},2010-01-10,,,", f"1,{DIABETES_MESSAGE},2026-11-19,,,"]
    practice.bring(Records([BORN_15_MAY], events), TODAY)
    row = practice.row(TODAY)
    assert row is not None
    assert (row.invites, row.last_invited) == (1, date(2026, 11, 19))
    assert practice.item("hba1c", TODAY).state is DueState.INVITED
    batch = prepare_batch([row], TODAY, 14)
    assert [why for _row, why in batch.left_out] == [LeftOut.INVITED_ELSEWHERE]
    assert prepare_batch([row], date(2026, 12, 3), 14).invitees


def test_palliative_with_hypertension_on_an_ace_inhibitor(practice: Practice) -> None:
    """On ramipril for her blood pressure, and since September on the palliative care register.

    Nobody calls her for the yearly blood pressure and bloods without having asked: what the disease
    holds is not asked for on behalf of the drug.
    """
    events = [f"1,{HYPERTENSION},2018-06-10,,,", f"1,{PALLIATIVE},2026-09-01,,,"]
    practice.bring(Records([BORN_15_MAY], events, [f"1,{RAMIPRIL},2019-01-01,Y"]), TODAY)
    due = {item: practice.item(item, TODAY) for item in ("bp", "ue")}
    assert {one.state for one in due.values()} == {DueState.ON_HOLD}
    assert all(one.recalls == ("acei_arb", "hypertension") for one in due.values())
    assert practice.row(TODAY) is None or not practice.calls_for("bp", TODAY)


def test_diabetic_since_eight_turns_seventeen(practice: Practice) -> None:
    """Seen by the hospital as a child, she is called from 17 on: first due three months later.

    She was told to be overdue since she was eight. Who asks on the phone is told when it is due;
    who left meanwhile is invited by no message.
    """
    young = BORN_15_MAY.replace("1960-05-15", "2009-11-20").replace("2001", "2010")
    practice.bring(Records([young], [f"1,{DIABETES},2017-03-01,,,"]), TODAY)
    due = practice.item("foot_check", TODAY)
    assert (due.due_on, due.overdue_since) == (date(2027, 2, 20), None)
    assert "Nothing to book now; next due 20 Feb 2027." in practice.told(TODAY)
    assert invite_words(practice.page(TODAY)) == "invite by text message"
    assert invite_words(replace(practice.page(TODAY), status="left")) == "nobody to invite"


def test_what_a_prescriber_decides_is_not_for_reception_to_book(practice: Practice) -> None:
    """On an antipsychotic, she declined blood tests in March: a prescriber is asked about them.

    On the phone she is offered the blood pressure; the bloods stand apart, under whose they are.
    """
    events = [f"1,{PSYCHOSIS},2018-06-10,,,", f"1,{DECLINED_BLOODS},2026-03-10,,,"]
    practice.bring(Records([BORN_15_MAY], events, [f"1,{AMISULPRIDE},2019-01-01,Y"]), TODAY)
    told = practice.told(TODAY).splitlines()
    apart = told.index("With a prescriber, not called for now")
    assert [line for line in told[:apart] if "Blood pressure" in line]
    assert [line for line in told[apart:] if "HbA1c" in line and "Blood test declined" in line]


def test_a_result_below_what_the_laboratory_measures(practice: Practice) -> None:
    """Lithium was measured a week ago, and there was less of it than can be measured: `<0.1`.

    It was done. Asking for it again as overdue high-risk monitoring would help nobody; the page
    says what the laboratory wrote.
    """
    level = f"1,{LITHIUM_LEVEL},2026-11-15,<0.1,mmol/L,"
    practice.bring(Records([BORN_15_MAY], [level], [f"1,{LITHIUM},2020-01-01,Y"]), TODAY)
    due = practice.item("lithium_level", TODAY)
    assert (due.last_done, due.overdue_since) == (date(2026, 11, 15), None)
    recorded = practice.store.past("1", TODAY).recorded
    assert [one.said for one in recorded] == ["<0.1"]
