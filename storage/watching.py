"""Hearing of others' changes: a thread of its own that asks for little and tells at once.

SQLite: ``data_version`` of one connection that does nothing else, four times a second. It is not
comparable between connections, and it moves for checkpoints too, so the change notes say what
changed. Postgres: LISTEN, and a question every fifteen seconds as a net, since notifications are
neither kept nor repeated. After every connection anew whatever was missed is asked for.
"""

import os
import select
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Final, Protocol

from recall_tui.errors import StoreTrouble
from recall_tui.views.news import News
from storage.change_notes import channel, read_news
from storage.driver import SQLITE, connect
from storage.trouble import sqlite_trouble
from storage.work import Database

LOOK_SECONDS: Final = 0.25
NET_SECONDS: Final = 15.0
FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 5.0
PATIENCE: Final = 2.0
"""Seconds that closing waits for the thread."""

Told = Callable[[News], object]


class _Line(Protocol):
    """One connection that hears of changes."""

    def wait(self) -> bool:
        """Wait a while; return whether anything may have changed. Raises StoreTrouble."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class _FileLine:
    """The SQLite file, looked at four times a second."""

    def __init__(self, database: Database, stop: Event) -> None:
        self._database = database
        self._path = Path(database.location)
        self._stop = stop
        place = f"{self._path.as_uri()}?mode=rw"
        try:
            self._file = self._identity()
            self._connection = connect(
                self._path, place=place, uri=True, timeout=10, check_same_thread=False
            )
            self._version = self._ask()
        except SQLITE.DatabaseError as error:
            raise sqlite_trouble(error, database.location) from error

    def wait(self) -> bool:
        if self._stop.wait(LOOK_SECONDS):
            return False
        if self._identity() != self._file:
            # Somebody put another file there: every connection still holds the old one.
            self._database.engine.dispose()
            raise StoreTrouble(f"the store {self._path} was replaced by another file")
        before = self._version
        try:
            self._version = self._ask()
        except SQLITE.DatabaseError as error:
            raise sqlite_trouble(error, self._database.location) from error
        return self._version != before

    def close(self) -> None:
        self._connection.close()

    def _ask(self) -> int:
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def _identity(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError as error:
            words = f"the store {self._path} cannot be reached: {error.strerror}"
            raise StoreTrouble(words) from error
        return found.st_dev, found.st_ino


class _ServerLine:
    """A Postgres connection that listens."""

    def __init__(self, database: Database, practice_id: int, wake: int) -> None:
        import psycopg  # noqa: PLC0415 - not for SQLite

        from storage.connecting import CONNECT  # noqa: PLC0415 - not for SQLite

        self._error = psycopg.Error
        self._wake = wake
        self._location = database.location
        url = database.engine.url.set(drivername="postgresql")
        try:
            self._connection = psycopg.connect(
                url.render_as_string(hide_password=False), autocommit=True, **CONNECT
            )
            self._connection.execute(f"LISTEN {channel(practice_id)}".encode())
        except psycopg.Error as error:
            raise self._trouble() from error

    def wait(self) -> bool:
        try:
            number = self._connection.fileno()
            heard, _, _ = select.select([number, self._wake], [], [], NET_SECONDS)
            if number in heard:
                return bool(list(self._connection.notifies(timeout=0)))
        except (self._error, OSError) as error:
            raise self._trouble() from error
        return not heard

    def close(self) -> None:
        self._connection.close()

    def _trouble(self) -> StoreTrouble:
        return StoreTrouble(f"the store {self._location} does not answer")


class Watch:
    """Tells of every change of a practice until it is closed; ``told`` is called in its thread."""

    def __init__(self, database: Database, practice_id: int, told: Told) -> None:
        """Begin to watch."""
        self._database = database
        self._practice_id = practice_id
        self._told = told
        self._stop = Event()
        self._ear, self._mouth = os.pipe()
        self._in_trouble = False
        self._known = 0
        self._thread = Thread(target=self._run, name="recall-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching; afterwards nothing is told any more."""
        if self._stop.is_set():
            return
        self._stop.set()
        os.write(self._mouth, b"x")
        self._thread.join(PATIENCE)
        if not self._thread.is_alive():
            os.close(self._ear)
            os.close(self._mouth)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            try:
                with closing(self._line()) as line:
                    self._ask()
                    self._database.make_ready()
                    pause = FIRST_PAUSE
                    while not self._stop.is_set():
                        if line.wait():
                            self._ask()
            except StoreTrouble as trouble:
                self._in_trouble = True
                self._say(News(self._known, self._known, frozenset(), trouble.words))
                self._stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _line(self) -> _Line:
        if self._database.is_sqlite:
            return _FileLine(self._database, self._stop)
        return _ServerLine(self._database, self._practice_id, self._ear)

    def _ask(self) -> None:
        """Tell what is new, and that the store answers again."""
        news = self._database.read(
            lambda connection: read_news(connection, self._practice_id, self._known)
        )
        if news.revision != self._known or self._in_trouble:
            self._known, self._in_trouble = news.revision, False
            self._say(news)

    def _say(self, news: News) -> None:
        if not self._stop.is_set():
            with suppress(RuntimeError):  # the screen's event loop has just ended
                self._told(news)
