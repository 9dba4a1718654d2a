"""The booking window: in few keys, reversible, with the texts for the clinical system."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from textual.events import Key

from recall_tui.domain.commands import Command, Decline, MarkBooked, RecordInvites, Unbook
from recall_tui.domain.states import AppointmentState, DueState
from recall_tui.views.matching import Guide
from recall_tui.views.page_text import span
from recall_tui.views.patient import AppointmentView
from recall_tui.views.worklist import DueItemView, PlannedAppointmentView
from screens.booking import BookingScreen
from screens.booking_entries import nothing_line
from screens.modals import asking
from screens.patient_lines import planned_line
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import NAMES, TODAY, a_practice
from tests.screens.fake_store import FakeItem, FakePatient
from tests.screens.session import LARGE, SMALL, Session, at_work
from tests.support.screen_text import settle
from widgets import clipboard


def with_a_match() -> FakePatient:
    """Return a patient with one planned appointment and one in the book that fits it."""
    return next(
        one
        for one in a_practice()
        if one.future
        and len({due.staff_group for due in one.items}) == 1
        and one.items[0].staff_group == one.future[0].staff_group
        and all(due.done_on is None and not due.held for due in one.items)
        and all(due.due_on <= date(2026, 12, 31) for due in one.items)
    )


async def test_a_no_on_the_phone_is_noted_here() -> None:
    """The key d asks what was refused and why, without leaving the booking window."""
    desk = FakeDesk([with_a_match()])
    async with at_work(desk) as session:
        await session.press("b", "d")
        assert "as declined. What did the patient say?" in " ".join(session.text.split())
        await session.type("has it done at work")
        await session.press("enter")
        assert isinstance(session.app.screen, BookingScreen)
        [command] = desk.done
        assert isinstance(command, Decline)
        assert (len(command.targets), command.reason) == (1, "has it done at work")


def test_booked_in_part_is_not_booked() -> None:
    """One of two items booked: the line says what is still to book, and what is booked for when."""
    on = date(2026, 12, 7)
    first = DueItemView("hba1c", on, DueState.BOOKED, ("diabetes",), booked_for=on)
    rest = DueItemView("bp", on, DueState.INVITED, ("diabetes",))
    state = AppointmentState.NOT_BOOKED
    planned = PlannedAppointmentView(1, "hca", 5, 1, "surgery", on, on, state, (first, rest))
    assert planned_line(planned, TODAY).startswith("HCA 5 min: still to book")
    assert planned_line(planned, TODAY).endswith("; 1 of 2 booked for 7 Dec 2026")
    whole = replace(planned, due_items=(first,), state=AppointmentState.BOOKED)
    assert planned_line(whole, TODAY) == "HCA 5 min: booked for 7 Dec 2026"


def test_days_that_are_over_are_not_told() -> None:
    """What may be done since September says until when; what begins later says from when, too."""
    september, end = date(2026, 9, 22), date(2026, 12, 31)
    due = DueItemView("hba1c", end, DueState.OUTSTANDING, ("diabetes",), None)
    state = AppointmentState.NOT_BOOKED
    planned = PlannedAppointmentView(1, "hca", 5, 1, "surgery", september, end, state, (due,))
    assert planned_line(planned, TODAY) == "HCA 5 min: not booked, from now to 31 Dec 2026"
    later = replace(planned, earliest=date(2026, 12, 21))
    assert planned_line(later, TODAY) == "HCA 5 min: not booked 21 Dec to 31 Dec 2026"


def test_a_window_of_one_day_is_that_day() -> None:
    """It does not read as from a day to the same day."""
    assert span(date(2026, 12, 15), date(2026, 12, 15)) == "on 15 Dec 2026"
    assert span(date(2026, 12, 15), date(2026, 12, 16)) == "15 Dec to 16 Dec 2026"


def without_match() -> FakePatient:
    """Return a patient with something due and nothing in the book."""
    return next(
        one
        for one in a_practice()
        if not one.future and all(due.done_on is None and not due.held for due in one.items)
    )


MAY = FakePatient(
    "4712",
    "May Hollow",
    date(1950, 2, 28),
    mobile="07700 900472",
    items=(
        FakeItem("hba1c", date(2026, 12, 9), "phlebotomist", 5, ("diabetes",)),
        FakeItem("blood_pressure", date(2026, 12, 20), "pharmacist", 10, ("hypertension",)),
        FakeItem("diabetes_review", date(2026, 12, 9), "nurse", 20, ("diabetes",)),
    ),
    future=(
        AppointmentView(
            "f1", datetime(2026, 12, 14, 9, 0, tzinfo=UTC), 15, "hca", "Jo Quill", "Bloods",
            "booked", None,
        ),
    ),
)  # fmt: skip
"""Bloods, a blood pressure that was planned elsewhere, and a review; an HCA in the book."""


class SlowDesk(FakeDesk):
    """A desk whose rules are read only when it is told to."""

    def __init__(self) -> None:
        """Wait."""
        super().__init__()
        self.read = threading.Event()

    def guide(self) -> Guide:
        """Return the rules, late."""
        self.read.wait()
        return super().guide()


async def opened(session: Session, patient: FakePatient) -> None:
    """Open the window by the patient's number."""
    await session.type(patient.number)
    await session.press("enter")
    assert isinstance(session.app.screen, BookingScreen)


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep what is copied instead of sending it to a terminal."""
    texts: list[str] = []

    def keep(text: str, write: object) -> clipboard.Copy:
        del write
        texts.append(text)
        return clipboard.Copy(is_certain=True, words=clipboard.COPIED)

    monkeypatch.setattr("screens.copying.copy_text", keep)
    return texts


class TestBooking:
    """Booking a patient who is on the phone."""

    async def test_after_the_number_five_keys_book_and_copy_both_texts(
        self, copied: list[str]
    ) -> None:
        """Enter, b, Enter, y, o: seen, booked on the day in the book, both texts copied."""
        patient = with_a_match()
        real = patient.future[0]
        async with at_work() as session:
            await session.type(patient.number)
            await session.press("enter", "b", "enter", "y", "o")
            command = session.desk.done[0]
            assert isinstance(command, MarkBooked)
            assert command.on == real.starts_at.date()
            assert command.appointment_id == real.appointment_id
            assert {one.item for one in command.targets} == {one.item for one in patient.items}
            assert len(copied) == 2
            assert len(copied[0]) <= 100
            assert len(copied[1]) <= 500
            assert session.desk.accesses[0] == ("open", (patient.number,))
            assert session.desk.accesses[-2:] == [
                ("copy reason", (patient.number,)),
                ("copy notes", (patient.number,)),
            ]
            assert "Noted here as booked" in session.text

    async def test_nothing_is_asked_in_words_that_are_still_being_read(self) -> None:
        """On a slow server b waits for the rules: a form of ids would be ticked by guessing."""
        desk = SlowDesk()
        async with at_work(desk) as session:
            await session.pilot.press(*without_match().number, "enter")
            while not isinstance(session.app.screen, BookingScreen):
                await session.pilot.pause()
            await session.pilot.press("b")
            assert isinstance(session.app.screen, BookingScreen)
            assert "still being read" in session.said[-1]
            desk.read.set()
            await settle(session.pilot)
            await session.press("b")
            assert "Day of the appointment" in session.text

    async def test_without_an_appointment_in_the_book_the_day_is_typed(self) -> None:
        """No day is guessed; 3/1 is the next third of January, a Sunday, which is said first."""
        async with at_work() as session:
            await opened(session, without_match())
            await session.press("b", "enter")
            assert "Write the day as" in session.text
            await session.type("3/1")
            await session.press("enter")
            assert "that is a Sunday. Enter again books it." in session.words
            assert not session.desk.done
            await session.press("enter")
            command = session.desk.done[0]
            assert isinstance(command, MarkBooked)
            assert command.on == date(2027, 1, 3)
            assert command.appointment_id == ""

    async def test_a_booking_is_taken_back_after_a_question(self) -> None:
        """K asks and names what it covered, y does it, and the items are due again."""
        patient = without_match()
        async with at_work() as session:
            await opened(session, patient)
            await session.press("b", *"+9", "enter", "k")
            window = session.app.screen_stack[-2]
            assert isinstance(window, BookingScreen)
            items = ", ".join(map(NAMES.item, window.page().bookings[0].items))
            assert f"Take the booking for 16 Dec 2026 back ({items})?" in session.words
            await session.press("enter")
            assert len(session.desk.done) == 1
            await session.press("n", "down", "k")
            assert f"Take the booking for 16 Dec 2026 back ({items})?" in session.words
            await session.press("y")
            assert isinstance(session.desk.done[1], Unbook)
            assert "not booked" in session.text

    async def test_undo_works_in_the_window(self) -> None:
        """U takes the booking back here too."""
        async with at_work() as session:
            await opened(session, without_match())
            await session.press("b")
            assert "None in the book fits: type the day" in session.words
            await session.press("+", "x")
            assert "Write it as 3/12" in session.words
            await session.press("backspace", "9", "enter", "u")
            assert "not booked" in session.text
            assert session.said[-1] == "Undone: booked (1 patient)."

    async def test_the_list_knows_at_once(self) -> None:
        """Back on the list the patient is booked, or waits for the rest."""
        patient = with_a_match()
        async with at_work() as session:
            await opened(session, patient)
            await session.press("b", "enter", "escape")
            row = session.overview.listed.by_patient[patient.number]
            assert row.state is DueState.BOOKED

    async def test_somebody_quicker_is_named(self) -> None:
        """The booking is refused in words, and the window shows theirs."""
        desk = FakeDesk()

        def quicker(command: Command) -> None:
            desk.before = None
            desk.perform_as(command, "sam")

        desk.before = quicker
        async with at_work(desk, LARGE) as session:
            await opened(session, without_match())
            await session.press("b", *"+9", "enter")
            assert session.said == ["Not done: changed by sam at 12:00 on 7 Dec 2026: booked"]
            assert "by sam" in session.text

    async def test_nothing_to_book_is_said(self) -> None:
        """B and k on what is done or not booked explain themselves."""
        gone = FakePatient("77", "Ada None", a_practice()[0].born)
        async with at_work(FakeDesk([gone])) as session:
            await opened(session, gone)
            await session.press("b", "k", "y", "o", "Y")
            assert len(session.said) == 4
            assert not session.desk.done

    async def test_the_texts_are_shown_to_be_selected(self) -> None:
        """Y shows both plainly, for terminals whose clipboard cannot be reached."""
        async with at_work() as session:
            await opened(session, with_a_match())
            await session.press("Y")
            assert session.lines[0].strip()
            assert "Please do:" in session.text
            await session.press("escape")
            assert isinstance(session.app.screen, BookingScreen)

    async def test_notes_and_contacts_are_kept_from_here(self) -> None:
        """N and c without going back to the list."""
        async with at_work() as session:
            await opened(session, with_a_match())
            await session.press("n", "o", "k", "enter", "c", "enter")
            assert len(session.desk.done) == 2

    async def test_one_key_accepts_what_fits(self, copied: list[str]) -> None:
        """After the number: Enter, a, y, o; the pair shown is booked and its texts copied."""
        patient = with_a_match()
        async with at_work() as session:
            await session.type(patient.number)
            await session.press("enter", "a", "y", "o")
            command = session.desk.done[0]
            assert isinstance(command, MarkBooked)
            assert command.appointment_id == patient.future[0].appointment_id
            assert command.staff_group == patient.future[0].staff_group
            assert len(copied) == 2

    async def test_a_key_held_down_while_it_opens_books_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Accept is taken only after a moment, as y is."""
        monkeypatch.setattr(asking, "GUARD_SECONDS", 60.0)
        async with at_work() as session:
            await opened(session, with_a_match())
            await session.press("a", "a")
            assert not session.desk.done

    async def test_a_key_that_comes_twice_books_once(self) -> None:
        """The second one finds the first still under way: nothing is asked again, nothing said."""
        async with at_work() as session:
            await opened(session, with_a_match())
            for _press in range(3):
                session.app.post_message(Key("a", "a"))
            await settle(session.pilot)
            assert len(session.desk.done) == 1
            assert not any("changed by" in words for words in session.said)

    async def test_what_is_booked_already_is_said_to_be(self) -> None:
        """Whoever comes second is not told to book a day by hand."""
        async with at_work() as session:
            await opened(session, with_a_match())
            await session.press("a", "a")
            assert len(session.desk.done) == 1
            assert session.said[-1] == "This is booked already: k takes it back."

    async def test_partial_cover_is_shown_booked_and_the_rest_stays(
        self, copied: list[str]
    ) -> None:
        """An HCA does bloods planned with a phlebotomist, and no review: said, and had same day."""
        async with at_work(FakeDesk([MAY]), LARGE) as session:
            await opened(session, MAY)
            assert "covers all of it" in session.text
            await session.press("down")
            for words in (
                "Same day: ask for Nurse 20 min on Mon 14 Dec 2026 from 09:15 (Diabetes review).",
                "No appointment in the book fits: make one there, b notes its day.",
            ):
                assert words in session.words, words
            await session.press("up", "a", "y")
            command = session.desk.done[0]
            assert isinstance(command, MarkBooked)
            assert [one.item for one in command.targets] == ["hba1c"]
            assert copied == ["HbA1c"]
            assert "Nurse 20 min: not booked" in session.text
            assert "Still to book: Nurse, Pharmacist (Up, Down)." in session.text

    async def test_along_is_offered_with_its_own_tick(self) -> None:
        """What else the HCA could do is listed unticked; a tick books it too."""
        async with at_work(FakeDesk([MAY]), LARGE) as session:
            await opened(session, MAY)
            assert "Could be done along (b, tick): Blood pressure." in session.words
            await session.press("b")
            assert "[ ] Blood pressure, 10 min, along" in session.text
            await session.press("down", "down", "space", "enter")
            command = session.desk.done[0]
            assert isinstance(command, MarkBooked)
            assert [one.item for one in command.targets] == ["hba1c", "blood_pressure"]

    async def test_the_rest_is_invited_for_by_itself(self) -> None:
        """I previews an invite for what no appointment covers, and for nothing else."""
        async with at_work(FakeDesk([MAY]), LARGE) as session:
            await opened(session, MAY)
            await session.press("i")
            assert session.said[-1] == "The book covers it all: a accepts."
            await session.press("down", "i")
            assert "only for 1 item of May Hollow" in session.words
            await session.press("r", "y")
            command = session.desk.done[0]
            assert isinstance(command, RecordInvites)
            assert [one.item for one in command.targets] == ["diabetes_review"]

    async def test_nothing_ticked_is_said(self) -> None:
        """A booking that covers nothing is none."""
        async with at_work() as session:
            await opened(session, with_a_match())
            await session.press("b", "down", "space", "enter")
            assert "Nothing is ticked" in session.text
            assert not session.desk.done

    async def test_it_looks_as_it_did(self) -> None:
        """The window before and after, and its question."""
        for size in (SMALL, LARGE):
            async with at_work(size=size) as session:
                await opened(session, with_a_match())
                session.golden("booking")
                await session.press("b")
                session.golden("booking_day")


