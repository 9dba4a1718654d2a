"""Hostile text in every field, on every screen and in every question: shown, and never acting."""

from __future__ import annotations

from functools import cache

import pytest
from rich.cells import cell_len

from recall_tui.cleaning import is_hidden
from tests.screens.hostile import END, EVERYWHERE, NAUGHTY, hostile_desk, quick_refusal
from tests.screens.session import LARGE, SMALL, Session, at_work
from tests.support.real_pty import harmful, run_in_pty
from tests.widgets.hostile import ACTING


def fitting(session: Session) -> None:
    """Check that the screen is harmless text in its own width."""
    width = session.app.size.width
    for line in session.lines:
        assert not [letter for letter in line if is_hidden(letter)], ascii(line)
        assert cell_len(line) <= width, ascii(line)


def test_there_are_five_hundred_different_ones() -> None:
    """Escapes, OSC 52, bidirectional marks, NUL, emoji, markup, all scripts."""
    assert len(NAUGHTY) == len(set(NAUGHTY)) == 500


class TestOnScreens:
    """By the lines that screens paint."""

    @pytest.mark.parametrize("size", [SMALL, LARGE])
    async def test_every_text_can_be_listed(self, size: tuple[int, int]) -> None:
        """Every page of five hundred naughty patients, with the pane of the one it stops at."""
        async with at_work(hostile_desk(), size) as session:
            await session.press("h")
            table = session.overview.table
            assert table.row_count == 500
            while table.cursor_row < 499:
                fitting(session)
                await session.press("pagedown")
            fitting(session)

    @pytest.mark.parametrize("ways", EVERYWHERE, ids=lambda ways: "".join(ways)[:20])
    async def test_every_screen_and_question_stays_harmless(self, ways: tuple[str, ...]) -> None:
        """Each key of each way, from a patient of another kind."""
        async with at_work(hostile_desk(17), LARGE) as session:
            await session.press(*["down"] * EVERYWHERE.index(ways))
            for key in ways:
                await session.press(key)
                fitting(session)
            while session.app.screen is not session.overview:
                await session.press("escape")

    async def test_every_patient_can_be_opened(self) -> None:
        """Window, page and reasons of many of them, one after the other."""
        async with at_work(hostile_desk(60), LARGE) as session:
            for patient in session.shown:
                session.overview.open_patient(patient.patient)
                await session.press("p")
                fitting(session)
                await session.press("escape", "w")
                fitting(session)
                await session.press("escape", "escape")

    async def test_a_refusal_quotes_hostile_text_harmlessly(self) -> None:
        """Who was quicker may be called anything."""
        desk = hostile_desk(50)
        async with at_work(desk, LARGE) as session:
            quick_refusal(desk)
            session.overview.table.go_to(session.overview.listed.snapshot.rows[0].patient)
            await session.press("d", *"no", "enter")
            fitting(session)
            assert session.said[-1].startswith("Not done: changed by")


@cache
def through_everything() -> bytes:
    """Let the app drive itself through all its screens on a real terminal, to its own end."""
    return run_in_pty(["tests/screens/hostile.py"], ready=END.encode()).start


class TestOnATerminal:
    """By the bytes that a real terminal receives."""

    def test_no_byte_acts(self) -> None:
        """No escape, control, bidirectional or hidden character of any text comes through."""
        drawn, _end, _rest = through_everything().rpartition(b"\x1b[?1049l")
        assert harmful(drawn, ACTING) == []

    def test_every_screen_was_there(self) -> None:
        """Markup as it is written, replacement characters, and a word of each screen."""
        shown = through_everything().decode(errors="replace")
        for words in (
            "�",
            "[bold]SMITH",
            "In the book",
            "How to reach them",
            "Everybody on a register",
            "to find an action",
            "Invite ",
            "left out",
            "Look a patient up",
            "Filter:",
            "Escape: cancel",
        ):
            assert words in shown, words
