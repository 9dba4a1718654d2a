"""Recalls: a register and what it asks for, on which schedule."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from recall_tui.domain.expressions import Expression
from recall_tui.domain.ids import ClusterId, FlagId, ItemId, RecallId
from recall_tui.domain.items import Item


class Unit(StrEnum):
    """The unit of an interval."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Every:
    """A frequency: ``count`` of ``unit``, such as 12 weeks."""

    count: int
    unit: Unit = Unit.MONTHS


@dataclass(frozen=True, slots=True)
class Anchored:
    """Due on recall date + k * months (1, 2, 3, 4, 6, 12, 24, 36 or 60 months)."""

    every: Every


@dataclass(frozen=True, slots=True)
class Interval:
    """Due ``every`` after it was last done; never done: ``first_after_days`` after the start."""

    every: Every
    first_after_days: int = 0


@dataclass(frozen=True, slots=True)
class Once:
    """Due once: at ``age`` years, or ``after_days`` from the start.

    Done at any time before counts when ``ever_counts``, otherwise only from the due date less the
    tolerance of a frequency as long as the wait (at an age: the longest).
    """

    age: int | None = None
    after_days: int | None = None
    ever_counts: bool = True


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose of a course: from when it counts, and when it is due (never before it counts).

    ``gap`` is the least time after the dose before, ``from_age`` the least age. It is due ``due``
    after the dose before, or at ``due_age``, whatever comes later; with neither, as soon as it
    counts. When one was given in vain (it did not count), it waits ``again_after`` that one.
    """

    gap: Every | None = None
    due: Every | None = None
    from_age: Every | None = None
    due_age: Every | None = None
    again_after: Every | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """``doses`` doses with a least and a greatest gap between one and the next.

    A dose earlier than ``least_gap_days`` after the one before does not count; the next is due by
    ``greatest_gap_days`` after it. ``each`` replaces both where doses differ or go by age.
    ``grace_days``: so much earlier a dose still counts. One given within ``apart_days`` after an
    event of the item ``apart_from`` with another code does not count; on the same day it does.
    """

    doses: int
    least_gap_days: int = 1
    greatest_gap_days: int = 1
    first_after_days: int = 0
    each: tuple[Dose, ...] = ()
    grace_days: int = 0
    apart_from: ItemId | None = None
    apart_days: int = 0

    def terms(self) -> tuple[Dose, ...]:
        """Return what holds for each dose, in order."""
        if self.each:
            return self.each
        least, greatest = (
            Every(days, Unit.DAYS) for days in (self.least_gap_days, self.greatest_gap_days)
        )
        return (Dose(), *(Dose(least, greatest) for _ in range(self.doses - 1)))


@dataclass(frozen=True, slots=True)
class Seasonal:
    """Once a season, between two days of the year (month, day), both inclusive; may cross 1 Jan."""

    opens: tuple[int, int]
    closes: tuple[int, int]


Schedule = Anchored | Interval | Once | Course | Seasonal


@dataclass(frozen=True, slots=True)
class Variation:
    """A frequency that holds when ``when`` is true; ``words`` say why, for the receptionist."""

    when: Expression
    every: Every
    words: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The patient would be called but is on hold: why, and for how long until it is looked at."""

    when: Expression
    words: str
    review_months: int = 12


@dataclass(frozen=True, slots=True)
class Requirement:
    """An item asked for by a recall on a schedule.

    ``variations`` (anchored and interval only) are tried in order; the first that is true replaces
    the schedule's frequency. ``only_if`` narrows the requirement to part of the register; what it
    asks for since when (a drug, a diagnosis, an age) is where due dates count from, if later.
    ``min_gap_days``: an event sooner than this after the last one does not restart or complete.
    ``high_risk``: whether leaving it out harms; None: as the recall says.
    ``qof`` maps a contract year (``2026/27``) to indicator ids.
    """

    item: ItemId
    schedule: Schedule
    variations: tuple[Variation, ...] = ()
    only_if: Expression | None = None
    exclusions: tuple[Exclusion, ...] = ()
    min_gap_days: int = 0
    high_risk: bool | None = None
    qof: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


