"""Moving a store from one engine or place to another: all of it, proved row by row, or nothing."""

from pathlib import Path

from sqlalchemy import Connection, select

from recall_tui.errors import Refused
from storage.audit_keys import AUDIT, Auditing
from storage.audit_moving import carry, demand_keys
from storage.copying import Prints, Step, copy_tables, lock
from storage.deadline import BATCH
from storage.tables import PRACTICE
from storage.upkeep_notes import note_upkeep
from storage.work import Database, moved_mark
from storage.written import Author


def move(source: Database, target: Database, author: Author, step: Step | None = None) -> Prints:
    """Copy everything to an empty store and return what arrived; nobody can write meanwhile.

    A SQLite store that was moved takes no more changes, not even from sessions that are open: a
    file beside it says where it went. It is left as it is otherwise. The audit's keys and anchors
    go along, and that it was moved is the newest row of the audit in both.

    Raises:
        Refused: the target holds a practice already, or its audit folder another store's audit; or
            the store's audit key is not here.
        StoreTrouble: it could not be done; nothing was changed.
    """
    codes = target.read(lambda connection: list(connection.scalars(select(PRACTICE.c.ods_code))))
    if codes:
        raise Refused(
            f"{target.location} holds practice {', '.join(codes)} already: move to an empty store"
        )

    def unit(old: Connection) -> Prints:
        lock(old)
        demand_keys(old, source.audit)
        note_upkeep(old, "move", {"from": source.location, "to": target.location}, author)

        def arrive(new: Connection) -> Prints:
            arrived = copy_tables(old, new, step)
            carry(source.audit, target.audit)
            moved: Auditing = old.get_execution_options()[AUDIT]
            carried: Auditing = new.get_execution_options()[AUDIT]
            carried.heads.update(moved.heads)
            return arrived

        arrived = target.write(arrive, seconds=BATCH)
        if source.is_sqlite:
            mark = moved_mark(Path(source.location))
            mark.touch(mode=0o600)
            mark.write_text(f"{target.location}\n", encoding="utf-8")
        return arrived

    return source.write(unit, seconds=BATCH)
