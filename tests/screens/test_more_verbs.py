"""Verbs for several at once, for what was put aside, and for a year that starts elsewhere."""

import dataclasses
from datetime import timedelta

from recall_tui.domain.commands import ContactOutcome, MarkFlag, RecordContact, Snooze
from recall_tui.domain.decisions import DecisionKind
from recall_tui.domain.states import DueState
from recall_tui.views.worklist import WorklistRow
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import a_practice
from tests.screens.session import LARGE, Session, at_work


def row_of(session: Session, patient: str) -> WorklistRow:
    """Return the row of a patient, hidden or not."""
    return session.overview.listed.by_patient[patient]


async def test_the_same_came_of_several_calls() -> None:
    """One outcome for all marked, after a question, and one step of undo."""
    async with at_work(size=LARGE) as session:
        await session.press("space", "space", "c", "enter", "y")
        done = session.desk.done[-1]
        assert isinstance(done, RecordContact)
        assert len({done.patient, *done.also}) == 2
        assert session.said[-1] == "Recorded the contact of 2 patients: no answer. u undoes it."
        await session.press("u")
        events = session.desk.store.records.events
        assert [one.kind for one in events[-2:]] == [DecisionKind.UNDONE] * 2
        await session.press("c", "5", "y")
        done = session.desk.done[-1]
        assert isinstance(done, RecordContact)
        assert done.outcome is ContactOutcome.WRONG_NUMBER, "the number that it has for one"


async def test_what_was_declined_is_brought_back() -> None:
    """A patient who said no rings again: O brings the items back with their old due date."""
    async with at_work(size=LARGE) as session:
        row = await session.go_to_calm()
        await session.press("d")
        await session.type("not now")
        await session.press("enter", "h")
        assert row_of(session, row.patient).state is DueState.DECLINED
        session.overview.table.go_to(row.patient)
        await session.press("O")
        assert row_of(session, row.patient).state is DueState.OUTSTANDING
        await session.press("u")
        assert row_of(session, row.patient).state is DueState.DECLINED


async def test_a_patients_year_starts_in_a_chosen_month() -> None:
    """Y asks for the month, says what it changes, and does it after a yes; undo goes back."""
    async with at_work(size=LARGE) as session:
        row = await session.go_to_calm()
        await session.press("Y", "down", "down", "down", "enter")
        assert session.desk.tried == [(row.patient, 3)]
        assert "1 March then." in session.words
        assert "a gap of 600 days: long" in session.words
        await session.press("n")
        assert session.desk.store.choice(row.patient).month is None
        await session.press("Y", "down", "down", "down", "enter", "y")
        assert session.desk.store.choice(row.patient).month == 3
        await session.press("u")
        assert session.desk.store.choice(row.patient).month is None


async def test_the_third_snooze_is_told() -> None:
    """Twice it is only said until when; the third time that somebody must decide."""
    async with at_work(size=LARGE) as session:
        row = await session.go_to_calm()
        desk = session.desk
        for time in range(3):
            targets = row_of_desk(session, row.patient).targets()
            done = desk.perform(Snooze(targets, desk.today + timedelta(days=3)))
            assert ("for the third time or more: 1 patient" in done.words) is (time == 2)


def row_of_desk(session: Session, patient: str) -> WorklistRow:
    """Return the row of a patient as the store has it now."""
    rows = session.desk.worklist(session.overview.listed.snapshot.month).rows
    return next(row for row in rows if row.patient == patient)


async def test_the_patient_page_has_the_verbs_of_the_list() -> None:
    """Snooze, no, done, bring back, flag and assign from the page, each with its undo."""
    async with at_work(size=LARGE) as session:
        row = await session.go_to_calm()
        patient, choice = row.patient, session.desk.store.choice
        due = {one.item for one in row.targets()}

        def states() -> set[DueState]:
            page = session.desk.patient(patient)
            assert page is not None
            shown = [its for one in page.appointments_needed for its in one.due_items]
            return {one.state for one in shown if one.item in due}

        await session.press("p", "z", "enter", "enter")
        assert states() == {DueState.SNOOZED}
        await session.press("u", "d", *"no", "enter")
        assert states() == {DueState.DECLINED}
        await session.press("O")
        assert states() == {DueState.OUTSTANDING}
        await session.press("x", *"seen", "enter")
        assert states() == {DueState.DONE}
        await session.press("u", "!", "enter")
        assert "jo" in choice(patient).flags
        await session.press("u", "a", "enter")
        assert choice(patient).owner == "jo"
        await session.press("u")
        assert states() == {DueState.OUTSTANDING}
        assert choice(patient).owner == ""


async def test_a_flag_set_by_hand_says_who_set_it() -> None:
    """The page names the flag, whoever said it, and when."""
    desk = FakeDesk()
    async with at_work(desk, size=LARGE) as session:
        row = await session.go_to_calm()
        desk.perform_as(MarkFlag((row.patient,), "housebound", holds=True), "sam")
        await session.press("p")
        assert "Flag by hand: housebound, said sam on 7 Dec 2026" in session.text


async def test_why_somebody_is_not_on_a_recall() -> None:
    """W asks every recall; w does it where nothing is due, from look-up and page alike."""
    patients = a_practice(40)
    calm = dataclasses.replace(patients[0], items=())
    desk = FakeDesk([calm, *patients[1:]])
    async with at_work(desk, size=LARGE) as session:
        listed = session.cursor.patient
        await session.press("w")
        assert "W asks every recall" in session.text
        assert desk.asked_absent == []
        await session.press("escape", "W")
        assert "NOT on it" in session.text
        await session.press("escape", *calm.number, "enter", "w")
        assert "Diabetes: NOT on it" in session.text
        await session.press("escape", "p", "w")
        assert "Diabetes: NOT on it" in session.text
        assert desk.asked_absent == [listed, calm.number, calm.number]


async def test_plus_marks_whom_the_words_fit() -> None:
    """Only of those in view, beside the marks that are there."""
    async with at_work(size=LARGE) as session:
        first = session.shown[0].patient
        await session.press("/", *"nurse", "enter")
        fitting = {row.patient for row in session.shown}
        await session.press("\\", "home", "space", "+", *"nurse", "enter")
        assert f"{len(fitting):,} in view fit nurse" in session.said[-1]
        assert session.overview.table.marked == fitting | {first}
        await session.press("-", "/", *"hca", "enter", "+", *"nurse", "enter")
        seen = {row.patient for row in session.shown}
        assert session.overview.table.marked == fitting & seen
