"""The store of a walkthrough, and the page that grows while it is worked on."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from recall_tui.importers.synthetic.identifiers import PRACTICE_CODE
from tests.walkthrough.terminal import ROOT


class Recorder:
    """The store of the walkthrough and the page that grows."""

    def __init__(self, folder: Path, today: date) -> None:
        """Work in ``folder``, on ``today``."""
        self.folder = folder
        self.lines: list[str] = []
        self.day = today

    def beside(self, name: str) -> "Recorder":
        """Return a recorder of another store that writes on the same page."""
        other = Recorder(self.folder / name, self.day)
        other.folder.mkdir()
        other.lines = self.lines
        return other

    @property
    def environ(self) -> dict[str, str]:
        """What the program is told."""
        return {
            "XDG_DATA_HOME": str(self.folder),
            "RECALL_DB": f"sqlite:///{self.folder / 'demo-walk.db'}",
            "RECALL_PRACTICE": PRACTICE_CODE,
            "RECALL_TODAY": self.day.isoformat(),
        }

    def recall(self, *words: str) -> str:
        """Run a command and return its answer."""
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "recall_tui", *words],
            check=False, capture_output=True, cwd=ROOT, env={**os.environ, **self.environ},
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return done.stdout.decode()

    def say(self, *words: str) -> None:
        """Write a paragraph."""
        self.lines += [*words, ""]

    def show(self, screen: str) -> None:
        """Write a screen; the folder of this run is not part of it."""
        clean = screen.replace(str(self.folder), "~")
        self.lines += ["```", clean, "```", ""]

    def check_balance(self) -> list[dict[str, int]]:
        """Check that everybody is somewhere; return the lines."""
        answers = [json.loads(line) for line in self.recall("balance", "--json").splitlines()]
        assert answers
        assert not any(one["difference"] for one in answers)
        return answers

    def balance(self, after: str) -> None:
        """Check that everybody is somewhere, and say so."""
        answers = self.check_balance()
        members = sum(one["on_register"] for one in answers)
        booked = sum(one["booked"] for one in answers)
        invited = sum(one["invited"] for one in answers)
        self.say(
            f"`recall balance` {after}: {members:,} places on {len(answers)} registers, "
            f"{booked:,} booked, {invited:,} invited; the difference is 0 in every line."
        )

    def open_patients(self, month: str = "") -> dict[str, dict[str, object]]:
        """Return the open rows of the month (default: the present one) by patient number."""
        words = ("worklist", "--json", *(("--month", month) if month else ()))
        answers = map(json.loads, self.recall(*words).splitlines())
        return {one["patient"]: one for one in answers}


def fits_the_book(page: Recorder, month: str = "") -> Iterator[tuple[str, str]]:
    """Yield patients (number and state) with an appointment of the staff that they need."""
    for number, row in page.open_patients(month).items():
        if row["state"] not in {"outstanding", "invited"} or not row["future_appointments"]:
            continue
        answer = json.loads(page.recall("lookup", number, "--json"))
        if any(one["state"] == "active" for one in answer["bookings"]):
            continue  # linked on an earlier morning; what is left has nothing in the book
        booked = {one["staff_group"] for one in answer["appointments"] if one["status"] == "booked"}
        if booked & {one["staff_group"] for one in answer["planned_appointments"]}:
            yield number, str(row["state"])
