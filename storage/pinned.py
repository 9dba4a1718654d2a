"""Which open due items are booked, and for which day: what the packing leaves where it is."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, Select, select

from recall_tui.frames import PINNED, empty
from storage.decided import portions
from storage.readers.appointments import books
from storage.readers.book import NO_BOOK, OVER, Book
from storage.tables import DUE_ITEM, ITEM_STATE


def pinned(
    connection: Connection, practice_id: int, mine: Sequence[ColumnElement[bool]]
) -> pl.DataFrame:
    """Return the bookings that stand (``PINNED``), on the days to which the book moved them.

    A booking that was missed or cancelled pins nothing: its items are planned afresh. ``mine`` are
    the conditions on ``item_state`` that keep it to the practice, or to some of its patients.
    """
    rows = connection.execute(_booked(mine)).all()
    if not rows:
        return empty(PINNED)
    first = min(on for _patient, _item, _due, on, _id in rows)
    every: dict[str, Book] = {}
    for some in portions(sorted({row[0] for row in rows})):
        every |= books(connection, practice_id, some, first)
    kept: list[tuple[object, ...]] = []
    for patient, item, due_on, on, appointment_id in rows:
        book = every.get(patient, NO_BOOK)
        if book.status_of(appointment_id, on) not in OVER:
            kept.append((patient, item, due_on, book.day_of(appointment_id, on)))
    return pl.DataFrame(kept, schema=dict(PINNED), orient="row").sort("patient_number", "item")


def _booked(mine: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    same = (
        (DUE_ITEM.c.practice_id == ITEM_STATE.c.practice_id)
        & (DUE_ITEM.c.patient_number == ITEM_STATE.c.patient_number)
        & (DUE_ITEM.c.item == ITEM_STATE.c.item)
    )
    columns = (
        ITEM_STATE.c.patient_number,
        ITEM_STATE.c.item,
        DUE_ITEM.c.due_on,
        ITEM_STATE.c.booked_for,
        ITEM_STATE.c.appointment_id,
    )
    return (
        select(*columns)
        .select_from(ITEM_STATE.join(DUE_ITEM, same))
        .where(
            *mine,
            ITEM_STATE.c.booking_id != "",
            ITEM_STATE.c.booked_for.is_not(None),
            DUE_ITEM.c.is_open,
        )
    )
