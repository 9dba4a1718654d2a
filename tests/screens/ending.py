"""The app on a real terminal, sent a signal by itself: python tests/screens/ending.py SIGTERM."""

from __future__ import annotations

import os
import signal
import sys

from textual.pilot import Pilot

from recall_tui.app import RecallApp
from tests.screens.fake_desk import FakeDesk
from tests.screens.fake_practice import a_practice
from tests.support.screen_text import settle

END = "THE TERMINAL IS WHOLE"


async def end(pilot: Pilot[object]) -> None:
    """Send the signal once the list is there."""
    await settle(pilot)
    os.kill(os.getpid(), signal.Signals[sys.argv[1]])


if __name__ == "__main__":
    RecallApp(FakeDesk(a_practice(20))).run(mouse=False, auto_pilot=end)
    sys.stdout.write(END + "\n")
