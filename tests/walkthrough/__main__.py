"""``python -m tests.walkthrough``: records docs/walkthrough.md in a real terminal.

An admin's day and a receptionist's call over the synthetic practice, through the real importer,
engine and store. Needs tmux.
"""

import re
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path

from recall_tui.importers.synthetic import generate, next_extract
from tests.walkthrough.month import month
from tests.walkthrough.recorder import Recorder, fits_the_book
from tests.walkthrough.terminal import ROOT, Terminal
from tests.walkthrough.two_people import two_people

PAGE = ROOT / "docs" / "walkthrough.md"
TODAY = date(2026, 11, 22)
LATER = TODAY + timedelta(days=12)
PATIENTS = 2_000
MOST_KEYS = 8
"""Fewer than so many keys book a patient who is on the phone."""


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
    for number, found in fits_the_book(page):
        if found == state:
            return number
    message = f"nobody who is {state} has a fitting appointment"
    raise RuntimeError(message)


def book_one(page: Recorder, terminal: Terminal) -> str:
    """Book one patient by number, undo, book again."""
    number = fitting(page, "invited")
    page.say("### Book one by number", f"Typing `{number}` opens the look-up by itself.")
    terminal.type(number)
    terminal.press("Enter")
    terminal.until("a accepts")
    page.show(terminal.settle())
    terminal.press("a")
    terminal.until("Booked")
    shown = terminal.until(": booked for")
    page.say("`a` accepts the appointment in the book that fits best.")
    page.show(shown)
    page.balance("after the booking")
    terminal.press("u")
    terminal.until("Undone")
    shown = terminal.until(": booked for", gone=True)
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
        terminal.until("a accepts")
        page.show(terminal.settle())  # `a` waits 0.4 s for the window to be read
        terminal.press("a")
        terminal.until("Booked")
        page.show(terminal.until(": booked for"))
        booked = terminal.keys
        assert booked < MOST_KEYS, booked
        for key in ("y", "o"):
            terminal.press(key)
            terminal.settle()
        page.show(terminal.settle())
        page.say(
            f"{booked} keys from the first digit until it is booked: the number, Enter, `a`. "
            "`y` and `o` copy the reason and the notes."
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
    page = Recorder(folder, TODAY)
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
        two_people(page)
        next_import(page, before, number)
        month(page.beside("month"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    PAGE.write_text("\n".join(page.lines), encoding="utf-8")


if __name__ == "__main__":
    main()
