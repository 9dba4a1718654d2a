"""What ends a session from outside: a signal, or a terminal that is gone.

Textual alone leaves the terminal as it is on a signal; reads a terminal that hung up without one
(no controlling terminal: a broken wrapper, a container) over and over, at a full core; and waits
for ever to write to a line that stalled. A thread beside it hears of all three.
"""

import asyncio
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from threading import Thread

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)

PATIENCE = 30.0
"""Seconds that a session has to end by itself: to finish what it writes to the store, and to give
the terminal back. Longer takes only who waits for a line that nobody reads."""


class Endings:
    """Calls ``end`` when the session has to end, and ends it when that does not."""

    def __init__(self, end: Callable[[], object], *, patience: float = PATIENCE) -> None:
        """End by ``end``, within so many seconds."""
        self._end = end
        self._patience = patience
        self._tell: int | None = None

    def hear(self) -> None:
        """Listen to signals and to the terminal, from within the running loop."""
        told, self._tell = os.pipe()
        for number in _SIGNALS:
            signal.signal(number, self._signalled)
        loop, context = asyncio.get_running_loop(), copy_context()

        def end() -> None:
            with suppress(RuntimeError):  # the loop has closed: it is ending
                loop.call_soon_threadsafe(self._end, context=context)

        Thread(target=self._listen, args=(told, end), name="ending", daemon=True).start()

    def _signalled(self, _number: int, _frame: object) -> None:
        # Runs even while the main thread waits for the line to take more.
        if self._tell is not None:
            os.write(self._tell, b".")

    def _listen(self, told: int, end: Callable[[], None]) -> None:
        """Wait until the session must end or has ended; no clock ticks meanwhile."""
        poll = select.poll()
        poll.register(told, select.POLLIN)
        if sys.__stdin__ is not None and sys.__stdin__.isatty():
            poll.register(sys.__stdin__.fileno(), 0)
        happened = [descriptor for descriptor, _ in poll.poll()]
        if happened == [told] and not os.read(told, 1):
            os.close(told)
            return
        end()
        time.sleep(self._patience)
        os._exit(1)

    def close(self) -> None:
        """Leave the signals as they were, and listen no more; who was told to end must end."""
        if self._tell is None:
            return
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        os.close(self._tell)
        self._tell = None


def let_go() -> None:
    """Let what is still to be written go nowhere, where the terminal has gone: that is no fault."""
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is None:
            continue
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
