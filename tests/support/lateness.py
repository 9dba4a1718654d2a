"""How late a machine with other work to do is: no limit on time is one on the machine."""

from collections.abc import Generator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

_NAP = 0.005


class Lateness:
    """The longest that a thread which slept for a moment waited for its turn."""

    seconds = 0.0

    def watch(self, ended: Event) -> None:
        """Sleep again and again, until it has ended."""
        is_over = False
        while not is_over:
            began = monotonic()
            is_over = ended.wait(_NAP)
            self.seconds = max(self.seconds, monotonic() - began - _NAP)


@contextmanager
def lateness() -> Generator[Lateness]:
    """Measure it while something else is done."""
    ended, found = Event(), Lateness()
    watching = Thread(target=found.watch, args=(ended,))
    watching.start()
    try:
        yield found
    finally:
        ended.set()
        watching.join()
