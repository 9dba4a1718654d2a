"""Commands: what a person asks for, in the imperative. Each is carried out in one transaction."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from recall_tui.domain.channel import Channel
from recall_tui.domain.sharing import NoteRun, RemoveShared, SaveShared


@dataclass(frozen=True, slots=True)
class Target:
    """An open due item as the person saw it: patient, item, its due date and its version.

    ``version`` is that of the item's decisions (0: none yet); when it has moved on in the
    meantime the command is refused with who changed it and when.
    """

    patient: str
    item: str
    due_on: date
    version: int = 0


class ContactOutcome(StrEnum):
    """What came of trying to reach a patient."""

    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    WILL_BOOK = "will_book"
    CALL_BACK = "call_back"
    WRONG_NUMBER = "wrong_number"
    DECLINED = "declined"
    DONE_ELSEWHERE = "done_elsewhere"
    DECEASED_REPORTED = "deceased_reported"
    NO_TEXTS = "no_texts"


REPLIES = frozenset(
    {
        ContactOutcome.WILL_BOOK,
        ContactOutcome.CALL_BACK,
        ContactOutcome.DECLINED,
        ContactOutcome.DONE_ELSEWHERE,
        ContactOutcome.NO_TEXTS,
    }
)
"""Outcomes that say that the patient answered."""


class Wake(StrEnum):
    """What ends a snooze before its day."""

    REPLY = "reply"
    """The patient answered, or an appointment was booked."""

    SYNC = "sync"
    """An extract was imported."""

    SLOT = "slot"
    """Somebody said that the staff group has free slots."""


@dataclass(frozen=True, slots=True)
class RecordInvites:
    """Note that the patients of a batch were asked, about these due items."""

    targets: tuple[Target, ...]
    channels: tuple[tuple[str, Channel], ...]
    """Patient number and channel, one pair a patient."""

    batch_id: str = ""
    template: str = ""
    run: NoteRun | None = None
    """The view that the batch was made from: noted as run by the same command."""

    export: str = ""
    """The export that is recorded by this; empty: they were asked in another way."""


@dataclass(frozen=True, slots=True)
class ExportInvites:
    """Note, before there is one, that a file is written that invites these patients.

    The id of the command is the id of the export.
    """

    invites: RecordInvites
    file: str
    """Name of the file, without its folder."""

    digest: str
    """SHA-256 of what it will hold."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """The due items of which it asks."""
        return self.invites.targets


@dataclass(frozen=True, slots=True)
class NoteExport:
    """Note that the file of an export is there, or that it is not and was not sent."""

    export: str
    is_written: bool


@dataclass(frozen=True, slots=True)
class RecordExport:
    """Record the invites of an export as it was written: its file was sent."""

    export: str


@dataclass(frozen=True, slots=True)
class DiscardExport:
    """State that the file of an export was not sent, and will not be."""

    export: str


@dataclass(frozen=True, slots=True)
class MarkBooked:
    """State that an appointment on a date covers these due items of one patient."""

    targets: tuple[Target, ...]
    on: date
    appointment_id: str = ""
    staff_group: str = ""


@dataclass(frozen=True, slots=True)
class Unbook:
    """Take a booking back; ``missed`` says that the patient did not come."""

    patient: str
    booking_id: str
    missed: bool = False


@dataclass(frozen=True, slots=True)
class MarkDone:
    """Close one due date although nothing is recorded, with a reason."""

    targets: tuple[Target, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Snooze:
    """Hide due items until a date, or until something happens before it."""

    targets: tuple[Target, ...]
    until: date
    reason: str = ""
    when: Wake | None = None


class SnoozeDays(NamedTuple):
    """How long a snooze hides, as the practice decided; the last is the most that is safe."""

    usual: int = 7
    waiting: int = 28
    """The most that a reply, a sync or a free slot is waited for."""

    high_risk: int = 7
    """The most for high-risk drug monitoring, whatever is chosen."""

    def unless_said(self, when: Wake | None, *, is_risky: bool) -> int:
        """Return the days of a snooze for which no day was named."""
        days = self.waiting if when else self.usual
        return min(days, self.high_risk) if is_risky else days


USUAL_SNOOZE = SnoozeDays()
"""Where the practice decided nothing."""


@dataclass(frozen=True, slots=True)
class Decline:
    """Note that the patient said no, with a reason."""

    targets: tuple[Target, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Bring declined, held or escalated due items back to the list."""

    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """Hold due items: who says so, why, and when it is looked at again."""

    targets: tuple[Target, ...]
    name: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class RecordContact:
    """Note an attempt to reach a patient and what came of it."""

    patient: str
    outcome: ContactOutcome
    channel: Channel = Channel.PHONE
    words: str = ""
    also: tuple[str, ...] = ()
    """Further patients with the same outcome: one step of undo."""

    on: date | None = None
    """The day on which the patient is to be called again; until then what is due is snoozed."""


@dataclass(frozen=True, slots=True)
class AddNote:
    """Keep a sentence with the patient."""

    patient: str
    words: str


@dataclass(frozen=True, slots=True)
class Assign:
    """Give patients to a person or team (empty: to nobody)."""

    patients: tuple[str, ...]
    to: str


@dataclass(frozen=True, slots=True)
class ChooseMonth:
    """Let a patient's year start in a month of their own (None: the practice's way again)."""

    patient: str
    month: int | None


@dataclass(frozen=True, slots=True)
class MarkFlag:
    """State that a flag holds, or does not hold, for patients; a newer code in the record wins."""

    patients: tuple[str, ...]
    flag: str
    holds: bool


@dataclass(frozen=True, slots=True)
class OpenSlots:
    """State that a staff group has free slots: ends the snoozes that wait for one."""

    staff_group: str


@dataclass(frozen=True, slots=True)
class Undo:
    """Take a command back as a whole (empty: the person's last one)."""

    command_id: str = ""
    of: str = ""
    """Whose last one; empty: one's own."""

    within: tuple[str, ...] | None = None
    """The last one of these commands, those of one session; None: of all."""


@dataclass(frozen=True, slots=True)
class Redo:
    """Take the person's last undo back."""

    command_id: str = ""
    within: tuple[str, ...] | None = None
    """As of an undo."""


Command = (
    RecordInvites
    | ExportInvites
    | NoteExport
    | RecordExport
    | DiscardExport
    | MarkBooked
    | Unbook
    | MarkDone
    | Snooze
    | Decline
    | Reopen
    | Hold
    | RecordContact
    | AddNote
    | Assign
    | ChooseMonth
    | MarkFlag
    | OpenSlots
    | SaveShared
    | RemoveShared
    | NoteRun
    | Undo
    | Redo
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is at the keyboard: the login from the kernel or the database session, and the role."""

    login: str
    role: str = ""
    """Empty: what the practice says of the login, asked when something is done."""
