"""docs/gallery: every screen as text at two sizes, in the four looks, and a picture for the README.

``python -m tests.printing.gallery`` (``make gallery``) drives the app over the invented practice of
the screen tests; nobody in it is real.
"""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.color import ColorSystem
from rich.style import Style

from recall_tui.app import RecallApp
from recall_tui.theme import LOOKS, Look
from screens.modals import asking
from tests.printing.all_pages import ROOT
from tests.screens.fake_desk import FakeDesk
from tests.screens.session import KEYS
from tests.support.screen_text import screen_strips, screen_text, settle

FOLDER: Final = ROOT / "docs" / "gallery"
SIZES: Final = ((80, 24), (120, 40))
PICTURE: Final = ("overview", (120, 40))
"""What the README shows."""

WAYS: Final[dict[str, tuple[str, ...]]] = {
    "overview": ("down", "down", " ", " "),
    "filter": ("/", *"diab"),
    "filters": ("f", "down", "down"),
    "lookup": ("l", *"evans", "enter"),
    "booking": (*"1238", "enter"),
    "booking_day": (*"1238", "enter", "b"),
    "booked": (*"1238", "enter", "b", *"+9", "enter"),
    "patient": ("p",),
    "why": ("w",),
    "invites": ("/", *"nurse", "enter", "i"),
    "invites_record": ("/", *"nurse", "enter", "i", "e", "r"),
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
    "ledger": ("z", "enter", "L"),
    "progress": ("M",),
    "decline": ("d",),
    "hidden": ("h", "down"),
}
"""Each screen and the keys that lead to it from the list."""


async def screens() -> Iterator[tuple[str, str]]:
    """Return the file name and the text of each picture."""
    found: list[tuple[str, str]] = []
    for name, keys in WAYS.items():
        for width, height in SIZES:
            app = RecallApp(FakeDesk())
            async with app.run_test(size=(width, height)) as pilot:
                await settle(pilot)
                for key in keys:
                    await pilot.press(KEYS.get(key, key))
                    await settle(pilot)
                await settle(pilot)
                text = "\n".join(screen_text(app)).rstrip() + "\n"
                found.append((f"{name}_{width}x{height}.txt", text))
                if (name, (width, height)) == PICTURE:
                    found.append((f"{name}.svg", app.export_screenshot(title="recall-tui")))
                for look in LOOKS:
                    app.theme = look.name
                    await settle(pilot)
                    plain = look.name.removeprefix("recall-")
                    found.append((f"{plain}/{name}_{width}x{height}.ans", coloured(app, look)))
    return iter(found)


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
    for name, text in asyncio.run(screens()):
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            sys.stdout.write(f"gallery     docs/gallery/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
