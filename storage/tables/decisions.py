"""What people decided: append-only events, and the rows that they add up to.

Imports and planning cannot reach these tables, except to fold an item's events anew.
"""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Named,
    String,
    Table,
    Text,
    false,
)

from storage.tables.base import CLUSTERED, METADATA, Instant, Tenant


class Sealed(Tenant):
    """What the audit chain adds to a row (``storage.audit_chain``)."""

    role: Named[str] = Column(String, server_default="")
    origin: Named[str] = Column(String, server_default="")
    """From where: terminal and address, as the machine told."""

    chain_no: Named[int] = Column(Integer, server_default="0")
    """Its place in the chain; 0: it is older than the chain."""

    mac: Named[str] = Column(String, server_default="")


class EventColumns(Sealed):
    """One decision. Rows are added, never changed or removed."""

    seq: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    event_id: Named[str]
    at: Named[datetime] = Column(Instant)
    by: Named[str]
    kind: Named[str]
    patient_number: Named[str]
    item: Named[str]
    """Empty when the event is about the whole patient."""

    due_on: Named[date | None] = Column(Date)
    payload: Named[str] = Column(Text)
    command_id: Named[str]
    undoes: Named[str]


class ItemStateColumns(Tenant):
    """The fold of the events on the open due item of one patient and item."""

    patient_number: Named[str] = Column(String, primary_key=True)
    item: Named[str] = Column(String, primary_key=True)
    decided_for: Named[date | None] = Column(Date)
    invites: Named[int]
    last_invited: Named[date | None] = Column(Date)
    last_channel: Named[str]
    invite_days: Named[str]
    booking_id: Named[str]
    booked_for: Named[date | None] = Column(Date)
    appointment_id: Named[str]
    snoozed_until: Named[date | None] = Column(Date)
    snoozed_when: Named[str] = Column(String, server_default="")
    snoozes: Named[int]
    declined: Named[str]
    held: Named[str]
    held_until: Named[date | None] = Column(Date)
    held_by: Named[str]
    closed_for: Named[date | None] = Column(Date)
    closed_reason: Named[str]
    missed: Named[int]
    escalated: Named[str]
    version: Named[int]
    changed_by: Named[str]
    changed_at: Named[datetime] = Column(Instant)
    change: Named[str]


class BookingColumns(Tenant):
    """The statement that an appointment on a date covers certain items."""

    booking_id: Named[str] = Column(String, primary_key=True)
    patient_number: Named[str]
    covers: Named[str] = Column(Text)
    """JSON list of [item, due date]."""

    on: Named[date] = Column(Date)
    appointment_id: Named[str]
    staff_group: Named[str]
    booked_by: Named[str]
    booked_at: Named[datetime] = Column(Instant)
    command_id: Named[str]
    active: Named[bool]
    changed_by: Named[str]
    changed_at: Named[datetime] = Column(Instant)
    version: Named[int]


class InviteBatchColumns(Tenant):
    """A batch of invites."""

    batch_id: Named[str] = Column(String, primary_key=True)
    words: Named[str] = Column(Text)
    count: Named[int]
    created_by: Named[str]
    created_at: Named[datetime] = Column(Instant)


class PatientChoiceColumns(Tenant):
    """What is chosen about a patient as a whole (``domain.choices``)."""

    patient_number: Named[str] = Column(String, primary_key=True)
    chosen_month: Named[int | None]
    assigned_to: Named[str]
    deceased_reported: Named[bool] = Column(Boolean, server_default=false())
    wrong_number: Named[str] = Column(String, server_default="")
    flags: Named[str] = Column(Text, server_default="{}")
    version: Named[int]
    changed_by: Named[str]
    changed_at: Named[datetime] = Column(Instant)


class RecallChoiceColumns(Tenant):
    """Whether the practice uses a recall, and which clinician approved it."""

    recall: Named[str] = Column(String, primary_key=True)
    activity: Named[str]
    approver: Named[str]
    version: Named[int]
    changed_by: Named[str]
    changed_at: Named[datetime] = Column(Instant)


class AccessLogColumns(Sealed):
    """Who looked at whom. Rows are added, never changed or removed."""

    access_id: Named[str] = Column(String, primary_key=True)
    at: Named[datetime] = Column(Instant)
    by: Named[str]
    action: Named[str]
    patients: Named[str] = Column(Text)
    """JSON list of patient numbers."""

    details: Named[str] = Column(Text, server_default="{}")
    """JSON object: what else is known of it."""


def _of_patient() -> ForeignKeyConstraint:
    keys = ["practice_id", "patient_number"]
    return ForeignKeyConstraint(keys, [f"patient.{key}" for key in keys])


EVENT = Table(
    "event",
    METADATA,
    EventColumns,
    _of_patient(),
    Index(None, "practice_id", "event_id", unique=True),
    Index(None, "practice_id", "patient_number", "item", "seq"),
    Index(None, "practice_id", "command_id", "seq"),
    Index(None, "practice_id", "by", "seq"),
    Index(None, "practice_id", "kind", "seq"),
    **CLUSTERED,
)
ITEM_STATE = Table("item_state", METADATA, ItemStateColumns, _of_patient(), **CLUSTERED)
BOOKING = Table(
    "booking",
    METADATA,
    BookingColumns,
    _of_patient(),
    Index(None, "practice_id", "patient_number"),
    **CLUSTERED,
)
INVITE_BATCH = Table("invite_batch", METADATA, InviteBatchColumns, **CLUSTERED)
PATIENT_CHOICE = Table("patient_choice", METADATA, PatientChoiceColumns, _of_patient(), **CLUSTERED)
RECALL_CHOICE = Table("recall_choice", METADATA, RecallChoiceColumns, **CLUSTERED)
ACCESS_LOG = Table(
    "access_log", METADATA, AccessLogColumns, Index(None, "practice_id", "at"), **CLUSTERED
)
