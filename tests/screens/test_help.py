"""The doors to each action: help, menu, balance; and the questions' own rules."""

from __future__ import annotations

import pytest
from textual import events

from recall_tui.actions import ACTIONS, Where
from recall_tui.theme import LOOKS
from screens.bindings import bindings_for, hints_for, key_words
from screens.booking import BookingScreen
from screens.key_line import key_runs
from screens.modals import asking
from screens.modals.asking import ChoiceQuestion, TextQuestion, YesNo
from screens.modals.help import help_text
from screens.modals.picking import PickQuestion
from tests.screens.session import LARGE, SMALL, at_work
from tests.support.screen_text import settle
from widgets.runs import width_of


class TestHelp:
    """? and F1."""

    async def test_it_looks_as_it_did(self) -> None:
        """Folded to the width, closed by Escape."""
        for size in (SMALL, LARGE):
            async with at_work(size=size) as session:
                await session.press("?")
                session.golden("help")
                await session.press("escape", "f1", "q")
                assert session.app.screen is session.overview

    def test_every_action_is_in_it(self) -> None:
        """Whatever has a key has its sentence, in lines that fit."""
        text = help_text(78)
        assert max(len(line) for line in text.splitlines()) <= 78
        for action in ACTIONS:
            assert action.label in text
            assert key_words(action) in text

    async def test_it_begins_where_one_is_and_words_can_be_looked_for(self) -> None:
        """From the booking window its keys come first; / goes to the line, n to the next one."""
        async with at_work() as session:
            await session.go_to_calm()
            await session.press("b", "?")
            assert session.lines[0].strip() == "The booking window: where you are"
            assert "High-risk drug monitoring is overdue" not in session.text
            await session.press("slash")
            await session.type("monitoring overdue")
            await session.press("enter")
            assert "High-risk drug monitoring is overdue" in session.text
            await session.press("slash", *"recipe", "enter", "n")
            assert "recall recipe" in session.text
            await session.press("escape")
            assert isinstance(session.app.screen, BookingScreen)


class TestBack:
    """Escape and q."""

    async def test_q_goes_back_as_in_a_text_and_leaves_from_the_list_alone(self) -> None:
        """Whoever closed a text with q does not end the program from the next screen."""
        async with at_work() as session:
            for keys in ("p", "b", "e", "i", ("o", "1")):
                await session.press(*keys)
                assert session.app.screen is not session.overview
                await session.press("q")
                assert session.app.screen is session.overview, keys


class TestMenu:
    """m and F10."""

    async def test_it_looks_as_it_did(self) -> None:
        """Every action by name, narrowed as one types."""
        for size in (SMALL, LARGE):
            async with at_work(size=size) as session:
                await session.press("m")
                session.golden("menu")

    async def test_typing_finds_an_action_and_enter_does_it(self) -> None:
        """The month changes without knowing its key."""
        async with at_work() as session:
            await session.press("m")
            await session.type("handover")
            assert "Ledger" in session.text
            await session.type("s")
            assert "No action here has these words" in session.words
            await session.press(*["backspace"] * 9)
            await session.type("next month")
            await session.press("enter")
            assert "January 2027" in session.lines[0]

    async def test_the_arrows_choose_too(self) -> None:
        """Down into the list, Enter, and a look-up opens from the booking window as well."""
        async with at_work() as session:
            await session.press("b", "m")
            await session.type("look")
            await session.press("down", "enter")
            assert "Look a patient up" in session.text

    async def test_escape_does_nothing(self) -> None:
        """Back where one was."""
        async with at_work() as session:
            await session.press("m", "escape")
            assert session.app.screen is session.overview

    @pytest.mark.parametrize("where", [one for one in Where if one is not Where.EVERYWHERE])
    async def test_every_action_of_every_screen_can_be_done(self, where: Where) -> None:
        """No entry of the menu, no key of the footer leads nowhere."""
        doors = {
            Where.OVERVIEW: (),
            Where.BOOKING: ("b",),
            Where.PATIENT: ("p",),
            Where.INVITES: ("i",),
            Where.RECIPE: ("e",),
            Where.QUEUE: ("o", "1"),
        }
        async with at_work() as session:
            await session.press(*doors[where])
            screen = session.app.screen
            for action in ACTIONS:
                if action.where is where:
                    assert hasattr(screen, f"action_{action.name}"), action
                elif action.where is Where.EVERYWHERE:
                    assert hasattr(session.app, f"action_{action.name}"), action


