"""The tables, one module a noun; importing this package registers all of them."""

from storage.tables.base import METADATA
from storage.tables.changes import CHANGE_NOTE, PRESENCE, RESTORATION
from storage.tables.clinical import APPOINTMENT, CODED_EVENT, MEDICATION, PATIENT, STAFF_MEMBER
from storage.tables.decisions import (
    ACCESS_LOG,
    BOOKING,
    EVENT,
    INVITE_BATCH,
    ITEM_STATE,
    PATIENT_CHOICE,
    RECALL_CHOICE,
)
from storage.tables.imports import IMPORT_CHANGE, IMPORT_RUN, ROW_PROBLEM
from storage.tables.people import MEMBER
from storage.tables.plan import DUE_ITEM, PATIENT_PLAN, PLANNED_APPOINTMENT, REGISTER_MEMBER
from storage.tables.practice import AGREED_RULES, COUNTER, PRACTICE, PRACTICE_WORDS
from storage.tables.sharing import SHARED_CHANGE

__all__ = [
    "ACCESS_LOG",
    "AGREED_RULES",
    "APPOINTMENT",
    "BOOKING",
    "CHANGE_NOTE",
    "CODED_EVENT",
    "COUNTER",
    "DUE_ITEM",
    "EVENT",
    "IMPORT_CHANGE",
    "IMPORT_RUN",
    "INVITE_BATCH",
    "ITEM_STATE",
    "MEDICATION",
    "MEMBER",
    "METADATA",
    "PATIENT",
    "PATIENT_CHOICE",
    "PATIENT_PLAN",
    "PLANNED_APPOINTMENT",
    "PRACTICE",
    "PRACTICE_WORDS",
    "PRESENCE",
    "RECALL_CHOICE",
    "REGISTER_MEMBER",
    "RESTORATION",
    "ROW_PROBLEM",
    "SHARED_CHANGE",
    "STAFF_MEMBER",
]
