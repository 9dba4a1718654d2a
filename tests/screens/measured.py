"""The whole app over invented patients on a real terminal, for the tests that count its bytes.

python tests/screens/measured.py PATIENTS LOOK [SECONDS]

SECONDS is how long the cursor must rest before the pane follows; a busy machine must not mix the
bytes of the two up.
"""

from __future__ import annotations

import sys

from recall_tui.app import RecallApp
from recall_tui.ending import let_go
from recall_tui.theme import look_for
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import a_practice
from tests.support.painting import SaysPainted
from widgets.worklist_table import WorklistTable


class MeasuredApp(SaysPainted, RecallApp):
    """The app with a pane that is as patient as it is told to be."""

    rest: float = 0.1

    def on_ready(self) -> None:
        """Give the table its patience."""
        table = self.screen.query_one(WorklistTable)
        table.options = table.options._replace(highlight_delay=self.rest)


if __name__ == "__main__":
    count, look, *rest = sys.argv[1:]
    app = MeasuredApp(FakeDesk(a_practice(int(count))), look_for({}, look))
    app.rest = float(rest[0]) if rest else MeasuredApp.rest
    app.run(mouse=False)
    let_go()
