"""The demo practice of the pictures: built once by the command line, copied for each of them."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

from recall_tui import bootstrap, house_people
from recall_tui.bootstrap import House, WallClock
from recall_tui.cli.context import open_house
from recall_tui.cli.given import Given
from recall_tui.importers.synthetic.identifiers import PRACTICE_CODE
from storage import store
from tests.printing.all_pages import ROOT

TODAY: Final = date(2026, 12, 1)
PATIENTS: Final = 2_000
WHO: Final = "jo"
"""Who sits at the keyboard of the pictures."""


class StillClock(WallClock):
    """Ten in the morning of the pictures' day, however long they take."""

    def now(self) -> datetime:
        """Return that moment."""
        return datetime.combine(TODAY, time(10), UTC)


def _who(*_asked: object) -> str:
    return WHO


def _no_banner(*_asked: object) -> tuple[str, ...]:
    return ()


class Demo:
    """The practice in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Build it in ``folder`` through the real importer and engine."""
        self._folder = folder
        self._file = folder / "demo.db"
        self._recall("demo", "--patients", str(PATIENTS), "--no-tui")
        self._recall("users", "add", WHO, "admin")
        for module, name, fake in (
            (bootstrap, "kernel_login", _who),
            (house_people, "kernel_login", _who),
            # Ten o'clock of the pictures may not have come yet.
            (store, "clock_banners", _no_banner),
        ):
            vars(module)[name] = fake

    def _recall(self, *words: str) -> str:
        store = ("--db", f"sqlite:///{self._file}", "--practice", PRACTICE_CODE)
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "recall_tui", *words, *store, "--today", TODAY.isoformat()],
            check=True, capture_output=True, cwd=ROOT,
            env={**os.environ, "XDG_DATA_HOME": str(self._folder)},
        )  # fmt: skip
        return done.stdout.decode()

    def numbers(self) -> tuple[str, str]:
        """Return who has an appointment in the book that fits, and who has none in it."""
        rows = [json.loads(line) for line in self._recall("worklist", "--json").splitlines()]
        to_book = [one for one in rows if one["state"] == "outstanding"]
        without = next(one["patient"] for one in to_book if not one["future_appointments"])
        for one in to_book:
            if one["future_appointments"]:
                told = self._recall("book", one["patient"])
                if "Covers it all" in told:
                    return one["patient"], without
        message = "nobody's appointment fits"
        raise LookupError(message)

    def copy(self, name: str) -> House:
        """Return a copy of the practice, opened."""
        folder = self._folder / name
        folder.mkdir()
        shutil.copyfile(self._file, folder / "demo.db")
        (folder / "demo.db").chmod(0o600)
        shutil.copytree(f"{self._file}.audit", folder / "demo.db.audit")
        os.environ["XDG_DATA_HOME"] = str(folder)
        given = Given(f"sqlite:///{folder / 'demo.db'}", PRACTICE_CODE, TODAY.isoformat())
        house = open_house(given)
        house.clock = StillClock(TODAY)
        return house
