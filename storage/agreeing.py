"""Keeping what a practice agreed to be planned by: one row, changed by an admin, in the audit."""

import json
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from recall_tui.domain.rights import Right, may, refusal
from recall_tui.errors import Refused, StoreTrouble
from recall_tui.views.agreed import (
    AgreedRules,
    differing_files,
    differing_settings,
    differing_shipped,
)
from storage.agreed import agreed_in, shipped_text
from storage.recorder import Recorder
from storage.tables import AGREED_RULES
from storage.words import announce
from storage.work import Database
from storage.written import Author

TAKEN_OVER: Final = "rules taken over"
"""The action in the access log."""


def read_agreed(database: Database, practice_id: int) -> AgreedRules | None:
    """Return what the practice agreed on; None: nothing yet."""
    return database.read(lambda connection: _read(connection, practice_id))


def _read(connection: Connection, practice_id: int) -> AgreedRules | None:
    mine = select(AGREED_RULES).where(AGREED_RULES.c.practice_id == practice_id)
    row = connection.execute(mine).mappings().one_or_none()
    return agreed_in(dict(row)) if row else None


def take_over(
    database: Database,
    practice_id: int,
    change: tuple[AgreedRules | None, AgreedRules],
    rules: str,
    author: Author,
) -> None:
    """Keep other rules as the practice's; no plan by earlier ones is stored from then on.

    Args:
        database: the store.
        practice_id: the practice.
        change: what was seen in the store, and what takes its place.
        rules: the mark of the rules, as ``announce`` takes it.
        author: who says so, and when.

    Raises:
        Refused: they may not.
        StoreTrouble: somebody else was faster, or it cannot be recorded; nothing was changed.
    """
    before, after = change

    def unit(connection: Connection) -> None:
        work = Recorder(connection, practice_id)
        role = work.role_of(author.by)
        if not may(role, Right.RULES):
            raise Refused(refusal(role, Right.RULES))
        refuse_other_agreement(connection, practice_id, before.digest if before else "")
        _put(connection, practice_id, after, author)
        announce(connection, practice_id, rules)
        was = before or AgreedRules()
        details: dict[str, object] = {
            "files": differing_files(after, was), "settings": differing_settings(after, was),
            "shipped": len(differing_shipped(after, was)), "digest": after.digest,
            "from": after.home,
        }  # fmt: skip
        work.record_access(TAKEN_OVER, (), by=author.by, at=author.at, details=details)
        work.finish()

    database.write(unit)


def refuse_other_agreement(connection: Connection, practice_id: int, digest: str) -> None:
    """Raise when the practice agreed on something else than what was seen (empty: on nothing).

    Raises:
        StoreTrouble: it did, just now.
    """
    mine = select(AGREED_RULES.c.digest).where(AGREED_RULES.c.practice_id == practice_id)
    if (connection.execute(mine).scalar_one_or_none() or "") != digest:
        message = "the practice's rules were changed just now: start again to plan by them"
        raise StoreTrouble(message)


def _put(connection: Connection, practice_id: int, agreed: AgreedRules, author: Author) -> None:
    values: dict[str, Any] = {
        "digest": agreed.digest,
        "settings": json.dumps(agreed.settings, sort_keys=True),
        "files": json.dumps(agreed.files, sort_keys=True),
        "shipped": shipped_text(agreed),
        "home": agreed.home,
        "by": author.by,
        "at": author.at,
    }
    mine = AGREED_RULES.c.practice_id == practice_id
    done = connection.execute(update(AGREED_RULES).where(mine).values(values))
    if not done.rowcount:
        connection.execute(insert(AGREED_RULES).values(practice_id=practice_id, **values))


def announce_rules(database: Database, practice_id: int, rules: str, digest: str) -> None:
    """Note that everybody is being planned by these rules, which rest on what was agreed.

    ``digest``: of what the store said was agreed when the rules were read; empty: nothing was.

    Raises:
        StoreTrouble: something else is agreed by now; nothing was noted.
    """

    def unit(connection: Connection) -> None:
        Recorder(connection, practice_id)  # locks the practice: whoever takes over waits, or won
        refuse_other_agreement(connection, practice_id, digest)
        announce(connection, practice_id, rules)

    database.write(unit)
