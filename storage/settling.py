"""After a restore: invites wait until somebody says that those which were lost are dealt with."""

import json

from sqlalchemy import Connection, select

from recall_tui.errors import Refused
from storage.tables import RESTORATION


def refuse_while_unsettled(connection: Connection, practice_id: int) -> None:
    """Refuse to record invites while a restore lost some that may have gone out.

    Raises:
        Refused: with what to do.
    """
    row = connection.execute(
        select(RESTORATION.c.at, RESTORATION.c.source, RESTORATION.c.lost)
        .where(RESTORATION.c.practice_id == practice_id, RESTORATION.c.settled_at.is_(None))
        .order_by(RESTORATION.c.at)
        .limit(1)
    ).one_or_none()
    if row is not None:
        count = json.loads(row[2])["invites"]
        raise Refused(
            f"{row[1]} was put back on {row[0].day} {row[0]:%b %Y} and {count:,} invites were "
            "lost, which may have gone out: when they are dealt with, recall restore --settled"
        )
