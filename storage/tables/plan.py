"""The plan: registers, due items and planned appointments. Derived; only planning writes here."""

from datetime import date

from sqlalchemy import Column, Date, Index, Integer, Named, String, Table, Text

from storage.tables.base import CLUSTERED, METADATA, Tenant


class RegisterColumns(Tenant):
    """A patient on the register of a recall."""

    patient_number: Named[str] = Column(String, primary_key=True)
    recall: Named[str] = Column(String, primary_key=True)
    started_on: Named[date | None] = Column(Date)
    held: Named[bool | None]
    hold_words: Named[str | None]
    hold_review_on: Named[date | None] = Column(Date)


class DueItemColumns(Tenant):
    """One item due for one patient on one date."""

    patient_number: Named[str] = Column(String, primary_key=True)
    item: Named[str] = Column(String, primary_key=True)
    due_on: Named[date] = Column(Date, primary_key=True)
    is_open: Named[bool]
    overdue_since: Named[date | None] = Column(Date)
    window_opens: Named[date | None] = Column(Date)
    done_on: Named[date | None] = Column(Date)
    closed_by: Named[str | None]
    last_done: Named[date | None] = Column(Date)
    early_days: Named[int | None]
    closed_through: Named[date | None] = Column(Date)
    schedule: Named[str | None]
    every: Named[str | None]
    recalls: Named[str] = Column(Text)
    """JSON list of recall ids."""

    held: Named[bool | None]
    hold_words: Named[str | None]
    hold_review_on: Named[date | None] = Column(Date)
    high_risk: Named[bool | None]
    long_gap_days: Named[int | None]
    qof_by: Named[date | None] = Column(Date)
    listed_on: Named[date | None] = Column(Date)
    appointment_no: Named[int | None]
    reasons: Named[str | None] = Column(Text)
    listed_month: Named[str]
    """``YYYY-MM`` of ``listed_on``, or of ``due_on`` where no appointment lists it."""


class PlannedAppointmentColumns(Tenant):
    """An appointment that the patient needs."""

    patient_number: Named[str] = Column(String, primary_key=True)
    appointment_no: Named[int] = Column(Integer, primary_key=True)
    listed_on: Named[date | None] = Column(Date)
    stage: Named[int | None]
    staff_group: Named[str | None]
    minutes: Named[int | None]
    place: Named[str | None]
    earliest: Named[date | None] = Column(Date)
    latest: Named[date | None] = Column(Date)
    target: Named[date | None] = Column(Date)


class PatientPlanColumns(Tenant):
    """What the plan of one patient rests on, and until when it holds."""

    patient_number: Named[str] = Column(String, primary_key=True)
    recall_date: Named[date | None] = Column(Date)
    anchor_source: Named[str | None]
    earlier_recall_date: Named[date | None] = Column(Date)
    changed_on: Named[date | None] = Column(Date)
    valid_until: Named[date | None] = Column(Date)
    flags: Named[str] = Column(Text)
    """JSON list of flag ids."""

    record_invites: Named[str | None] = Column(Text)
    """JSON list of [day, recall ids]: invites that the clinical record holds."""


REGISTER_MEMBER = Table(
    "register_member",
    METADATA,
    RegisterColumns,
    Index(None, "practice_id", "recall", "patient_number"),
    **CLUSTERED,
)
DUE_ITEM = Table(
    "due_item",
    METADATA,
    DueItemColumns,
    Index(None, "practice_id", "is_open", "listed_month"),
    **CLUSTERED,
)
PLANNED_APPOINTMENT = Table("planned_appointment", METADATA, PlannedAppointmentColumns, **CLUSTERED)
PATIENT_PLAN = Table(
    "patient_plan",
    METADATA,
    PatientPlanColumns,
    Index(None, "practice_id", "valid_until"),
    **CLUSTERED,
)
