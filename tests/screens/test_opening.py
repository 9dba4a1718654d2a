"""What opening the screen loads, and when: in a fresh process over a real store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from recall_tui.domain.calendar import Month
from recall_tui.errors import StoreTrouble
from recall_tui.views.worklist import WorklistSnapshot, urgency
from tests.screens.fake_desk import FakeDesk
from tests.screens.session import at_work
from tests.support.pythons import MODULES_MORE
from tests.support.real_pty import ROOT

TODAY = "2026-11-22"
MOST_IN_A_SESSION = 690
"""Modules, tests' own included: each stays in memory all day, and the budget is 70 MB."""

OURS = {"recall_tui", "screens", "widgets", "storage"}
MOST_OF_OURS = 102
"""Modules of ours before the first list: each costs, and the budget is twice a minimal app."""

Opened = tuple[set[str], set[str], list[int]]

_OPEN = """
from recall_tui.loading import load_less
load_less()
import asyncio, json, sys
from recall_tui.cli.given import Given, house_of
house = house_of(Given("sqlite:///" + sys.argv[1], None, "2026-11-22"))
look = house.first_look(whole=False)
from recall_tui.app import RecallApp
from recall_tui.house_desk import HouseDesk
from screens import reading
from screens.overview import OverviewScreen
from widgets.worklist_table import WorklistTable
from tests.support.screen_text import settle
desk = HouseDesk(house, look)
app, first, rows, painted, awaited = RecallApp(desk), [], [], [], {}
reading.BADGE_SECONDS = 0.01

def mark(owner, name, before=lambda: None):
    usual, awaited[name] = getattr(owner, name), False

    def called(self, *given):
        before()
        usual(self, *given)
        awaited[name] = True

    setattr(owner, name, called)

mark(OverviewScreen, "_settle_in", lambda: first.extend(sys.modules))
mark(OverviewScreen, "have_exports")  # the badges are counted
mark(OverviewScreen, "_have_here")  # it is known who else is on the patient
mark(RecallApp, "_keep")  # others' changes are heard

usual_line = WorklistTable.render_line

def render_line(table, y):
    painted.append(table.row_count)
    return usual_line(table, y)

WorklistTable.render_line = render_line

async def go():
    async with app.run_test(size=(120, 40)) as pilot:
        async with asyncio.timeout(60):
            while not all(awaited.values()):
                assert app.fault is None, app.fault
                await pilot.pause(0.02)
        await settle(pilot)
        rows.extend(app.screen.listed.rows)

asyncio.run(go())
desk.close()
house.close()  # every look is recorded
print(json.dumps([first, list(sys.modules), [painted[0], len(rows)]]))
"""
"""A session of which nobody touches a key, until it has done all that it does by itself."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Return what was loaded at the first list and later, and the rows first painted and later."""
    folder = tmp_path_factory.mktemp("opened")
    file = folder / "demo.db"
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)}

    def run(*arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, *arguments],
            cwd=ROOT, check=False, capture_output=True, text=True, env=environ,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-1500:]
        return done.stdout

    demo = ("demo", "--patients", "60", "--no-tui", "--db", f"sqlite:///{file}")
    run("-m", "recall_tui", *demo, "--today", TODAY)
    run("-m", "recall_tui", "worklist", "--db", f"sqlite:///{file}", "--today", TODAY)
    said = run("-c", _OPEN, str(Path(file)))
    first, later, rows = json.loads(said.splitlines()[-1])
    return set(first), set(later), rows


def test_nothing_heavy_before_the_first_list(opened: Opened) -> None:
    """The list is on the screen before the database library, or any other big one, is loaded."""
    first, _later, rows = opened
    assert all(rows)
    assert first.isdisjoint({"sqlalchemy", "alembic", "pydantic", "polars", "tomllib"})
    assert first.isdisjoint({"recall_tui.domain.commands", "recall_tui.domain.sharing"})
    ours = [name for name in first if name.partition(".")[0] in OURS]
    assert len(ours) <= MOST_OF_OURS, sorted(ours)


class TopFirst(FakeDesk):
    """A desk that has read the most urgent rows only, and then cannot read the rest."""

    def worklist(self, month: Month, patients: Collection[str] | None = None) -> WorklistSnapshot:
        """Return five rows, then trouble, then everybody."""
        snapshot = super().worklist(month, patients)
        if len(self.asked) == 1:
            rows = sorted(snapshot.rows, key=urgency)[:5]
            return replace(snapshot, rows=tuple(rows), is_whole=False)
        if len(self.asked) == 2:
            raise StoreTrouble("the disk is slow")
        return snapshot


async def test_the_top_of_the_list_is_not_taken_for_all_of_it() -> None:
    """Before the rest is read nothing is counted, and nothing is done to everybody in view."""
    async with at_work(TopFirst(), size=(120, 40)) as session:
        assert len(session.shown) == 5
        assert "of 5+" in session.text
        assert "patients," not in session.lines[0]
        assert "hidden" not in session.text
        await session.press("*", "i")
        assert session.overview.table.marked == frozenset()
        assert session.app.screen is session.overview
        assert [one for one in session.said if "still being read" in one] != []
        first = session.cursor
        await session.press("r")
        assert len(session.shown) > 5
        assert session.cursor == first == session.shown[0]
        assert "patients," in session.lines[0]
        await session.press("i")
        assert session.app.screen is not session.overview


def test_the_first_painting_has_the_list(opened: Opened) -> None:
    """No empty list is painted before the one that was read: the first line has rows under it."""
    _first, _later, (painted, rows) = opened
    assert 0 < painted <= rows


def test_a_session_never_carries_the_engine(opened: Opened) -> None:
    """Neither Polars nor the rules' validation is loaded by a session that only looks."""
    first, later, _rows = opened
    assert later > first
    assert later > {"sqlalchemy", "storage.readers.mine", "recall_tui.house_exports"}, "counted"
    assert later.isdisjoint({"ssl", "email", "zipfile"})
    assert later.isdisjoint({"alembic", "polars", "pydantic", "click", "psycopg"})
    assert "sqlalchemy.dialects.postgresql" not in later
    assert len(later) <= MOST_IN_A_SESSION + MODULES_MORE
