"""What opening the screen loads, and when: in a fresh process over a real store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.real_pty import ROOT

TODAY = "2026-11-22"

_OPEN = """
import asyncio, json, sys
from recall_tui.cli.context import Given, open_house
house = open_house(Given("sqlite:///" + sys.argv[1], None, "2026-11-22"))
look = house.first_look()
from recall_tui.app import RecallApp
from recall_tui.house_desk import HouseDesk
from screens.reading import Reading
from tests.support.screen_text import settle
app, first, settle_in = RecallApp(HouseDesk(house, look)), [], Reading._settle_in

def shown(screen):
    first.extend(sys.modules)
    settle_in(screen)

Reading._settle_in = shown

async def go():
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        print(json.dumps([first, list(sys.modules), len(app.screen.listed.rows)]))

asyncio.run(go())
house.close()
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str], int]:
    """Return what was loaded at the first list and later, and how many rows there were."""
    folder = tmp_path_factory.mktemp("opened")
    file = folder / "demo.db"
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)}

    def run(*arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, *arguments],
            cwd=ROOT, check=True, capture_output=True, text=True, env=environ,
        )  # fmt: skip
        return done.stdout

    demo = ("demo", "--patients", "60", "--no-tui", "--db", f"sqlite:///{file}")
    run("-m", "recall_tui", *demo, "--today", TODAY)
    run("-m", "recall_tui", "worklist", "--db", f"sqlite:///{file}", "--today", TODAY)
    said = run("-c", _OPEN, str(Path(file)))
    first, later, rows = json.loads(said.splitlines()[-1])
    return set(first), set(later), rows


def test_nothing_heavy_before_the_first_list(opened: tuple[set[str], set[str], int]) -> None:
    """The list is on the screen before the database library, or any other big one, is loaded."""
    first, _later, rows = opened
    assert rows
    assert first.isdisjoint({"sqlalchemy", "alembic", "pydantic", "polars", "tomllib"})


def test_a_session_never_carries_the_engine(opened: tuple[set[str], set[str], int]) -> None:
    """Neither Polars nor the rules' validation is loaded by a session that only looks."""
    _first, later, _rows = opened
    assert "sqlalchemy" in later
    assert later.isdisjoint({"alembic", "polars", "pydantic"})
