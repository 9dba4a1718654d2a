"""Rows in the audit of every practice about what is done to the store as a whole."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from storage.recorder import Recorder
from storage.tables import PRACTICE
from storage.written import Author


def note_upkeep(
    connection: Connection, action: str, details: Mapping[str, object], author: Author
) -> None:
    """Note in each practice's chain, in the transaction that is open, what is done to the store.

    Raises:
        StoreTrouble: the audit cannot be written: then it is not done either.
    """
    known = select(PRACTICE.c.practice_id).order_by(PRACTICE.c.practice_id)
    for practice_id in connection.scalars(known).all():
        work = Recorder(connection, practice_id)
        work.role_of(author.by)
        work.record_access(action, (), by=author.by, at=author.at, details=details)
        work.finish()
