"""What ends a session from outside: a signal, or a terminal that is gone.

Textual alone leaves the terminal as it is on a signal, and reads a terminal that hung up without
a signal (no controlling terminal: a broken wrapper, a container) over and over, at a full core.
"""

import asyncio
import select
import signal
import sys
from collections.abc import Callable

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)

LOOK_SECONDS = 2.0
"""How often it is looked whether the terminal is still there."""


class Endings:
    """Calls ``end`` when the session has to end."""

    def __init__(self, end: Callable[[], object]) -> None:
        """Watch over the terminal of standard input, if it is one."""
        self._end = end
        self._poll: select.poll | None = None
        if sys.__stdin__ is not None and sys.__stdin__.isatty():
            self._poll = select.poll()
            self._poll.register(sys.__stdin__.fileno(), 0)

    def hear(self) -> None:
        """Hear the signals that end a session, from within the running loop."""
        for number in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._end)

    def look(self) -> None:
        """End when the terminal has hung up."""
        if self._poll is not None and self._poll.poll(0):
            self._end()

    def close(self) -> None:
        """Leave the signals as they were."""
        for number in _SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)
