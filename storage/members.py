"""Who may work in a practice: rows of ``member``."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from recall_tui.errors import Conflict
from recall_tui.views.people import Member
from storage.ready import ready
from storage.tables import MEMBER

_COLUMNS = (MEMBER.c.login, MEMBER.c.name, MEMBER.c.role, MEMBER.c.pin, MEMBER.c.version)
_MEMBER = ready(
    select(*_COLUMNS).where(
        MEMBER.c.practice_id == bindparam("practice"), MEMBER.c.login == bindparam("login")
    ),
    "login",
    "practice",
)


_MEMBERS = ready(
    select(*_COLUMNS).where(MEMBER.c.practice_id == bindparam("practice")).order_by(MEMBER.c.login),
    "practice",
)


def members(connection: Connection, practice_id: int) -> tuple[Member, ...]:
    """Return everybody who was ever given a role, in order of login; a removed one has none."""
    rows = connection.execute(_MEMBERS, {"practice": practice_id})
    return tuple(Member(*row) for row in rows)


def member(connection: Connection, practice_id: int, login: str) -> Member | None:
    """Return one person, or None."""
    row = connection.execute(_MEMBER, {"login": login, "practice": practice_id}).one_or_none()
    return Member(*row) if row else None


def put_member(
    connection: Connection, practice_id: int, one: Member, *, by: str, at: datetime
) -> None:
    """Write a person over the version that was read (0: none yet).

    Raises:
        Conflict: somebody else changed the same person first.
    """
    values = {"name": one.name, "role": one.role, "pin": one.pin, "version": one.version + 1}
    author = {"changed_by": by, "changed_at": at}
    if one.version == 0:
        key = {"practice_id": practice_id, "login": one.login}
        connection.execute(insert(MEMBER).values(**key, **values, **author))
        return
    done = connection.execute(
        update(MEMBER)
        .where(
            MEMBER.c.practice_id == practice_id,
            MEMBER.c.login == one.login,
            MEMBER.c.version == one.version,
        )
        .values(**values, **author)
    )
    if done.rowcount != 1:
        raise Conflict("changed while this was being saved")
