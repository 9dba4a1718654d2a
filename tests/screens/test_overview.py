"""The monthly overview: what it shows, how it is narrowed, and that nothing is lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta
from threading import Event

import pytest
from textual import events

from recall_tui.app import RecallApp
from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import AddNote, Snooze
from recall_tui.domain.states import DueState
from recall_tui.errors import StoreTrouble
from recall_tui.views.worklist import WorklistSnapshot
from tests.screens.ending import END
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import TODAY, a_practice
from tests.screens.session import LARGE, SMALL, at_work
from tests.support.real_pty import run_in_pty
from tests.support.screen_text import PATIENCE, screen_text, settle
from widgets.chips import Chips
from widgets.filter_sidebar import FilterSidebar
from widgets.messages import Asked

WIDE = (200, 50)
NARROW = (60, 20)


class SlowDesk(FakeDesk):
    """A desk whose list comes only when it is let go."""

    def __init__(self) -> None:
        """Hold the list back."""
        super().__init__(a_practice(20))
        self.go = Event()

    def worklist(self, month: Month, patients: Collection[str] | None = None) -> WorklistSnapshot:
        """Wait, then give the list."""
        assert self.go.wait(PATIENCE)
        return super().worklist(month, patients)


class TestOpening:
    """The first seconds."""

    async def test_the_skeleton_is_painted_before_the_list_is_read(self) -> None:
        """Month, keys and "Reading the list" stand there while the store still works."""
        desk = SlowDesk()
        app = RecallApp(desk)
        async with app.run_test(size=SMALL) as pilot:
            await pilot.pause()
            lines = screen_text(app)
            assert "December 2026" in lines[0]
            assert any("Reading the list" in line for line in lines)
            assert "? Help" in lines[-1]
            desk.go.set()
            await settle(pilot)
            assert "patients" in screen_text(app)[0]

    @pytest.mark.parametrize("size", [SMALL, LARGE, WIDE, NARROW])
    async def test_it_looks_as_it_did(self, size: tuple[int, int]) -> None:
        """The whole screen, at each size, line by line."""
        async with at_work(size=size) as session:
            session.golden("overview")

    async def test_a_store_that_does_not_answer_is_said_and_survived(self) -> None:
        """The words of the fault, no traceback, and r reads again."""
        desk = FakeDesk()
        desk.fault = StoreTrouble("the database is locked: try again in a minute")
        async with at_work(desk) as session:
            assert "the database is locked: try again in a minute" in session.said
            desk.fault = None
            await session.press("r")
            assert "December 2026: 154" in session.lines[0]

    async def test_an_empty_practice_says_so(self) -> None:
        """No rows, no cursor, and every key harmless."""
        async with at_work(FakeDesk([])) as session:
            assert "the list is empty" in session.lines[0]
            await session.press("b", "i", "z", "d", "x", "a", "n", "c", "w", "p", "*", "down")
            assert session.app.screen is session.overview
            assert not session.desk.done


class TestSaying:
    """What must always be seen."""

    async def test_states_and_hidden_are_always_counted(self) -> None:
        """Every listed patient is in the title or among the hidden, each with a reason."""
        async with at_work(size=LARGE) as session:
            snapshot = session.overview.listed.snapshot
            counts = snapshot.counts()
            for state, words in (
                (DueState.ESCALATED, "escalated"),
                (DueState.OUTSTANDING, "to invite"),
                (DueState.NO_CONTACT, "no contact"),
            ):
                assert f"{counts[state]} {words}" in session.lines[0]
            assert f"{counts[DueState.DONE]} done" in session.lines[-2]
            assert f"{counts[DueState.ON_HOLD]} on hold" in session.lines[-2]

    async def test_hidden_rows_come_and_go_with_h(self) -> None:
        """Done, snoozed, held and declined are shown on demand, and never by themselves."""
        async with at_work() as session:
            before = len(session.shown)
            await session.press("h")
            assert len(session.shown) == before + 32
            assert "hidden" not in session.lines[-2]
            assert "everybody shown (h)" in session.lines[-2]
            await session.press("h")
            assert len(session.shown) == before
            assert "everybody" not in session.lines[-2]

    async def test_old_data_stand_on_the_screen(self) -> None:
        """From the fourth day a banner says how old they are; before, only the status does."""
        desk = FakeDesk()
        desk.data_as_of = TODAY - timedelta(days=3)
        async with at_work(desk) as session:
            assert "data 3 days old" in session.lines[-2]
            assert "seen since" not in session.text
            desk.data_as_of = TODAY - timedelta(days=4)
            desk.store.records.revision += 1
            await session.press("r")
            assert (
                "! The data are 4 days old: somebody may have been seen since" in session.lines[1]
            )
            desk.data_as_of = TODAY + timedelta(days=40)
            desk.store.records.revision += 1
            await session.press("r")
            assert "! The data are of 16 Jan 2027, and today would be 07 Dec 2026" in session.text
            assert "data of a later day" in session.lines[-2]

    async def test_what_is_wrong_with_the_store_stands_on_the_screen(self) -> None:
        """A banner of the store stays until the program ends."""
        desk = FakeDesk()
        desk.banners = ("SQLite 3.40.1 is old: the store works in its slower safe mode.",)
        async with at_work(desk) as session:
            await session.press("down", "down")
            assert desk.banners[0] in session.lines[1]

    async def test_the_pane_follows_the_cursor(self) -> None:
        """Below the list stands the patient on whom the cursor rests."""
        async with at_work(size=LARGE) as session:
            await session.press("down", "down")
            row = session.cursor
            pane = "\n".join(session.lines[-13:])
            assert row.name in pane
            assert f"EMIS number {row.patient}" in pane

    async def test_somebody_elses_change_is_seen(self) -> None:
        """Only the rows of whom somebody changed are read again."""
        async with at_work() as session:
            row, before = session.cursor, session.desk.revision()
            session.desk.perform_as(Snooze(row.targets(), TODAY + timedelta(days=7)), "sam")
            session.desk.tell(before, row.patient)
            await settle(session.pilot)
            assert session.desk.asked[-1] == {row.patient}
            assert row.patient not in {one.patient for one in session.shown}


class TestMonths:
    """Forward and back."""

    async def test_months_go_forward_and_back(self) -> None:
        """] and [ change the month, t returns to the present one."""
        async with at_work() as session:
            await session.press("]")
            assert "January 2027" in session.lines[0]
            await session.press("]", "[", "[", "[")
            assert "November 2026" in session.lines[0]
            await session.press("t")
            assert "December 2026" in session.lines[0]

    async def test_marks_survive_a_look_at_another_month(self) -> None:
        """Who is marked stays marked, and is counted as not in view meanwhile."""
        async with at_work() as session:
            await session.press(" ", " ", "]")
            assert "2 marked, 2 not in this view" in session.text
            await session.press("[")
            assert "2 marked" in session.lines[-2]
            assert "not in this view" not in session.text


class TestNarrowing:
    """Filters, chips, order."""

    async def test_typing_narrows_with_every_key(self) -> None:
        """/ and letters: names, numbers, recalls, items and staff, the words of the screen."""
        async with at_work() as session:
            await session.press("/")
            await session.type("lithium")
            assert session.shown
            assert all("lithium" in row.recalls for row in session.shown)
            await session.press("enter")
            assert '["lithium" x]' in session.lines[1]
            assert session.overview.table.has_focus

    async def test_what_is_typed_faster_than_the_line_opens_is_typed_into_it(self) -> None:
        """On a slow line letters come at once: none is a verb of the list, as c for contact is.

        Digits too are the filter's, not the beginning of a look-up.
        """
        async with at_work() as session:
            hidden = session.overview.listed.filter.show_hidden
            for key, character in (("slash", "/"), *((one, one) for one in "hcad7"), ("enter", "")):
                session.app.post_message(events.Key(key, character or None))
            await settle(session.pilot)
            assert session.app.screen is session.overview
            assert session.overview.listed.filter.show_hidden is hidden
            assert session.overview.listed.filter.text == "hcad7"
            assert session.overview.table.has_focus
            assert not session.desk.done

    async def test_escape_goes_back_to_what_was_typed_before(self) -> None:
        """A filter is not lost by looking at it again."""
        async with at_work() as session:
            await session.press("/")
            await session.type("nurse")
            await session.press("enter", "/", "x", "y")
            assert session.overview.listed.filter.text == "xy", "the old text is replaced"
            await session.press("escape")
            assert session.overview.listed.filter.text == "nurse"
            await session.press("/", "backspace", "x", "enter")
            assert session.overview.listed.filter.text == "nursx"

    async def test_backspace_takes_the_newest_filter_and_0_all(self) -> None:
        """Chips go one by one, or all at once."""
        async with at_work(size=LARGE) as session:
            chips, taken = session.overview.query_one(Chips), list[str]()
            await session.press("f", *["down"] * 5, "!", "down", "!", "home", "space", "f")
            while chips.last is not None:
                taken.append(chips.last.label)
                await session.press("backspace")
            assert taken == [
                "State: To invite",
                "Staff group: not HCA",
                "Staff group: not Phlebotomist",
            ]
            await session.press("/", "a", "enter", "\\")
            assert session.overview.listed.filter.is_empty

    async def test_a_choice_in_the_sidebar_shows_as_many_as_it_promised(self) -> None:
        """The count beside an option is the number of rows after choosing it."""
        async with at_work(size=LARGE) as session:
            await session.press("f")
            sidebar = session.app.screen.query_one(FilterSidebar)
            assert sidebar.has_focus
            line = next(line for line in session.lines if "Phlebotomist" in line[:30])
            promised = int(line[:30].split()[-1])
            await session.press("down", "down", "down", "down", "down", "space")
            assert len(session.shown) == promised
            assert "[Staff group: Phlebotomist x]" in session.lines[1]
            hidden, shown = session.overview.listed.hidden, len(session.shown)
            await session.press("f", "h")
            assert sum(count for _words, count in hidden) == len(session.shown) - shown

    async def test_choosing_a_hidden_state_shows_it(self) -> None:
        """Nobody has to know that h exists to find who was declined."""
        async with at_work(size=LARGE) as session:
            await session.press("f", "down", "down", "down", "space")
            assert {row.state for row in session.shown} == {DueState.ON_HOLD}

    async def test_the_cursor_stays_on_its_patient(self) -> None:
        """Through a filter, a sort and a fresh list."""
        async with at_work() as session:
            await session.press("/")
            await session.type("diabetes")
            await session.press("enter", "down", "down", "down")
            name = session.cursor.name
            await session.press("\\", "s", "s", "^", "r", "h")
            assert session.cursor.name == name

    async def test_marks_stay_through_filter_and_reload(self) -> None:
        """Who is marked stays marked when out of view, and is counted."""
        async with at_work() as session:
            await session.press(" ", " ", " ", "/")
            await session.type("pharmacist")
            await session.press("enter", "r")
            assert "3 marked, 3 not in this view" in session.text
            assert len(session.overview.chosen_rows()) == 3

    async def test_sorting_by_a_column_and_back(self) -> None:
        """S sorts by the next column, 0 by urgency again."""
        async with at_work() as session:
            first = session.cursor.patient
            await session.press("s")
            numbers = [int(line[2:10]) for line in session.lines[3:10]]
            assert numbers == sorted(numbers)
            await session.press("\\", "home")
            assert session.cursor.patient == first


class TestMarking:
    """Marks."""

    async def test_space_marks_and_goes_on(self) -> None:
        """Two rows by two keys."""
        async with at_work() as session:
            await session.press(" ", " ")
            assert "2 marked" in session.lines[-2]
            assert len(session.overview.chosen_rows()) == 2

    async def test_star_asks_above_fifty(self) -> None:
        """All in view are marked at y, none at n or Enter."""
        async with at_work() as session:
            await session.press("*")
            assert "Mark all 154 patients in view?" in session.text
            await session.press("enter")
            assert not session.overview.table.marked
            await session.press("n")
            assert not session.overview.table.marked
            await session.press("*", "y")
            assert len(session.overview.table.marked) == 154

    async def test_star_marks_few_at_once(self) -> None:
        """A screenful needs no question."""
        async with at_work() as session:
            await session.press("/")
            await session.type("lithium")
            await session.press("enter", "*")
            assert len(session.overview.table.marked) == len(session.shown)


class TestEndings:
    """Leaving."""

    async def test_leaving_while_a_list_is_being_read_is_quiet(self) -> None:
        """A thread that comes back to a closed app disturbs nobody."""
        desk = SlowDesk()
        app = RecallApp(desk)
        async with app.run_test(size=SMALL) as pilot:
            await pilot.pause()
            await pilot.press("q")
            desk.go.set()
            await asyncio.wait_for(app.workers.wait_for_complete(), 30)
        assert app.return_code == 0

    async def test_commands_are_carried_out_in_the_order_of_asking(self) -> None:
        """Two notes and an undo pressed fast leave the first note."""
        async with at_work() as session:
            patient = session.cursor.patient
            for words in ("one", "two"):
                session.overview.post_message(Asked(AddNote(patient, words)))
            await session.press("u")
            page = session.desk.patient(patient)
            assert page is not None
            assert [note.words for note in page.notes] == ["one"]

    @pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
    def test_a_signal_leaves_the_terminal_whole(self, name: str) -> None:
        """When the line drops or the server goes down, the shell's own screen comes back."""
        sent = run_in_pty(["tests/screens/ending.py", name], ready=END.encode()).start
        assert b"\x1b[?1049l" in sent
        assert b"\x1b[?25h" in sent
        assert b"Traceback" not in sent
