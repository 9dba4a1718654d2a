"""A whole month, from its list to an empty one: five mornings of an admin, in a real terminal."""

from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from recall_tui.importers.synthetic import generate, next_extract
from tests.walkthrough.recorder import Recorder, fits_the_book
from tests.walkthrough.terminal import Terminal

PATIENTS = 4_000
MONTH = "2026-11"
FIRST = date(2026, 11, 2)
MORNINGS = (date(2026, 11, 9), date(2026, 11, 17), date(2026, 11, 24), date(2026, 11, 30))
LINKED = 6
"""Bookings that the admin links each morning; more would only repeat the same keys."""


@dataclass
class Month:
    """One morning after the other, and the table that they fill."""

    page: Recorder
    extract: Path
    table: list[str] = field(default_factory=list[str])
    keys: int = 0

    def first_morning(self) -> None:
        """Import, invite everybody, and note how many are left."""
        generate(self.extract, today=FIRST, patients=PATIENTS)
        self.page.day = FIRST
        self.page.recall("init", "--name", "Recall Synthetic Practice")
        self.page.recall("import", str(self.extract))
        self._work(FIRST, len(self._left()), invite=True)

    def morning(self, day: date, *, last: bool) -> None:
        """Import what came of the last days, link bookings, invite again who is left."""
        waiting = sorted(self._left())
        came = waiting if last else waiting[: len(waiting) * 3 // 5]
        after = self.page.folder / f"month-{day.isoformat()}"
        next_extract(self.extract, after, today=day, attend=dict.fromkeys(came, ()))
        self.extract, self.page.day = after, day
        self.page.recall("import", str(after))
        self._work(day, len(waiting), invite=not last)

    def _left(self) -> dict[str, dict[str, object]]:
        """Return the open rows of this month, whatever day it is."""
        return self.page.open_patients(MONTH)

    def _work(self, day: date, before: int, *, invite: bool) -> None:
        left = self._left()
        terminal = Terminal("recall-month", self.page.environ)
        booked = 0
        try:
            terminal.until("EMIS no.")
            booked = self._link(terminal) if invite else 0
            invited = _invite_all(terminal) if invite else 0
            shown = terminal.settle()
            if not left:
                self.page.say("The last morning:")
                self.page.show(shown)
            terminal.press("q")
        finally:
            terminal.close()
        self.keys += terminal.keys
        self.page.check_balance()
        self.table.append(
            f"| {day:%d %B} | {before} | {len(left)} | {booked} | {invited} | {terminal.keys} |"
        )

    def _link(self, terminal: Terminal) -> int:
        """Book by number those whom the clinical system has an appointment for."""
        numbers = [number for number, _ in islice(fits_the_book(self.page, MONTH), LINKED)]
        for number in numbers:
            terminal.type(number)
            terminal.press("Enter")
            terminal.until("a accepts")
            terminal.settle()  # `a` waits 0.4 s for the window to be read
            terminal.press("a")
            terminal.until("Booked")
            terminal.press("Escape")
            terminal.until("EMIS no.")
        return len(numbers)


def _invite_all(terminal: Terminal) -> int:
    """Mark all in view, look at the batch, export it, record it; return how many."""
    terminal.press("*")
    if terminal.find("(Mark all|marked)") == "Mark all":
        terminal.settle()
        terminal.press("y")
    terminal.until("marked")
    terminal.press("i")
    count = int(terminal.find(r"Invite ([\d,]+|nobody)").replace(",", "").replace("nobody", "0"))
    if not count:
        terminal.press("Escape")
        return 0
    terminal.press("e")
    terminal.until("Exported")
    terminal.press("r")
    terminal.until("Record an invite")
    terminal.settle()
    if count > 50:
        terminal.type(str(count))
        terminal.press("Enter")
    else:
        terminal.press("y")
    terminal.until("Recorded an invite")
    return count


def month(page: Recorder) -> None:
    """Record the month of a practice of its own."""
    page.say(
        "## A month that empties",
        f"The list of November of a practice of {PATIENTS:,} patients, morning by morning: import, "
        f"link up to {LINKED} bookings by number, mark all that is left, export, record the "
        "invites. Between two mornings three in five come (the extract says so); at the end all. "
        f"More than {LINKED} bookings would repeat the same keys: from the batch *Booked since "
        "invite* each takes three (Enter, `a`, Esc), by number eight.",
    )
    work = Month(page, page.folder / "month")
    work.first_morning()
    for day in MORNINGS:
        work.morning(day, last=day == MORNINGS[-1])
    page.say(
        "| morning | open the evening before | open after the import | linked | invited | keys |",
        "|---|---|---|---|---|---|",
        *work.table,
    )
    page.say(
        f"{work.keys} key presses in all for what the table says. `recall balance` was asked every "
        "morning; the difference was 0 in every line."
    )
