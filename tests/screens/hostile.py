"""A practice whose every text tries to act: names, notes, flags, staff, even file names.

Run as a script it stands on a real terminal: python tests/screens/hostile.py
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

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
from tests.support.screen_text import settle
from tests.widgets.hostile import ACTING, MARKUP

_CONTROLS = [f"SM{chr(code)}ITH" for code in (*range(0x20), *range(0x7F, 0xA0))]
_HIDDEN = [
    f"J{chr(code)}ones"
    for code in (
        0xAD, 0x34F, 0x61C, 0x115F, 0x17B4, 0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F),
        *range(0x2060, 0x2070), 0x3164, 0xD800, 0xDFFF, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0,
        *range(0xFFF9, 0xFFFE), 0xE0001, 0xE0041, 0xE007F, 0xE0100, 0x1D173,
    )
]  # fmt: skip
_SCRIPTS = [
    "שרה כהן", "محمد علي", "東京 太郎", "ไทย ไทย", "हिन्दी नाम", "한국 이름", "Ελένη", "Ольга",
    "\U0001f469\u200d\u2695\ufe0f Nurse", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f Cymru", "\U0001f1ec\U0001f1e7" * 2, "\u2764\ufe0f",
    "a\u0301\u0327", "Å" * 60, "\uff26\uff55\uff4c\uff4c", "\ufdfa", "\U0001d50a\U0001d52c",
    "\u0e47" * 40,
]  # fmt: skip
_PROGRAMS = [
    "'; DROP TABLE patient; --", "{0} %s %n", "$(reboot)", "`id`", "../../etc/passwd", "=1+1",
    "@SUM",
    "+447700900123", "None", "null", "NaN", "-0", "1e999", "0x1F", "<script>", "&nbsp;", "\\x1b[2J",
    "%1b%5b2J", "\\u202e", "[/bold]", "[not closed", "[b]x[/i]", "[#ff0000 on #00ff00]red[/]", "[]",
    "[[x]]", "\\[x]", "[@click=app.quit]q[/]", "[link='x']", "O'Brien [Ann]", "", " ", "\t",
    "A" * 500,
    "two\nlines", "a|b", "^[[31m", "$ink-text", ":smile:", "{{7*7}}", "#!/bin/sh", "~", "\\",
    '"', "'",
]  # fmt: skip
_PARTS = (*ACTING, *MARKUP, *_SCRIPTS[:9])
_JOINED = [f"{one} {other}" for one, other in product(_PARTS, _PARTS) if one != other]

NAUGHTY: tuple[str, ...] = (
    *ACTING, *MARKUP, *_CONTROLS, *_HIDDEN, *_SCRIPTS, *_PROGRAMS, *_JOINED
)[:500]  # fmt: skip
"""Five hundred texts, made here, that must be shown and never act."""


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
    ("v", "down", "n", "escape", "escape", "escape", "e", "down", "a", "escape", "enter", "0"),
    ("o", "3", "t", "e", "end", "escape", "c", "escape", "enter", "escape", "escape"),
    ("m", "escape", "?", "escape"),
    ("z", "escape", "d", "escape", "x", "escape", "a", "escape", "c", "escape", "n", "escape"),
    (" ", " ", "a", "enter", "n"),
    ("-", "i", "end", "e", "r", "escape", "enter", "escape", "escape"),
    ("l", "5", "0", "enter", "escape", "escape"),
    ("f", "end", "space", "space", "home", "space", "f", "0"),
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
    RecallApp(hostile_desk(17), DARK).run(mouse=False, auto_pilot=drive)
    sys.stdout.write(END + "\n")
