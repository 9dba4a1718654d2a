"""What the worklist table costs on the wire: exact bytes through a real pty, and lines painted.

Bytes and calls are the same on any machine, however busy; times are not, and are not asserted.
"""

from __future__ import annotations

from functools import cache

import pytest

from tests.support.real_pty import DOWN, PAGE_DOWN, Sent, run_in_pty
from tests.support.screen_text import settle
from tests.widgets.worklist_app import WorklistApp, a_source

MEAN_DOWN = 700
PAGE = 8_000
HEIGHT = 40


@cache
def hundred_downs_and_ten_pages(rows: int, look: str) -> Sent:
    """Press the keys in a terminal of 40 lines by 120 columns with 256 colours."""
    return run_in_pty(
        ["tests/widgets/worklist_app.py", str(rows), look],
        [DOWN] * 100 + [PAGE_DOWN] * 10,
        ready=b"FEATHER",
        idle=2.0,
        says_painted=True,
    )


@pytest.mark.parametrize(("rows", "look"), [(1_000, "dark"), (1_000_000, "dark"), (1_000, "16")])
def test_a_key_costs_few_bytes(rows: int, look: str) -> None:
    """At most 700 bytes a Down on average, 8,000 a Page Down, with 14 columns at 40 by 120."""
    sent = hundred_downs_and_ten_pages(rows, look)
    assert all(sent.keys)
    assert sum(len(answer) for answer in sent.keys[:100]) / 100 <= MEAN_DOWN
    assert max(len(answer) for answer in sent.keys[100:]) <= PAGE


def test_a_million_rows_cost_what_a_thousand_cost() -> None:
    """Byte for byte the same answers to the same keys."""
    few, many = (hundred_downs_and_ten_pages(rows, "dark") for rows in (1_000, 1_000_000))
    assert few.keys == many.keys


def test_nothing_is_sent_while_nothing_happens() -> None:
    """No blinking, no clock: an idle table is silent."""
    assert hundred_downs_and_ten_pages(1_000, "dark").idle == b""


def test_a_whole_screen_keeps_the_budget() -> None:
    """With chips, filters, and a status line that counts rows at every key, the same limits."""
    sent = run_in_pty(
        ["tests/widgets/dressed_app.py", "1000"],
        [DOWN] * 100 + [PAGE_DOWN] * 3,
        ready=b"FEATHER",
        idle=2.0,
        says_painted=True,
    )
    assert sum(len(answer) for answer in sent.keys[:100]) / 100 <= MEAN_DOWN
    assert max(len(answer) for answer in sent.keys[100:]) <= PAGE
    assert sent.idle == b""


def test_without_colours_no_colour_is_sent() -> None:
    """The look without colours uses attributes only, with NO_COLOR and without."""
    sent = run_in_pty(
        ["tests/widgets/worklist_app.py", "50", "none"],
        [DOWN, b" "],
        ready=b"FEATHER",
        says_painted=True,
    )
    codes = {
        code
        for piece in sent.everything.split(b"\x1b[")[1:]
        if b"m" in piece[:12]
        for code in piece.split(b"m")[0].split(b";")
    }
    assert codes <= {b"0", b"1", b"4", b"7"}
    assert b"7" in codes


class CountingApp(WorklistApp):
    """Counts the lines that its table paints."""

    def count_lines(self) -> list[int]:
        """Begin to count; the list grows by the line of each call."""
        painted: list[int] = []
        paint = self.table.render_line

        def counted(y: int) -> object:
            painted.append(y)
            return paint(y)

        self.table.render_line = counted  # type: ignore[method-assign,assignment] # a spy
        return painted


@pytest.mark.parametrize(
    ("key", "lines"),
    [("down", 2), ("space", 2), ("up", 0), ("pagedown", HEIGHT - 1), ("end", HEIGHT - 1)],
)
async def test_a_key_paints_no_more_lines_than_change(key: str, lines: int) -> None:
    """Two for a move or a mark, none where nothing moves, a page without header for a scroll."""
    app = CountingApp(a_source(1_000))
    async with app.run_test(size=(120, HEIGHT)) as pilot:
        await settle(pilot)
        painted = app.count_lines()
        await pilot.press(key)
        await settle(pilot)
        assert len(painted) == lines
