"""A deadline on the client's side: a server that is frozen cannot keep it."""

import os
import socket
from collections.abc import Callable
from threading import Condition, Lock, Thread
from time import monotonic
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, event

INTERACTIVE = 10.0
"""Seconds of silence in what a person waits for; as long as SQLite may wait for its lock."""

ASIDE = 1.0
"""Seconds for what nobody waits for: the note of a look is kept beside a store that is held."""

BATCH = 120.0
"""Seconds of silence in a transaction of an import or a plan, whose statements are long."""

DEADLINE = "recall_deadline"
"""Execution option that holds the deadline of a connection's transaction."""


class Deadline:
    """Runs ``stop`` once when the database was silent for ``seconds`` inside the block.

    Every statement that begins or ends breaks the silence, so that a long batch of short
    statements is not taken for a frozen server.
    """

    def __init__(self, seconds: float, stop: Callable[[], None]) -> None:
        """Keep what to do; the time runs from entering the block."""
        self.expired = False
        self._seconds = seconds
        self._over = False
        self._stop = stop
        self._lock = Lock()
        self._heard = monotonic()

    def heard(self) -> None:
        """Note that the database answers."""
        self._heard = monotonic()

    @property
    def ends(self) -> float:
        """When the silence has been too long."""
        return self._heard + self._seconds

    def __enter__(self) -> Self:
        """Start the time."""
        self.heard()
        _WATCH.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the time; from here on ``stop`` is not called."""
        with self._lock:
            self._over = True
        _WATCH.remove(self)

    def expire(self) -> None:
        """Stop the call if the block is not over."""
        with self._lock:
            if not self._over:
                self.expired = True
                self._stop()


class _Watch:
    """One thread for the deadlines of the process: starting one for each call costs more."""

    def __init__(self) -> None:
        """Begin with nothing to wait for."""
        self.begin()

    def begin(self) -> None:
        """Forget whatever there was; the thread starts with the first deadline."""
        self._running: set[Deadline] = set()
        self._changed = Condition()
        self._wakes: float | None = None
        """When the thread looks next; None: it waits until it is told, or is not there."""

        self._thread: Thread | None = None

    def add(self, deadline: Deadline) -> None:
        """Watch a deadline; the thread is told only if it would look too late."""
        with self._changed:
            self._running.add(deadline)
            if self._thread is None:
                self._thread = Thread(target=self._look, name="deadlines", daemon=True)
                self._thread.start()
            elif self._wakes is None or self._wakes > deadline.ends:
                self._changed.notify()

    def remove(self, deadline: Deadline) -> None:
        """Watch it no longer; the thread finds that out when it looks next."""
        with self._changed:
            self._running.discard(deadline)

    def _look(self) -> None:
        while True:
            with self._changed:
                now = monotonic()
                late = [one for one in self._running if one.ends <= now]
                self._running.difference_update(late)
                if not late:
                    self._wakes = min((one.ends for one in self._running), default=None)
                    self._changed.wait(None if self._wakes is None else self._wakes - now)
                    continue
            for one in late:
                one.expire()


_WATCH = _Watch()
# A process that was forked has no thread of its parent.
os.register_at_fork(after_in_child=_WATCH.begin)


def heard(connection: Connection) -> None:
    """Note that the database answers a call made on the bare driver."""
    deadline = connection.get_execution_options().get(DEADLINE)
    if isinstance(deadline, Deadline):
        deadline.heard()


def listen(engine: Engine) -> None:
    """Let every statement of ``engine`` break the silence of its transaction's deadline."""

    def answered(connection: Connection, *_rest: object) -> None:
        heard(connection)

    event.listen(engine, "before_cursor_execute", answered)
    event.listen(engine, "after_cursor_execute", answered)


def stopper(connection: Connection) -> Callable[[], None]:
    """Return a function that makes a blocked call on ``connection`` end in an error.

    SQLite: the running statement is interrupted. Postgres: our end of the socket is shut, so that
    even a frozen server or a dead link cannot hold us.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return driver.interrupt

    def hang_up() -> None:
        with socket.socket(fileno=_duplicate(driver.pgconn.socket)) as line:
            line.shutdown(socket.SHUT_RDWR)

    return hang_up


def _duplicate(number: int) -> int:
    with socket.socket(fileno=number) as borrowed:
        copy = borrowed.dup()
        borrowed.detach()
    return copy.detach()
