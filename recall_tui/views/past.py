"""What lies behind one patient: results, everything that happened, and who lives with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from recall_tui.domain.items import ValueNeed
from recall_tui.domain.recalls import Rulebook


@dataclass(frozen=True, slots=True)
class Recorded:
    """One coded event of the record."""

    on: date
    precision: str
    """D, M or Y: day, month or only the year is known."""

    code: str
    term: str
    value: float | None
    unit: str
    bound: str = ""
    """How the laboratory wrote a value that lies beyond what it measures, such as ``<3``."""

    @property
    def said(self) -> str:
        """The value as people read it; empty: there is none."""
        return self.bound or ("" if self.value is None else f"{self.value:g}")


@dataclass(frozen=True, slots=True)
class Happening:
    """One decision about the patient, as it was stored; those taken back included."""

    at: datetime
    by: str
    kind: str
    item: str
    payload: Mapping[str, object]
    command_id: str
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Relative:
    """A registered patient who shares an address, a phone number or the household."""

    patient: str
    name: str
    date_of_birth: date
    shares: tuple[str, ...]
    """What is shared: ``household``, ``address``, ``mobile`` or ``home phone``."""

    postcode: str = ""


@dataclass(frozen=True, slots=True)
class PatientPast:
    """Everything that the full page shows beside ``PatientPage``."""

    recorded: tuple[Recorded, ...] = ()
    """The coded events of the last years, newest first."""

    happenings: tuple[Happening, ...] = ()
    """Every decision, newest first."""

    household: tuple[Relative, ...] = ()
    """Registered patients whose records are not restricted."""

    measures: Mapping[str, str] = field(default_factory=dict[str, str])
    """What a code with a number is called: the item that it completes; empty: its own term."""

    @property
    def shares_phone(self) -> bool:
        """Whether a message to this number may be read by somebody else."""
        return any({"mobile", "home phone"} & set(one.shares) for one in self.household)


def measures_of(rulebook: Rulebook) -> Mapping[str, str]:
    """Return what each code of a number is called: its item, where the item is one number."""
    return {
        code: item.name
        for item in rulebook.items.values()
        if item.value is ValueNeed.REQUIRED and not item.parts
        for cluster in item.clusters
        if cluster in rulebook.clusters
        for code in rulebook.clusters[cluster].codes
    } | {
        code: ""
        for item in rulebook.items.values()
        for part in item.parts
        for cluster in part
        if cluster in rulebook.clusters
        for code in rulebook.clusters[cluster].codes
    }


NO_PAST = PatientPast()
"""Before it is read."""
