"""Writing folded states, bookings and choices; each row carries its version."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, bindparam, insert, literal_column, select, update

from recall_tui.domain.decisions import ItemState
from recall_tui.errors import Conflict
from recall_tui.ports import Booking, ItemKey, StoredState
from recall_tui.views.history import RecallChoice
from storage.ready import Write, carry_out, ready
from storage.state_rows import STATE_FIELDS, state_values
from storage.tables import BOOKING, ITEM_STATE, RECALL_CHOICE

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes rows, and when."""

    by: str
    at: datetime

    def values(self) -> dict[str, Any]:
        """Return the columns that say so."""
        return {"changed_by": self.by, "changed_at": self.at}


NEW_STATE = ready(insert(ITEM_STATE), *(column.name for column in ITEM_STATE.c))
REPLACED_STATE = ready(
    update(ITEM_STATE).where(
        ITEM_STATE.c.practice_id == bindparam("of_practice"),
        ITEM_STATE.c.patient_number == bindparam("of_patient"),
        ITEM_STATE.c.item == bindparam("of_item"),
        ITEM_STATE.c.version == bindparam("seen"),
    ),
    *("change", "changed_at", "changed_by", "of_item", "of_patient", "of_practice", "seen"),
    *("version", *STATE_FIELDS),
)
NEW_BOOKING = ready(insert(BOOKING), *(column.name for column in BOOKING.c))
BOOKING_ACTIVE = ready(
    update(BOOKING)
    .where(
        BOOKING.c.practice_id == bindparam("of_practice"),
        BOOKING.c.booking_id == bindparam("of_booking"),
        BOOKING.c.active != bindparam("is_active"),
    )
    .values(active=bindparam("is_active"), version=BOOKING.c.version + literal_column("1")),
    *("changed_at", "changed_by", "is_active", "of_booking", "of_practice"),
)
_STANDING_BOOKING = ready(
    select(BOOKING).where(
        BOOKING.c.practice_id == bindparam("practice"),
        BOOKING.c.booking_id == bindparam("booking"),
        BOOKING.c.active,
    ),
    "booking",
    "practice",
)


def put_states(
    connection: Connection,
    practice_id: int,
    states: Mapping[ItemKey, tuple[ItemState, int]],
    author: Author,
    change: str,
) -> None:
    """Write states, each with the version it replaces (``refuse_other_versions`` was asked).

    Raises:
        Conflict: one of them has another version by now.
    """
    carry_out(connection, writes_of_states(practice_id, states, author, change))


def writes_of_states(
    practice_id: int,
    states: Mapping[ItemKey, tuple[ItemState, int]],
    author: Author,
    change: str,
) -> list[Write]:
    """Return what writes states, each over the version that it replaces."""
    fresh: list[dict[str, Any]] = []
    known: list[dict[str, Any]] = []
    for (patient, item), (state, version) in states.items():
        row = {**author.values(), "change": change, "version": version + 1, **state_values(state)}
        if version == 0:
            key = {"practice_id": practice_id, "patient_number": patient, "item": item}
            fresh.append({**row, **key})
        else:
            key = {"of_practice": practice_id, "of_patient": patient, "of_item": item}
            known.append({**row, **key, "seen": version})
    return [Write(NEW_STATE, fresh), Write(REPLACED_STATE, known, finds_all=True)]


def refuse_other_versions(
    stored: Mapping[ItemKey, StoredState], states: Mapping[ItemKey, tuple[ItemState, int]]
) -> None:
    """Raise Conflict if one of the states is not made from the version that is stored."""
    for key, (_state, version) in states.items():
        found = stored[key]
        if found.version != version:
            when = found.changed_at.astimezone(LONDON) if found.changed_at else None
            raise Conflict(found.change, who=found.changed_by, when=when)


def write_of_booking(practice_id: int, booking: Booking) -> Write:
    """Return what stores a booking as active."""
    row = {
        "practice_id": practice_id,
        "booking_id": booking.booking_id,
        "patient_number": booking.patient,
        "covers": json.dumps([[item, due_on.isoformat()] for item, due_on in booking.items]),
        "on": booking.on,
        "appointment_id": booking.appointment_id,
        "staff_group": booking.staff_group,
        "booked_by": booking.by,
        "booked_at": booking.at,
        "command_id": booking.command_id,
        "active": True,
        "changed_by": booking.by,
        "changed_at": booking.at,
        "version": 1,
    }
    return Write(NEW_BOOKING, [row])


def write_of_standing(practice_id: int, booking_id: str, author: Author, *, active: bool) -> Write:
    """Return what takes a booking back, or puts it back."""
    values = {
        "of_booking": booking_id,
        "of_practice": practice_id,
        "is_active": active,
        **author.values(),
    }
    return Write(BOOKING_ACTIVE, [values])


def active_booking(connection: Connection, practice_id: int, booking_id: str) -> Booking | None:
    """Return the booking if it stands, else None."""
    values = {"booking": booking_id, "practice": practice_id}
    row = connection.execute(_STANDING_BOOKING, values).mappings().one_or_none()
    return booking_of_row(row) if row else None


def booking_of_row(row: RowMapping) -> Booking:
    """Return the booking in a row of ``booking``."""
    return Booking(
        booking_id=row["booking_id"],
        patient=row["patient_number"],
        items=tuple((item, date.fromisoformat(day)) for item, day in json.loads(row["covers"])),
        on=row["on"],
        appointment_id=row["appointment_id"],
        staff_group=row["staff_group"],
        by=row["booked_by"],
        at=row["booked_at"],
        command_id=row["command_id"],
    )


def put_recall_choice(
    connection: Connection, practice_id: int, choice: RecallChoice, author: Author
) -> None:
    """Store a choice over the version that it was made on (0: none yet).

    Raises:
        Conflict: somebody else chose in the meantime.
    """
    mine = (
        RECALL_CHOICE.c.practice_id == practice_id,
        RECALL_CHOICE.c.recall == choice.recall,
    )
    stored = connection.execute(
        select(
            RECALL_CHOICE.c.version,
            RECALL_CHOICE.c.activity,
            RECALL_CHOICE.c.changed_by,
            RECALL_CHOICE.c.changed_at,
        ).where(*mine)
    ).one_or_none()
    if (stored[0] if stored else 0) != choice.version:
        what, who, when = (stored[1], stored[2], stored[3]) if stored else ("removed", "", None)
        raise Conflict(what, who=who, when=when.astimezone(LONDON) if when else None)
    values: dict[str, Any] = {
        "activity": choice.activity,
        "approver": choice.approver,
        "version": choice.version + 1,
        **author.values(),
    }
    if stored is None:
        key = {"practice_id": practice_id, "recall": choice.recall}
        connection.execute(insert(RECALL_CHOICE).values(**values, **key))
    else:
        versioned = (*mine, RECALL_CHOICE.c.version == choice.version)
        connection.execute(update(RECALL_CHOICE).where(*versioned).values(**values))
