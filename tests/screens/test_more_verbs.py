"""Verbs for several at once, for what was put aside, and for a year that starts elsewhere."""

from datetime import timedelta

from recall_tui.domain.commands import RecordContact, Snooze
from recall_tui.domain.decisions import DecisionKind
from recall_tui.domain.states import DueState
from recall_tui.views.worklist import WorklistRow
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
    """Y asks for the month; undo gives the practice's way back."""
    async with at_work(size=LARGE) as session:
        row = await session.go_to_calm()
        await session.press("Y", "down", "down", "down", "enter")
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
