"""A bare worklist table in an app, for tests; run as a script it stands on a real terminal.

python tests/widgets/worklist_app.py ROWS [LOOK]
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.message import Message

from recall_tui.theme import DARK, Look, look_for
from tests.support.painting import SaysPainted
from widgets import theming
from widgets.columns import Column, Tone
from widgets.rows import EMPTY_SOURCE, Row, RowSource, TupleSource
from widgets.worklist_lines import TableOptions
from widgets.worklist_table import WorklistTable

STATES = ("not booked", "! overdue", "booked", "on hold", "done", "part done")
TONES = {"! overdue": Tone.OVERDUE, "on hold": Tone.HOLD, "done": Tone.DONE, "booked": Tone.MUTED}
SURNAMES = ("Abernathy", "Llewellyn-Ap-Rhys", "Ó Súilleabháin", "Ng", "Featherstonehaugh", "Ali")
STAFF = ("HCA", "Nurse", "Pharmacist", "Phlebotomist", "GP")


def tone_of_state(value: str, _row: Row) -> str | None:
    """Colour the state of a row."""
    return TONES.get(value)


COLUMNS: tuple[Column, ...] = (
    Column("number", "Number", 0, width=7, align="right", is_frozen=True),
    Column("name", "Name", 1, width=14, flex=2, max_width=24, is_frozen=True),
    Column("born", "Born", 2, width=10, is_frozen=True, priority=6),
    Column("state", "State", 3, width=10, styler=tone_of_state),
    Column("items", "Due", 4, width=12, flex=1, max_width=30),
    Column("staff", "Staff", 5, width=6, max_width=12, flex=1, priority=1),
    Column("minutes", "Min", 6, width=3, align="right", priority=2),
    Column("due", "Due on", 7, width=10, priority=3),
    Column("invites", "Inv", 8, width=3, align="right", priority=5),
    Column("invited", "Invited", 9, width=10, priority=8),
    Column("mobile", "Mobile", 10, width=12, priority=10),
    Column("usual", "Usual GP", 11, width=8, priority=11),
    Column("site", "Site", 12, width=6, priority=12),
    Column("note", "Note", 13, width=8, flex=1, priority=9),
)


def a_row(i: int) -> Row:
    """Make the row of patient `i`; nobody is real."""
    return (
        900000 + i,
        f"{SURNAMES[i % 6].upper()}, P{i % 97}",
        f"{1 + i % 28:02}/{1 + i % 12:02}/{1930 + i % 80}",
        STATES[i * 7 % 11 % 6],
        "HbA1c, BP, foot check"[: 5 + i % 17],
        STAFF[i % 5],
        10 + i % 4 * 10,
        f"{1 + i % 28:02}/12/2026",
        i % 4,
        None if i % 4 == 0 else f"{1 + i % 28:02}/11/2026",
        f"07700 900{i % 1000:03}",
        "Dr Drama",
        "Main",
        "" if i % 3 else "prefers a Tuesday",
    )


def a_source(count: int) -> TupleSource:
    """Make a source of so many patients, keyed by their numbers."""
    return TupleSource.keyed_by([a_row(i) for i in range(count)], 0)


class WorklistApp(SaysPainted):
    """One worklist table and nothing else; it keeps what the table says."""

    def __init__(
        self,
        source: RowSource = EMPTY_SOURCE,
        *,
        columns: Sequence[Column] = COLUMNS,
        options: TableOptions | None = None,
        look: Look = DARK,
    ) -> None:
        """Take what the table shall show."""
        super().__init__()
        theming.install(self, look)
        self.said: list[Message] = []
        self.rested = asyncio.Event()
        self.table = WorklistTable(columns, options or TableOptions(highlight_delay=0))
        self.first = source

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the variables of our widgets."""
        return theming.css_variables(DARK)

    def compose(self) -> ComposeResult:
        """Put the table on the screen."""
        yield self.table

    def on_mount(self) -> None:
        """Show the rows."""
        self.table.focus()
        self.table.set_source(self.first)

    def on_worklist_table_highlighted(self, message: WorklistTable.Highlighted) -> None:
        """Keep it, and say that it has come."""
        self.said.append(message)
        self.rested.set()

    def on_worklist_table_opened(self, message: WorklistTable.Opened) -> None:
        """Keep it."""
        self.said.append(message)

    def on_worklist_table_marks_changed(self, message: WorklistTable.MarksChanged) -> None:
        """Keep it."""
        self.said.append(message)

    def on_worklist_table_mark_all_wanted(self, message: WorklistTable.MarkAllWanted) -> None:
        """Keep it."""
        self.said.append(message)

    def on_worklist_table_sort_wanted(self, message: WorklistTable.SortWanted) -> None:
        """Keep it."""
        self.said.append(message)


if __name__ == "__main__":
    WorklistApp(
        a_source(int(sys.argv[1])),
        options=TableOptions(),
        look=look_for({"TERM": "xterm-256color"}, sys.argv[2] if sys.argv[2:] else None),
    ).run(mouse=False)
