"""The screen as a person arranged it: columns and keys, kept for next time."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input

from recall_tui.actions import ACTIONS
from recall_tui.app import RecallApp
from recall_tui.domain.commands import AddNote, Undo
from recall_tui.errors import BadInput
from recall_tui.screen_settings import (
    ScreenSettings,
    keep_screen_settings,
    read_screen_settings,
    screen_text,
)
from screens.arranging import Arranged, arrange, known
from screens.booking import BookingScreen
from screens.columns import overview_columns
from screens.modals.lookup import LookupScreen
from tests.screens.fake_desk import FakeDesk
from tests.screens.session import Session
from tests.support.real_pty import ROOT
from tests.support.screen_text import screen_text as shown_text
from tests.support.screen_text import settle
from widgets.messages import Asked
from widgets.prompt_line import PromptLine
from widgets.worklist_table import WorklistTable

MINE = ScreenSettings(
    look="light",
    welcomed=True,
    keys={"list.filter": ("ctrl+f",), "app.quit": ("ctrl+q",)},
    columns=("number", "name", "needs", "state"),
    widths={"name": 24},
)


async def test_columns_are_chosen_and_kept() -> None:
    """Space leaves a column out, plus widens, Enter keeps: at once and for next time."""
    kept: list[ScreenSettings] = []
    app = RecallApp(FakeDesk(), arranged=Arranged(None, kept.append))
    async with app.run_test(size=(200, 50)) as pilot:
        await settle(pilot)
        header = next(line for line in shown_text(app) if "EMIS no." in line)
        assert "Recalls" in header
        await pilot.press("comma", *["down"] * 7, "space", "up", "plus", "enter")
        await settle(pilot)
        header = next(line for line in shown_text(app) if "EMIS no." in line)
    assert "Appointments needed" in header
    assert "Recalls" not in header
    assert "recalls" not in kept[-1].columns
    assert kept[-1].columns[:2] == ("number", "name")
    assert kept[-1].widths == {"items": 6}


async def test_escape_changes_no_column() -> None:
    """Leaving the window by Escape changes nothing."""
    kept: list[ScreenSettings] = []
    app = RecallApp(FakeDesk(), arranged=Arranged(None, kept.append))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        before = shown_text(app)
        await pilot.press("comma", "down", "down", "space", "escape")
        await settle(pilot)
        assert shown_text(app) == before
    assert not kept


async def test_a_key_of_ones_own() -> None:
    """An action has the person's own key, in the footer too, and no longer the shipped one."""
    app = RecallApp(FakeDesk(), arranged=Arranged(MINE))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "ctrl+f Filter" in shown_text(app)[-1]
        await pilot.press("slash")
        await settle(pilot)
        assert not app.screen.query_one(PromptLine).display
        await pilot.press("ctrl+f")
        await settle(pilot)
        assert app.screen.query_one(PromptLine).display
    RecallApp(FakeDesk())


