"""One patient: what reception reads out, and why."""

from dataclasses import dataclass
from datetime import date, datetime

from recall_tui.domain.channel import Channel
from recall_tui.views.worklist import PlannedAppointmentView


@dataclass(frozen=True, slots=True)
class PatientHit:
    """One of several patients a look-up found: enough to tell them apart."""

    patient: str
    name: str
    date_of_birth: date
    postcode: str
    status: str
    """registered, left or died."""


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """A real appointment of the clinical system's book."""

    appointment_id: str
    starts_at: datetime
    minutes: int | None
    staff_group: str
    clinician: str
    slot_type: str
    status: str
    booked_on: date | None


@dataclass(frozen=True, slots=True)
class BookingView:
    """A statement that an appointment covers certain due items."""

    booking_id: str
    on: date
    items: tuple[str, ...]
    by: str
    at: datetime
    state: str
    appointment_id: str = ""
    staff_group: str = ""


@dataclass(frozen=True, slots=True)
class InviteView:
    """One contact asking the patient to book."""

    on: date
    channel: str
    items: tuple[str, ...]
    by: str
    batch: str = ""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A sentence somebody kept, or what came of a contact."""

    at: datetime
    by: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class ReasonView:
    """Why a due item stands where it stands: reason codes as stored, in order."""

    item: str
    due_on: date
    reasons: str
    """JSON list, worded by ``domain.wording``."""


@dataclass(frozen=True, slots=True)
class PatientPage:
    """Everything about one patient that the pane, the page and ``recall lookup`` show."""

    patient: str
    nhs_number: str | None
    nhs_number_status: str | None
    name: str
    date_of_birth: date
    sex: str
    status: str
    """registered, left or died."""

    status_on: date | None
    sensitive: bool
    address: str
    postcode: str
    home_phone: str
    mobile_phone: str
    email: str
    sms_consent: str
    email_consent: str
    contact_allowed: bool
    preferred_channel: str
    language: str
    interpreter: bool
    usual_gp: str
    channel: Channel
    recall_date: date | None
    anchor_source: str
    chosen_month: int | None
    assigned_to: str
    flags: tuple[str, ...]
    appointments_needed: tuple[PlannedAppointmentView, ...]
    """Now: open ones, however old, and those of the coming eight weeks."""

    year: tuple[PlannedAppointmentView, ...]
    bookings: tuple[BookingView, ...]
    invites: tuple[InviteView, ...]
    future_appointments: tuple[AppointmentView, ...]
    past_appointments: tuple[AppointmentView, ...]
    notes: tuple[NoteView, ...]
    reasons: tuple[ReasonView, ...]
    choice_version: int = 0
    sharing: int = 0
    """How many other registered patients have a phone number of the patient's."""

    stopped: str = ""
    """Why nobody may be asked: ``deceased`` (reported), or not by text: ``wrong_number``."""

    hand_flags: tuple[tuple[str, bool, date | None, str], ...] = ()
    """What was said of flags by hand: flag, whether it holds, since when and who said so."""

    data_as_of: date | None = None
    """The day of the newest extract: the book is as old as that."""

    seen_by: str = ""
    """The role of whoever asked for it; empty: nobody's, or the program itself asked."""
