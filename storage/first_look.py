"""What the first paint shows, read through the bare driver before anything heavier is loaded.

SQLAlchemy takes longer to load than the list to read, and the first screenful needs none of it. Two
questions, whatever there is to know: who asks, in which practice, what it calls things, the list.
Whoever has no store that is up to date, or is not known to its only practice, gets nothing here:
then the store is opened in the usual way, which says what is wrong.
"""

import json
from collections.abc import Collection, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from recall_tui.domain.calendar import Month
from recall_tui.domain.rights import Right, may
from recall_tui.views.first_look import FirstLook
from recall_tui.views.restricted import without_restricted
from recall_tui.views.worklist import WorklistSnapshot
from storage.driver import PRAGMAS, SQLITE, connect, is_wanted, library_version, may_use_wal
from storage.network import file_system_type, is_network_type
from storage.readers.list_books import (
    Ask,
    Known,
    Whose,
    books_question,
    known_practice,
    read_books,
    select_of,
)
from storage.readers.list_rows import LISTED, condition, rows_of
from storage.readers.list_top import of_the_top, top_question
from storage.revision import HEAD

PATIENCE = 1.0
"""Seconds to wait for a lock: the usual way waits longer, and says so."""

CACHE_KIB = 500
"""Of pages that were read: the system has them, too, and a session would keep the room for more."""


class Wanted(NamedTuple):
    """Which list is to be looked at, and by whom."""

    practice: str
    """ODS code; empty: the store's only practice."""

    who: str
    """Login of the person at the keyboard."""

    month: Month
    today: date
    """The practice's date."""


def first_look(path: Path, wanted: Wanted, count: int = 0) -> FirstLook | None:
    """Return the list of a month as a person may see it, None where the usual way must open it.

    Args:
        path: the SQLite file.
        wanted: which list, and who asks.
        count: how many of the most urgent rows (``readers.list_top``); 0: all of them.
    """
    if not path.is_file() or is_network_type(file_system_type(path)):
        return None
    if not may_use_wal(library_version()):
        return None
    try:
        with closing(connect(path, timeout=PATIENCE)) as connection:
            for pragma in (*PRAGMAS, f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}"):
                connection.execute(pragma)
            connection.execute("PRAGMA query_only=ON")
            if not is_wanted():  # a page that is read again is only copied, not deciphered
                connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
            connection.execute("BEGIN")
            return look(connection.execute, wanted, count)
    except SQLITE.DatabaseError:
        return None


def look(ask: Ask, wanted: Wanted, count: int = 0, *, session_user: str = "?") -> FirstLook | None:
    """Return the list of a month in two questions, None where the usual way must open the store.

    ``session_user``: SQL of who asks, as the database itself knows them.
    """
    code = wanted.practice.strip().upper()
    whose = Whose(_CHOSEN, (code,), wanted.who)
    known, opening, top = _ask_first(ask, whose, (wanted, count, session_user))
    if opening is None or not known.words or not may(known.role, Right.SEE):
        return None
    ods_code, name, mine = opening

    def read(patients: Collection[str] | None) -> WorklistSnapshot:
        listed = condition(mine, wanted.month, wanted.today, patients)
        return rows_of(ask, (known, name or ods_code), listed, (wanted.month, wanted.today))

    snapshot = of_the_top(top, read, count) if count else read(None)
    return FirstLook(
        ods_code=ods_code,
        words=json.loads(known.words),
        login=wanted.who,
        role=known.role,
        snapshot=snapshot if may(known.role, Right.RESTRICTED) else without_restricted(snapshot),
    )


_Opening = tuple[str, str, Whose]
_Asked = tuple[Known, _Opening | None, Sequence[Sequence[Any]]]


def _ask_first(ask: Ask, whose: Whose, what: tuple[Wanted, int, str]) -> _Asked:
    """Return what the first question tells: standing and book, the practice, who may come first."""
    wanted, count, session_user = what
    top, values = "", ()
    listed = condition(whose, wanted.month, wanted.today, None)
    patients = (LISTED.format(listed[0]), listed[1])
    if count:
        top, values = top_question(whose, wanted.month, wanted.today, count)
        top, patients = f"WITH top AS MATERIALIZED ({top}) ", ("SELECT patient_number FROM top", ())
    books, theirs = books_question(whose, patients, wanted.today)
    practice = _PRACTICE.format(who=session_user, mine=whose.practice)
    whom = (wanted.who,) if session_user == "?" else ()
    question = f"{top}{books} UNION ALL {practice}{_TOP if count else ''}"
    known = read_books(ask(question, (*values, *theirs, *whom, *whose.values)))
    found = [row[1:5] for row in known.more if row[0] == _FIRST]
    return known, _opened([row for row in known.more if row[0] == _OPENING], wanted.who), found


def _opened(rows: Sequence[Sequence[Any]], who: str) -> _Opening | None:
    """Return code and name of the practice, None unless there is one, of our revision."""
    if len(rows) != 1:
        return None
    _kind, revision, practice_id, ods_code, name, login, *_none = rows[0]
    if revision != HEAD or login != who:
        return None
    return str(ods_code), str(name or ""), known_practice(int(practice_id), who)


_CHOSEN = "(SELECT min(practice_id) FROM practice WHERE ? IN ('', ods_code) HAVING count(*) = 1)"
_OPENING, _FIRST = "opening", "first"
_PRACTICE = (
    select_of(
        _OPENING,
        "v.version_num",
        "p.practice_id",
        "p.ods_code",
        "p.name",
        "{who}",
    )
    + "FROM practice p CROSS JOIN alembic_version v "
    "WHERE p.practice_id = {mine}"
)
_TOP = f" UNION ALL {select_of(_FIRST, 'patient_number', 'risk', 'since', 'due')}FROM top"
