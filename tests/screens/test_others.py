"""Others' work appears by itself, and nothing that the person was doing is lost."""

from __future__ import annotations

from datetime import timedelta

from recall_tui.domain.commands import AddNote, Snooze, Undo
from recall_tui.views.news import News
from screens.booking import BookingScreen
from tests.screens.fake_practice import TODAY
from tests.screens.session import LARGE, Session, at_work
from tests.screens.test_booking import with_a_match
from tests.support.screen_text import settle
from widgets.prompt_line import PromptLine

UNTIL = TODAY + timedelta(days=7)


async def sam_snoozes(session: Session, patient: str) -> None:
    """Let somebody else hide a patient."""
    row = session.overview.listed.by_patient[patient]
    before = session.desk.revision()
    session.desk.perform_as(Snooze(row.targets(), UNTIL), "sam")
    session.desk.tell(before, patient)
    await settle(session.pilot)


class TestTheList:
    """The list under others' changes."""

    async def test_cursor_and_marks_stay_on_their_patients(self) -> None:
        """A row above goes; the cursor and the marks stay with the patients they were on."""
        async with at_work() as session:
            await session.press("down", " ", "down", " ", "down")
            cursor, marked = session.cursor.patient, session.overview.table.marked
            first = session.shown[0].patient
            await sam_snoozes(session, first)
            assert first not in {row.patient for row in session.shown}
            assert session.cursor.patient == cursor
            assert session.overview.table.marked == marked
            assert session.desk.asked[-1] == {first}

    async def test_a_filter_that_is_being_typed_stays(self) -> None:
        """Half a word in the filter line stays, with the rows that fit it, and goes on."""
        async with at_work() as session:
            await session.press("/", "a")
            shown = [row.patient for row in session.shown]
            await sam_snoozes(session, shown[0])
            assert session.overview.query_one(PromptLine).display
            assert [row.patient for row in session.shown] == shown[1:]
            await session.press("n")
            assert session.overview.listed.filter.text == "an"

    async def test_news_of_what_is_shown_already_reads_nothing(self) -> None:
        """One's own change comes back as news and is not read twice."""
        async with at_work() as session:
            asked = len(session.desk.asked)
            session.desk.tell(0, "x")
            await settle(session.pilot)
            assert len(session.desk.asked) == asked

    async def test_everything_is_read_when_it_may_be_anybody(self) -> None:
        """News of an import, or after a gap, reads the whole month again."""
        async with at_work() as session:
            before = session.desk.revision()
            session.desk.perform_as(AddNote(session.cursor.patient, "rang"), "sam")
            session.desk.tell(before)
            await settle(session.pilot)
            assert session.desk.asked[-1] is None
            assert session.overview.listed.snapshot.revision == session.desk.revision()

    async def test_a_store_out_of_reach_is_said_until_it_is_back(self) -> None:
        """A banner says that the store does not answer, and goes when it does."""
        async with at_work(size=LARGE) as session:
            told = session.desk.told
            assert told is not None
            session.desk.banners = ("! The store is away.",)
            told(News(1, 1, frozenset(), "the store is away"))
            await settle(session.pilot)
            assert "! The store is away." in session.text
            session.desk.banners = ()
            told(News(1, session.desk.revision(), None))
            await settle(session.pilot)
            assert "away" not in session.text


class TestTheBookingWindow:
    """One patient, while somebody else works on them."""

    async def test_the_window_shows_what_others_did(self) -> None:
        """The patient of the window is read again, others are not."""
        async with at_work() as session:
            row = await session.go_to_calm()
            await session.press("b")
            window = session.app.screen
            assert isinstance(window, BookingScreen)
            accesses = len(session.desk.accesses)
            before = session.desk.revision()
            session.desk.perform_as(AddNote(row.patient, "rang at noon"), "sam")
            session.desk.tell(before, row.patient)
            await settle(session.pilot)
            assert [note.words for note in window.page().notes] == ["rang at noon"]
            assert len(session.desk.accesses) == accesses

    async def test_accept_waits_when_it_came_to_mean_something_else(self) -> None:
        """A booking is undone under the finger on `a`: what it would book now is read first."""
        patient = with_a_match()
        async with at_work() as session:
            await session.type(patient.number)
            await session.press("enter", "a")
            assert len(session.desk.done) == 1
            assert "a accepts" not in session.text
            before = session.desk.revision()
            session.desk.perform_as(Undo(), "jo")
            session.desk.tell(before, patient.number)
            await settle(session.pilot)
            assert "a accepts" in session.text
            await session.press("a")
            assert len(session.desk.done) == 1
            assert session.said[-2:] == [
                "This has changed: read what a accepts now.",
                "a was not taken: read what it accepts, then press it again.",
            ]

    async def test_who_else_is_here_is_said_in_one_line(self) -> None:
        """The window and the pane name who else is on the patient; leaving says one has gone."""
        async with at_work(size=LARGE) as session:
            row = await session.go_to_calm()
            assert "Also here" not in session.text
            session.desk.others[row.patient] = "Also here: sam since 10:42"
            await session.press("down", "up")
            assert "Also here: sam" in session.text
            await session.press("b")
            assert session.lines[0].strip() == "Also here: sam since 10:42"
            assert session.desk.here == row.patient
            await session.press("escape")
            assert session.desk.here == ""
