"""One session of ``tests.bench.sessions``, in a process of its own.

The way ``ours`` books, notes, assigns and reads again through the program; ``floor`` sends as many
statements of the same kind to the same tables through the bare driver, the reading, too. The pace
is the seconds between two pieces of work, 0 for none.
"""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from time import monotonic, perf_counter
from typing import Any, NamedTuple, cast

import psycopg

from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import AddNote, Assign, Command, MarkBooked, Target, Unbook
from recall_tui.errors import Conflict, RecallError, Refused
from recall_tui.services.desk import perform
from recall_tui.views.worklist import WorklistRow
from storage.connecting import CONNECT
from storage.driver import PRAGMAS, SQLITE
from storage.readers.list_books import known_practice
from storage.readers.list_rows import read_list
from storage.store import SqlStore, open_store
from tests.support.desk import TODAY, moment

BARE = (
    "SELECT * FROM change_seq WHERE practice_id = 1{lock}",
    "SELECT patient_number FROM patient WHERE practice_id = 1 AND patient_number = ?",
    "SELECT * FROM due_item WHERE practice_id = 1 AND patient_number = ?",
    "SELECT * FROM item_state WHERE practice_id = 1 AND patient_number = ?",
    "SELECT * FROM event WHERE practice_id = 1 AND patient_number = ?",
    "UPDATE change_seq SET revision = revision + 1 WHERE practice_id = 1",
    """INSERT INTO change_note (practice_id, revision, patients)
       SELECT 1, revision, '[]' FROM change_seq WHERE practice_id = 1""",
    """DELETE FROM change_note WHERE practice_id = 1 AND revision <=
       (SELECT revision FROM change_seq WHERE practice_id = 1) - 500""",
    """INSERT INTO presence (practice_id, patient_number, session_id, who, since, expires)
       VALUES (1, ?, '{unique}', 'x', 0, 0)""",
)
"""As many and such statements as one of our writes; presence stands for the decision's row."""


class Told:
    """What a session saw."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.writes: list[float] = []
        self.reads: list[float] = []
        self.writes_at: list[float] = []
        self.reads_at: list[float] = []
        """When each of them began, on the clock that all processes share."""
        self.acknowledged: list[str] = []
        self.conflicts = 0
        self.errors: list[str] = []

    def timed(self, kind: str, work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it returns
        """Do something (``reads`` or ``writes``) and keep how many seconds it took."""
        begun = perf_counter()
        try:
            return work()
        finally:
            times: tuple[list[float], list[float]] = {
                "reads": (self.reads_at, self.reads),
                "writes": (self.writes_at, self.writes),
            }[kind]
            times[0].append(begun)
            times[1].append(perf_counter() - begun)


def one_turn(store: SqlStore, chooser: random.Random, numbers: list[str], told: Told) -> None:
    """Read a patient's row again and do something to it."""
    number = chooser.choice(numbers)
    month = Month.of(TODAY)
    now = moment(f"person{chooser.randrange(50)}")
    try:
        rows = told.timed("reads", lambda: store.worklist(month, TODAY, [number])).rows
        if not rows:
            return
        command = _command(rows[0], chooser)
        told.timed("writes", lambda: perform(store, command, now))
        told.acknowledged.append(now.command_id)
    except (Conflict, Refused):
        told.conflicts += 1
    except RecallError as fault:
        told.errors.append(fault.words)


def _command(row: WorklistRow, chooser: random.Random) -> Command:
    due = next((one for one in row.due_items() if one.is_open), None)
    kind = chooser.choice(("book", "note", "assign"))
    if kind == "book" and due is not None:
        if due.booking_id:
            return Unbook(row.patient, due.booking_id)
        return MarkBooked((Target(row.patient, due.item, due.due_on, due.version),), TODAY)
    if kind == "assign":
        return Assign((row.patient,), chooser.choice(("jo", "sam")))
    return AddNote(row.patient, "rang, will ring back")


class Bare:
    """Sends the statements of one read, and of one write, to the bare driver."""

    def __init__(self, url: str, number: str) -> None:
        """Connect; ``number`` is that of any patient."""
        self._number = number
        self._is_sqlite = url.startswith("sqlite")
        if self._is_sqlite:
            place = url.removeprefix("sqlite:///")
            self._connection = SQLITE.connect(place, timeout=10, isolation_level=None)
            for pragma in PRAGMAS:
                self._connection.execute(pragma)
        else:
            self._connection = cast("Any", psycopg.connect(url, autocommit=True, **CONNECT))
        self._asked: list[tuple[str, Sequence[object]]] = []
        mine = (known_practice(1), "")
        read_list(self._ask, mine, Month.of(TODAY), TODAY, [number])

    def read(self, number: str) -> None:
        """Read the list's row of a patient."""
        self._connection.execute("BEGIN")
        for sql, values in self._asked:
            self._send(sql, [number if value == self._number else value for value in values])
        self._connection.execute("COMMIT")

    def write(self, number: str) -> None:
        """Send as many statements as one of our writes."""
        lock = "" if self._is_sqlite else " FOR UPDATE"
        self._connection.execute("BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN")
        for statement in BARE:
            sql = statement.format(lock=lock, unique=uuid.uuid4().hex)
            self._send(sql, (number,) if "?" in sql else ())
        self._connection.execute("COMMIT")

    def _ask(self, sql: str, values: Sequence[object]) -> list[Any]:
        self._asked.append((sql, values))
        return self._send(sql, values)

    def _send(self, sql: str, values: Sequence[object]) -> list[Any]:
        ready = sql if self._is_sqlite else sql.replace("?", "%s")
        found = self._connection.execute(ready, values)
        return found.fetchall() if sql.startswith("SELECT") else []


class Hours(NamedTuple):
    """How long a session works, at which pace, and in which way; ``over`` ends it earlier."""

    seconds: float
    pace: float
    kind: str
    over: Event | None = None


def session(url: str, seed: int, hours: Hours, start: Barrier, told_of: Queue[Any]) -> None:
    """Work; put what was seen where it is asked for."""
    chooser = random.Random(seed)  # noqa: S311 - who comes next
    told = Told()
    store = open_store(url)
    store.database.make_ready()  # as a screen does once it has painted
    numbers = [row.patient for row in store.worklist(Month.of(TODAY), TODAY).rows]
    floor = Bare(url, numbers[0]) if hours.kind == "floor" else None
    start.wait()
    end = monotonic() + hours.seconds
    pause = hours.over or threading.Event()
    while monotonic() < end and not pause.is_set():
        if hours.pace:
            pause.wait(chooser.uniform(0.5, 1.5) * hours.pace)
        if floor is None:
            one_turn(store, chooser, numbers, told)
        else:
            number = chooser.choice(numbers)
            told.timed("reads", partial(floor.read, number))
            told.timed("writes", partial(floor.write, number))
    store.close()
    told_of.put(vars(told))
