"""Noting looks without making anybody wait: one thread writes, in the order of looking."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from recall_tui.errors import RecallError

Write = Callable[[str, Sequence[str], Mapping[str, object] | None], None]


class LookLog:
    """What one session looked at. When a look could not be recorded, the next one is refused."""

    def __init__(self, write: Write) -> None:
        """Record by ``write``: action, patient numbers, details."""
        self._write = write
        self._seen: dict[str, set[str]] = {}
        self._lock = Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="looks")
        self._last: Future[None] | None = None

    def note(
        self, action: str, patients: Sequence[str], details: Mapping[str, object] | None = None
    ) -> None:
        """Record a look at these patients soon.

        Raises:
            RecallError: the look before could not be recorded.
        """
        with self._lock:
            last = self._last
            if last is not None and last.done():
                self._last = None
                fault = last.exception()
                if isinstance(fault, RecallError):
                    raise fault
            self._last = self._thread.submit(self._write, action, patients, details)

    def seen(self, action: str, patients: Iterable[str]) -> None:
        """Record that a list showed these patients: only those it did not show before.

        Raises:
            RecallError: the look before could not be recorded.
        """
        with self._lock:
            known = self._seen.setdefault(action, set())
            fresh = sorted(set(patients) - known)
            known.update(fresh)
        if fresh:
            self.note(action, fresh)

    def close(self) -> None:
        """Wait until every look is recorded."""
        self._thread.shutdown(wait=True)
