"""Opening a Postgres store: short timeouts everywhere, so that a dead link is noticed."""

from sqlalchemy import URL, create_engine
from sqlalchemy.engine import Engine

from storage import ready
from storage.connecting import CONNECT
from storage.deadline import listen


def open_postgres(url: URL) -> Engine:
    """Return an engine for the database at ``url``; nothing is connected yet.

    Pooled connections are not pinged first: a ping of a frozen server would hang before any
    deadline runs. A unit that finds its connection dead is run again on a fresh one.
    """
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=CONNECT,
        pool_size=4,
        max_overflow=28,
        pool_timeout=10,
        hide_parameters=True,
    )
    listen(engine)
    ready.listen(engine)
    return engine
