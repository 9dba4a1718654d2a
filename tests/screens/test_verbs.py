"""What is done to rows: on one, on several, taken back, and refused in words."""

from __future__ import annotations

from datetime import date, timedelta

from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import (
    AddNote,
    Assign,
    Command,
    ContactOutcome,
    Decline,
    MarkDone,
    MarkFlag,
    RecordContact,
    Redo,
    Snooze,
    SnoozeDays,
    Undo,
    Wake,
)
from recall_tui.domain.states import DueState
from recall_tui.errors import StoreTrouble
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import TODAY
from tests.screens.session import LARGE, SMALL, Session, at_work


async def state_of(session: Session, patient: str) -> DueState:
    """Return where a patient of the present month stands after the last command."""
    return session.overview.listed.by_patient[patient].state


class TestOnOne:
    """The row under the cursor."""

    async def test_a_snooze_hides_for_a_week(self) -> None:
        """Z, Enter, Enter for no reason: gone; the toast says until when, and what undoes it."""
        async with at_work() as session:
            row = session.cursor
            await session.press("z", "enter", "enter")
            assert session.desk.done == [Snooze(row.targets(), TODAY + timedelta(days=7))]
            assert row.patient not in {one.patient for one in session.shown}
            words = f"Snoozed {row.name} until 14 Dec 2026. u undoes it."
            assert session.said == [words], "whose it was: the row is gone"

    async def test_a_snooze_hides_for_as_long_as_the_practice_decided(self) -> None:
        """Five days where the settings say so; drug monitoring no longer than its own limit."""
        desk = FakeDesk()
        desk.snooze_days = SnoozeDays(usual=5, waiting=10, high_risk=2)
        async with at_work(desk, size=LARGE) as session:
            await session.press("z")
            assert "2026-12-09" in session.text
            await session.press("end", *(["backspace"] * 10))
            await session.type("+3")
            await session.press("enter")
            assert "High-risk drug monitoring: until 9 Dec 2026 at most." in session.words
            await session.press("escape", "escape")
            await session.go_to_calm()
            await session.press("z", "enter", "enter")
            await session.go_to_calm()
            await session.press("z", "end", *(["backspace"] * 10))
            await session.type("reply")
            await session.press("enter", "enter")
            days = [one.until for one in session.desk.done if isinstance(one, Snooze)]
            assert days == [TODAY + timedelta(days=5), TODAY + timedelta(days=10)]

    async def test_a_day_may_be_written_as_people_write_it(self) -> None:
        """10/12 is the next tenth of December; nonsense and the past are said in words."""
        async with at_work() as session:
            await session.press("z")
            for wrong in ("soon", "31/2", "2026-12-01"):
                await session.press("end", *(["backspace"] * 10))
                await session.type(wrong)
                await session.press("enter")
                assert "past" in session.text or "Write the day as" in session.text
                assert not session.desk.done
            await session.press(*(["backspace"] * 10))
            await session.type("10/12")
            await session.press("enter")
            assert "Why?" in session.text
            await session.type("on holiday")
            await session.press("enter")
            assert isinstance(session.desk.done[0], Snooze)
            assert session.desk.done[0].reason == "on holiday"
            assert session.desk.done[0].until == date(2026, 12, 10)

    async def test_a_snooze_may_wait_for_the_next_sync(self) -> None:
        """The word instead of a day; the row says so where hidden ones are shown."""
        async with at_work(size=LARGE) as session:
            row = await session.go_to_calm()
            await session.press("z", "end", *(["backspace"] * 10))
            await session.type("sync")
            await session.press("enter", "enter")
            command = session.desk.done[-1]
            assert isinstance(command, Snooze)
            assert (command.when, command.until) == (Wake.SYNC, TODAY + timedelta(days=28))
            assert "until the next sync, 4 Jan 2027 at the latest" in session.said[-1]
            await session.press("h")
            session.overview.table.go_to(row.patient)
            await session.press("p")
            assert "snoozed until the next sync" in session.words

    async def test_the_third_snooze_is_warned_of_before_it_is_done(self) -> None:
        """Who was put off twice is not put off again without a word."""
        async with at_work() as session:
            row = await session.go_to_calm()
            await session.press("h")
            for _time in range(2):
                session.overview.table.go_to(row.patient)
                await session.press("z", "enter")
                assert "times before" not in session.words
                await session.press("enter", "O")
            await session.press("z", "enter")
            assert "! Snoozed 2 times before: decide instead of waiting?" in session.words

    async def test_a_flag_is_set_by_hand_and_undone(self) -> None:
        """! lists what may be set and what may be taken away; u takes it back."""
        async with at_work() as session:
            row = session.cursor
            await session.press("!")
            assert "Set: Housebound" in session.text
            await session.press("enter")
            assert session.desk.done == [MarkFlag((row.patient,), "housebound", holds=True)]
            assert session.said == [f"Flag set: housebound ({row.name}). u undoes it."]
            assert "housebound" in session.desk.store.choice(row.patient).flags
            await session.press("u")
            assert session.desk.store.choice(row.patient).flags == "{}"

    async def test_a_no_needs_its_reason(self) -> None:
        """D asks what the patient said; an empty answer is not one."""
        async with at_work() as session:
            row = await session.go_to_calm()
            await session.press("d", "enter")
            assert "Say why" in session.text
            await session.type("moving away")
            await session.press("enter")
            assert session.desk.done == [Decline(row.targets(), "moving away")]
            assert await state_of(session, row.patient) is DueState.DECLINED

    async def test_a_no_to_one_test_is_no_no_to_the_others(self) -> None:
        """Of several due items the one that is meant is chosen; the others stay on the list."""
        async with at_work() as session:
            row = session.cursor
            await session.press("d")
            assert f"1 All {len(row.targets())} of these" in session.words
            await session.press("2", *"no", "enter")
            told = session.desk.done[0]
            assert isinstance(told, Decline)
            assert len(told.targets) == 1
            page = session.desk.patient(row.patient)
            assert page is not None
            dues = [due for one in page.appointments_needed for due in one.due_items]
            said_no = {due.item for due in dues if due.state is DueState.DECLINED}
            assert said_no == {told.targets[0].item}

    async def test_done_without_a_record_needs_its_reason(self) -> None:
        """X closes what is due, and the form says what."""
        async with at_work() as session:
            row = session.cursor
            await session.press("x")
            assert "which of these count as done?" in session.words
            await session.press("1")
            assert "as done. Why does it count" in session.words
            await session.type("done at the hospital")
            await session.press("enter")
            assert isinstance(session.desk.done[0], MarkDone)
            assert await state_of(session, row.patient) is DueState.DONE

    async def test_a_note_is_kept(self) -> None:
        """n, a sentence, Enter."""
        async with at_work() as session:
            patient = session.cursor.patient
            await session.press("n")
            await session.type("ring after 5")
            await session.press("enter")
            assert session.desk.done == [AddNote(patient, "ring after 5")]

    async def test_a_contact_is_recorded_by_its_outcome(self) -> None:
        """C lists the outcomes; those that mean nothing without words ask for them."""
        async with at_work() as session:
            patient = session.cursor.patient
            await session.press("c", "down", "enter")
            assert session.desk.done[-1] == RecordContact(patient, ContactOutcome.VOICEMAIL)
            await session.press("c", "down", "down", "down", "enter")
            assert "on which day?" in session.words
            await session.press("end", *(["backspace"] * 10))
            await session.type("10/12")
            await session.press("enter")
            on = date(2026, 12, 10)
            assert session.desk.done[-1] == RecordContact(patient, ContactOutcome.CALL_BACK, on=on)

    async def test_a_patient_is_assigned(self) -> None:
        """A offers one's own name; the list shows whose it is."""
        async with at_work(size=LARGE) as session:
            patient = session.cursor.patient
            await session.press("a", "enter")
            assert session.desk.done == [Assign((patient,), "jo")]
            assert "Assigned to jo" in session.text

    async def test_escape_drops_a_typed_form_only_at_the_second_time(self) -> None:
        """What was typed is not lost by one key."""
        async with at_work() as session:
            await session.press("n")
            await session.type("half a sent")
            await session.press("escape")
            assert "Escape again drops what you typed." in session.text
            await session.type("ence")
            await session.press("enter")
            note = session.desk.done[0]
            assert isinstance(note, AddNote)
            assert note.words == "half a sentence"
            await session.press("n", "x", "escape", "escape")
            assert session.app.screen is session.overview
            assert len(session.desk.done) == 1

    async def test_an_outcome_is_one_key(self) -> None:
        """The number before an outcome chooses it."""
        async with at_work() as session:
            patient = session.cursor.patient
            await session.press("c", "2")
            assert session.desk.done == [RecordContact(patient, ContactOutcome.VOICEMAIL)]

    async def test_forms_look_as_they_did(self) -> None:
        """A question stands over the list, which stays to be seen."""
        for size in (SMALL, LARGE):
            async with at_work(size=size) as session:
                title, foot = session.lines[0], session.lines[-1]
                await session.press("z")
                session.golden("snooze")
                await session.press("escape", "c")
                session.golden("contact")
                assert (session.lines[0], session.lines[-1]) == (title, foot)
                box = session.app.screen.query_one(".asking").region
                assert box.x == (size[0] - box.width) // 2


