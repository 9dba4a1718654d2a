"""A backup: one consistent copy of the store, private, whole or not at all."""

import os
import shutil
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from recall_tui.errors import BadInput, Refused, StoreTrouble
from storage.driver import PRAGMAS, SQLITE
from storage.engine import parse_url, sqlite_path, words_for

DUMP = "pg_dump"
DUMP_SECONDS = 3600


def back_up(url: str, target: Path) -> int:
    """Write a copy of the store to ``target`` (mode 0600) and return its size in bytes.

    Nobody is kept from working meanwhile; the copy is of one moment. It is checked before it gets
    its name. A file that exists is never replaced.

    Raises:
        Refused: ``target`` is there already, or ``pg_dump`` is not on this machine.
        BadInput: it cannot be written there.
        StoreTrouble: the store cannot be read, or the copy is not sound.
    """
    if target.is_symlink() or target.exists():
        raise Refused(f"{target.name} exists already: choose another name")
    place = parse_url(url)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".recall-backup-")
    except OSError as fault:
        raise BadInput.at(target, None, f"cannot be written: {fault.strerror}") from fault
    os.close(handle)
    temporary = Path(name)
    try:
        if place.get_backend_name() == "sqlite":
            _copy_sqlite(sqlite_path(place), temporary)
        else:
            _dump_postgres(place, temporary)
        return _give_name(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _copy_sqlite(store: Path, temporary: Path) -> None:
    if not store.exists():
        raise StoreTrouble(f"there is no store {store}: make one with recall init")
    try:
        with closing(SQLITE.connect(store, timeout=10, isolation_level=None)) as connection:
            for pragma in PRAGMAS:
                connection.execute(pragma)
            connection.execute("VACUUM INTO ?", (os.fspath(temporary),))
        with closing(SQLITE.connect(temporary, isolation_level=None)) as copy:
            found: list[Any] = copy.execute("PRAGMA integrity_check").fetchall()
    except SQLITE.DatabaseError as error:
        raise StoreTrouble(f"the store {store} could not be copied: {error}") from error
    if found != [("ok",)]:
        raise StoreTrouble(f"the store {store} is damaged: keep the last good backup")


def _dump_postgres(place: URL, temporary: Path) -> None:
    program = shutil.which(DUMP)
    if program is None:
        raise Refused(
            "pg_dump is not on this machine: install the Postgres client tools, or let whoever "
            "runs the database server back it up"
        )
    # Arguments are public on a shared server; the environment of a process is not.
    public = URL.create(
        "postgresql", place.username, None, place.host, place.port, place.database, place.query
    )
    secret = {"PGPASSWORD": place.password} if place.password else {}
    arguments = [program, "--format=custom", f"--file={temporary}"]
    arguments.append(f"--dbname={public.render_as_string(hide_password=False)}")
    done = subprocess.run(  # noqa: S603 - pg_dump of this machine
        arguments,
        check=False,
        capture_output=True,
        timeout=DUMP_SECONDS,
        env={**os.environ, **secret},
    )
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no answer"]
        raise StoreTrouble(f"the store {words_for(place)} could not be copied: {lines[-1]}")


def _give_name(temporary: Path, target: Path) -> int:
    try:
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        os.link(temporary, target)
        return target.stat().st_size
    except FileExistsError as fault:
        raise Refused(f"{target.name} exists already: choose another name") from fault
    except OSError as fault:
        raise BadInput.at(target, None, f"cannot be written: {fault.strerror}") from fault
