"""What the audit says: who did what, who looked at whom, and whether that can be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class AuditFault:
    """One thing that does not fit: the place in the chain, which row it is, and what is wrong."""

    chain_no: int
    row: str
    words: str


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What verifying the chain of a practice found."""

    rows: int
    """Rows read, those that are older than the chain among them."""

    sealed: int
    """Number of the newest row of the chain."""

    sections: int
    unproven: int
    """Rows sealed with a key that is not here."""

    anchored: int
    """Number of the newest row that an anchor outside the store names."""

    faults: tuple[AuditFault, ...]
    """The first of them."""

    fault_count: int
    blanked: int = 0
    """Looks of which only place and time are kept, having been kept long enough."""

    blanked_until: str = ""
    """The moment before which they were; empty: none."""

    @property
    def is_sound(self) -> bool:
        """Whether every row is proven."""
        return not self.fault_count and not self.unproven


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that somebody did, to one patient or to none, as an inquiry reads it."""

    number: int
    """Its place in the chain; 0: older than the chain."""

    at: datetime
    by: str
    role: str
    origin: str
    """From where: terminal and address, as the machine told."""

    action: str
    patient: str
    item: str
    details: Mapping[str, object]
    looked: bool
    """Whether it was a look, not a decision."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What an inquiry asks for; None or empty: everything."""

    first: date | None = None
    last: date | None = None
    """Both days in London, both within."""

    patient: str = ""
    by: str = ""