class TestOnSeveral:
    """Marked rows."""

    async def test_enter_alone_never_writes_about_several(self) -> None:
        """After the form comes a question that only y answers."""
        async with at_work() as session:
            await session.press(" ", " ", "z", "enter", "enter")
            assert "Hide 2 patients until 14 Dec 2026?" in session.text
            await session.press("enter", "enter", "space")
            assert not session.desk.done
            await session.press("y")
            command = session.desk.done[0]
            assert isinstance(command, Snooze)
            assert len({one.patient for one in command.targets}) == 2

    async def test_above_fifty_the_number_is_typed(self) -> None:
        """Neither y nor Enter nor another number does it."""
        async with at_work() as session:
            await session.press("*", "y", "a", "enter")
            assert "Type 154 to do it" in session.text
            await session.press("enter", "y", "enter")
            assert "That is not 154." in session.text
            await session.press("backspace")
            await session.type("154")
            await session.press("enter")
            command = session.desk.done[0]
            assert isinstance(command, Assign)
            assert len(command.patients) == 154

    async def test_what_is_for_one_says_so(self) -> None:
        """A note is never copied to many by mistake."""
        async with at_work() as session:
            await session.press(" ", " ", "n")
            assert session.app.screen is session.overview
            assert session.said == ["This is for one patient at a time: - takes the marks away."]


