"""Postgres' own dump program, where there is one that knows the server."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL

from recall_tui.errors import Refused, StoreTrouble
from storage.engine import words_for

DUMP = "pg_dump"
RESTORE = "pg_restore"
DUMP_SECONDS = 3600
_VERSION = re.compile(r"(\d+)")


def can_dump(server_version: int) -> bool:
    """Whether the dump program is here and not older than the server (its major version)."""
    program = shutil.which(DUMP)
    if program is None or shutil.which(RESTORE) is None:
        return False
    done = subprocess.run([program, "--version"], check=False, capture_output=True, timeout=60)  # noqa: S603 - pg_dump of this machine
    found = _VERSION.search(done.stdout.decode(errors="replace"))
    return found is not None and int(found.group(1)) >= server_version


def dump(place: URL, target: Path, snapshot: str = "") -> None:
    """Write a custom dump of the database; ``snapshot``: of that moment of another transaction.

    Raises:
        Refused: the program is not on this machine.
        StoreTrouble: it failed.
    """
    arguments = ["--format=custom", f"--file={target}"]
    arguments += [f"--snapshot={snapshot}"] if snapshot else []
    _run(DUMP, place, arguments, "copied")


def undump(source: Path, place: URL) -> None:
    """Put a custom dump into an empty database.

    Raises:
        Refused: the program is not on this machine.
        StoreTrouble: it failed.
    """
    _run(RESTORE, place, ["--no-owner", "--no-privileges", "--exit-on-error", str(source)], "read")


def _run(name: str, place: URL, arguments: Sequence[str], what: str) -> None:
    program = shutil.which(name)
    if program is None:
        raise Refused(
            f"{name} is not on this machine: install the Postgres client tools, or give a file "
            "that ends in .db, which needs none"
        )
    # Arguments are public on a shared server; the environment of a process is not.
    public = URL.create(
        "postgresql", place.username, None, place.host, place.port, place.database, place.query
    )
    secret = {"PGPASSWORD": place.password} if place.password else {}
    done = subprocess.run(  # noqa: S603 - a Postgres tool of this machine
        [program, f"--dbname={public.render_as_string(hide_password=False)}", *arguments],
        check=False,
        capture_output=True,
        timeout=DUMP_SECONDS,
        env={**os.environ, **secret},
    )
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no answer"]
        raise StoreTrouble(f"the store {words_for(place)} could not be {what}: {lines[-1]}")
