"""Cases: a history, a day, and what the rules have to say on it; compared with what they say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from recall_tui.domain.ids import ClusterId
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Activity, Cluster, Recall, Rulebook
from recall_tui.errors import BadInput

NOTHING: Final = "-"
"""What a cell says when there must be no value; an empty cell is not compared."""

DUE_COLUMNS: Final = (
    *("status", "due_on", "earliest", "overdue_since", "last_done", "doses", "every", "recalls"),
    *("hold", "qof_by"),
)
"""What a case may expect of an item, and what every answer holds."""

STATUSES: Final = ("not asked", "not yet", "due", "overdue", "on hold", "complete")
"""Not asked for; the window is shut; it is open; the due date has passed; held; nothing more."""

STANDINGS: Final = ("on", "held", "off")
"""Where a patient may stand on a recall's register."""

RESULTS: Final = ("met", "not met", "exception", "excluded", "not in")
"""What a measure may say of a patient."""

_CLUSTER: Final = re.compile(r"^[A-Z][A-Z0-9_]{1,39}$")


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One coded event; ``day`` is the first of its period when ``precision`` is M or Y."""

    code: str
    day: date
    precision: str = "D"
    value: float | None = None
    unit: str | None = None
    kind: str = "done"


@dataclass(frozen=True, slots=True)
class CaseIssue:
    """One drug issue, or a repeat that runs until it was stopped."""

    code: str
    issued_on: date
    repeat: bool = False
    stopped_on: date | None = None


@dataclass(frozen=True, slots=True)
class CasePatient:
    """Who the case is about."""

    born: date | None = None
    sex: str = "U"
    registered_on: date | None = None
    left_on: date | None = None
    died_on: date | None = None
    chosen_month: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case. A code may be the name of a cluster: then its first code is meant.

    ``recalls`` are the only ones that are processed (none named: those that are active).
    ``codes`` fill clusters that have none, for this case only.
    """

    name: str
    place: str
    """File and line, for the message."""

    on: date
    patient: CasePatient
    events: tuple[CaseEvent, ...] = ()
    issues: tuple[CaseIssue, ...] = ()
    recalls: tuple[str, ...] = ()
    settings: PlanSettings = field(default_factory=PlanSettings)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    registers: Mapping[str, str] = field(default_factory=dict[str, str])
    due: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    measures: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rules say about a case: standings, items by column, measures."""

    registers: Mapping[str, str]
    due: Mapping[str, Mapping[str, str]]
    measures: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the case expects."""

    what: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A case that was run, and where it differs; agreement when it differs nowhere."""

    place: str
    name: str
    differences: tuple[Difference, ...] = ()


def compare(case: Case, answer: Answer) -> Verdict:
    """Return where ``answer`` differs from what ``case`` expects; what it leaves open is free."""
    found: list[Difference] = []
    for recall, standing in case.registers.items():
        found += _differs(f"register {recall}", standing, answer.registers.get(recall, "off"))
    for item, cells in case.due.items():
        known = answer.due.get(item, {})
        for column, wanted in cells.items():
            usual = STATUSES[0] if column == "status" else ""
            found += _differs(f"{item} {column}", wanted, known.get(column) or usual)
    for measure, wanted in case.measures.items():
        found += _differs(f"measure {measure}", wanted, answer.measures.get(measure, RESULTS[-1]))
    return Verdict(case.place, case.name, tuple(found))


def _differs(what: str, wanted: str, found: str) -> list[Difference]:
    if not wanted or wanted == (found or NOTHING):
        return []
    return [Difference(what, wanted, found or NOTHING)]


def rules_of(case: Case, rulebook: Rulebook) -> Rulebook:
    """Return the rules under which ``case`` is run: its own recalls, its own codes.

    Raises:
        BadInput: it names a recall that does not exist, or codes for a cluster that has some.
    """
    clusters = dict(rulebook.clusters)
    for name, codes in case.codes.items():
        known = clusters.get(ClusterId(name))
        if known is not None and known.codes:
            raise BadInput(f"{case.place}: {name} has codes already: `codes` is for empty lists")
        clusters[ClusterId(name)] = Cluster(ClusterId(name), frozenset(codes), "", case.place)
    unknown = sorted({*case.recalls, *case.registers} - {str(one) for one in rulebook.recalls})
    if unknown:
        raise BadInput(f"{case.place}: there is no recall {unknown[0]}: recall recalls list")
    recalls = {name: _switched(one, case.recalls) for name, one in rulebook.recalls.items()}
    return replace(rulebook, recalls=recalls, clusters=clusters)


def _switched(recall: Recall, wanted: Sequence[str]) -> Recall:
    if not wanted:
        return recall
    activity = Activity.ACTIVE if recall.id in wanted else Activity.INACTIVE
    return recall.switched(activity)


def code_of(case: Case, written: str, rulebook: Rulebook) -> str:
    """Return the code that ``written`` stands for: itself, or the first code of a cluster.

    Raises:
        BadInput: it is a cluster without codes, or one that does not exist.
    """
    if not _CLUSTER.match(written):
        return written
    known = rulebook.clusters.get(ClusterId(written))
    if known is None or not known.codes:
        raise BadInput(f"{case.place}: {written} has no codes: give it some in `codes`")
    return min(known.codes, key=lambda code: (len(code), code))
