"""Units of work: a function carried out in one transaction, run again when it had to give way."""

import random
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from recall_tui.errors import StoreBusy, StoreTrouble
from storage.audit_keys import AUDIT, Auditing, AuditKeys
from storage.deadline import DEADLINE, INTERACTIVE, Deadline, stopper
from storage.ready import warm
from storage.sqlite import WRITES, hurried
from storage.trouble import is_lost, may_retry, to_trouble
from storage.turns import Turns

T = TypeVar("T")

MOST_TRIES = 5
MOST_SECONDS = 10.0
_FIRST_PAUSE = 0.02


def moved_mark(store: Path) -> Path:
    """Return the file that says, beside a SQLite store, where it was moved to."""
    return store.with_name(f"{store.name}-moved")


def moved_words(location: str, mark: Path) -> str:
    """Return what to tell people who want to write to a store that was moved."""
    where = mark.read_text(encoding="utf-8", errors="replace").strip()
    return f"the store {location} was moved to {where}: nothing was saved; leave and open that one"


Proof = Callable[[Connection], bool]
"""Whether what a unit wrote is in the database, asked after the answer to a commit was lost."""


Beside = Callable[[Connection], AbstractContextManager[object]]


def without(_connection: Connection) -> AbstractContextManager[object]:
    """Prepare nothing."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: the only way to it is through units of work."""

    engine: Engine
    location: str
    """Where it is, in words that hold no password."""

    audit: AuditKeys
    """The keys and anchors of its audit, which are kept outside it."""

    banners: tuple[str, ...] = ()
    """What every screen must say about it."""

    origin: str = ""
    """From where this process works: terminal and address."""

    turns: Turns = field(default=Turns())
    """Who writes next."""

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    def read(self, unit: Callable[[Connection], T], *, seconds: float = INTERACTIVE) -> T:
        """Return what ``unit`` reads from one snapshot.

        Raises:
            StoreTrouble: the database is locked, lost, damaged, or does not answer in time.
        """
        return _Attempts(self, writes=False, seconds=seconds).carry_out(unit, None)

    def write(
        self,
        unit: Callable[[Connection], T],
        *,
        proof: Callable[[], Proof | None] | None = None,
        seconds: float = INTERACTIVE,
        beside: Beside = without,
    ) -> T:
        """Carry ``unit`` out in one transaction and return what it returns.

        The unit may run several times. ``proof`` gives, after it ran, a question that tells
        whether its transaction arrived when the answer to the commit was lost. ``beside`` prepares
        on the same connection, before the transaction waits for its turn, and clears up after it.

        Raises:
            StoreTrouble: the database is locked, lost, full, damaged or silent.
        """
        attempts = _Attempts(self, writes=True, seconds=seconds, beside=beside)
        return attempts.carry_out(unit, proof)

    def make_ready(self) -> None:
        """Prepare to write, so that the first change takes no longer than others."""
        with suppress(SQLAlchemyError):
            warm(self.engine)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@dataclass(slots=True)
class _Attempts:
    database: Database
    writes: bool
    seconds: float
    beside: Beside = without
    committing: bool = False
    expired: bool = False

    def carry_out(
        self, unit: Callable[[Connection], T], proof: Callable[[], Proof | None] | None
    ) -> T:
        began, tries = monotonic(), 0
        while True:
            tries += 1
            done: list[T] = []
            try:
                return self._try(unit, done)
            except DBAPIError as error:
                if self._arrived(error, proof):
                    return done[0]
                pause = _FIRST_PAUSE * 2**tries * random.uniform(0.5, 1.5)  # noqa: S311 - jitter
                late = monotonic() - began + pause > self._patience
                if not self._worth_another_try(error) or tries >= MOST_TRIES or late:
                    self._give_up(error)
                Event().wait(pause)

    def _try(self, unit: Callable[[Connection], T], done: list[T]) -> T:
        self.committing = self.expired = False
        # What a batch holds is held for longer than a statement takes to be compiled.
        if self.writes and self.seconds <= INTERACTIVE:
            self.database.make_ready()
        connection = self.database.engine.connect()
        try:
            deadline = Deadline(self.seconds, stopper(connection))
            auditing = Auditing(self.database.audit, self.database.origin)
            options = {**self._options(), DEADLINE: deadline, AUDIT: auditing}
            connection = connection.execution_options(**options)
            undone = _abandoned(connection)
            with self.beside(connection), undone, self._hurry(connection), self._turn(), deadline:
                try:
                    connection.begin()
                    self._refuse_moved()
                    done.append(unit(connection))
                    self.committing = self.writes
                    auditing.committing()
                    connection.commit()
                    auditing.committed()
                finally:
                    self.expired = deadline.expired
        finally:
            with suppress(SQLAlchemyError):
                connection.close()
        return done[0]

    def _turn(self) -> AbstractContextManager[None]:
        return self.database.turns.turn(self._patience) if self.writes else nullcontext()

    def _hurry(self, connection: Connection) -> AbstractContextManager[None]:
        """Wait for SQLite's lock no longer than whoever asked: nothing else ends that wait."""
        if self.database.is_sqlite and self.seconds < INTERACTIVE:
            return hurried(connection, self.seconds)
        return nullcontext()

    def _refuse_moved(self) -> None:
        """Refuse to write to a file that was moved away, from sessions still open on it."""
        if not (self.writes and self.database.is_sqlite):
            return
        mark = moved_mark(Path(self.database.location))
        if mark.exists():
            raise StoreTrouble(moved_words(self.database.location, mark))

    @property
    def _patience(self) -> float:
        """Seconds of trying: what a person waits for, or as long as a batch may be silent."""
        return MOST_SECONDS if self.seconds == INTERACTIVE else self.seconds

    def _options(self) -> dict[str, object]:
        if self.database.is_sqlite:
            return {WRITES: self.writes}
        if self.writes:
            return {"isolation_level": "READ COMMITTED", "postgresql_readonly": False}
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    def _arrived(self, error: DBAPIError, proof: Callable[[], Proof | None] | None) -> bool:
        """Whether a commit whose answer was lost took place."""
        if not self.committing or not (self.expired or is_lost(error)):
            return False
        question = proof() if proof else None
        if question is None:
            raise StoreTrouble(
                f"the store {self.database.location} was lost while saving: look whether the "
                "change is there before doing it again"
            ) from error
        return _Attempts(self.database, writes=False, seconds=self.seconds).carry_out(
            question, None
        )

    def _worth_another_try(self, error: DBAPIError) -> bool:
        return not self.expired and (may_retry(error) or is_lost(error))

    def _give_up(self, error: DBAPIError) -> None:
        if self.expired:
            raise StoreBusy(
                f"the store {self.database.location} did not answer within "
                f"{self.seconds:.0f} seconds: nothing was saved; try again"
            ) from error
        trouble = to_trouble(error, self.database.location)
        if trouble is None:
            raise error
        raise trouble from error


@contextmanager
def _abandoned(connection: Connection) -> Generator[None]:
    """Roll back what fails, and throw the connection away when even that fails."""
    try:
        yield
    except BaseException:
        try:
            connection.rollback()
        except SQLAlchemyError:
            with suppress(SQLAlchemyError):
                connection.invalidate()
        raise
