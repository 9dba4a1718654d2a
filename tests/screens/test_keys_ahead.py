"""What is typed faster than screens open is kept in order, or the person is told; never silent."""

from __future__ import annotations

import threading

import pytest

from recall_tui.domain.commands import AddNote, ContactOutcome, RecordContact
from recall_tui.views.patient import PatientPage
from screens.booking import BookingScreen
from screens.modals import asking
from screens.modals.asking import ChoiceQuestion, YesNo
from screens.modals.plain_text import PlainText
from screens.modals.queues import QueuesScreen
from screens.queue import QueueScreen
from tests.screens.fake_desk import FakeDesk
from tests.screens.session import KEYS, LARGE, Session, at_work
from tests.support.screen_text import PATIENCE, settle


async def press_as_one(session: Session, *keys: str) -> None:
    """Press keys as one go, as a paste or a fast hand does, and wait until all is done."""
    await session.pilot.press(*(KEYS.get(key, key) for key in keys))
    await settle(session.pilot)


async def test_a_queue_opens_by_o_and_its_number_typed_as_one() -> None:
    """The number typed before the list of queues is there chooses from it all the same."""
    async with at_work(size=LARGE) as session:
        await press_as_one(session, "o", "5")
        assert isinstance(session.app.screen, QueueScreen)
        assert "Care-home round sheet" in session.text


async def test_arrows_typed_ahead_move_in_the_window_that_opens() -> None:
    """Down and Enter after o move and choose among the queues; the list below stays where it is."""
    async with at_work(size=LARGE) as session:
        before = session.cursor.patient
        await press_as_one(session, "o", "down", "down", "enter")
        assert isinstance(session.app.screen, QueueScreen)
        assert "Attending with something due" in session.text
        assert session.cursor.patient == before


async def test_keys_wait_for_a_screen_that_is_not_laid_out() -> None:
    """A key that comes before a screen is there reaches it once it is, in the order of pressing."""
    async with at_work(size=LARGE) as session:
        opened = session.app.push_screen(QueuesScreen(session.desk))
        assert not session.app.screen.is_mounted
        await session.pilot.press("down", "5")
        await opened
        await settle(session.pilot)
        assert not isinstance(session.app.screen, QueuesScreen)


