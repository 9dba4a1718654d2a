"""The patient page and the reasons: everything there is to know, in one place."""

from __future__ import annotations

from datetime import UTC, date, datetime

from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import (
    AddNote,
    Channel,
    MarkBooked,
    RecordInvites,
    Snooze,
    Undo,
)
from recall_tui.views.past import PatientPast, Recorded, Relative
from recall_tui.views.past_words import result_lines, spark, timeline_lines, trend_words
from recall_tui.views.patient import AppointmentView
from screens.booking import BookingScreen
from screens.patient import PatientScreen
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import TODAY
from tests.screens.fake_store import FakeItem, FakePatient
from tests.screens.session import LARGE, SMALL, Session, at_work

ADA = FakePatient(
    number="4711",
    name="Ada Quill-Jones",
    born=date(1950, 2, 28),
    nhs_number="9990000018",
    mobile="07700 900471",
    email="ada@example.org",
    address="3 Mill Lane",
    postcode="ZZ9 9ZZ",
    usual_gp="Dr Hart",
    flags=("housebound",),
    language="Polish",
    items=(
        FakeItem("hba1c", date(2026, 11, 2), "phlebotomist", 5, ("diabetes",)),
        FakeItem(
            "lithium_level", date(2026, 12, 20), "phlebotomist", 5, ("lithium",), high_risk=True
        ),
        FakeItem("foot_check", date(2026, 12, 9), "hca", 10, ("diabetes",)),
        FakeItem(
            "diabetes_review", date(2026, 12, 9), "nurse", 20, ("diabetes",),
            done_on=date(2026, 12, 1),
        ),
        FakeItem(
            "copd_review", date(2026, 12, 9), "nurse", 30, ("copd",),
            held="under the hospital clinic",
        ),
    ),
    future=(
        AppointmentView(
            "f1", datetime(2026, 12, 9, 8, 40, tzinfo=UTC), 5, "phlebotomist", "Sister Ada Quill",
            "Bloods", "booked", None,
        ),
        AppointmentView(
            "f2", datetime(2027, 1, 14, 10, 0, tzinfo=UTC), None, "", "", "", "booked", None
        ),
    ),
    past=(
        AppointmentView(
            "p1", datetime(2026, 3, 2, 9, 0, tzinfo=UTC), 10, "nurse", "", "", "missed", None
        ),
    ),
)  # fmt: skip


def _measured(year: int, value: float) -> Recorded:
    return Recorded(date(year, 12, 3), "D", "999791000000106", "HbA1c level", value, "mmol/mol")


PAST = PatientPast(
    recorded=(
        *(_measured(year, value) for year, value in ((2025, 61), (2024, 52), (2023, 48))),
        Recorded(date(2025, 6, 1), "M", "1", "Serum lithium", 0.6, "mmol/L"),
        Recorded(date(2025, 3, 1), "D", "2", "Diabetic foot examination", None, ""),
    ),
    household=(Relative("4712", "May Quill-Jones", date(1980, 5, 6), ("address", "mobile")),),
    measures={"999791000000106": "HbA1c", "1": "Lithium level"},
)


def with_a_history() -> FakeDesk:
    """Return a desk where Ada was invited, booked, snoozed, and written about."""
    desk = FakeDesk([ADA])
    rows = desk.worklist(Month.of(TODAY)).rows
    by_item = {one.item: one for one in rows[0].targets()}
    desk.perform_as(RecordInvites((by_item["foot_check"],), (("4711", Channel.SMS),)), "sam")
    desk.perform_as(MarkBooked((by_item["hba1c"],), date(2026, 12, 9), "f1", "phlebotomist"), "jo")
    desk.perform_as(AddNote("4711", "daughter drives her, mornings only"), "jo")
    desk.perform_as(Snooze((by_item["lithium_level"],), date(2026, 12, 12)), "jo")
    desk.pasts["4711"] = PAST
    return desk


async def page(session: Session) -> PatientScreen:
    """Open the page of the patient under the cursor."""
    await session.press("p")
    screen = session.app.screen
    assert isinstance(screen, PatientScreen)
    return screen


async def whole(session: Session) -> str:
    """Read the page to its end."""
    found = list(session.lines[:-1])
    for _page in range(9):
        await session.press("pagedown")
        found += session.lines[:-1]
    return "\n".join(found)


