"""A table with everything round it that a screen has, for tests on a real terminal.

Usage: python tests/widgets/dressed_app.py ROWS
"""

from __future__ import annotations

import sys

from textual.app import ComposeResult
from textual.containers import Horizontal

from tests.widgets.worklist_app import WorklistApp, a_source
from widgets import theming
from widgets.chips import Chip, Chips
from widgets.filter_sidebar import FilterGroup, FilterOption, FilterSidebar
from widgets.prompt_line import PromptLine
from widgets.status_line import StatusFacts, StatusLine
from widgets.worklist_table import WorklistTable


class DressedApp(WorklistApp):
    """Chips above, filters at the left, prompt and status line below."""

    CSS = theming.BASE_CSS

    def compose(self) -> ComposeResult:
        """Put everything on the screen."""
        yield Chips("Everybody of this month")
        with Horizontal():
            yield FilterSidebar()
            yield self.table
        yield PromptLine()
        yield StatusLine()

    def on_mount(self) -> None:
        """Give everything something to show."""
        super().on_mount()
        self.query_one(Chips).chips = (Chip("late", "Overdue"), Chip("nurse", "Nurse"))
        options = (FilterOption("hca", "HCA", 120), FilterOption("nurse", "Nurse", 88))
        self.query_one(FilterSidebar).set_groups([FilterGroup("staff", "Staff group", options)])

    def on_worklist_table_highlighted(self, message: WorklistTable.Highlighted) -> None:
        """Say in the status line where the cursor is."""
        super().on_worklist_table_highlighted(message)
        self.query_one(StatusLine).facts = StatusFacts(
            view="December 2026",
            row=message.row + 1,
            rows=message.table.row_count,
            marks=message.table.marks_in_words(),
            hidden=(("done", 40), ("on hold", 12)),
            data_age="data 2 days old",
            user="jsmith",
            database="demo.db",
        )


if __name__ == "__main__":
    DressedApp(a_source(int(sys.argv[1]))).run(mouse=False)
