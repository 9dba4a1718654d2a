"""The overview over a list of so many rows: ``python -m tests.bench.rows ROWS``.

The rows of a small invented practice, again and again under other numbers and names.
"""

import sys
from collections.abc import Collection
from dataclasses import replace
from itertools import cycle, islice

from recall_tui.app import RecallApp
from recall_tui.domain.calendar import Month
from recall_tui.theme import DARK
from recall_tui.views.worklist import WorklistSnapshot
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import a_practice


class LongDesk(FakeDesk):
    """A desk whose list is as long as it is told to be."""

    def __init__(self, rows: int) -> None:
        """Take how many rows to show."""
        super().__init__(a_practice(300))
        self._rows = rows

    def worklist(self, month: Month, patients: Collection[str] | None = None) -> WorklistSnapshot:
        """Return the list of the small practice, repeated."""
        short = super().worklist(month, patients)
        shown = [row for row in short.rows if not row.is_hidden]
        every = islice(enumerate(cycle(shown), start=1), self._rows)
        rows = (replace(row, patient=f"{at}", name=f"{row.name} {at}") for at, row in every)
        return replace(short, rows=tuple(rows))


if __name__ == "__main__":
    RecallApp(LongDesk(int(sys.argv[1])), DARK).run(mouse=False)
