"""The select of due items with what was decided about them."""

from typing import Any

from sqlalchemy import Select, and_, select

from storage.readers.due_logic import CONTACT, DUE, PLANNED, SAID
from storage.state_rows import STATE_FIELDS
from storage.tables import DUE_ITEM, ITEM_STATE, PATIENT, PATIENT_CHOICE, PLANNED_APPOINTMENT


def due_rows_statement() -> Select[*tuple[Any, ...]]:
    """Return the select of due items with their decisions; add the conditions to it."""
    same_patient = and_(
        PATIENT.c.practice_id == DUE_ITEM.c.practice_id,
        PATIENT.c.patient_number == DUE_ITEM.c.patient_number,
    )
    same_state = and_(
        ITEM_STATE.c.practice_id == DUE_ITEM.c.practice_id,
        ITEM_STATE.c.patient_number == DUE_ITEM.c.patient_number,
        ITEM_STATE.c.item == DUE_ITEM.c.item,
        DUE_ITEM.c.is_open,
    )
    same_appointment = and_(
        PLANNED_APPOINTMENT.c.practice_id == DUE_ITEM.c.practice_id,
        PLANNED_APPOINTMENT.c.patient_number == DUE_ITEM.c.patient_number,
        PLANNED_APPOINTMENT.c.appointment_no == DUE_ITEM.c.appointment_no,
    )
    same_choice = and_(
        PATIENT_CHOICE.c.practice_id == DUE_ITEM.c.practice_id,
        PATIENT_CHOICE.c.patient_number == DUE_ITEM.c.patient_number,
    )
    return select(
        *[DUE_ITEM.c[name] for name in DUE],
        *[PLANNED_APPOINTMENT.c[name] for name in PLANNED],
        *[PATIENT.c[name] for name in CONTACT],
        *[PATIENT_CHOICE.c[name] for name in SAID],
        ITEM_STATE.c.version,
        *[ITEM_STATE.c[name] for name in STATE_FIELDS],
    ).select_from(
        DUE_ITEM.join(PATIENT, same_patient)
        .outerjoin(ITEM_STATE, same_state)
        .outerjoin(PLANNED_APPOINTMENT, same_appointment)
        .outerjoin(PATIENT_CHOICE, same_choice)
    )
