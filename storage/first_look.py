"""What the first paint shows, read through the bare driver before anything heavier is loaded.

SQLAlchemy takes longer to load than the list to read, and the first screenful needs none of it.
Whoever has no plain SQLite store that is up to date, or is not known to its only practice, gets
nothing here: then the store is opened in the usual way, which says what is wrong.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from recall_tui.domain.calendar import Month
from recall_tui.domain.rights import Right, may
from recall_tui.views.first_look import FirstLook
from recall_tui.views.restricted import without_restricted
from recall_tui.views.worklist import WorklistSnapshot
from storage.driver import PRAGMAS, SQLITE, connect, library_version, may_use_wal
from storage.network import file_system_type, is_network_type
from storage.readers.list_rows import Ask, read_list
from storage.readers.list_top import read_top
from storage.revision import HEAD

Read = Callable[[Ask, tuple[int, str]], WorklistSnapshot]
"""Reads a list of the practice with this id and name."""

PATIENCE = 1.0
"""Seconds to wait for a lock: the usual way waits longer, and says so."""


def first_look(  # noqa: PLR0913 - which store, whose, who asks, and for what
    path: Path, practice: str, who: str, month: Month, today: date, *, whole: bool = True
) -> FirstLook | None:
    """Return the list of a month as a person may see it, None where the usual way must open it.

    Args:
        path: the SQLite file.
        practice: ODS code; empty: the store's only practice.
        who: login of the person at the keyboard.
        month: which list.
        today: the practice's date.
        whole: all of it, or the most urgent patients only (``readers.list_top``).
    """
    read = read_list if whole else read_top
    if not path.is_file() or is_network_type(file_system_type(path)):
        return None
    if not may_use_wal(library_version()):
        return None
    try:
        with closing(connect(path, timeout=PATIENCE)) as connection:
            for pragma in (*PRAGMAS, f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}"):
                connection.execute(pragma)
            connection.execute("PRAGMA query_only=ON")
            connection.execute("BEGIN")
            return _look(
                connection.execute, (practice, who), lambda ask, mine: read(ask, mine, month, today)
            )
    except SQLITE.DatabaseError:
        return None


def _look(ask: Ask, wanted: tuple[str, str], read: Read) -> FirstLook | None:
    practice, who = wanted
    if [tuple(row) for row in ask("SELECT version_num FROM alembic_version", ())] != [(HEAD,)]:
        return None
    found = list(ask(_PRACTICE, (who,)))
    code = practice.strip().upper()
    fitting = [row for row in found if row[1] == code] if code else found
    if len(fitting) != 1:
        return None
    practice_id, ods_code, name, role, words = _named(fitting[0])
    if not may(role, Right.SEE) or not words:
        return None
    snapshot = read(ask, (practice_id, name or ods_code))
    return FirstLook(
        ods_code=ods_code,
        words=json.loads(words),
        login=who,
        role=role,
        snapshot=snapshot if may(role, Right.RESTRICTED) else without_restricted(snapshot),
    )


def _named(row: Sequence[object]) -> tuple[int, str, str, str, str]:
    practice_id, ods_code, name, role, words = row
    assert isinstance(practice_id, int), "the key of a practice is a number"  # noqa: S101 - ours
    return practice_id, str(ods_code), str(name or ""), str(role or ""), str(words or "")


_PRACTICE = (
    "SELECT p.practice_id, p.ods_code, p.name, m.role, w.words FROM practice p "
    "LEFT JOIN member m ON m.practice_id = p.practice_id AND m.login = ? "
    "LEFT JOIN practice_words w ON w.practice_id = p.practice_id ORDER BY p.practice_id"
)
