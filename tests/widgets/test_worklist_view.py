"""Where the cursor stands and what is in view, without a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from widgets.worklist_view import Viewport


def test_the_view_stays_while_the_cursor_is_in_it_then_jumps_half_a_page() -> None:
    """Nine moves scroll nothing; the tenth scrolls by half of the ten lines."""
    view = Viewport(count=100, height=10)
    for row in range(10):
        view.move_to(row)
    assert (view.cursor, view.top) == (9, 0)
    view.move_to(10)
    assert (view.cursor, view.top) == (10, 5)
    view.move_to(4)
    assert (view.cursor, view.top) == (4, 0)


def test_the_jump_can_be_one_row_or_a_page() -> None:
    """A setting from 1 to the page; more than a page is a page."""
    for jump, top in ((1, 1), (3, 3), (99, 10)):
        view = Viewport(jump=jump, count=100, height=10, cursor=9)
        view.move_to(10)
        assert view.top == top


def test_pages_keep_the_cursor_on_its_line_until_an_end_is_met() -> None:
    """Page down and up undo each other away from the ends."""
    view = Viewport(count=35, height=10, top=0, cursor=3)
    view.move_pages(1)
    assert (view.cursor, view.top) == (13, 10)
    view.move_pages(2)
    assert (view.cursor, view.top) == (33, 25)
    view.move_pages(1)
    assert (view.cursor, view.top) == (34, 25)
    view.move_pages(-9)
    assert (view.cursor, view.top) == (0, 0)


def test_a_reload_keeps_the_cursor_on_its_line() -> None:
    """The row moves elsewhere in the list, not on the screen, as long as there are rows enough."""
    view = Viewport(count=100, height=10, top=50, cursor=53)
    view.reload(200, 120)
    assert (view.cursor, view.top) == (120, 117)
    view.reload(2, 1)
    assert (view.cursor, view.top) == (1, 0)
    view.reload(0, 0)
    assert (view.cursor, view.top, view.row_at(0), view.line_of(0)) == (0, 0, None, None)


@given(
    st.integers(0, 300),
    st.lists(
        st.tuples(st.sampled_from(["row", "page", "size", "load"]), st.integers(-40, 340)),
        max_size=20,
    ),
    st.none() | st.integers(1, 50),
)
def test_the_cursor_is_always_in_view(
    count: int, moves: list[tuple[str, int]], jump: int | None
) -> None:
    """Whatever is done in whatever order, and no line is blank while rows are left."""
    view = Viewport(jump=jump, count=count, height=10)
    for kind, number in moves:
        match kind:
            case "row":
                view.move_to(number)
            case "page":
                view.move_pages(number % 5 - 2)
            case "size":
                view.resize(number % 40)
            case _:
                view.reload(max(0, number), number // 2)
        assert 0 <= view.top <= view.last_top
        assert view.count == 0 or view.line_of(view.cursor) is not None
