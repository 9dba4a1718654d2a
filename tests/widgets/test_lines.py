"""Chips and status line: what they say at each width, and how little they repaint."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.message import Message

from recall_tui.theme import DARK
from tests.support.screen_text import resize, screen_text, settle
from widgets import theming
from widgets.chips import Chip, Chips, placed_chips
from widgets.one_line import difference
from widgets.runs import Run, width_of
from widgets.status_line import StatusFacts, StatusLine, status_runs

FACTS = StatusFacts(
    view="December 2026",
    row=12,
    rows=1431,
    marks="3 marked, 1 not in this view",
    hidden=(("snoozed", 5), ("done", 40), ("on hold", 12), ("declined", 0)),
    data_age="data 2 days old",
    user="jsmith",
    database="demo.db",
)
CHIPS = (Chip("a", "Overdue"), Chip("b", "Diabetes"), Chip("c", "Nurse"))


def said(runs: list[Run]) -> str:
    """Join the words of a line, blanks reduced."""
    return " ".join("".join(run.text for run in runs).split())


@pytest.mark.parametrize(
    ("width", "place", "hidden", "rest"),
    [
        (150, "row 12 of 1,431 December 2026", ": 40 done, 12 on hold, 5 snoozed", "demo.db TEST"),
        (140, "row 12 of 1,431 December 2026", ": 40 done, 12 on hold, 5 snoozed", "jsmith TEST"),
        (130, "row 12 of 1,431 December 2026", ": 40 done, 12 on hold, …", "2 days old TEST"),
        (120, "row 12 of 1,431 December 2026", ": 40 done, …", "2 days old TEST"),
        (100, "row 12 of 1,431", ": 40 done, …", "2 days old TEST"),
        (80, "12/1,431", "", "view data 2 days old TEST"),
        (62, "12/1,431", "", "not in this view TEST"),
        (40, "12/1,431", "", "marked… TEST"),
    ],
)
def test_the_status_line_says_what_fits(width: int, place: str, hidden: str, rest: str) -> None:
    """The least needed goes first; how many are hidden stays as long as anything can."""
    runs = status_runs(FACTS, width)
    words = said(runs)
    assert words.startswith(f"{place} 57 hidden{hidden} 3 mark")
    assert words.endswith(rest)
    assert width_of(runs) == width


def test_live_stale_and_empty_are_said_in_words() -> None:
    """Not by colour: LIVE or TEST, the age of old data at any width, and no rows."""
    facts = StatusFacts(data_age="data 9 days old", is_stale=True, is_live=True)
    assert said(status_runs(facts, 60)) == "no rows data 9 days old LIVE"
    assert said(status_runs(facts, 30)).endswith("data 9 days old LIVE")
    assert said(status_runs(facts, 60, "Copied")).startswith("no rows Copied")


def test_chips_that_do_not_fit_are_counted() -> None:
    """The newest is always seen; without any, the line says so."""
    assert said([run for run, _ in placed_chips(CHIPS, 60)]) == (
        "[Overdue x] [Diabetes x] [Nurse x]"
    )
    assert said([run for run, _ in placed_chips(CHIPS, 30)]) == "+2 more [Nurse x]"
    assert said([run for run, _ in placed_chips(CHIPS, 3)]) == "+2 more [Nurse x]"
    assert said([run for run, _ in placed_chips((), 30, "No filter")]) == "No filter"


def test_only_changed_runs_are_painted_anew() -> None:
    """As long as widths are the same; from a change of width on, all."""
    before = [Run("abc", "x"), Run("12", "x"), Run("end", "x")]
    assert difference(before, before) == (0, 0)
    assert difference(before, [Run("abc", "x"), Run("13", "x"), Run("end", "x")]) == (3, 5)
    assert difference(before, [Run("abc", "x"), Run("123", "x"), Run("en", "x")]) == (3, 8)
    assert difference([], before) == (0, 8)


class LinesApp(App[None]):
    """Chips above, a status line below."""

    def __init__(self) -> None:
        """Use the dark look."""
        super().__init__()
        theming.install(self, DARK)
        self.said: list[Message] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the variables of our widgets."""
        return theming.css_variables(DARK)

    def compose(self) -> ComposeResult:
        """Put both on the screen."""
        yield Chips("Everybody of this month")
        yield StatusLine()

    def on_chips_removed(self, message: Chips.Removed) -> None:
        """Keep it."""
        self.said.append(message)


async def test_the_lines_show_what_they_are_given() -> None:
    """New values replace the old ones, at any size, and a note stands beside the row."""
    app = LinesApp()
    async with app.run_test(size=(80, 2)) as pilot:
        await settle(pilot)
        assert screen_text(app)[0] == " Everybody of this month"
        chips, status = app.query_one(Chips), app.query_one(StatusLine)
        assert chips.last is None
        chips.chips = CHIPS
        status.facts = FACTS
        status.note = "Copied"
        await settle(pilot)
        assert screen_text(app)[0] == " [Overdue x] [Diabetes x] [Nurse x]"
        assert screen_text(app)[1].startswith("    12/1,431  Copied  57 hidden ")
        assert chips.last == CHIPS[2]
        await resize(pilot, 30, 2)
        assert screen_text(app)[0] == " +2 more [Nurse x]"


async def test_a_click_on_a_chip_asks_for_its_removal() -> None:
    """Beside the chips a click does nothing."""
    app = LinesApp()
    async with app.run_test(size=(80, 2)) as pilot:
        app.query_one(Chips).chips = CHIPS
        await settle(pilot)
        await pilot.click(Chips, offset=(16, 0))
        await pilot.click(Chips, offset=(60, 0))
        await settle(pilot)
        (message,) = app.said
        assert isinstance(message, Chips.Removed)
        assert (message.chip_id, message.control) == ("b", app.query_one(Chips))