class TestPatientPage:
    """Everything on one page."""

    async def test_it_shows_everything(self) -> None:
        """Flags, how to reach, needs, bookings, invites, appointments, notes and reasons."""
        async with at_work(with_a_history(), LARGE) as session:
            await page(session)
            text = await whole(session)
            for words in (
                "Ada Quill-Jones   born 28 Feb 1950 (76)",
                "NHS 999 000 0018",
                "! interpreter (Polish), housebound",
                "Speaks Polish, needs an interpreter",
                "Mobile: 07700 900471",
                "booked for 9 Dec 2026",
                "HbA1c, ! overdue since 2 Nov 2026, booked",
                "Diabetes review, done 1 Dec 2026",
                "COPD review, due 9 Dec 2026, on hold, under the hospital clinic",
                "snoozed until 12 Dec 2026",
                "7 Dec 2026 by text message: Foot check (recorded by sam)",
                "9 Dec 2026 08:40 Phlebotomist, 5 min, Sister Ada Quill, Bloods, booked",
                "2 Mar 2026 09:00 Nurse, 10 min, missed",
                "daughter drives her, mornings only",
                "Dec  Jan  Feb",
                "HbA1c          61 mmol/mol on 3 Dec 2025  ▁▃▇ up; before 52, 48",
                "Lithium level  0.6 mmol/L on Jun 2025",
                "1 other patient",
                "May Quill-Jones: same address, mobile",
                "! number shared with 1 other patient: name no condition, confirm who it is",
                "14 Jan 2027  Appointment 10:00: booked (to come)",
                " 3 Dec 2025  Recorded: HbA1c level 61 mmol/mol",
                "Hidden until 12 Dec 2026: Lithium level (jo)",
                "Booked for 9 Dec 2026: HbA1c (jo)",
                "Invited by text message: Foot check (sam)",
                "Why",
                "on the register, and nothing is recorded since",
            ):
                assert words in text, words

    async def test_it_looks_as_it_did(self) -> None:
        """The page, and the reasons by themselves."""
        for size in (SMALL, LARGE):
            async with at_work(with_a_history(), size) as session:
                await page(session)
                session.golden("patient")
                await session.press("escape", "w")
                session.golden("why")

    async def test_a_note_appears_at_once(self) -> None:
        """What is kept from the page is on the page."""
        async with at_work(with_a_history(), LARGE) as session:
            await page(session)
            await session.press("n", *"deaf", "enter")
            assert "deaf" in await whole(session)

    async def test_what_came_of_a_call_is_said_in_words(self) -> None:
        """No answer is kept without a sentence, and read without codes."""
        async with at_work(size=LARGE) as session:
            await session.press("p", "c", "1")
            text = await whole(session)
            assert "jo: no answer" in text
            assert "no_answer" not in text

    async def test_booking_from_the_page_and_back(self) -> None:
        """B takes the place of the page; from the window p and b go there and back."""
        async with at_work(with_a_history()) as session:
            await page(session)
            await session.press("b")
            assert isinstance(session.app.screen, BookingScreen)
            await session.press("p")
            assert isinstance(session.app.screen, PatientScreen)
            await session.press("b")
            assert isinstance(session.app.screen, BookingScreen)
            await session.press("escape")
            assert session.app.screen is session.overview

    async def test_headings_are_gone_to_and_the_reasons_by_one_key(self) -> None:
        """A bracket goes from heading to heading, w to the reasons."""
        async with at_work(with_a_history()) as session:
            await page(session)
            await session.press("]")
            assert session.lines[0].strip() == "How to reach them"
            await session.press("]", "]", "[")
            assert session.lines[0].strip() == "Appointments needed"
            await session.press("w")
            assert "Why" in session.text

    async def test_the_pane_of_a_large_screen_shows_needs(self) -> None:
        """Who it is on the left, what is needed on the right."""
        async with at_work(with_a_history(), LARGE) as session:
            pane = "\n".join(session.lines[-13:])
            for words in (
                "Ada Quill-Jones",
                "Invited once",
                "Foot check",
                "HCA 10 min",
                "high risk",
            ):
                assert words in pane, words


class TestPast:
    """Results and timeline as text."""

    def test_a_trend_needs_neither_colour_nor_unicode(self) -> None:
        """One character a value, oldest first; equal values are level; and a word says it."""
        assert spark([48, 52, 61]) == "▁▃▇"
        assert spark([48, 52, 61], plain=True) == "_.^"
        assert spark([7, 7], plain=True) == "--"
        assert [trend_words(one) for one in ([5.0], [50.0, 51.0], [5.0, 4.0])] == [
            "", "steady", "down",
        ]  # fmt: skip
        assert all(line.isascii() for line in result_lines(PAST, plain=True))

    def test_what_was_taken_back_is_said_to_be(self) -> None:
        """An undone command stays in the timeline, marked; done again it counts."""
        desk = with_a_history()
        shown = desk.patient("4711")
        assert shown is not None
        desk.perform_as(Undo(), "jo")
        lines = timeline_lines(shown, desk.past("4711"), desk.called, TODAY)
        hidden = [line for line in lines if "Hidden until" in line]
        assert [line.endswith("(taken back)") for line in hidden] == [True]