@pytest.fixture
def guards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take no answer for so long that none is taken in a test."""
    monkeypatch.setattr(asking, "GUARD_SECONDS", 60.0)
    monkeypatch.setattr(asking, "PASTE_SECONDS", 60.0)


@pytest.mark.usefixtures("guards")
async def test_an_answer_as_fast_as_a_paste_is_pointed_at() -> None:
    """`c` and a number typed as one record nothing: the answer is under the cursor, and said."""
    async with at_work(size=LARGE) as session:
        await press_as_one(session, "c", "3")
        assert isinstance(session.app.screen, ChoiceQuestion)
        assert "too fast to be sure: Enter takes Will book" in session.words
        assert not session.desk.done
        session.app.screen.guard.set()
        await session.press("enter")
        assert session.desk.done == [
            RecordContact(session.cursor.patient, ContactOutcome.WILL_BOOK)
        ]


async def test_a_name_typed_on_the_list_is_no_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """`hunt linda` and Enter keep no note with whoever is under the cursor: it is asked about."""
    monkeypatch.setattr(asking, "GUARD_SECONDS", 60.0)
    async with at_work(size=LARGE) as session:
        await session.press("n", *"tlinda", "enter")
        assert "Is this the patient you mean?" in session.words
        assert not session.desk.done
        await session.press("enter")
        assert session.desk.done == [AddNote(session.cursor.patient, "tlinda")]


@pytest.mark.usefixtures("guards")
async def test_a_yes_that_came_too_soon_is_told() -> None:
    """A `y` in the first moment answers nothing, and the question says so; `n` always does."""
    async with at_work(size=LARGE) as session:
        await press_as_one(session, "space", "space", "!")
        screen = session.app.screen
        assert isinstance(screen, ChoiceQuestion)
        screen.guard.set()
        await press_as_one(session, "1", "y")
        assert isinstance(session.app.screen, YesNo)
        assert "y came too soon: press it again" in session.words
        assert not session.desk.done
        await session.press("n")
        assert not session.desk.done


@pytest.mark.usefixtures("guards")
async def test_an_enter_that_came_too_soon_is_told() -> None:
    """A line sent as fast as a paste stays, with what was typed, and says why."""
    async with at_work(size=LARGE) as session:
        await press_as_one(session, "n", "r", "a", "n", "g", "enter")
        assert "Enter came too soon" in session.words
        assert "rang" in session.text
        assert not session.desk.done


@pytest.mark.usefixtures("guards")
async def test_accepting_too_soon_is_told_once() -> None:
    """`a` before the booking window could be read books nothing; held down, it is said once."""
    async with at_work(size=LARGE) as session:
        await session.press("enter")
        await press_as_one(session, *"aaaa")
        told = [one for one in session.said if one.startswith("a was not taken")]
        assert len(told) == 1
        assert not session.desk.done


class SlowStore(FakeDesk):
    """A desk that reads patients once the gate is open."""

    def __init__(self) -> None:
        """Begin with the gate shut."""
        super().__init__()
        self.gate = threading.Event()

    def patient(self, number: str) -> PatientPage | None:
        """Read once the gate is open."""
        self.gate.wait(PATIENCE)
        return super().patient(number)


async def test_what_is_typed_while_a_patient_opens_is_told() -> None:
    """Letters between Enter and the booking window do nothing to the row, and are named."""
    desk = SlowStore()
    async with at_work(desk, LARGE) as session:
        await session.pilot.press("enter", "z", "x")
        desk.gate.set()
        await settle(session.pilot)
        await settle(session.pilot)
        assert "Not taken, typed while this opened: zx. Press it again." in session.said
        assert isinstance(session.app.screen, BookingScreen)
        assert not session.desk.done


async def test_a_number_and_what_follows_enter_stay_apart() -> None:
    """A key typed right after Enter never becomes part of the number that is looked up."""
    async with at_work(size=LARGE) as session:
        patient = session.shown[3].patient
        await press_as_one(session, *patient, "enter", "a")
        await settle(session.pilot)
        assert isinstance(session.app.screen, BookingScreen)
        assert session.app.screen.page().patient == patient
        assert not session.desk.done


async def test_a_key_after_enter_is_not_part_of_a_reason() -> None:
    """What is typed right after the Enter of a line is done to the list, not put in the line."""
    async with at_work(size=LARGE) as session:
        patient = session.cursor.patient
        await press_as_one(session, "n", "r", "a", "n", "g", "enter", "o")
        await settle(session.pilot)
        assert session.desk.done == [AddNote(patient, "rang")]
        assert isinstance(session.app.screen, QueuesScreen)


@pytest.mark.usefixtures("guards")
async def test_a_key_for_a_patient_who_just_left_is_not_done_to_the_next() -> None:
    """When the patient under the cursor leaves the list, `c` waits and says so, until a move."""
    async with at_work(size=LARGE) as session:
        gone = session.cursor.patient
        del session.desk.store.patients[gone]
        session.overview.load()
        await settle(session.pilot)
        assert session.cursor.patient != gone
        await session.press("c")
        assert session.app.screen is session.overview
        assert "the list moved just now" in session.said[-1]
        await session.press("down", "c")
        assert isinstance(session.app.screen, ChoiceQuestion)


async def test_a_number_typed_over_a_text_is_looked_up() -> None:
    """Whoever reads the reasons types the number of who rings: not one digit of it is lost."""
    async with at_work(size=LARGE) as session:
        patient = session.shown[3].patient
        await session.press("w")
        assert isinstance(session.app.screen, PlainText)
        assert session.lines[-1].split()[-2:] == ["Esc", "Back"]
        await press_as_one(session, *patient, "enter")
        await settle(session.pilot)
        assert isinstance(session.app.screen, BookingScreen)
        assert session.app.screen.page().patient == patient
