"""A deadline on the client's side: a server that is frozen cannot keep it."""

import socket
from collections.abc import Callable
from threading import Lock, Timer
from time import monotonic
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, event

INTERACTIVE = 10.0
"""Seconds of silence in what a person waits for; as long as SQLite may wait for its lock."""

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
        self._timer = self._wait(seconds)

    def heard(self) -> None:
        """Note that the database answers."""
        self._heard = monotonic()

    def __enter__(self) -> Self:
        """Start the time."""
        self.heard()
        self._timer.start()
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
            self._timer.cancel()

    def _wait(self, seconds: float) -> Timer:
        timer = Timer(seconds, self._expire)
        timer.daemon = True
        return timer

    def _expire(self) -> None:
        with self._lock:
            left = self._heard + self._seconds - monotonic()
            if self._over:
                return
            if left > 0:
                self._timer = self._wait(left)
                self._timer.start()
                return
            self.expired = True
            self._stop()


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
