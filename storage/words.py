"""What a practice calls its items and recalls, kept beside its plan.

The names come from files that take a tenth of a second to read and check. Whoever plans keeps them
here, so that a look-up and the first paint need one row instead.
"""

import json
from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from storage.tables import PRACTICE_WORDS
from storage.work import Database

Words = Mapping[str, object]


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
        text = json.dumps(words, sort_keys=True, ensure_ascii=False)
        connection.execute(insert(PRACTICE_WORDS).values(practice_id=practice_id, words=text))
        return True

    return database.write(unit)


def read_words(connection: Connection, practice_id: int) -> Words:
    """Return the words as they were kept, within a transaction; nothing when there are none."""
    statement = select(PRACTICE_WORDS.c.words).where(PRACTICE_WORDS.c.practice_id == practice_id)
    text = connection.execute(statement).scalar_one_or_none()
    words: Words = json.loads(text) if text else {}
    return words
