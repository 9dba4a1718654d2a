"""Statements that are built once, and compiled before a write takes the lock.

SQLAlchemy compiles a statement when it is first executed, which takes longer than executing it. A
session's first change would do that while everybody else waits for the lock.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeVar
from weakref import WeakSet

from sqlalchemy import Engine, Executable, event

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
    _WARM.add(engine)
