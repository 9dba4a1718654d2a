"""The worklist table under the keyboard and the mouse: cursor, marks, columns, messages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.geometry import Offset

from tests.support.screen_text import assert_golden, resize, screen_text, settle
from tests.widgets.worklist_app import COLUMNS, WorklistApp, a_source
from widgets.rows import EMPTY_SOURCE, SortKey
from widgets.worklist_keys import WORKLIST_BINDINGS
from widgets.worklist_lines import TableOptions
from widgets.worklist_table import WorklistTable

GOLDEN = Path(__file__).parent / "golden"


def words_of(app: WorklistApp) -> list[str]:
    """Give the names of the messages that the table has sent, and forget them."""
    names = [type(message).__name__ for message in app.said]
    app.said.clear()
    return names


@pytest.mark.parametrize(
    ("keys", "row", "top"),
    [
        (["down", "down", "up"], 1, 0),
        (["j", "j", "j", "k"], 2, 0),
        (["up"], 0, 0),
        (["end"], 99, 77),
        (["G", "g"], 0, 0),
        (["G", "home"], 0, 0),
        (["pagedown"], 23, 23),
        (["down", "pagedown", "pagedown", "pageup"], 24, 23),
        (["end", "pagedown", "down"], 99, 77),
        (["down"] * 23, 23, 12),
    ],
)
async def test_keys_move_the_cursor(keys: Sequence[str], row: int, top: int) -> None:
    """Arrows, letters, pages and ends, with a jump of half a page at the edge."""
    app = WorklistApp(a_source(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await settle(pilot)
        assert (app.table.cursor_row, app.table.cursor_key) == (row, 900000 + row)
        assert screen_text(app)[1][2:].split()[0] == str(900000 + top)


async def test_cursor_and_marks_stay_with_their_keys_through_sort_filter_and_reload() -> None:
    """A patient stays marked and under the cursor wherever the row goes."""
    app = WorklistApp(a_source(60))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "space", "down", "space")
        await settle(pilot)
        assert app.table.marked == {900001, 900003}
        assert app.table.cursor_key == 900004
        app.table.set_source(a_source(60).sorted_by(SortKey(0, is_reversed=True)))
        await settle(pilot)
        assert (app.table.cursor_row, app.table.cursor_key) == (55, 900004)
        app.table.set_source(a_source(60).filtered(lambda row: row[0] > 900002))
        await settle(pilot)
        assert (app.table.cursor_row, app.table.cursor_key) == (1, 900004)
        assert app.table.marks_in_words() == "2 marked, 1 not in this view"
        app.table.set_source(a_source(2000))
        await settle(pilot)
        assert (app.table.cursor_row, app.table.marked) == (4, {900001, 900003})
        assert [line[:2] for line in screen_text(app)[1:4]] == [" ●", "> ", "  "]


async def test_a_row_that_leaves_hands_the_cursor_to_the_next() -> None:
    """Whoever is booked leaves the list, and the next patient is under the cursor."""
    app = WorklistApp(a_source(10))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down")
        app.table.set_source(a_source(10).filtered(lambda row: row[0] != 900002))
        await settle(pilot)
        assert (app.table.cursor_row, app.table.cursor_key) == (2, 900003)
        app.table.set_source(EMPTY_SOURCE)
        await settle(pilot)
        assert (app.table.cursor_key, app.table.row_count) == (None, 0)
        await pilot.press("down", "enter", "space", "asterisk", "shift+down", "V", "pagedown")
        await settle(pilot)
        assert app.table.marked == frozenset()


async def test_marking_all_of_many_rows_asks_first() -> None:
    """Up to the limit all are marked at once; above it the count is sent up instead."""
    app = WorklistApp(a_source(50))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("asterisk")
        await settle(pilot)
        assert len(app.table.marked) == 50
        await pilot.press("minus")
        app.table.set_source(a_source(51))
        await settle(pilot)
        words_of(app)
        await pilot.press("asterisk")
        await settle(pilot)
        assert app.table.marked == frozenset()
        wanted = app.said[-1]
        assert isinstance(wanted, WorklistTable.MarkAllWanted)
        assert (wanted.count, wanted.control) == (51, app.table)
        app.table.mark_all()
        assert len(app.table.marked) == 51


async def test_ranges_are_drawn_with_shift_or_after_v() -> None:
    """Both mark from where they began; Escape is the screen's unless a range is being drawn."""
    app = WorklistApp(a_source(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("shift+down", "shift+down", "shift+up")
        await settle(pilot)
        assert app.table.marked == {900000, 900001}
        await pilot.press("down", "shift+down")
        await settle(pilot)
        assert app.table.marked == {900000, 900001, 900002, 900003}
        await pilot.press("minus", "V", "pagedown", "up", "V", "down")
        await settle(pilot)
        assert app.table.marked == {900000 + i for i in range(3, 26)}
        assert not app.table.check_action("end_range", ())
        await pilot.press("minus", "V", "down")
        assert app.table.check_action("end_range", ())
        await pilot.press("escape", "down")
        await settle(pilot)
        assert len(app.table.marked) == 2
        await pilot.press("minus", "V", "down", "space", "down")
        await settle(pilot)
        assert len(app.table.marked) == 2


async def test_the_highlight_waits_until_the_cursor_rests() -> None:
    """Ten moves in a row are one message, about the last row."""
    app = WorklistApp(a_source(100), options=TableOptions(highlight_delay=0.1))
    async with app.run_test(size=(80, 24)):
        await asyncio.wait_for(app.rested.wait(), 10)
        app.rested.clear()
        app.said.clear()
        for _ in range(10):
            app.table.action_move(1)
        await asyncio.wait_for(app.rested.wait(), 10)
        (rested,) = app.said
        assert isinstance(rested, WorklistTable.Highlighted)
        assert (rested.key, rested.row) == (900010, 10)


async def test_messages_say_what_the_person_wants() -> None:
    """Opened for Enter, SortWanted for the sort keys, with the direction turned round."""
    app = WorklistApp(a_source(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert words_of(app) == ["Highlighted"]
        await pilot.press("enter")
        await settle(pilot)
        assert words_of(app) == ["Opened"]
        await pilot.press("greater_than_sign")
        app.table.set_sort({"name": False})
        await pilot.press("less_than_sign", "greater_than_sign", "circumflex_accent")
        await settle(pilot)
        wanted = [
            (message.column_id, message.is_reversed)
            for message in app.said
            if isinstance(message, WorklistTable.SortWanted)
        ]
        assert wanted == [("number", False), ("number", False), ("state", False), ("name", True)]
        assert screen_text(app)[0].split()[:3] == ["Number", "Name", "▲"]


async def test_the_mouse_sets_cursor_marks_sorts_and_opens() -> None:
    """A click moves, in the gutter it marks, on the header it sorts; a double click opens."""
    app = WorklistApp(a_source(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(offset=(12, 5))
        assert app.table.cursor_row == 4
        await pilot.click(offset=(0, 3))
        assert (app.table.cursor_row, app.table.marked) == (2, {900002})
        await pilot.click(offset=(12, 0))
        await settle(pilot)
        words_of(app)
        await pilot.click(offset=(12, 8), times=2)
        await settle(pilot)
        assert "Opened" in words_of(app)
        assert app.table.cursor_row == 7


async def test_the_terminal_cursor_follows_the_row() -> None:
    """Magnifiers and braille lines follow the hidden hardware cursor."""
    app = WorklistApp(a_source(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "down")
        assert app.cursor_position == Offset(0, 4)
        await pilot.press("end")
        assert app.cursor_position == Offset(0, 23)


async def test_panning_shows_the_other_columns_beside_the_frozen_ones() -> None:
    """With every column kept, right passes over one column at a time, and stops at the last."""
    app = WorklistApp(a_source(30))
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.set_fit(leave_out=False)
        await settle(pilot)
        assert screen_text(app)[0].endswith(">")
        await pilot.press("right", "right")
        await settle(pilot)
        assert screen_text(app)[0].startswith("<  Number Name")
        assert "State" not in screen_text(app)[0]
        await pilot.press(*["right"] * 20)
        await settle(pilot)
        assert screen_text(app)[0].rstrip().endswith("Note")
        await pilot.press(*["left"] * 20)
        await settle(pilot)
        assert "State" in screen_text(app)[0]


async def test_a_resize_keeps_the_cursor_in_view() -> None:
    """A smaller terminal scrolls no more than it must."""
    app = WorklistApp(a_source(100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*["down"] * 20)
        await resize(pilot, 80, 10)
        assert any(line.startswith(">") for line in screen_text(app))
        await resize(pilot, 3, 2)
        await resize(pilot, 80, 24)
        assert any(line.startswith(">  900020") for line in screen_text(app))


async def test_the_text_of_a_line_is_whole_and_harmless() -> None:
    """What is copied is not cut to the column, and is cleaned."""
    app = WorklistApp(a_source(3))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.table.get_line_text(1).startswith("900001  LLEWELLYN-AP-RHYS, P1  ! ")


def test_every_key_can_be_changed_and_explains_itself() -> None:
    """Each binding has an id for keymaps and a tooltip for help."""
    bindings = [item for item in WORKLIST_BINDINGS if isinstance(item, Binding)]
    assert len({item.id for item in bindings}) == len(WORKLIST_BINDINGS)
    assert all(item.id and item.tooltip for item in bindings)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (60, 16)])
async def test_the_screen_looks_as_it_should(width: int, height: int) -> None:
    """The table with marks, an arrow and coloured states, as people see it."""
    app = WorklistApp(a_source(200))
    async with app.run_test(size=(width, height)) as pilot:
        app.table.set_sort({"name": False})
        await pilot.press("pagedown", "space", "down", "space")
        await settle(pilot)
        assert_golden(screen_text(app), GOLDEN / f"worklist_{width}x{height}.txt")


async def test_an_empty_table_says_so() -> None:
    """The words of the options stand under the header."""
    app = WorklistApp(options=TableOptions(empty_text="Nobody is left in this month."))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert screen_text(app)[1] == "  Nobody is left in this month."


def test_the_columns_of_the_tests_are_fourteen() -> None:
    """The budgets are measured with as many columns as the screen has."""
    assert len(COLUMNS) == 14
