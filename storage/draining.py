"""Putting the looks of the quick path into the chain."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from storage.deadline import ASIDE
from storage.looks import NAME
from storage.recorder import Recorder
from storage.sealing import Look
from storage.store import SqlStore
from storage.tables import ACCESS_LOG
from storage.written import Author


def drain(store: SqlStore) -> int:
    """Record the looks that wait for this practice; return how many. Doing it twice adds nothing.

    Raises:
        StoreTrouble: the store does not answer; the lines wait on.
    """
    folder = store.database.audit.folder
    with suppress(FileNotFoundError):
        (folder / NAME).rename(folder / f"{NAME}-{os.getpid()}-{os.urandom(4).hex()}")
    count = 0
    for file in sorted(folder.glob(f"{NAME}-*")):
        waiting = list(_read(file))
        mine = [one for one in waiting if one["practice"] == store.practice.practice_id]
        if mine:
            count += _record(store, mine)
        rest = [one for one in waiting if one not in mine]
        if not rest:
            file.unlink(missing_ok=True)
        elif mine:
            lines = "".join(f"{json.dumps(one)}\n" for one in rest)
            store.database.audit.put(file.name, lines.encode("ascii"))
    return count


def _read(file: Path) -> Iterator[dict[str, Any]]:
    """Give the looks of a file; a line that was cut off by a crash is left out."""
    with suppress(FileNotFoundError), file.open(encoding="utf-8") as lines:
        for line in lines:
            with suppress(ValueError):
                yield json.loads(line)


def _record(store: SqlStore, looks: list[dict[str, Any]]) -> int:
    def unit(connection: Connection) -> int:
        work = Recorder(connection, store.practice.practice_id)
        ids = [one["id"] for one in looks]
        known = set(
            connection.scalars(
                select(ACCESS_LOG.c.access_id).where(
                    ACCESS_LOG.c.practice_id == store.practice.practice_id,
                    ACCESS_LOG.c.access_id.in_(ids),
                )
            )
        )
        fresh = [one for one in looks if one["id"] not in known]
        for one in fresh:
            author = Author(one["by"], datetime.fromisoformat(one["at"]))
            look = Look(one["id"], one["role"], one["origin"])
            work.sealer.note(one["action"], [one["patient"]], author, look=look)
        work.finish()
        return len(fresh)

    return store.database.write(unit, seconds=ASIDE)