class Activity(StrEnum):
    """Whether a recall is processed."""

    ACTIVE = "active"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Recall:
    """A rule: who is on the register, who is on hold, what is asked for.

    ``start`` names the cluster whose earliest code after the last resolution starts the
    schedules (``start_drug``: the first issue after a gap of over 12 months), but no earlier than
    the birthday from which the register takes people. ``offered_from``: nobody is
    asked for anything before this day. ``unverified`` says in words which codes are missing; such a
    recall cannot be activated.
    """

    id: RecallId
    name: str
    activity: Activity
    register: Expression
    requirements: tuple[Requirement, ...]
    start: ClusterId | None = None
    start_drug: bool = False
    resolved_by: ClusterId | None = None
    invited_by: tuple[ClusterId, ...] = ()
    """Clusters whose codes in the record say that the patient was invited for this recall."""

    exclusions: tuple[Exclusion, ...] = ()
    source: str = ""
    version: str = ""
    approver: str = ""
    """Empty: not yet approved by this practice."""

    review_on: date | None = None
    unverified: str = ""
    short: str = ""
    """At most 8 characters for narrow columns: DM, HYP, ACEi."""

    high_risk: bool = False
    offered_from: date | None = None

    def switched(self, activity: Activity) -> "Recall":
        """Return the recall made active or inactive; nothing else changes."""
        return replace(self, activity=activity)


@dataclass(frozen=True, slots=True)
class FlagRule:
    """A patient flag: on after the newest code of ``on``, off after a later one of ``off``."""

    id: FlagId
    name: str
    on: tuple[ClusterId, ...]
    off: tuple[ClusterId, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """A named set of codes with its version and where it came from."""

    id: ClusterId
    codes: frozenset[str]
    version: str = ""
    source: str = ""
    title: str = ""
    """What it lists, in words; empty when nobody said."""


@dataclass(frozen=True, slots=True)
class Invites:
    """Whoever was invited so often, so many days apart, without being done, is an exception.

    QOF: two, at least 7 days apart, in the 12 months to 31 March; cervical screening three
    (NHSDigital/QOF PCA_REFERENCE).
    """

    by: tuple[ClusterId, ...]
    count: int = 2
    apart_days: int = 7


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator of one or more contract years.

    Everything is judged on the last day of the year, 31 March, from what is recorded so far;
    "within 12 months" is then the contract year. ``start`` with ``newly_months``: diagnosed or
    registered so shortly before the end is an exception.
    """

    name: str
    """Unique in the pack: two versions of an indicator are two measures."""

    indicator: str
    title: str
    years: tuple[str, ...]
    denominator: Expression
    numerator: Expression
    exclusions: tuple[Exclusion, ...] = ()
    exceptions: tuple[Exclusion, ...] = ()
    invites: Invites | None = None
    start: ClusterId | None = None
    newly_months: int = 0
    points: int | None = None
    thresholds: tuple[int, int] | None = None
    """Per cent from which points are paid, and at which all of them are."""

    source: str = ""
    unverified: str = ""
    """Which lists are missing; such a measure is not reported."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything the engine needs to know about rules: immutable, checked when read.

    ``medication_review`` are the clusters that count as the last medication review (recall date).
    """

    items: Mapping[ItemId, Item]
    recalls: Mapping[RecallId, Recall]
    clusters: Mapping[ClusterId, Cluster]
    flags: Mapping[FlagId, FlagRule]
    medication_review: tuple[ClusterId, ...] = ()
    contract_year: str = "2026/27"
    fingerprint: str = ""
    """Changes when any rule, item, flag or cluster changes."""

    measures: Mapping[str, Measure] = field(default_factory=dict[str, Measure])

    def active(self) -> tuple[Recall, ...]:
        """The recalls that are processed, in order of id."""
        ordered = sorted(self.recalls.values(), key=lambda recall: recall.id)
        return tuple(recall for recall in ordered if recall.activity is Activity.ACTIVE)
