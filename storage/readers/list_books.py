"""The first of the list's two questions: where the practice stands, who asks, and the book.

The first paint asks in it, too, which practice it is and what it calls things. Its rows are of
several kinds, each told by its first column; all of them are texts.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from storage.readers.book import LOOK_BACK, Book, Slot, book_of

if TYPE_CHECKING:
    from datetime import date

Ask = Callable[[str, Sequence[object]], Iterable[Sequence[Any]]]
"""Runs one SELECT with ``?`` for each value and gives its rows."""

Values = tuple[object, ...]


class Whose(NamedTuple):
    """Which practice is asked for, and by whom."""

    practice: str
    """SQL of its number."""

    values: Values
    """What the SQL needs."""

    login: str
    """Of whom; empty: the program itself."""


class Known(NamedTuple):
    """What the first question tells of a practice."""

    revision: int
    as_of: date | None
    """Day of the newest extract that was applied."""

    role: str
    """Of whoever asks; empty: they may not work here, or the program itself asks."""

    books: Mapping[str, Book]
    words: str = ""
    """What the practice calls things, and what they take: JSON (``storage.words``)."""

    more: Sequence[Sequence[Any]] = ()
    """Rows of other kinds, as they came."""

    @property
    def minutes(self) -> Mapping[str, int]:
        """What each item takes, by item."""
        return minutes_in(self.words)


@lru_cache(maxsize=4)
def minutes_in(words: str) -> Mapping[str, int]:
    """Return what each item takes, as the words of a practice say."""
    return json.loads(words).get("minutes") or {} if words else {}


def known_practice(practice_id: int, login: str = "") -> Whose:
    """Return whose list it is, once the practice is known."""
    return Whose("?", (practice_id,), login)


def ask_books(ask: Ask, whose: Whose, wanted: tuple[str, Values], today: date) -> Known:
    """Ask where a practice stands and for the book of the patients whom ``wanted`` selects."""
    sql, values = books_question(whose, wanted, today)
    return read_books(ask(sql, values))


def books_question(whose: Whose, wanted: tuple[str, Values], today: date) -> tuple[str, Values]:
    """Return the question and its values; ``wanted``: a select of patient numbers."""
    patients, theirs = wanted
    mine = whose.values
    since = datetime.combine(today - LOOK_BACK, time.min).isoformat(" ", "microseconds")
    text = _BOOKS.format(mine=whose.practice, patients=patients)
    values = (whose.login, *mine, *mine, *mine, since, today.isoformat(), *mine, *theirs)
    return text, values


def read_books(rows: Iterable[Sequence[Any]]) -> Known:
    """Return what the rows of the question tell."""
    found: defaultdict[str, list[Slot]] = defaultdict(list)
    known = Known(0, None, "", {})
    more: list[Sequence[Any]] = []
    for row in rows:
        if row[0] == _SLOT:
            _kind, patient, appointment_id, starts_at, status, booked_on, *_none = row
            booked = datetime.fromisoformat(booked_on).date() if booked_on else None
            at = datetime.fromisoformat(starts_at)
            found[patient].append(Slot(appointment_id, at, status or "booked", booked))
        elif row[0] == _STANDING:
            as_of = datetime.fromisoformat(row[2]).date() if row[2] else None
            known = Known(int(row[1]), as_of, row[3] or "", {}, row[4] or "")
        else:
            more.append(row)
    books = {patient: book_of(slots) for patient, slots in found.items()}
    return known._replace(books=books, more=more)


COLUMNS: Final = 8
"""Of every kind of row, the kind itself included."""

_STANDING, _SLOT = "standing", "slot"


def select_of(kind: str, *columns: str) -> str:
    """Return the beginning of a select of one kind of row, as texts on either database."""
    texts = (*columns, *["NULL"] * (COLUMNS - 1 - len(columns)))
    given = ", ".join((f"'{kind}'", *(f"CAST({one} AS TEXT)" for one in texts)))
    return f"SELECT {given} "


_SAME = "k.practice_id = b.practice_id AND k.patient_number = b.patient_number"
_BOOKS = (
    select_of(  # noqa: S608 - our names
        _STANDING,
        "change_seq.revision",
        "coalesce(i.extracted_at, i.applied_at)",
        "m.role",
        "w.words",
    )
    + "FROM change_seq "
    "LEFT JOIN member m ON m.practice_id = change_seq.practice_id AND m.login = ? "
    "LEFT JOIN practice_words w ON w.practice_id = change_seq.practice_id "
    "LEFT JOIN import_run i ON i.practice_id = change_seq.practice_id AND i.run_no = "
    "(SELECT max(run_no) FROM import_run WHERE practice_id = {mine} AND state = 'applied') "
    "WHERE change_seq.practice_id = {mine} UNION ALL "
    + select_of(
        _SLOT, "b.patient_number", "b.appointment_id", "b.starts_at", "b.status", "b.booked_on"
    )
    + "FROM appointment b WHERE b.practice_id = {mine} AND b.starts_at >= ? "  # noqa: S608 - as above
    # Of what is past, only what may have been booked here: nearly all of a book is past.
    f"AND (b.starts_at >= ? OR EXISTS (SELECT 1 FROM item_state k WHERE {_SAME} "
    # Said twice, so that Postgres never gathers those of every practice for it.
    "AND k.practice_id = {mine} AND (k.booked_for IS NOT NULL OR k.appointment_id <> ''))) "
    "AND b.patient_number IN ({patients})"
)
