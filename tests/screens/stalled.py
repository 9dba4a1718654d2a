"""The app on a line that takes nothing more: python tests/screens/stalled.py PIPE, told when."""

from __future__ import annotations

import os
import sys

from recall_tui.app import RecallApp
from recall_tui.ending import Endings
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import a_practice

MORE_THAN_A_LINE_TAKES = 500_000
MORE_THAN_IS_KEPT_FOR_IT = 100
PATIENCE = 1.0
STALLED = b"STALLED"


class StalledApp(RecallApp):
    """Writes until it must wait for somebody who reads."""

    def on_ready(self) -> None:
        """Fill the line once the list is there."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        self.copy_to_clipboard("x" * MORE_THAN_A_LINE_TAKES)
        os.write(int(sys.argv[1]), STALLED)
        for _ in range(MORE_THAN_IS_KEPT_FOR_IT):
            self.bell()


if __name__ == "__main__":
    app = StalledApp(FakeDesk(a_practice(20)))
    app.endings = Endings(app.exit, patience=PATIENCE)
    app.run(mouse=False)
