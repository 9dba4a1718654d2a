"""The column schemas that importers, planning and storage share.

Every frame that crosses between them has exactly these columns, in this order, with these dtypes.
``practice_id`` is not a column: a frame belongs to one practice, and storage adds the key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from recall_tui.domain.import_guards import FileRows

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

PATIENTS: Schema = {
    "patient_number": pl.String,
    "nhs_number": pl.String,  # ten digits with a valid check digit, or null
    "nhs_number_status": pl.String,  # verified, unverified or null
    "title": pl.String,
    "given_name": pl.String,
    "family_name": pl.String,
    "date_of_birth": pl.Date,
    "sex": pl.String,  # F, M, I, U
    "registered_on": pl.Date,
    "left_on": pl.Date,
    "died_on": pl.Date,
    "address": pl.String,
    "postcode": pl.String,
    "home_phone": pl.String,
    "mobile_phone": pl.String,
    "email": pl.String,
    "sms_consent": pl.String,  # allowed, declined, unknown
    "email_consent": pl.String,  # allowed, declined, unknown
    "contact_allowed": pl.Boolean,  # false: do not contact at all
    "preferred_channel": pl.String,  # sms, email, letter, phone or null
    "language": pl.String,
    "interpreter": pl.Boolean,
    "usual_gp": pl.String,
    "household": pl.String,
    "sensitive": pl.Boolean,
}
"""One row a patient; key ``patient_number``, sorted by it."""

EVENTS: Schema = {
    "patient_number": pl.String,
    "code": pl.String,
    "event_date": pl.Date,  # first day of the period when precision is M or Y
    "precision": pl.String,  # D, M, Y
    "occurrence": pl.Int32,  # 0, 1, … tells equal rows of one patient, code and day apart
    "term": pl.String,
    "value": pl.Float64,
    "value_text": pl.String,  # a value that is not a number; "<3" with value beside 3
    "unit": pl.String,
    "kind": pl.String,  # done, request, invite, dna, declined
}
"""Coded events; key (patient_number, code, event_date, precision, occurrence), sorted by it."""

MEDICATIONS: Schema = {
    "patient_number": pl.String,
    "code": pl.String,
    "issued_on": pl.Date,
    "occurrence": pl.Int32,
    "term": pl.String,
    "repeat": pl.Boolean,  # a repeat template: current until stopped
    "stopped_on": pl.Date,
}
"""Drug issues and repeats; key (patient_number, code, issued_on, occurrence), sorted by it."""

APPOINTMENTS: Schema = {
    "patient_number": pl.String,
    "appointment_id": pl.String,
    "starts_at": pl.Datetime("us"),  # local time of the practice, no zone
    "minutes": pl.Int32,
    "staff_group": pl.String,  # a StaffGroup value or null
    "clinician": pl.String,
    "slot_type": pl.String,
    "status": pl.String,  # booked, attended, missed, cancelled
    "booked_on": pl.Date,
}
"""Appointments of the clinical system; key (patient_number, appointment_id), sorted by it."""

PARKED: Schema = {
    "patient_number": pl.String,
    "left_on": pl.Date,
    "died_on": pl.Date,
    "contact_allowed": pl.Boolean,
}
"""Patients whose row was rejected for another cell: what still keeps them from being called."""

STAFF: Schema = {"staff_id": pl.String, "name": pl.String, "staff_group": pl.String}
"""Members of staff; key ``staff_id``."""

ROW_PROBLEMS: Schema = {
    "file": pl.String,
    "line": pl.Int64,  # physical line of the record's first character, header = 1
    "column": pl.String,  # header as the file writes it, or null for the whole row
    "code": pl.String,
    "words": pl.String,  # says what is wrong; holds no identifiable text
    "severity": pl.String,  # rejected (row parked) or noted (row kept, cell dropped or odd)
}
"""What is wrong in the files, one line each."""

PLANNED_PATIENTS: Schema = {
    name: PATIENTS[name]
    for name in (
        "patient_number",
        "date_of_birth",
        "sex",
        "registered_on",
        "left_on",
        "died_on",
    )
}
PLANNED_EVENTS: Schema = {
    name: EVENTS[name]
    for name in (
        *("patient_number", "code", "event_date", "precision", "occurrence"),
        *("value", "unit", "kind"),
    )
}
PLANNED_MEDICATIONS: Schema = {name: dtype for name, dtype in MEDICATIONS.items() if name != "term"}
"""What planning needs of the records; a store reads no more for it."""

CLOSED: Schema = {
    "patient_number": pl.String,
    "item": pl.String,
    "due_on": pl.Date,
}
"""Due dates closed by *mark done*: input of the planner."""

CHOICES: Schema = {
    "patient_number": pl.String,
    "chosen_month": pl.Int8,  # 1 to 12, or null
    "recall_date": pl.Date,  # the recall date in force after the last plan, or null
    "earlier_recall_date": pl.Date,  # PATIENT_PLANS.earlier_recall_date of the last plan
    "changed_on": pl.Date,  # PATIENT_PLANS.changed_on of the last plan
}
"""What a practice or patient chose about the recall date: input of the planner."""

HAND_FLAGS: Schema = {
    "patient_number": pl.String,
    "flag": pl.String,
    "on": pl.Date,  # since when it was said
    "holds": pl.Boolean,
}
"""What people said of flags by hand, the newest word of each patient and flag: input of the
planner; a newer code in the record wins."""

PINNED: Schema = {
    "patient_number": pl.String,
    "item": pl.String,
    "due_on": pl.Date,  # the open due date that the booking covers
    "booked_for": pl.Date,  # day of the appointment
}
"""Booked due items, which the packing leaves where they are: input of the planner."""

REGISTER: Schema = {
    "recall": pl.String,
    "patient_number": pl.String,
    "started_on": pl.Date,  # where schedules start, or null when unknown
    "held": pl.Boolean,  # an exclusion of the whole recall holds
    "hold_words": pl.String,
    "hold_review_on": pl.Date,
}
"""Who is on which register; key (recall, patient_number)."""

DUE_ITEMS: Schema = {
    "patient_number": pl.String,
    "item": pl.String,
    "due_on": pl.Date,
    "is_open": pl.Boolean,  # the earliest incomplete due date of this patient and item
    "overdue_since": pl.Date,  # earliest due date of this chain that is past and undone
    "window_opens": pl.Date,  # first day on which an event completes it
    "done_on": pl.Date,  # null when not done
    "closed_by": pl.String,  # evidence, override, or null
    "last_done": pl.Date,  # latest valid event at all, or null
    "early_days": pl.Int32,  # done so many days before the window allowed, or null
    "closed_through": pl.Date,  # decisions made for a later due date belong to the open one
    "schedule": pl.String,  # anchored, interval, once, course, seasonal
    "every": pl.String,  # "12 months", "84 days", "" for once
    "recalls": pl.List(pl.String),  # ids that ask for it, in order
    "held": pl.Boolean,  # every recall that asks holds it
    "hold_words": pl.String,
    "hold_review_on": pl.Date,
    "high_risk": pl.Boolean,
    "long_gap_days": pl.Int32,  # drift guard: gap from last done to due, when over the factor
    "qof_by": pl.Date,  # 31 March by which it must be recorded, or null
    "listed_on": pl.Date,  # date of the first appointment of its sequence: its month lists it
    "appointment_no": pl.Int32,  # planned appointment of this patient, or null
    "reasons": pl.String,  # evidence that domain.reason_evidence.reasons_of reads
}
"""The plan: one open due item per patient and item, the last closed one, and those expected
within the coming twelve months; key (patient_number, item, due_on), sorted by it."""

PLANNED_APPOINTMENTS: Schema = {
    "patient_number": pl.String,
    "appointment_no": pl.Int32,  # from 1 within the patient, in order of (listed_on, stage)
    "listed_on": pl.Date,
    "stage": pl.Int32,  # 1 gathers, 2 reviews, …
    "staff_group": pl.String,
    "minutes": pl.Int32,
    "place": pl.String,
    "earliest": pl.Date,
    "latest": pl.Date,
    "target": pl.Date,
}
"""The planned appointments of each patient; key (patient_number, appointment_no)."""

PATIENT_PLANS: Schema = {
    "patient_number": pl.String,
    "recall_date": pl.Date,  # the recall date whose month and day anchor the year
    "anchor_source": pl.String,  # birthday, medication_review, chosen
    "earlier_recall_date": pl.Date,  # in force before, or null when it never changed
    "changed_on": pl.Date,  # day of that change: handed back in CHOICES with the next plan
    "valid_until": pl.Date,  # last day on which this plan still holds
    "flags": pl.List(pl.String),  # ids of the patient flags that hold, in order
    "record_invites": pl.String,  # JSON list of [day, recall ids], or null: invites in the record
}
"""One row for each patient with any due item, or to whom time alone may bring one (who registers
on a day ahead, too); key ``patient_number``."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What an importer read, checked row by row: the input of ``Store.merge_extract``.

    Every frame has its schema exactly, is sorted by its key and holds it once; events, medications
    and appointments name only patients of ``patients``. ``tables`` are the files that were there
    (``patients``, ``events``, ``medications``, ``appointments``, ``staff``): what a file that is
    absent would have held is left as it is.
    """

    patients: pl.DataFrame
    events: pl.DataFrame
    medications: pl.DataFrame
    appointments: pl.DataFrame
    staff: pl.DataFrame
    problems: pl.DataFrame
    sha256: str
    tables: frozenset[str]
    system: str = ""
    extracted_at: datetime | None = None
    """Local time of the practice, no zone."""

    is_dated: bool = True
    """Whether the files say so; else it is the time at which the newest of them was written."""

    practice_code: str = ""
    practice_name: str = ""
    rows_read: Mapping[str, int] = field(default_factory=dict[str, int])
    """Table to data rows in its file, rejected ones included."""

    files: tuple[FileRows, ...] = ()
    """Rows read and rejected of each file: what ``domain.import_guards.judge`` asks for."""

    stopped: tuple[str, ...] = ()
    """Why the files should not be applied, one line each, as far as the files alone can tell."""

    parked: pl.DataFrame = field(default_factory=lambda: empty(PARKED))
    """Patients on the list whose rows were rejected: they are not gone, and stay as stored."""

    unreadable: int = 0
    """Rows of the list of patients of which not even the patient number could be read."""


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """What the planner reads, for a practice or for some of its patients."""

    patients: pl.DataFrame
    """PLANNED_PATIENTS at least."""

    events: pl.DataFrame
    """PLANNED_EVENTS at least."""

    medications: pl.DataFrame
    """PLANNED_MEDICATIONS at least."""

    closed: pl.DataFrame
    choices: pl.DataFrame
    pinned: pl.DataFrame
    hand_flags: pl.DataFrame = field(default_factory=lambda: empty(HAND_FLAGS))
    revision: int | None = None
    """Revision of the practice at which they were read; None: not from a store."""


@dataclass(frozen=True, slots=True)
class PlanFrames:
    """What the planner writes, for the same patients."""

    registers: pl.DataFrame
    due_items: pl.DataFrame
    appointments: pl.DataFrame
    patients: pl.DataFrame
    rules: frozenset[str] = field(default=frozenset(), kw_only=True)
    """By which rules everybody may be planned when it is stored (``storage.words``); none: any."""


def empty(schema: Schema) -> pl.DataFrame:
    """Return a frame with the columns of ``schema`` and no rows."""
    return pl.DataFrame(schema=dict(schema))


def conform(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """Return ``frame`` with exactly the columns and dtypes of ``schema``, missing ones null.

    Raises:
        polars.exceptions.PolarsError: a value does not fit its dtype.
    """
    have = set(frame.columns)
    return frame.select(
        pl.col(name).cast(dtype) if name in have else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in schema.items()
    )