def test_frozen_columns_always_stay() -> None:
    """Number and name cannot be left out; a width of one's own neither grows nor shrinks."""
    columns = arrange(overview_columns("EMIS number"), ("state", "name"), {"state": 14})
    assert [one.id for one in columns] == ["number", "name", "state"]
    assert (columns[2].width, columns[2].limit, columns[2].flex) == (14, 14, 0)


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    """The file says everything that was chosen, and nobody else may read it."""
    file = tmp_path / "own" / "screen.toml"
    assert read_screen_settings(file, known()) == ScreenSettings()
    keep_screen_settings(file, MINE)
    keep_screen_settings(file, replace(MINE, simple=True))
    assert read_screen_settings(file, known()) == replace(MINE, simple=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["screen.toml"]
    assert "[columns]" in screen_text(ScreenSettings())


def test_what_the_command_prints_is_a_settings_file(tmp_path: Path) -> None:
    """`recall screen` prints every default, so that a line of it can be changed and kept."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "recall_tui", "screen"],
        cwd=ROOT, check=True, capture_output=True, text=True, env=environ,
    )  # fmt: skip
    file = tmp_path / "screen.toml"
    file.write_text(done.stdout, encoding="utf-8")
    read = read_screen_settings(file, known())
    assert read.columns == tuple(known().columns)
    assert read.keys == {one.id: one.keys for one in ACTIONS}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("simple", "is not TOML"),
        ("[keys]\n'list.fliter' = ['x']", "no action list.fliter"),
        ("[keys]\n'list.filter' = 'x'", "must be a list"),
        ("[keys]\n'list.filter' = []", "at least one key"),
        ("[keys]\n'list.filter' = ['7']", "begins a patient number"),
        ("[keys]\n'patient.snooze' = ['A']", "a slow line can send A"),
        ("keys = 3", "written [keys]"),
        ("[columns]\nshown = ['nmae']", "no column nmae"),
        ("[columns]\nwidths = { name = 900 }", "from 3 to 60"),
        ("colour = 'red'", "colour: no such setting"),
    ],
)
def test_a_slip_is_said(tmp_path: Path, text: str, words: str) -> None:
    """What cannot be taken is one line that names the file and the thing."""
    file = tmp_path / "screen.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"screen\.toml") as trouble:
        read_screen_settings(file, known())
    assert words in trouble.value.words


@asynccontextmanager
async def simple_screen(size: tuple[int, int] = (80, 24)) -> AsyncGenerator[Session]:
    """Open the simple screen, and leave the keys as they were."""
    desk = FakeDesk()
    app = RecallApp(desk, arranged=Arranged(ScreenSettings(simple=True, welcomed=True)))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield Session(app, desk, pilot)
    RecallApp(desk)


async def test_the_simple_screen() -> None:
    """Reception has only its own actions: in footer, menu and help; another one says why not."""
    async with simple_screen((120, 40)) as session:
        footer = session.lines[-1]
        assert "/ Look up" in footer
        assert "Invite" not in footer
        assert "Overdue (" not in session.text, "filters are beside the list"
        await session.press("space", "plus")
        assert not session.overview.table.marked
        assert session.app.screen is session.overview
        await session.press("f10")
        assert "Batches" not in session.text
        assert "Keep a sentence" in session.text
        await session.press("escape", "?")
        assert "Mark all" not in session.text
        assert "Type a name or a number" in session.text
        await session.press("escape", "enter", "i")
        assert "without --simple" in session.said[-1]
    RecallApp(FakeDesk())


@pytest.mark.parametrize("name", ["uhn jq", "Ünal"])
async def test_a_name_typed_on_the_simple_list_is_looked_up(name: str) -> None:
    """Every letter of it stands in the look-up, however fast; none undoes, leaves or notes."""
    async with simple_screen() as session:
        session.app.post_message(Asked(AddNote(session.cursor.patient, "rang")))
        await settle(session.pilot)
        done = len(session.desk.done)
        for letter in name:
            session.app.post_message(Key("space" if letter == " " else letter, letter))
        await settle(session.pilot)
        assert isinstance(session.app.screen, LookupScreen)
        assert session.app.screen.query_one(Input).value == name
        await session.press("escape")
        assert len(session.desk.done) == done
        assert "ctrl+z undoes it" in session.said[-1]
        await session.press("ctrl+z")
        assert isinstance(session.desk.done[-1], Undo)


async def test_the_card_of_the_first_run() -> None:
    """It is shown once, takes no key, and is remembered."""
    kept: list[ScreenSettings] = []
    desk = FakeDesk()
    app = RecallApp(desk, arranged=Arranged(ScreenSettings(), kept.append))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert any("Type a patient's number" in one for one in Session(app, desk, pilot).said)
        await pilot.press("down")
        await settle(pilot)
        assert app.screen.query_one(WorklistTable).cursor_row == 1
    assert [one.welcomed for one in kept] == [True]


async def test_the_simple_screen_has_a_card_of_its_own() -> None:
    """Reception is told of no marks and no batches."""
    desk = FakeDesk()
    app = RecallApp(desk, arranged=Arranged(ScreenSettings(simple=True)))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        (card,) = Session(app, desk, pilot).said
        assert "a accepts what fits" in card
        assert "marks" not in card


async def test_the_card_of_the_first_run_goes_when_work_begins() -> None:
    """It covers no booking window: the first screen that is opened takes it away."""
    desk = FakeDesk()
    app = RecallApp(desk, arranged=Arranged(ScreenSettings()))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        session = Session(app, desk, pilot)
        assert len(session.said) == 1
        await session.press("enter")
        assert isinstance(app.screen, BookingScreen)
        assert session.said == []
