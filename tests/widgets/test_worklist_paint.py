"""Lines of the table as runs of text: exact in width, few in number, harmless in content."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from recall_tui.cleaning import clean
from widgets.columns import Column, Tone, lay_out
from widgets.rows import Row
from widgets.runs import Run, fit, fit_wide
from widgets.worklist_paint import (
    CURSOR,
    GUTTER,
    MARKED,
    ROW,
    Window,
    greatest_pan,
    look_through,
    paint_header,
    paint_row,
)


def overdue(value: str, _row: Row) -> str | None:
    """Colour what begins with the mark of overdue."""
    return Tone.OVERDUE if value.startswith("!") else None


COLUMNS = [
    Column("number", "No", 0, width=4, align="right", is_frozen=True),
    Column("name", "Name", 1, width=8),
    Column("state", "State", 2, width=6, styler=overdue),
    Column("note", "Note", 3, width=5),
]


def window(width: int, pan: int = 0) -> Window:
    """See the columns through a terminal of so many cells."""
    return look_through(lay_out(COLUMNS, width - GUTTER, leave_out=False), pan, width)


def painted(
    row: Row, *, width: int = 40, is_marked: bool = False, is_cursor: bool = False
) -> list[Run]:
    """Paint one row."""
    return paint_row(row, window(width), None, is_marked=is_marked, is_cursor=is_cursor)


def text_of(runs: list[Run]) -> str:
    """Join the texts of a line."""
    return "".join(run.text for run in runs)


def test_a_plain_row_is_one_run() -> None:
    """No style, no split: the fewest bytes."""
    assert painted((12, "Ann", "due", "x")) == [
        Run("    12 Ann      due    x                ", ROW),
    ]


def test_a_row_is_split_only_where_its_style_changes() -> None:
    """The coloured cell is a run of its own; blank cells never are."""
    assert painted((12, "Ann", "! late", "x")) == [
        Run("    12 Ann      ", ROW),
        Run("! late ", Tone.OVERDUE),
        Run("x                ", ROW),
    ]
    assert [run.style for run in painted((12, "Ann", "! late", None))] == [ROW, Tone.OVERDUE, ROW]


def test_cursor_and_mark_are_signs_and_not_only_colours() -> None:
    """`>` and `●` stand in the gutter; the cursor's row is one run whatever its cells say."""
    row = (12, "Ann", "! late", "x")
    assert text_of(painted(row, is_marked=True)).startswith(" ●  12 Ann")
    assert painted(row, is_marked=True)[0].style == MARKED
    at_cursor = painted(row, is_marked=True, is_cursor=True)
    assert [run.style for run in at_cursor] == [CURSOR]
    assert text_of(at_cursor).startswith(">●  12 Ann")


def test_what_is_cut_off_leaves_an_ellipsis() -> None:
    """Numbers too: half a number must never look like a whole one."""
    assert fit("123456", 4, to_right=True) == "123…"
    assert (fit("abc", 3), fit("abc", 5), fit("abc", 0)) == ("abc", "abc  ", "")
    assert (fit_wide("東京都", 5), fit_wide("東京都", 4), fit_wide("東", 1)) == (
        "東京…",
        "東 …",
        "…",
    )


def test_panning_passes_over_columns_beside_the_frozen_ones() -> None:
    """The header shows by `<` and `>` that there is more; the last pan shows the last column."""
    layout = lay_out(COLUMNS, 20, leave_out=False)
    assert text_of(paint_header(look_through(layout, 0, 22), {})) == "    No Name     State>"
    assert greatest_pan(layout, 22) == 1
    assert text_of(paint_header(look_through(layout, 1, 22), {})) == "<   No State  Note    "


def test_the_sorted_column_shows_its_arrow_however_narrow() -> None:
    """Upwards and downwards; the label is cut rather than the arrow."""
    assert "Name ▲  " in text_of(paint_header(window(40), {"name": False}))
    assert "S… ▼" in text_of(
        paint_header(
            look_through(lay_out([Column("s", "State", 0, width=4)], 4), 0, 6), {"s": True}
        )
    )
    assert "No ▲" in text_of(paint_header(window(40), {"number": False}))


NASTY = st.text(
    st.characters() | st.sampled_from("\x00\x07\x1b\x9b\u202e\u200b\u200d\u0301\ufe0f🏽👍東\t\n"),
    max_size=20,
)


@given(st.tuples(NASTY, NASTY, NASTY), st.integers(1, 60), st.sampled_from(["", "m", "c", "mc"]))
def test_a_line_is_exact_in_width_and_harmless(
    cells: tuple[str, str, str], width: int, signs: str
) -> None:
    """Whatever the cells hold: each line fills the terminal, and nothing in it acts on it."""
    runs = painted((1, *cells), width=width, is_marked="m" in signs, is_cursor="c" in signs)
    text = text_of(runs)
    assert sum(cell_len(run.text) for run in runs) == width
    assert cell_len(text) == width
    assert clean(text) == text
