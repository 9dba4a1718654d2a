"""What a database error means to people, and whether trying again can help."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from recall_tui.errors import StoreBusy, StoreTrouble, StoreUnwritable

_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 10, 11, 13, 14, 26
_PRIMARY = 0xFF

_SQLITE_WORDS = {
    _BUSY: "is locked by another program: try again in a minute",
    _LOCKED: "is locked by another program: try again in a minute",
    _READONLY: "cannot be written: check who owns the file and its folder",
    _IOERR: "cannot be read or written (disk error): nothing was saved; check the disk",
    _CORRUPT: "is damaged: stop working and restore the latest backup",
    _FULL: "cannot grow, the disk is full: nothing was saved; free some space",
    _CANTOPEN: "cannot be opened: check the path and the rights of its folder",
    _NOTADB: "is not a recall store (or is encrypted with another key): check the path",
}
_FULL_UP = ("too many clients", "remaining connection slots")
"""What a server without a connection left says before it gives a state."""

_UNWRITABLE = frozenset({_READONLY, _IOERR, _FULL, _CANTOPEN})
_UNWRITABLE_STATES = frozenset({"53100", "25006"})
_RECOVERING = "read-write mode during recovery"
"""What a replica says before it gives the state of a transaction that only reads."""

_UNTRUSTED = (
    ("does not match host name", "has the certificate of another server"),
    ("certificate verify failed", "has a certificate that no authority of ours signed"),
    ("does not support SSL", "does not encrypt the line"),
    ("root certificate file", "cannot be checked: sslrootcert names no file"),
    ("no encryption", "takes encrypted lines only: add sslmode=verify-full to its URL"),
)
"""What libpq says when a line cannot be trusted, and what that means."""

_RETRY_STATES = frozenset({"40001", "40P01", "55P03"})
_POSTGRES_WORDS = {
    "40": "is busy with other changes to the same rows: nothing was saved; try again",
    "28": "refuses this login: check the name and password",
    "3D": "does not exist: check its name",
    "42501": "does not give this login the rights it needs",
    "53100": "cannot grow, its disk is full: nothing was saved",
    "25006": "is a copy that only reads (a replica): nothing was saved; name the main server",
    "53300": "has no connection left: try again in a minute",
    "55P03": "is busy with another long change: try again in a minute",
    "57014": "took too long and was stopped: nothing was saved",
}


def sqlite_code(error: BaseException | None) -> int:
    """Return the primary SQLite error code of a driver's exception, 0 when it has none."""
    code: Any = getattr(error, "sqlite_errorcode", None)
    return code & _PRIMARY if isinstance(code, int) else 0


def sqlite_trouble(error: BaseException, location: str) -> StoreTrouble:
    """Return what to tell people about an error of the bare SQLite driver."""
    words = _SQLITE_WORDS.get(sqlite_code(error), f"cannot be used: {error}")
    return StoreTrouble(f"the store {location} {words}")


def sql_state(error: BaseException | None) -> str:
    """Return the SQLSTATE of a Postgres exception, empty when it has none."""
    if _RECOVERING in str(error):
        return "25006"
    state: Any = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else ""


def may_retry(error: DBAPIError) -> bool:
    """Whether the same unit may succeed when run again: busy, deadlock or serialisation."""
    if sqlite_code(error.orig) in {_BUSY, _LOCKED}:
        return True
    return sql_state(error.orig) in _RETRY_STATES


def is_lost(error: DBAPIError) -> bool:
    """Whether the connection is gone, so that the fate of a commit is unknown."""
    return error.connection_invalidated


def to_trouble(error: DBAPIError, location: str) -> StoreTrouble | None:
    """Return what to tell people, or None when the error is a bug of ours."""
    code, state = sqlite_code(error.orig), sql_state(error.orig)
    told = str(error.orig)
    if untrusted := next((words for sign, words in _UNTRUSTED if sign in told), ""):
        return StoreTrouble(f"the store {location} {untrusted}: nothing was sent to it")
    if any(sign in told for sign in _FULL_UP):
        state = "53300"
    words = _SQLITE_WORDS.get(code) or _POSTGRES_WORDS.get(state) or _POSTGRES_WORDS.get(state[:2])
    if words is not None:
        return _kind(error)(f"the store {location} {words}")
    if is_lost(error) or (isinstance(error, (OperationalError, InterfaceError)) and not code):
        return StoreUnwritable(
            f"the store {location} does not answer: nothing was saved; check that the database "
            "server runs and can be reached"
        )
    return None


def _kind(error: DBAPIError) -> type[StoreTrouble]:
    if may_retry(error):
        return StoreBusy
    code, state = sqlite_code(error.orig), sql_state(error.orig)
    is_unwritable = code in _UNWRITABLE or state in _UNWRITABLE_STATES
    return StoreUnwritable if is_unwritable else StoreTrouble


@contextmanager
def driver_errors(connection: Connection) -> Generator[None]:
    """Turn errors of calls made on the bare driver into what SQLAlchemy would have raised."""
    dialect = connection.dialect
    base: Any = dialect.loaded_dbapi.Error
    try:
        yield
    except base as error:
        lost = dialect.is_disconnect(error, connection.connection.driver_connection, None)
        raise DBAPIError.instance(
            "bulk",
            (),
            error,
            base,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=dialect,
        ) from error
