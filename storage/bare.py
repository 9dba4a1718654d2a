"""Reading a store through the bare driver: nothing but the standard library and the driver."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recall_tui.errors import StoreTrouble

Ask = Callable[[str, Sequence[Any]], Iterator[Sequence[Any]]]
"""Runs one SELECT with ``?`` for each value and gives its rows as they come."""

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Bare:
    """A store that is open for reading, in one snapshot."""

    ask: Ask
    is_sqlite: bool


@contextmanager
def reading(url: str) -> Generator[Bare]:
    """Give the store at ``url`` (a SQLite file or URL, or ``postgresql://…``) for reading.

    Raises:
        StoreTrouble: the store cannot be read.
    """
    is_sqlite = "://" not in url or url.startswith("sqlite")
    with _sqlite(url) if is_sqlite else _postgres(url) as bare:
        yield bare


@contextmanager
def _sqlite(url: str) -> Generator[Bare]:
    from storage.driver import PRAGMAS, SQLITE, connect  # noqa: PLC0415 - a Postgres site has no need of it

    path = Path(url.partition(":///")[2] or url).expanduser().absolute()
    if not path.exists():
        raise StoreTrouble(f"there is no store {path}: make one with recall init")
    try:
        with closing(connect(path, timeout=10)) as connection:
            for pragma in (*PRAGMAS, "PRAGMA query_only=ON"):
                connection.execute(pragma)
            connection.execute("BEGIN")
            yield Bare(connection.execute, is_sqlite=True)
    except SQLITE.DatabaseError as error:
        raise StoreTrouble(f"the store {path} cannot be read: {error}") from error


@contextmanager
def _postgres(url: str) -> Generator[Bare]:
    import psycopg  # noqa: PLC0415 - it costs a sixth of a second, which SQLite should not pay

    from storage.connecting import CONNECT  # noqa: PLC0415 - the same

    place = f"postgresql://{url.partition('://')[2]}"
    try:
        with closing(psycopg.connect(place, **CONNECT)) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            names = iter(range(1_000_000))

            def ask(sql: str, values: Sequence[Any]) -> Iterator[Sequence[Any]]:
                text: Any = sql.replace("?", "%s")
                with connection.cursor(name=f"recall_{next(names)}") as cursor:
                    cursor.itersize = _AT_ONCE
                    yield from cursor.execute(text, values)

            yield Bare(ask, is_sqlite=False)
    except psycopg.Error as error:
        raise StoreTrouble(f"the store does not answer: {type(error).__name__}") from error