class TestClipboard:
    """The routes out of the terminal."""

    def test_osc_52_is_the_route_where_nothing_else_is(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One sequence, and no claim that it arrived."""
        for name in ("TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        sent: list[str] = []
        outcome = clipboard.copy_text("Zoë", sent.append)
        assert sent == ["\x1b]52;c;Wm/Dqw==\x07"]
        assert not outcome.is_certain
        assert "press Y" in outcome.words

    def test_screen_gets_pieces(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """GNU screen takes 252 bytes at a time, each in its own string."""
        monkeypatch.delenv("TMUX", raising=False)
        monkeypatch.setenv("STY", "1.pts-0")
        sent: list[str] = []
        clipboard.copy_text("x" * 900, sent.append)
        pieces = [piece for piece in sent[0].split("\x1b\\") if piece]
        assert all(piece.startswith("\x1bP") and len(piece) <= 254 for piece in pieces)
        assert "".join(piece[2:] for piece in pieces).startswith("\x1b]52;c;")

    def test_a_tmux_that_fails_falls_back(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: object
    ) -> None:
        """No server, no tmux, a tmux that hangs: OSC 52 goes out all the same."""
        monkeypatch.setenv("TMUX", f"{tmp_path}/no-such-socket,1,0")
        monkeypatch.delenv("STY", raising=False)
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        sent: list[str] = []
        clipboard.copy_text("a", sent.append)
        assert sent == ["\x1b]52;c;YQ==\x07"]

    def test_too_long_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """More than a terminal takes is not half sent."""
        for name in ("TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        sent: list[str] = []
        assert "Too long" in clipboard.copy_text("x" * 80_000, sent.append).words
        assert not sent


def test_where_nothing_is_due_it_says_what_comes_next() -> None:
    """A patient of a later month's list: which planned appointment is next, and for which days."""
    desk = FakeDesk()
    page = next(one for number in desk.store.patients if (one := desk.patient(number)) and one.year)
    said = nothing_line(page, TODAY)
    assert said.startswith("Nothing is due now. Next: ")
    assert said.endswith(planned_line(min(page.year, key=lambda one: one.latest), TODAY))
    for other in (replace(page, year=()), replace(page, status="died")):
        assert nothing_line(other, TODAY) == "Nothing is due now."
