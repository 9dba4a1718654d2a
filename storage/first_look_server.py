"""The first paint of a Postgres store, through psycopg alone; see ``storage.first_look``."""

import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from threading import Timer
from typing import Any

import psycopg

from recall_tui.views.first_look import FirstLook
from storage.connecting import CONNECT
from storage.first_look import Wanted, look

PATIENCE = 10.0
"""Seconds after which a server that answers no more is left to the usual way, which says so."""


def server_look(url: str, wanted: Wanted) -> FirstLook | None:
    """Return the whole list of a month as ``first_look`` does; the database says who asks."""
    place = f"postgresql://{url.partition('://')[2]}"
    with suppress(psycopg.Error), psycopg.connect(place, **CONNECT) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True

        def ask(sql: str, values: Sequence[object]) -> Iterable[Sequence[Any]]:
            text: Any = sql.replace("?", "%s")
            return connection.execute(text, values)

        late = Timer(PATIENCE, lambda: _hang_up(connection))
        late.daemon = True
        late.start()
        try:
            mine = wanted._replace(who=connection.info.user)
            return look(ask, mine, session_user="session_user")
        finally:
            late.cancel()
    return None


def _hang_up(connection: psycopg.Connection[Any]) -> None:
    """Shut our end of the socket, so that even a frozen server cannot hold us."""
    with suppress(OSError, psycopg.Error):
        line = socket.socket(fileno=connection.fileno())
        try:
            line.shutdown(socket.SHUT_RDWR)
        finally:
            line.detach()
