"""A practice whose every text tries to act: names, notes, flags, staff, even file names.

Run as a script it stands on a real terminal: python tests/screens/hostile.py
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime

from textual.pilot import Pilot

from recall_tui.app import RecallApp
from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import (
    AddNote,
    Assign,
    Channel,
    Command,
    Decline,
    MarkBooked,
    RecordInvites,
)
from recall_tui.theme import DARK
from recall_tui.views.names import Names
from recall_tui.views.patient import AppointmentView
from screens.modals import asking
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import TODAY
from tests.screens.fake_store import FakeItem, FakePatient
from tests.screens.session import KEYS
from tests.support.naughty import NAUGHTY
from tests.support.screen_text import settle, wait_for_facts
from tests.widgets.hostile import ACTING, MARKUP


def hostile_practice() -> tuple[FakePatient, ...]:
    """Return a patient for each naughty text, who has it everywhere."""
    return tuple(_patient(place, text) for place, text in enumerate(NAUGHTY))


def _patient(place: int, text: str) -> FakePatient:
    at = datetime(2026, 12, 9, 8, 30, tzinfo=UTC)
    real = AppointmentView(f"a{place}", at, 10, text or "nurse", text, text, text, None)
    return FakePatient(
        number=f"{5000 + place}" if place % 3 else f"{5000 + place}{text}",
        name=text,
        born=date(1950, 1, 1),
        nhs_number="9990000018",
        mobile="07700 900111" if place % 2 else text,
        email=text,
        address=text,
        postcode=text,
        usual_gp=text,
        flags=(text, "housebound"),
        language=text,
        items=(
            FakeItem(text or "x", TODAY, text or "nurse", 10, (text or "x",), held=text[:9]),
            FakeItem("renal", date(2026, 11, 1), "phlebotomist", 5, ("diabetes", text or "x")),
        ),
        future=(real, replace(real, staff_group="phlebotomist")),
        past=(real,),
    )


def hostile_desk(every: int = 1) -> FakeDesk:
    """Return a desk where everything else is naughty too, and things have happened.

    ``every`` is 1 for all five hundred patients, 10 for each tenth.
    """
    desk = FakeDesk(hostile_practice()[::every], login=ACTING[0])
    desk.practice_words = ACTING[1]
    desk.number_label = f"[b]Number{ACTING[2]}"
    desk.banners = (ACTING[4], MARKUP[2])
    desk.spool = f"/tmp/{ACTING[0]}"  # noqa: S108 - nothing is written
    texts = {text or "x": text for text in NAUGHTY}
    desk.called = Names(texts, texts, texts)
    for row in desk.worklist(Month.of(TODAY)).rows[:20]:
        target = row.targets()[-1]
        desk.perform_as(AddNote(row.patient, row.name + " note"), row.name or "x")
        desk.perform_as(Assign((row.patient,), row.name), ACTING[5])
        if len(row.patient) % 2:
            channels = ((row.patient, Channel.SMS),)
            desk.perform_as(RecordInvites((target,), channels), ACTING[0])
        else:
            desk.perform_as(MarkBooked((target,), TODAY, "", row.name), ACTING[0])
    return desk


def quick_refusal(desk: FakeDesk) -> None:
    """Let somebody with a naughty name be quicker at the next command."""

    def quicker(command: Command) -> None:
        del command
        desk.before = None
        for row in desk.worklist(Month.of(TODAY)).rows[:1]:
            desk.perform_as(Decline(row.targets(), ACTING[0]), ACTING[0])

    desk.before = quicker


END = "THE END OF IT"
"""What the script says when the app has left the terminal."""

EVERYWHERE = (
    ("b", "b", "escape", "k", "Y", "escape", "tab", "down", "escape"),
    ("p", "pagedown", "pagedown", "end", "n", "x", "escape", "escape", "c", "escape", "escape"),
    ("w", "pagedown", "end", "escape"),
    ("T", "escape"),
    (
        "v",
        "down",
        "n",
        "escape",
        "escape",
        "escape",
        "e",
        "down",
        "a",
        "escape",
        "enter",
        "\\",
    ),
    ("o", "3", "t", "e", "end", "escape", "c", "escape", "enter", "escape", "escape"),
    ("m", "escape", "?", "escape"),
    ("z", "escape", "d", "escape", "x", "escape", "a", "escape", "c", "escape", "n", "escape"),
    (" ", " ", "a", "enter", "n"),
    ("-", "i", "end", "e", "r", "escape", "enter", "escape", "escape"),
    ("l", "5", "0", "enter", "escape", "escape"),
    ("f", "end", "space", "space", "home", "space", "f", "\\"),
    ("/", "[", "enter", "backspace"),
)
"""Ways through every screen and every question, and back to the list."""


async def drive(pilot: Pilot[object]) -> None:
    """Go all the ways, then leave."""
    await settle(pilot)
    for ways in EVERYWHERE:
        for key in ways:
            await pilot.press(KEYS.get(key, key))
            await settle(pilot)
        while len(pilot.app.screen_stack) > 2:
            await pilot.press("escape")
            await settle(pilot)
        await pilot.press("down")
    pilot.app.exit()


if __name__ == "__main__":
    asking.GUARD_SECONDS = asking.PASTE_SECONDS = 0.0
    wait_for_facts(setattr)
    RecallApp(hostile_desk(17), DARK).run(mouse=False, auto_pilot=drive)
    sys.stdout.write(END + "\n")
