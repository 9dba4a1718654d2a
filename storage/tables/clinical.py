"""What the clinical system said: patients, coded events, medications, appointments, staff.

Only imports write here. ``run_no`` is the number of the import that last wrote the row.
"""

from datetime import date, datetime

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Named,
    String,
    Table,
    Text,
)

from storage.tables.base import CLUSTERED, METADATA, Tenant


class PatientColumns(Tenant):
    """A patient; the key is the patient number, the NHS number is an attribute."""

    patient_number: Named[str] = Column(String, primary_key=True)
    nhs_number: Named[str | None]
    nhs_number_status: Named[str | None]
    title: Named[str | None]
    given_name: Named[str | None]
    family_name: Named[str | None]
    date_of_birth: Named[date | None] = Column(Date)
    sex: Named[str | None]
    registered_on: Named[date | None] = Column(Date)
    left_on: Named[date | None] = Column(Date)
    died_on: Named[date | None] = Column(Date)
    address: Named[str | None]
    postcode: Named[str | None]
    home_phone: Named[str | None]
    mobile_phone: Named[str | None]
    email: Named[str | None]
    sms_consent: Named[str | None]
    email_consent: Named[str | None]
    contact_allowed: Named[bool | None]
    preferred_channel: Named[str | None]
    language: Named[str | None]
    interpreter: Named[bool | None]
    usual_gp: Named[str | None]
    household: Named[str | None]
    sensitive: Named[bool | None]
    absent_since: Named[date | None] = Column(Date)
    """Day of the first extract that no longer held the patient."""

    search_name: Named[str]
    """Family and given name without case and accents; see ``storage.search_keys``."""

    home_key: Named[str]
    """Digits of the phone number backwards, so that its last digits are a prefix."""

    mobile_key: Named[str]
    run_no: Named[int]
    changed_no: Named[int | None]
    """Revision of the practice in which what the plan rests on last changed for the patient."""


class CodedEventColumns(Tenant):
    """One coded event."""

    patient_number: Named[str] = Column(String, primary_key=True)
    code: Named[str] = Column(String, primary_key=True)
    event_date: Named[date] = Column(Date, primary_key=True)
    precision: Named[str] = Column(String, primary_key=True)
    occurrence: Named[int] = Column(Integer, primary_key=True)
    term: Named[str | None]
    value: Named[float | None]
    value_text: Named[str | None]
    unit: Named[str | None]
    kind: Named[str | None]
    run_no: Named[int]


class MedicationColumns(Tenant):
    """One issue or repeat of a drug."""

    patient_number: Named[str] = Column(String, primary_key=True)
    code: Named[str] = Column(String, primary_key=True)
    issued_on: Named[date] = Column(Date, primary_key=True)
    occurrence: Named[int] = Column(Integer, primary_key=True)
    term: Named[str | None]
    repeat: Named[bool | None]
    stopped_on: Named[date | None] = Column(Date)
    run_no: Named[int]


class AppointmentColumns(Tenant):
    """One appointment of the clinical system's book."""

    patient_number: Named[str] = Column(String, primary_key=True)
    appointment_id: Named[str] = Column(String, primary_key=True)
    starts_at: Named[datetime | None] = Column(DateTime)
    """Local time of the practice."""

    minutes: Named[int | None]
    staff_group: Named[str | None]
    clinician: Named[str | None]
    slot_type: Named[str | None]
    status: Named[str | None]
    booked_on: Named[date | None] = Column(Date)
    origin: Named[str]
    """imported, or typed by a person; imports leave typed ones alone."""

    run_no: Named[int]


class StaffColumns(Tenant):
    """A member of staff."""

    staff_id: Named[str] = Column(String, primary_key=True)
    name: Named[str | None] = Column(Text)
    staff_group: Named[str | None]
    run_no: Named[int]


def _of_patient() -> ForeignKeyConstraint:
    keys = ["practice_id", "patient_number"]
    return ForeignKeyConstraint(keys, [f"patient.{key}" for key in keys])


def _prefix_index(column: str) -> Index:
    # The migration gives it the operator class by which Postgres uses it for prefixes whatever the
    # locale; said here as well it would load the whole dialect into every session on a file.
    return Index(None, "practice_id", column)


PATIENT = Table(
    "patient",
    METADATA,
    PatientColumns,
    ForeignKeyConstraint(["practice_id"], ["practice.practice_id"]),
    Index(None, "practice_id", "nhs_number"),
    _prefix_index("search_name"),
    _prefix_index("home_key"),
    _prefix_index("mobile_key"),
    Index(None, "practice_id", "postcode"),
    **CLUSTERED,
)
CODED_EVENT = Table("coded_event", METADATA, CodedEventColumns, _of_patient(), **CLUSTERED)
MEDICATION = Table("medication", METADATA, MedicationColumns, _of_patient(), **CLUSTERED)
APPOINTMENT = Table("appointment", METADATA, AppointmentColumns, _of_patient(), **CLUSTERED)
STAFF_MEMBER = Table("staff_member", METADATA, StaffColumns, **CLUSTERED)
