"""A deadline on the client's side: a server that is frozen cannot keep it."""

import socket
from collections.abc import Callable
from threading import Lock, Timer
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection

INTERACTIVE = 10.0
"""Seconds for what a person waits for; as long as SQLite may wait for its lock."""

BATCH = 120.0
"""Seconds for one transaction of an import or a plan."""


class Deadline:
    """Runs ``stop`` once when ``seconds`` pass before the block ends.

    >>> with Deadline(5, connection_stopper) as deadline: ...
    """

    def __init__(self, seconds: float, stop: Callable[[], None]) -> None:
        """Keep what to do; the time runs from entering the block."""
        self.expired = False
        self._over = False
        self._stop = stop
        self._lock = Lock()
        self._timer = Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Start the time."""
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

    def _expire(self) -> None:
        with self._lock:
            if not self._over:
                self.expired = True
                self._stop()


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
