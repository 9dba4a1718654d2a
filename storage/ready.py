"""Statements that are built once, and compiled before a write takes the lock.

SQLAlchemy compiles a statement when it is first executed, which takes longer than executing it. A
session's first change would do that while everybody else waits for the lock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeVar
from weakref import WeakSet

from sqlalchemy import Connection, Dialect, Engine, Executable, event

from recall_tui.errors import Conflict

REHEARSAL: Final = "recall_rehearsal"
"""Execution option: nothing that is executed reaches the database."""

_S = TypeVar("_S", bound=Executable)
_EVERY: list[tuple[str, Executable, dict[str, object]]] = []
_WARM: WeakSet[Engine] = WeakSet()


def ready(statement: _S, *names: str, several: Sequence[str] = (), dialect: str = "") -> _S:
    """Return the statement, which ``warm`` compiles for the parameters of these names.

    ``several`` are the names of those that are lists of texts; ``dialect`` names the only database
    that runs the statement, if there is only one.
    """
    lists: dict[str, object] = dict.fromkeys(several, ("",))
    _EVERY.append((dialect, statement, {**dict.fromkeys(names), **lists}))
    return statement


@lru_cache(maxsize=256)
def text_of(statement: Any, names: frozenset[str], dialect: Dialect) -> str:  # noqa: ANN401 - any statement that can be compiled
    """Return a statement as the driver takes it, with parameters of these names."""
    return str(statement.compile(dialect=dialect, column_keys=sorted(names)))


def listen(engine: Engine) -> None:
    """Let ``engine`` rehearse."""

    def only_rehearsed(_cursor: object, _sql: str, _values: object, context: Any) -> bool:  # noqa: ANN401 - the dialect's own
        return bool(context.execution_options.get(REHEARSAL, False))

    event.listen(engine, "do_execute", only_rehearsed)


def warm(engine: Engine) -> None:
    """Compile every ready statement for ``engine``, once; the database sees nothing of it."""
    if engine in _WARM:
        return
    with engine.connect() as plain:
        connection = plain.execution_options(**{REHEARSAL: True})
        for dialect, statement, values in _EVERY:
            if dialect in ("", engine.dialect.name):
                connection.execute(statement, values)
                if engine.dialect.name == "postgresql":
                    text_of(statement, frozenset(values), engine.dialect)
    _WARM.add(engine)


@dataclass(frozen=True, slots=True)
class Write:
    """Rows for one statement."""

    statement: Executable
    rows: Sequence[dict[str, Any]]
    """All with the same names, those of the statement's parameters."""

    finds_all: bool = False
    """Whether each row overwrites one that is there, in the version that was read."""


def carry_out(connection: Connection, writes: Iterable[Write]) -> int:
    """Send one write after the other; return how many rows they changed.

    Raises:
        Conflict: a row that was to be overwritten has another version by now.
    """
    changed = 0
    for one in writes:
        if one.rows:
            values = one.rows[0] if len(one.rows) == 1 else list(one.rows)
            done = connection.execute(one.statement, values).rowcount
            refuse_missed(one, done)
            changed += done
    return changed


def refuse_missed(one: Write, done: int) -> None:
    """Raise Conflict if a write that was to overwrite rows found fewer."""
    if one.finds_all and done != len(one.rows):
        raise Conflict("changed while this was being saved")
