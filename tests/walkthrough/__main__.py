"""``python -m tests.walkthrough``: records docs/walkthrough.md in a real terminal.

An admin's day and a receptionist's call over the synthetic practice, through the real importer,
engine and store. Needs tmux.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from recall_tui.importers.synthetic import generate, next_extract
from recall_tui.importers.synthetic.identifiers import PRACTICE_CODE
from tests.walkthrough.terminal import ROOT, Terminal

PAGE = ROOT / "docs" / "walkthrough.md"
TODAY = date(2026, 11, 22)
LATER = TODAY + timedelta(days=12)
PATIENTS = 2_000


class Recorder:
    """The store of the walkthrough and the page that grows."""

    def __init__(self, folder: Path) -> None:
        """Work in ``folder``."""
        self.folder = folder
        self.lines: list[str] = []
        self.day = TODAY

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

    def balance(self, after: str) -> None:
        """Check that everybody is somewhere, and say so."""
        answers = [json.loads(line) for line in self.recall("balance", "--json").splitlines()]
        members = sum(one["on_register"] for one in answers)
        assert not any(one["difference"] for one in answers)
        booked = sum(one["booked"] for one in answers)
        invited = sum(one["invited"] for one in answers)
        self.say(
            f"`recall balance` {after}: {members:,} places on {len(answers)} registers, "
            f"{booked:,} booked, {invited:,} invited; the difference is 0 in every line."
        )

    def open_patients(self) -> dict[str, dict[str, object]]:
        """Return the open rows of the month by patient number."""
        answers = map(json.loads, self.recall("worklist", "--json").splitlines())
        return {one["patient"]: one for one in answers}


def admin(page: Recorder) -> str:
    """Record an admin's session; return the patient that was booked."""
    page.say("## An admin's morning")
    terminal = Terminal("recall-walk", page.environ)
    try:
        shown = terminal.until("EMIS no.")
        shown = terminal.until("[ ] Nurse")
        page.say("The list opens on the present month, the most urgent first.")
        page.show(shown)
        filter_by_nurse(page, terminal)
        mark_and_invite(page, terminal)
        number = book_one(page, terminal)
        terminal.press("q")
    finally:
        terminal.close()
    page.say(f"In all: {terminal.keys} key presses.")
    return number


def filter_by_nurse(page: Recorder, terminal: Terminal) -> None:
    """Choose the staff group in the sidebar."""
    page.say("### Filter by staff group", "`f` goes to the filters; space chooses *Nurse*.")
    terminal.press("f")
    while not re.search(r">\[ \] Nurse\b", terminal.screen()):
        before = terminal.screen()
        terminal.press("Down")
        terminal.until(before, gone=True)
    terminal.press("Space")
    shown = terminal.until("[x] Nurse")
    page.show(shown)


def mark_and_invite(page: Recorder, terminal: Terminal) -> None:
    """Mark all in view, preview, export, record."""
    page.say(
        "### Invite them", "`f` returns to the list, `*` marks all in view, `i` shows who is in."
    )
    terminal.press("f", "*")
    terminal.until("marked")
    terminal.press("i")
    shown = terminal.until("Invite ")
    page.show(shown)
    terminal.press("e")
    shown = terminal.until("Exported")
    page.say("`e` writes the file for the messaging service.")
    page.show(shown)
    terminal.press("r")
    terminal.until("Record an invite")
    terminal.settle()
    terminal.press("y")
    shown = terminal.until("Recorded an invite")
    page.say("`r` and `y` record the invites (above 50 the number is typed back).")
    page.show(shown)
    page.balance("after the invites")


def fitting(page: Recorder, state: str) -> str:
    """Return a patient in ``state`` who has a future appointment with the staff that is needed."""
    for number, row in page.open_patients().items():
        if row["state"] != state or not row["future_appointments"]:
            continue
        answer = json.loads(page.recall("lookup", number, "--json"))
        booked = {one["staff_group"] for one in answer["appointments"] if one["status"] == "booked"}
        if booked & {one["staff_group"] for one in answer["planned_appointments"]}:
            return number
    message = f"nobody who is {state} has a fitting appointment"
    raise RuntimeError(message)


def book_one(page: Recorder, terminal: Terminal) -> str:
    """Book one patient by number, undo, book again."""
    number = fitting(page, "invited")
    page.say("### Book one by number", f"Typing `{number}` opens the look-up by itself.")
    terminal.type(number)
    terminal.press("Enter")
    shown = terminal.until("Mark as booked")
    page.show(shown)
    terminal.press("b")
    terminal.until("Day of the appointment")
    terminal.press("Enter")
    shown = terminal.until("Booked")
    page.say("`b` offers the appointment that fits best; Enter takes its day.")
    page.show(shown)
    page.balance("after the booking")
    terminal.press("u")
    shown = terminal.until("Undone")
    page.say("`u` takes it back.")
    page.show(shown)
    page.balance("after undo")
    terminal.press("U")
    terminal.until("Redone")
    terminal.press("Escape")
    return number


def receptionist(page: Recorder) -> None:
    """Record a receptionist's call."""
    page.say("## A receptionist's call", "A patient is on the phone and gives the number.")
    number = fitting(page, "outstanding")
    terminal = Terminal("recall-call", page.environ, (80, 24))
    try:
        terminal.until("EMIS no.")
        terminal.type(number)
        terminal.press("Enter")
        page.show(terminal.until("Mark as booked"))
        before = terminal.keys
        terminal.press("b")
        terminal.until("Day of the appointment")
        terminal.press("Enter")
        page.show(terminal.until("Booked"))
        terminal.press("y")
        terminal.until("Reason:")
        terminal.press("o")
        page.show(terminal.until("Notes:"))
        page.say(
            f"`b`, Enter, `y`, `o`: {terminal.keys - before} keys after the number and Enter, "
            "to book and to copy the reason and the notes."
        )
    finally:
        terminal.close()
    page.balance("after the call")


def next_import(page: Recorder, before: Path, number: str) -> None:
    """Import what the practice looks like twelve days later."""
    page.say("## The next import", f"On {LATER:%d %B} the practice imports a new extract.")
    left = len(page.open_patients())
    after = page.folder / "after"
    next_extract(before, after, today=LATER, attend={number: ()})
    page.day = LATER
    said = page.recall("import", str(after))
    page.show(said.strip())
    page.balance("after the import")
    rows = page.open_patients()
    assert number not in rows, "the patient who came is still listed"
    page.say(
        f"The patient who was booked came and is done. Before, {left:,} patients were open; "
        f"now {len(rows):,} are, those of the new month included."
    )


def main() -> None:
    """Record the page."""
    folder = Path(tempfile.mkdtemp(prefix="recall-walk-"))
    page = Recorder(folder)
    page.say(
        "# Walkthrough",
        "",
        "Recorded by `python -m tests.walkthrough` in a real terminal over a synthetic practice "
        f"of {PATIENTS:,} patients.",
    )
    try:
        before = folder / "before"
        generate(before, today=TODAY, patients=PATIENTS)
        page.recall("init", "--name", "Recall Synthetic Practice")
        page.recall("import", str(before))
        page.balance("after the first import")
        number = admin(page)
        receptionist(page)
        next_import(page, before, number)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    PAGE.write_text("\n".join(page.lines), encoding="utf-8")


if __name__ == "__main__":
    main()