class TestBalance:
    """T."""

    async def test_it_looks_as_it_did(self) -> None:
        """One line a recall, and no difference."""
        for size in (SMALL, LARGE):
            async with at_work(size=size) as session:
                await session.press("T")
                session.golden("balance")


class TestThemes:
    """F9."""

    async def test_all_four_looks_can_be_had(self) -> None:
        """Each in turn, and round again, with every screen still readable."""
        async with at_work() as session:
            seen = [session.app.theme]
            for _look in LOOKS:
                await session.press("f9")
                seen.append(session.app.theme)
            assert seen[:-1] == [look.name for look in LOOKS]
            assert seen[-1] == seen[0]
            await session.press("b", "escape", "i")
            assert "Invite" in session.text


NEVER = 3_600.0
"""Seconds that no test lasts, however slow the machine."""


class TestQuestions:
    """The guards against auto-repeat and pastes."""

    async def test_y_is_not_taken_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Not before the guard is over, which ends by itself; n and Escape always are."""
        monkeypatch.setattr(asking, "GUARD_SECONDS", NEVER)
        async with at_work() as session:
            for key, character in (("asterisk", "*"), ("y", "y"), ("y", "y")):
                session.app.post_message(events.Key(key, character))
            await settle(session.pilot)
            question = session.app.screen
            assert isinstance(question, YesNo)
            assert not question.guard.is_set()
            await session.press("n")
            assert not session.overview.table.marked
            monkeypatch.setattr(asking, "GUARD_SECONDS", 0.001)
            await session.press("*")
            question = session.app.screen
            assert isinstance(question, YesNo)
            await question.guard.wait()
            await session.press("y")
            assert len(session.overview.table.marked) == 154

    async def test_two_keys_at_once_leave_one_screen(self) -> None:
        """Escape twice in the same moment never takes the list away; nor does Enter."""
        async with at_work() as session:
            for opening, key in ((("b",), "escape"), (("z",), "escape"), (("z",), "enter")):
                await session.press(*opening)
                for _time in range(3):
                    session.app.post_message(events.Key(key, None))
                await settle(session.pilot)
                while len(session.app.screen_stack) > 2:
                    await session.press("escape")
                assert session.app.screen is session.overview

    @pytest.mark.parametrize(
        ("opens", "kind", "enters"),
        [("z", TextQuestion, 2), ("c", ChoiceQuestion, 1), ("a", PickQuestion, 1)],
    )
    async def test_a_form_does_not_take_a_paste(
        self,
        monkeypatch: pytest.MonkeyPatch,
        opens: str,
        kind: type[TextQuestion | ChoiceQuestion | PickQuestion],
        enters: int,
    ) -> None:
        """Lines that arrive as keys open a form at most, and send none."""
        monkeypatch.setattr(asking, "PASTE_SECONDS", NEVER)
        async with at_work() as session:
            for key, character in ((opens, opens), ("enter", "\r"), ("enter", "\r")):
                session.app.post_message(events.Key(key, character))
            await settle(session.pilot)
            question = session.app.screen
            assert isinstance(question, kind)
            assert not session.desk.done
            question.guard.set()
            monkeypatch.setattr(asking, "PASTE_SECONDS", 0.0)
            await session.press(*["enter"] * enters)
            assert len(session.desk.done) == 1


class TestKeys:
    """The line at the bottom."""

    @pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 200])
    def test_help_never_falls_off(self, width: int) -> None:
        """As many keys as fit, and always the last."""
        for where in Where:
            runs = key_runs(hints_for(where), width)
            assert width_of(runs) <= width
            assert runs[-1].text.strip() == "Help"

    def test_every_binding_has_an_id(self) -> None:
        """So that a practice can give it other keys."""
        for where in Where:
            for binding in bindings_for(where):
                assert getattr(binding, "id", None)

    def test_no_capital_of_a_split_escape_sequence_is_bound(self) -> None:
        """A slow line can make a bare A, B, C, D, F, H, P, Q, R, S or Z of an arrow."""
        keys = {key for action in ACTIONS for key in action.keys}
        assert not keys & set("ABCDFHPQRSZ")
