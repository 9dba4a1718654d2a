"""What runs is told while people go on; what came meanwhile waits; no key is lost or hits else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from recall_tui.domain.commands import Command
from recall_tui.views.date_change import DateChange
from recall_tui.views.done import Done
from recall_tui.views.patient import PatientPage
from screens import running
from screens.modals.asking import YesNo
from screens.modals.plain_text import PlainText
from screens.overview import OverviewScreen
from screens.running_words import VERBS
from tests.screens.fake_desk import FakeDesk
from tests.screens.session import LARGE, SMALL, Session, at_work
from tests.support.screen_text import PATIENCE, settle


class SlowDesk(FakeDesk):
    """A desk whose engine and store answer when the gate is opened."""

    def __init__(self) -> None:
        """Begin with the gate shut."""
        super().__init__()
        self.gate = threading.Event()
        self.record = threading.Event()
        self.record.set()

    def patient(self, number: str) -> PatientPage | None:
        """Answer while the record can be read."""
        self.record.wait(PATIENCE)
        return super().patient(number)

    def why_absent(self, number: str) -> Sequence[str]:
        """Answer once the gate is open."""
        self.gate.wait(PATIENCE)
        return super().why_absent(number)

    def preview_month(self, number: str, month: int) -> DateChange:
        """Answer once the gate is open."""
        self.gate.wait(PATIENCE)
        return super().preview_month(number, month)

    def perform(self, command: Command, tell: Callable[[str], object] = str) -> Done:
        """Say the step, then work once the gate is open."""
        tell("planning 3 patients again")
        self.gate.wait(PATIENCE)
        return super().perform(command, tell)


async def wait_for(session: Session, is_so: Callable[[], bool]) -> None:
    """Let the app work until something is so."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                await session.pilot.pause(0.005)
    except TimeoutError:
        pytest.fail(f"never came:\n{session.text}")


async def press_on(session: Session, *keys: str) -> None:
    """Press keys while something runs: nothing is waited for but the keys themselves."""
    for key in keys:
        await session.pilot.press(key)


@pytest.fixture(autouse=True)
def said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak of what runs without waiting whether it is quick."""
    monkeypatch.setattr(running, "QUICK_SECONDS", 0.001)
    monkeypatch.setattr(running, "BEAT_SECONDS", 0.05)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_question_to_the_engine_says_that_it_runs(size: tuple[int, int]) -> None:
    """After W the last line names patient and step, keeps help, and the answer comes by itself."""
    desk = SlowDesk()
    async with at_work(desk, size) as session:
        name = session.cursor.name
        await press_on(session, "W")
        await wait_for(session, lambda: "asking every recall" in session.lines[-1])
        assert f"why not, {name}"[:20] in session.lines[-1]
        assert session.lines[-1].rstrip().endswith("? Help")
        desk.gate.set()
        await wait_for(session, lambda: f"Why: {name}" in session.text)


@pytest.mark.parametrize("slow", ["record", "gate"])
async def test_an_answer_never_opens_under_what_is_being_done(slow: str) -> None:
    """Whoever moved on keeps the screen; N shows the answer of the patient asked about.

    Whichever takes its time: the patient's record, or the engine.
    """
    desk = SlowDesk()
    async with at_work(desk, LARGE) as session:
        name = session.cursor.name
        if slow == "record":
            desk.record.clear()
        await press_on(session, "W", "down", "c")
        desk.record.set()
        desk.gate.set()
        await wait_for(session, lambda: any("N shows it" in one for one in session.said))
        assert not isinstance(session.app.screen, PlainText)
        await settle(session.pilot)
        await session.press("escape")
        assert f"N: why not, {name}" in session.lines[-1]
        await session.press("N")
        assert f"Why: {name}" in session.text
        await session.press("escape")
        assert "N:" not in session.lines[-1]


async def test_an_answer_outlives_the_screen_that_asked() -> None:
    """The page on which W was pressed may be left: the answer is there all the same."""
    desk = SlowDesk()
    async with at_work(desk, LARGE) as session:
        name = session.cursor.name
        await session.press("p")
        await press_on(session, "W")
        await wait_for(session, lambda: "asking every recall" in session.lines[-1])
        await press_on(session, "escape")
        await wait_for(session, lambda: isinstance(session.app.screen, OverviewScreen))
        desk.gate.set()
        await wait_for(session, lambda: "N: why not" in session.lines[-1])
        await session.press("N")
        assert f"Why: {name}" in session.text


async def test_a_second_question_is_refused_aloud() -> None:
    """While the engine is asked about one patient, W on another says for whom to wait."""
    desk = SlowDesk()
    async with at_work(desk, LARGE) as session:
        name = session.cursor.name
        await press_on(session, "W")
        await wait_for(session, lambda: "asking every recall" in session.lines[-1])
        await press_on(session, "down", "W")
        await wait_for(session, lambda: any("Not asked" in one for one in session.said))
        assert name in next(one for one in session.said if "Not asked" in one)
        desk.gate.set()
        await wait_for(session, lambda: "N: why not" in session.lines[-1])
        assert desk.asked_absent == [session.shown[0].patient]


async def test_a_recall_month_is_asked_about_only_when_wanted() -> None:
    """What Y would change waits for N when keys were pressed; y then changes the right patient."""
    desk = SlowDesk()
    async with at_work(desk, LARGE) as session:
        patient = session.cursor.patient
        await session.press("Y")
        await press_on(session, "5")
        await wait_for(session, lambda: "planning the year anew" in session.lines[-1])
        await press_on(session, "down", "y")
        desk.gate.set()
        await wait_for(session, lambda: "N: recall month" in session.lines[-1])
        assert not desk.done
        await session.press("N")
        assert isinstance(session.app.screen, YesNo)
        await session.press("y")
        assert [one.patient for one in desk.done] == [patient]  # type: ignore[union-attr]


async def test_a_verb_on_many_says_its_step_and_the_list_stays_usable() -> None:
    """While three patients are written about, the line counts them and the cursor still moves."""
    desk = SlowDesk()
    async with at_work(desk, LARGE) as session:
        await session.press("space", "space", "space", "a", "enter")
        await press_on(session, "y")
        step = "assign, 3 patients: planning 3 patients again"
        await wait_for(session, lambda: step in session.lines[-1])
        at = session.overview.table.cursor_row
        await press_on(session, "down")
        assert session.overview.table.cursor_row == at + 1
        desk.gate.set()
        await wait_for(session, lambda: bool(desk.done))
        await settle(session.pilot)
        assert "assign" not in session.lines[-1]


async def test_a_name_is_masked_in_what_runs() -> None:
    """F8 while the engine is asked leaves no name in the last line."""
    desk = SlowDesk()
    async with at_work(desk, LARGE) as session:
        name = session.cursor.name
        await press_on(session, "W")
        await wait_for(session, lambda: name in session.lines[-1])
        await press_on(session, "f8")
        await wait_for(session, lambda: name not in session.lines[-1])
        desk.gate.set()
        await wait_for(session, lambda: "N: why not" in session.lines[-1])
        assert name not in session.text
        await press_on(session, "f8")
        await settle(session.pilot)


def test_every_command_has_a_verb() -> None:
    """A command without one would end the session the moment somebody asks for it."""
    assert set(VERBS) == set(Command.__args__)
