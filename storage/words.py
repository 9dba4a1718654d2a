"""What a practice calls its items and recalls, kept beside its plan.

The names come from files that take a tenth of a second to read and check. Whoever plans keeps them
here, so that a look-up and the first paint need one row instead.
"""

import json
from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from recall_tui.domain.plan_settings import RULES
from storage.tables import PRACTICE_WORDS
from storage.work import Database

Words = Mapping[str, object]

_UNFINISHED: Final = "unfinished"
"""Stands behind the rules while not everybody is planned by them."""


def rules_of(words: Words) -> str:
    """Return by which rules everybody is planned, or is being planned; empty: nobody is yet."""
    return str(words.get(RULES, "")).partition(" ")[0]


def announce(connection: Connection, practice_id: int, rules: str) -> None:
    """Note that everybody is being planned by other rules than before, if they are others.

    From now on no plan by earlier rules is stored, and whoever dies before ``keep_words`` leaves a
    practice that says that it must be planned again.
    """
    words = read_words(connection, practice_id)
    if words and rules_of(words) != rules:
        text = _as_text({**words, RULES: f"{rules} {_UNFINISHED}"})
        mine = PRACTICE_WORDS.c.practice_id == practice_id
        connection.execute(update(PRACTICE_WORDS).where(mine).values(words=text))


def kept_words(database: Database, practice_id: int) -> Words:
    """Return the words as they were kept; nothing when no plan was made yet."""
    return database.read(lambda connection: read_words(connection, practice_id))


def keep_words(database: Database, practice_id: int, words: Words) -> bool:
    """Keep the words; return whether they are other than those that were kept."""

    def unit(connection: Connection) -> bool:
        if read_words(connection, practice_id) == words:
            return False
        mine = PRACTICE_WORDS.c.practice_id == practice_id
        connection.execute(delete(PRACTICE_WORDS).where(mine))
        row = {"practice_id": practice_id, "words": _as_text(words)}
        connection.execute(insert(PRACTICE_WORDS).values(row))
        return True

    return database.write(unit)


def read_words(connection: Connection, practice_id: int) -> Words:
    """Return the words as they were kept, within a transaction; nothing when there are none."""
    statement = select(PRACTICE_WORDS.c.words).where(PRACTICE_WORDS.c.practice_id == practice_id)
    text = connection.execute(statement).scalar_one_or_none()
    words: Words = json.loads(text) if text else {}
    return words


def _as_text(words: Words) -> str:
    return json.dumps(words, sort_keys=True, ensure_ascii=False)
