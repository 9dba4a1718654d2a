"""The look-up: from anywhere, by anything, never picking one of several."""

from __future__ import annotations

import threading
from datetime import date

from textual.events import Key, Paste
from textual.widgets import Input

from recall_tui.domain.commands import ContactOutcome, RecordContact
from recall_tui.errors import BadInput
from recall_tui.views.past import PatientPast, Relative
from recall_tui.views.patient import PatientPage
from screens.booking import BookingScreen
from screens.modals.lookup import LookupScreen
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import a_practice
from tests.screens.fake_store import FakePatient
from tests.screens.session import LARGE, SMALL, Session, at_work
from tests.support.screen_text import PATIENCE, Turn, settle


def booking(session: Session) -> BookingScreen:
    """Return the booking window, which must be on top."""
    screen = session.app.screen
    assert isinstance(screen, BookingScreen)
    return screen


class SlowDesk(FakeDesk):
    """A desk that reads a patient once it is told to."""

    def __init__(self) -> None:
        """Begin with nobody read."""
        super().__init__()
        self.record = threading.Event()

    def patient(self, number: str) -> PatientPage | None:
        """Answer once it may be read."""
        self.record.wait(PATIENCE)
        return super().patient(number)


class TestLookup:
    """Finding a patient."""

    async def test_a_digit_starts_it_and_an_exact_number_opens_the_booking_window(self) -> None:
        """The number and Enter, from the list."""
        async with at_work() as session:
            await session.type("1007")
            await session.press("enter")
            assert booking(session).patient_number() == "1007"
            assert "EMIS number 1007" in session.text

    async def test_an_nhs_number_works_too(self) -> None:
        """With the spaces that people read it with."""
        patient = a_practice()[3]
        async with at_work() as session:
            await session.press("l")
            await session.type(f"{patient.nhs_number}")
            await session.press("enter")
            assert booking(session).patient_number() == patient.number

    async def test_a_pasted_number_starts_it(self) -> None:
        """A bracketed paste of an NHS number goes into the look-up, whole."""
        patient = a_practice()[3]
        async with at_work() as session:
            session.overview.table.post_message(Paste(f" {patient.nhs_number}\n"))
            await settle(session.pilot)
            await session.press("enter")
            assert booking(session).patient_number() == patient.number

    async def test_a_ringing_number_typed_on_the_list_begins_a_lookup(self) -> None:
        """A UK number begins with 0: no filter goes, and the 0 stands in the line."""
        async with at_work() as session:
            await session.press("/", *"nurse", "enter", *"01632")
            assert isinstance(session.app.screen, LookupScreen)
            assert "01632" in session.text
            await session.press("escape")
            assert session.overview.listed.filter.text == "nurse"
            await session.press("\\")
            assert session.overview.listed.filter.is_empty

    async def test_keys_typed_faster_than_screens_open_are_not_lost(self) -> None:
        """All digits of a number that arrive at once stand in the line."""
        async with at_work() as session:
            await session.pilot.press("1", "0", "0", "7")
            await settle(session.pilot)
            assert isinstance(session.app.screen, LookupScreen)
            assert "1007" in session.text

    async def test_digits_keep_their_order_however_fast_they_come(self) -> None:
        """Each digit may come at any step of the opening: never does one overtake another."""
        number = a_practice()[6].number
        async with at_work() as session:
            for steps in range(14):
                for digit in number:
                    session.app.post_message(Key(digit, digit))
                    for _step in range(steps):
                        await Turn()
                session.app.post_message(Key("enter", None))
                await settle(session.pilot)
                assert booking(session).patient_number() == number, steps
                await session.press("escape")
                assert session.app.screen is session.overview

    async def test_several_are_listed_and_never_picked(self) -> None:
        """Name, date of birth and postcode of each; two identifiers are asked to be confirmed."""
        for size in (SMALL, LARGE):
            async with at_work(size=size) as session:
                await session.press("l")
                await session.type("evans")
                await session.press("enter")
                assert isinstance(session.app.screen, LookupScreen)
                assert "Confirm two identifiers" in session.text
                session.golden("lookup")
                await session.press("down", "enter")
                assert isinstance(session.app.screen, LookupScreen)
                await session.press("d", "p")
                assert booking(session)

    async def test_hits_are_narrowed_or_looked_for_anew_by_typing(self) -> None:
        """A year goes on behind the name, Backspace takes a letter; after Escape all is new."""
        async with at_work() as session:
            await session.press("l")
            await session.type("evans")
            await session.press("enter", *"19")
            line = session.app.screen.query_one(Input)
            assert line.value == "evans 19"
            assert "Confirm" not in session.text
            await session.press("backspace", "backspace", "enter", "backspace")
            assert line.value == "evans"
            await session.press("enter", "escape", *"ali")
            assert line.value == "ali"
            assert isinstance(session.app.screen, LookupScreen)

    async def test_a_household_is_confirmed_by_what_they_do_not_share(self) -> None:
        """From page and booking window; neither Enter nor the shared postcode opens anybody."""
        one, wife, lodger, stranger = a_practice()[2:6]
        desk = FakeDesk()
        born = date(1980, 5, 6)
        desk.pasts[one.number] = PatientPast(
            household=(
                Relative(wife.number, wife.name, born, ("address", "mobile"), "ZZ9 9ZZ"),
                Relative(lodger.number, lodger.name, born, ("mobile",), "ZZ1 1ZZ"),
            )
        )
        async with at_work(desk) as session:
            await session.type(one.number)
            await session.press("enter", "h")
            assert "Same address, mobile" in session.words
            assert "p postcode" not in session.words
            await session.press("enter", "p", "o", "escape")
            assert isinstance(session.app.screen, LookupScreen), "one identifier opened nobody"
            await session.press("escape", "p", "h", "down")
            assert "p postcode" in session.words, "who lives elsewhere has a postcode of their own"
            await session.press("up", "d", "n")
            assert booking(session).patient_number() == wife.number
            told = ("confirmed date of birth and full name", (wife.number,))
            assert told in desk.accesses
            assert ("find", (wife.number, lodger.number)) in desk.accesses
            await session.type(stranger.number)
            await session.press("enter", "h")
            assert "Nobody else here shares" in session.words

    async def test_a_ringing_number_is_confirmed_before_anything_is_opened(self) -> None:
        """One patient with that phone: still two identifiers, noted; then what to book."""
        patient = next(one for one in a_practice() if one.mobile)
        async with at_work() as session:
            await session.press("l")
            await session.type(patient.mobile.replace(" ", "")[-6:])
            await session.press("enter")
            assert "1 patient fits. Confirm two identifiers" in session.words
            await session.press("enter")
            assert "Enter opens nobody: press the keys of the two first." in session.words
            await session.press("d", "d", "x")
            assert "date of birth: yes." in session.words
            assert isinstance(session.app.screen, LookupScreen)
            await session.press("n")
            assert booking(session).patient_number() == patient.number
            noted = ("confirmed date of birth and full name", (patient.number,))
            assert noted in session.desk.accesses
            await session.press("r")
            assert session.desk.done == [RecordContact(patient.number, ContactOutcome.WILL_BOOK)]

    async def test_another_patient_is_asked_about_anew(self) -> None:
        """What was confirmed of one does not count for the next; a name is no second proof."""
        async with at_work() as session:
            await session.press("l")
            await session.type("evans")
            await session.press("enter", "d", "down", "p", "n")
            assert isinstance(session.app.screen, LookupScreen)
            assert "date of birth: yes." not in session.words

    async def test_nobody_and_nonsense_are_said(self) -> None:
        """The form stays open with what was typed."""
        async with at_work() as session:
            await session.press("l")
            await session.type("zzz")
            await session.press("enter")
            assert "No patient fits that." in session.text
            session.desk.fault = BadInput("31/31 is not a date of birth: write it as 1950-12-31")
            await session.press("enter")
            assert "31/31 is not a date of birth" in session.text
            session.desk.fault = None
            await session.press("escape")
            assert session.app.screen is session.overview

    async def test_escape_goes_back_one_level(self) -> None:
        """From the list of matches to the line, from the line to where one was."""
        async with at_work() as session:
            await session.press("l")
            await session.type("evans")
            await session.press("enter", "escape")
            assert isinstance(session.app.screen, LookupScreen)
            assert "evans" in session.text
            await session.press("escape")
            assert session.app.screen is session.overview

    async def test_it_starts_from_every_screen(self) -> None:
        """In the booking window another patient takes the place of the first."""
        async with at_work() as session:
            await session.press("b")
            await session.type("1007")
            await session.press("enter")
            assert booking(session).patient_number() == "1007"
            await session.press("escape")
            assert session.app.screen is session.overview
            await session.press("p")
            await session.type("1014")
            await session.press("enter")
            assert booking(session).patient_number() == "1014"

    async def test_who_has_left_or_died_is_shown_as_such(self) -> None:
        """The window opens and says it first."""
        gone = FakePatient("77", "Ada Gone", a_practice()[0].born, status="died")
        async with at_work(FakeDesk([*a_practice(5), gone])) as session:
            await session.type("77")
            await session.press("enter")
            assert "DIED" in session.lines[0]
            assert "Nothing is due now." in session.text

    async def test_keys_pressed_while_a_patient_is_read_do_nothing_to_the_list(self) -> None:
        """What is typed ahead for the window is never done to the row under the cursor."""
        desk = SlowDesk()
        async with at_work(desk) as session:
            number = session.cursor.patient
            await session.pilot.press("b", "d", "x", "z")
            assert session.app.screen is session.overview
            desk.record.set()
            await settle(session.pilot)
            assert not desk.done
            assert booking(session).patient_number() == number
