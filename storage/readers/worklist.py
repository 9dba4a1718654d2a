"""The month's list, asked by the store's own connection; conditions that other lists share."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_

from recall_tui.domain.calendar import Month
from recall_tui.views.worklist import WorklistSnapshot
from storage.deadline import heard
from storage.readers.list_books import known_practice
from storage.readers.list_rows import read_list
from storage.tables import DUE_ITEM, PATIENT

AT_ONCE = 500
"""Rows that are asked of the driver at a time: what is read of them is smaller."""


def in_month(month: Month, today: date) -> ColumnElement[bool]:
    """Return which due items a month lists; the present one also every open earlier one."""
    here = DUE_ITEM.c.listed_month == str(month)
    if month != Month.of(today):
        return and_(DUE_ITEM.c.is_open.in_([True, False]), here)
    earlier = DUE_ITEM.c.listed_month <= str(month)
    return or_(and_(DUE_ITEM.c.is_open, earlier), and_(~DUE_ITEM.c.is_open, here))


def is_here(today: date) -> ColumnElement[bool]:
    """Return which patients may be listed: neither dead, nor departed, nor gone."""
    return and_(
        PATIENT.c.died_on.is_(None),
        or_(PATIENT.c.left_on.is_(None), PATIENT.c.left_on > today),
        PATIENT.c.absent_since.is_(None),
    )


def read_worklist(  # noqa: PLR0913 - whose list, which part of it, and for whom
    connection: Connection,
    practice: tuple[int, str],
    month: Month,
    today: date,
    patients: Collection[str] | None = None,
    *,
    login: str = "",
) -> WorklistSnapshot:
    """Return the list of a month, or the rows of some patients, and the role of a ``login``.

    ``practice``: its id and name.
    """
    is_sqlite = connection.dialect.name == "sqlite"

    def ask(sql: str, values: Sequence[object]) -> Iterator[Sequence[Any]]:
        text = sql if is_sqlite else sql.replace("?", "%s")
        for some in connection.exec_driver_sql(text, tuple(values)).partitions(AT_ONCE):
            heard(connection)
            yield from some

    whose = known_practice(practice[0], login)
    return read_list(ask, (whose, practice[1]), month, today, patients)
