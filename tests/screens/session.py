"""A person at the keyboard of the app: keys in, lines of the screen out."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from recall_tui.app import RecallApp
from recall_tui.domain.states import DueState
from recall_tui.views.worklist import WorklistRow
from screens.overview import OverviewScreen
from tests.screens.fake_desk import FakeDesk
from tests.support.screen_text import assert_golden, screen_text, settle

GOLDEN = Path(__file__).parent / "golden"
SMALL = (80, 24)
LARGE = (120, 40)
KEYS = {
    "*": "asterisk",
    "-": "minus",
    "/": "slash",
    "?": "question_mark",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "^": "circumflex_accent",
    ">": "greater_than_sign",
    " ": "space",
    "+": "plus",
    ",": "comma",
    "!": "exclamation_mark",
    "\\": "backslash",
}


@dataclass
class Session:
    """One open app, its desk, and the pilot that presses keys."""

    app: RecallApp
    desk: FakeDesk
    pilot: Pilot[None]

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, each when the one before has been dealt with."""
        for key in keys:
            await self.pilot.press(KEYS.get(key, key))
            await settle(self.pilot)

    async def type(self, text: str) -> None:
        """Press the keys of a text."""
        await self.press(*text)

    @property
    def lines(self) -> list[str]:
        """What the screen shows."""
        return screen_text(self.app)

    @property
    def text(self) -> str:
        """What the screen shows, as one text."""
        return "\n".join(self.lines)

    @property
    def words(self) -> str:
        """What the question on top says, or else the screen: folded sentences are whole again."""
        lines = self.question or self.lines
        return " ".join("\n".join(lines).replace("│", " ").split())

    @property
    def question(self) -> list[str]:
        """The lines of the question that stands over the screen; none: there is none."""
        lines, width = self.lines, self.app.size.width
        for one in self.app.screen.query(".asking"):
            box = one.region
            return [line.ljust(width)[box.x : box.right] for line in lines[box.y : box.bottom]]
        return []

    @property
    def overview(self) -> OverviewScreen:
        """The list, whatever is over it."""
        return next(one for one in self.app.screen_stack if isinstance(one, OverviewScreen))

    @property
    def said(self) -> list[str]:
        """Every toast so far, the newest last."""
        # Toasts have no public list; they are read to test what a person is told.
        notes = self.app._notifications  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        return [one.message for one in notes]

    @property
    def shown(self) -> list[WorklistRow]:
        """The rows in view, in the order of urgency."""
        return list(self.overview.listed.rows)

    @property
    def cursor(self) -> WorklistRow:
        """The row under the cursor."""
        row = self.overview.current_row()
        assert row is not None
        return row

    async def go_to_calm(self) -> WorklistRow:
        """Go to the first patient to invite without high-risk monitoring."""
        row = next(
            one
            for one in self.shown
            if one.state is DueState.OUTSTANDING
            and not any(due.high_risk for due in one.due_items())
        )
        self.overview.table.go_to(row.patient)
        await settle(self.pilot)
        return row

    def golden(self, name: str) -> None:
        """Compare the screen, or the question that stands over it, with its golden file."""
        size, lines = self.app.size, self.question or self.lines
        assert_golden(lines, GOLDEN / f"{name}_{size.width}x{size.height}.txt")


@asynccontextmanager
async def at_work(
    desk: FakeDesk | None = None, size: tuple[int, int] = SMALL
) -> AsyncGenerator[Session]:
    """Open the app and wait for the list; a rested cursor is told of at once."""
    desk = desk or FakeDesk()
    app = RecallApp(desk)
    async with app.run_test(size=size) as pilot:
        session = Session(app, desk, pilot)
        await settle(pilot)
        table = session.overview.table
        table.options = table.options._replace(highlight_delay=0)
        yield session
