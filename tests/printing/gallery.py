"""docs/gallery: every screen as text at two sizes, in the four looks, and a picture for the README.

``python -m tests.printing.gallery`` (``make gallery``) builds the demo practice by the command line
and drives the real program over it, a fresh copy for each screen; nobody in it is real.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from rich.color import ColorSystem
from rich.style import Style
from textual.pilot import Pilot

from recall_tui.app import RecallApp
from recall_tui.house_desk import HouseDesk
from recall_tui.theme import LOOKS, Look
from screens.modals import asking
from tests.printing.all_pages import ROOT
from tests.printing.demo_practice import Demo
from tests.screens.session import KEYS
from tests.support.screen_text import screen_strips, screen_text, settle
from widgets.worklist_table import WorklistTable

FOLDER: Final = ROOT / "docs" / "gallery"
SIZES: Final = ((80, 24), (120, 40))
PICTURE: Final = ("overview", (120, 40))
"""What the README shows."""

FITS, FITS_NOT = "number that fits", "number that fits not"
"""In place of keys: the number of somebody whose appointment in the book fits, or has none."""

WAYS: Final[dict[str, tuple[str, ...]]] = {
    "overview": ("down", "down", " ", " "),
    "filter": ("/", *"diab"),
    "filters": ("f", "down", "down"),
    "lookup": ("l", *"evans", "enter"),
    "booking": (FITS, "enter"),
    "booking_day": (FITS_NOT, "enter", "b"),
    "booked": (FITS_NOT, "enter", "b", *"+9", "enter"),
    "patient": ("p",),
    "why": ("w",),
    "invites": ("/", *"nurse", "enter", "i"),
    "invites_record": ("/", *"nurse", "enter", "i", "r"),
    "snooze": ("z",),
    "contact": ("c",),
    "menu": ("m",),
    "help": ("?",),
    "balance": ("T",),
    "views": ("v",),
    "recipe": ("e",),
    "queues": ("o",),
    "queue": ("o", "3"),
    "columns": (",",),
    "ledger": ("z", "enter", "enter", "L"),
    "progress": ("M",),
    "decline": ("d",),
    "hidden": ("h", "down"),
}
"""Each screen and the keys that lead to it from the list."""


def typed(keys: tuple[str, ...], numbers: Mapping[str, str]) -> Iterator[str]:
    """Give the keys one by one, with the digits of ``numbers`` where they are called for."""
    for key in keys:
        yield from numbers.get(key, "") or (KEYS.get(key, key),)


async def screens(demo: Demo) -> Iterator[tuple[str, str]]:
    """Return the file name and the text of each picture."""
    found: list[tuple[str, str]] = []
    fits, fits_not = demo.numbers()
    numbers = {FITS: fits, FITS_NOT: fits_not}
    for name, keys in WAYS.items():
        for width, height in SIZES:
            with closing(demo.copy(f"{name}-{width}")) as house:
                app = RecallApp(HouseDesk(house))
                async with app.run_test(size=(width, height)) as pilot:
                    await settle(pilot)
                    table = app.screen.query_one("#worklist", WorklistTable)
                    table.options = table.options._replace(highlight_delay=0)
                    for key in typed(keys, numbers):
                        await pilot.press(key)
                        await settle(pilot)
                    found += await _pictures(app, pilot, (name, (width, height)))
    return iter(found)


async def _pictures(
    app: RecallApp, pilot: Pilot[None], what: tuple[str, tuple[int, int]]
) -> list[tuple[str, str]]:
    """Return what stands on the screen as text and in each look."""
    name, (width, height) = what
    text = "\n".join(screen_text(app)).rstrip() + "\n"
    found = [(f"{name}_{width}x{height}.txt", text)]
    if what == PICTURE:
        found.append((f"{name}.svg", app.export_screenshot(title="recall-tui")))
    for look in LOOKS:
        app.theme = look.name
        await settle(pilot)
        plain = look.name.removeprefix("recall-")
        found.append((f"{plain}/{name}_{width}x{height}.ans", coloured(app, look)))
    return found


def coloured(app: RecallApp, look: Look) -> str:
    """Return the screen with its colours, as a terminal of 256 or 16 gets it: `cat` shows it."""
    system = ColorSystem.STANDARD if look.is_ansi else ColorSystem.EIGHT_BIT
    lines = [
        "".join(
            _for(system, segment.style).render(segment.text) if segment.style else segment.text
            for segment in strip
        )
        for strip in screen_strips(app)
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _for(system: ColorSystem, style: Style) -> Style:
    """Return a style as a terminal of so many colours gets it.

    A new one: a style keeps the codes with which it was first rendered.
    """
    return Style(
        color=style.color and style.color.downgrade(system),
        bgcolor=style.bgcolor and style.bgcolor.downgrade(system),
        bold=style.bold,
        underline=style.underline,
        reverse=style.reverse,
    )


def main(folder: Path = FOLDER) -> int:
    """Write every picture whose text changed, and name it."""
    asking.GUARD_SECONDS = asking.PASTE_SECONDS = 0.0
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="recall-gallery-") as place:
        pictures = list(asyncio.run(screens(Demo(Path(place)))))
    for name, text in pictures:
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            sys.stdout.write(f"gallery     docs/gallery/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