class TestTakingBack:
    """Undo and redo."""

    async def test_undo_and_redo_name_what_they_did(self) -> None:
        """U and U, each with its toast; the list follows."""
        async with at_work() as session:
            patient, name = session.cursor.patient, session.cursor.name
            await session.press("z", "enter", "enter", "u")
            assert patient in {one.patient for one in session.shown}
            assert session.said[-1] == f"Undone: snoozed ({name})."
            await session.press("U")
            assert patient not in {one.patient for one in session.shown}
            assert "snoozed" in session.said[-1]
            assert [type(one) for one in session.desk.done[-2:]] == [Undo, Redo]

    async def test_only_what_this_session_did_is_taken_back(self) -> None:
        """What was done before, or at another terminal under the same login, stays."""
        desk = FakeDesk()
        rows = desk.worklist(Month.of(desk.today)).rows[:2]
        first, second = (row.patient for row in rows)
        desk.perform_as(Assign((first,), "jo"), "jo")
        async with at_work(desk) as session:
            await session.press("u")
            assert "nothing to be undone since you came in" in session.said[-1]
            session.overview.table.go_to(second)
            await session.press("z", "enter", "enter")
            desk.perform_as(Assign((second,), "jo"), "jo")
            await session.press("u")
            assert session.said[-1] == f"Undone: snoozed ({rows[1].name})."
            await session.press("u")
            assert "nothing to be undone since you came in" in session.said[-1]
            await session.press("U")
            assert session.said[-1].startswith("Redone: snoozed")
            assert [desk.store.choice(one).owner for one in (first, second)] == ["jo", "jo"]

    async def test_a_bulk_action_is_one_step(self) -> None:
        """Five patients snoozed together come back together."""
        async with at_work() as session:
            before = len(session.shown)
            calm = sum(row.state is DueState.OUTSTANDING for row in session.shown[:5])
            await session.press(*" " * 5, "z", "enter", "enter", "y")
            assert len(session.shown) == before - calm
            await session.press("u")
            assert len(session.shown) == before
            assert session.said[-1] == "Undone: snoozed (5 patients)."

    async def test_nothing_to_undo_is_said(self) -> None:
        """The first u of the day harms nobody."""
        async with at_work() as session:
            await session.press("u")
            words = "nothing to be undone since you came in"
            assert session.said == [f"Not done: {words} (recall undo takes back what was before)"]


class TestRefusals:
    """Somebody was quicker, or it may not be."""

    async def test_a_conflict_says_who_and_when_and_shows_the_present(self) -> None:
        """Nothing is overwritten; the list is read again."""
        desk = FakeDesk()

        def quicker(command: Command) -> None:
            if isinstance(command, Snooze) and desk.login == "jo":
                desk.before = None
                desk.perform_as(Decline(command.targets, "no"), "sam")

        desk.before = quicker
        async with at_work(desk) as session:
            row = await session.go_to_calm()
            await session.press("z", "enter", "enter")
            words = "Not done: changed by sam at 12:00 on 7 Dec 2026: declined"
            assert session.said == [words]
            assert await state_of(session, row.patient) is DueState.DECLINED

    async def test_what_may_not_be_is_said(self) -> None:
        """High-risk monitoring is snoozed for seven days at most."""
        async with at_work() as session:
            await session.press("z", *(["backspace"] * 10))
            await session.type("+30")
            await session.press("enter")
            assert "High-risk drug monitoring: until 14 Dec 2026 at most." in session.words
            await session.press("escape", "escape")
            assert not session.desk.done

    async def test_a_store_that_fails_under_a_command_is_said(self) -> None:
        """The words of the fault; the next command works."""
        desk = FakeDesk()

        def full(command: Command) -> None:
            del command
            desk.before = None
            raise StoreTrouble("the disk is full: nothing was written")

        desk.before = full
        async with at_work(desk) as session:
            await session.press("z", "enter", "enter")
            assert session.said == ["Not done: the disk is full: nothing was written"]
            await session.press("z", "enter", "enter")
            assert len(session.desk.done) == 1
