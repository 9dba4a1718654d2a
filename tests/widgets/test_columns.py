"""Which columns fit on a terminal, and how wide each becomes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from widgets.columns import GAP, Column, Layout, lay_out, plain


def widths(layout: Layout) -> dict[str, int]:
    """Give the width of each placed column."""
    return {item.column.id: item.width for item in layout.placed}


NUMBER = Column("number", "Number", 0, width=6, is_frozen=True)
NAME = Column("name", "Name", 1, width=10, flex=2, max_width=20)
STATE = Column("state", "State", 2, width=8, priority=1)
NOTE = Column("note", "Note", 3, width=8, flex=1, priority=2)


def test_spare_width_goes_to_flexible_columns_up_to_their_limits() -> None:
    """Two shares to one; what a full column cannot take goes to the others."""
    assert widths(lay_out([NUMBER, NAME, STATE, NOTE], 35 + 9)) == {
        "number": 6,
        "name": 16,
        "state": 8,
        "note": 11,
    }
    assert widths(lay_out([NUMBER, NAME, STATE, NOTE], 100))["name"] == 20
    assert lay_out([NUMBER, NAME, STATE, NOTE], 100).width == 100


def test_the_least_needed_columns_are_left_out_first() -> None:
    """The highest priority number goes first; what has none stays whatever happens."""
    assert [c.id for c in lay_out([NUMBER, NAME, STATE, NOTE], 34).left_out] == ["note"]
    narrow = lay_out([NUMBER, NAME, STATE, NOTE], 10)
    assert list(widths(narrow)) == ["number", "name"]
    assert narrow.width == 17


def test_nothing_is_left_out_when_all_columns_are_wanted() -> None:
    """Then the layout is wider than the terminal, and is panned."""
    layout = lay_out([NUMBER, NAME, STATE, NOTE], 10, leave_out=False)
    assert (layout.left_out, layout.width) == ((), 35)


def test_frozen_columns_come_first() -> None:
    """Whatever their place among the others."""
    layout = lay_out([NAME, NUMBER], 40)
    assert [item.column.id for item in layout.placed] == ["number", "name"]
    assert (layout.frozen, layout.frozen_width) == (1, 7)


def test_no_columns_and_no_value_are_nothing() -> None:
    """An empty layout and a missing value are shown as blanks."""
    assert (lay_out([], 80).width, plain(None), plain(0)) == (0, "", "0")


COLUMN_SETS = st.lists(
    st.builds(
        Column,
        id=st.uuids().map(str),
        label=st.just("x"),
        index=st.just(0),
        width=st.integers(1, 20),
        max_width=st.none() | st.integers(1, 40),
        flex=st.integers(0, 3),
        priority=st.integers(0, 3),
        is_frozen=st.booleans(),
    ),
    max_size=8,
)


@given(COLUMN_SETS, st.integers(0, 200))
def test_a_layout_keeps_its_promises_at_any_width(columns: list[Column], available: int) -> None:
    """Widths keep their limits, columns never overlap, what can be left out is, if it must."""
    layout = lay_out(columns, available)
    assert {item.column for item in layout.placed} | set(layout.left_out) == set(columns)
    for before, after in zip(layout.placed, layout.placed[1:], strict=False):
        assert after.x == before.x + before.width + GAP
    for item in layout.placed:
        assert item.column.width <= item.width <= item.column.limit
    if layout.width > available:
        assert all(item.column.priority == 0 for item in layout.placed)
