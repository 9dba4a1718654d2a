"""Copying a SQLite store as a file: of one moment, checked."""

import os
from contextlib import closing
from pathlib import Path
from typing import Any

from recall_tui.errors import StoreTrouble
from storage.driver import PRAGMAS, SQLITE, connect


def copy_file(store: Path, temporary: Path) -> None:
    """Copy a SQLite store of any version, as it is at one moment, and check the copy."""
    try:
        with closing(connect(store, timeout=10)) as connection:
            for pragma in PRAGMAS:
                connection.execute(pragma)
            with closing(connect(temporary, like=store)) as copy:
                connection.backup(copy)
        settle_file(temporary)
    except SQLITE.DatabaseError as error:
        raise StoreTrouble(f"the store {store} could not be copied: {error}") from error


def settle_file(path: Path) -> None:
    """Make one whole file of a SQLite store, without a log beside it, and prove it sound.

    Raises:
        StoreTrouble: it is damaged.
    """
    with closing(connect(path)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
        found: list[Any] = copy.execute("PRAGMA integrity_check").fetchall()
    if found != [("ok",)]:
        raise StoreTrouble(f"{path.name} is damaged: keep the last good backup")


def keep_before(store: Path, version: str) -> Path:
    """Keep a copy of a store beside it before its tables change; return where.

    A copy of the same version that is there already is replaced by the newer one.
    """
    target = store.with_name(f"{store.name}.before-{version}")
    temporary = store.with_name(f".{target.name}-{os.getpid()}")
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        copy_file(store, temporary)
        temporary.replace(target)
    except OSError as fault:
        raise StoreTrouble(
            f"the store {store} needs new tables, and could not be copied first "
            f"({fault.strerror}): nothing was changed; make room beside it"
        ) from fault
    finally:
        temporary.unlink(missing_ok=True)
    return target
