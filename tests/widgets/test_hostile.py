"""Text from data is shown and never acts: proven by the bytes that reach a real terminal."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from recall_tui.cleaning import clean
from tests.support.real_pty import Terminal, harmful, run_in_pty
from tests.support.screen_text import screen_text, settle
from tests.widgets.hostile import ACTING, MARKUP, PAYLOADS
from tests.widgets.worklist_app import WorklistApp
from widgets.columns import Column
from widgets.line_filter import HarmlessText
from widgets.rows import TupleSource

BLACK = Color(0, 0, 0)


def filtered(*texts: str) -> list[str]:
    """Pass the segments of one line through the filter."""
    segments = [Segment(text, Style.null()) for text in texts]
    return [segment.text for segment in HarmlessText().apply(segments, BLACK)]


def test_nothing_that_acts_reaches_a_terminal() -> None:
    """From any widget, ours or Textual's: no escape, control, bidirectional or hidden character."""
    sent = run_in_pty(
        ["tests/widgets/hostile.py"],
        [b"\t"],
        ready=b"READY",
        terminal=Terminal(rows=90, columns=100),
    )
    assert harmful(sent.everything, ACTING) == []
    shown = sent.everything.decode()
    assert "�" in shown
    for text in MARKUP:
        assert text[:20] in shown, text


def test_the_measure_of_harm_finds_harm() -> None:
    """The grammar lets Textual's own sequences pass, and nothing else."""
    assert harmful(b"\x1b[1;1H\x1b[38;5;1mx\x1b[0m\r\n\x1b[?1049h\x1b]22;default\x07") == []
    assert harmful(b"a\x1b]52;c;eA==\x07") == ["U+0007", "U+001B"]
    assert harmful(b"a\x1b[2J") == ["U+001B"]
    assert harmful("\u202e".encode()) == ["U+202E"]
    assert harmful(b"\x1b[31;47mred", ["\x1b[31;47mred"]) == ["\x1b[31;47mred"]


async def test_hostile_cells_are_shown_as_text() -> None:
    """Markup stays as it is written, everything that acts is replaced, no line is too wide."""
    columns = [Column("text", "Text", 0, width=60), Column("after", "After", 1, width=5)]
    rows = [(text, "after") for text in PAYLOADS]
    app = WorklistApp(TupleSource(rows, PAYLOADS), columns=columns)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        lines = screen_text(app)[1 : len(PAYLOADS) + 1]
        for text, line in zip(PAYLOADS, lines, strict=True):
            assert line[2:].startswith(clean(text))
            assert cell_len(line[: line.rindex("after")]) == 2 + 60 + 1
        assert app.table.get_line_text(0) == f"{clean(ACTING[0])}  after"


def test_harmless_lines_pass_unchanged() -> None:
    """Accents, boxes, and segments that control the terminal by Textual's own will."""
    assert filtered("Siân Ó Súilleabháin", "│", "東京") == ["Siân Ó Súilleabháin", "│", "東京"]
    control = Segment("\x1b[1;1H", None, [(1, 2)])  # type: ignore[list-item] # only its presence counts
    assert HarmlessText().apply([control], BLACK) == [control]


def test_a_cleaned_line_is_as_wide_as_before() -> None:
    """What replaces a character of no width is taken from the blanks, or else from the end."""
    assert filtered("a\x1bb  ", "│") == ["a�b ", "│"]
    assert filtered("a\x1b\x1bb", "│") == ["a��"]
    assert sum(map(cell_len, filtered("\x1b" * 9 + "x", "│"))) == 2
    assert filtered("\u3000x") == [" x "]
