"""What the TOML files of a pack may say: unknown keys and values of another type are refused."""

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from recall_tui.domain.ids import ClusterId, FlagId, ItemId, RecallId
from recall_tui.domain.items import Item, Place, PlausibleRange, StaffGroup, ValueNeed
from recall_tui.domain.recalls import (
    Activity,
    Exclusion,
    FlagRule,
    Recall,
    Requirement,
    Variation,
)
from recall_tui.pack.expression_schema import ClusterName, ExpressionText, Name, Strict
from recall_tui.pack.schedule_schema import (
    AnchoredText,
    EveryText,
    IntervalText,
    ScheduleText,
    check_anchored,
    read_every,
)

Line = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\n\r\t]+$")]
"""Words for one line on a screen."""

Source = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\n\r\t]+$")]
Group = Annotated[StaffGroup, Field(strict=False)]
Where = Annotated[Place, Field(strict=False)]
Cost = Annotated[int, Field(ge=1, le=100)]
ContractYear = Annotated[str, Field(pattern=r"^20[0-9]{2}/[0-9]{2}$")]
Indicator = Annotated[str, Field(pattern=r"^[A-Z]{2,6}[0-9]{3}$")]
Qof = dict[ContractYear, list[Indicator]]
Part = Annotated[list[ClusterName], Field(min_length=1)]
"""Clusters of which one must be present."""


def _surgery() -> list[Place]:
    return [Place.SURGERY]


def _no_indicators() -> dict[str, list[str]]:
    return {}


class RangeText(Strict):
    """``{unit="mmol/mol", low=15, high=200}``; other units add ``scale`` and ``offset``."""

    unit: Annotated[str, Field(max_length=30)]
    low: float
    high: float
    scale: float = 1.0
    offset: float = 0.0

    @model_validator(mode="after")
    def _in_order(self) -> "RangeText":
        if not self.low < self.high:
            raise PydanticCustomError("pack_range", "`low` must be less than `high`")
        if self.scale == 0:
            raise PydanticCustomError("pack_range", "`scale` must not be 0")
        return self

    def build(self) -> PlausibleRange:
        """Return the domain's range."""
        return PlausibleRange(self.unit, self.low, self.high, self.scale, self.offset)


class ItemText(Strict):
    """One table ``[items.…]``."""

    name: Line
    clusters: list[ClusterName] = Field(default_factory=list[ClusterName])
    parts: list[Part] = Field(default_factory=list[Part])
    staff: Annotated[list[Group], Field(min_length=1)] | dict[Group, Cost]
    minutes: Annotated[int, Field(ge=1, le=180)]
    value: Annotated[ValueNeed, Field(strict=False)] = ValueNeed.NONE
    ranges: list[RangeText] = Field(default_factory=list[RangeText])
    places: Annotated[list[Where], Field(min_length=1)] = Field(default_factory=_surgery)
    after: list[Name] = Field(default_factory=list[Name])
    lead_days: Annotated[int, Field(ge=0, le=365)] = 14
    lead_days_most: Annotated[int, Field(ge=0, le=365)] = 42
    high_risk: bool = False
    reason: Annotated[str, Field(max_length=30)] = ""
    notes: Annotated[str, Field(max_length=80)] = ""
    sources: list[Source] = Field(default_factory=list[Source])

    @model_validator(mode="after")
    def _consistent(self) -> "ItemText":
        if not self.clusters and not self.parts:
            raise PydanticCustomError("pack_item", "an item needs `clusters` or `parts`")
        if self.value is ValueNeed.REQUIRED and not self.ranges:
            raise PydanticCustomError("pack_item", "an item with a value needs `ranges`")
        units = ["".join(limits.unit.split()).lower() for limits in self.ranges]
        if len(set(units)) < len(units):
            raise PydanticCustomError("pack_item", "a unit stands twice in `ranges`")
        if self.lead_days > self.lead_days_most:
            words = "`lead_days` must not be more than `lead_days_most`"
            raise PydanticCustomError("pack_item", words)
        return self

    def costs(self, usual: dict[StaffGroup, int]) -> dict[StaffGroup, int]:
        """Return who can do it at which cost; ``usual`` prices a plain list of groups."""
        if isinstance(self.staff, dict):
            return self.staff
        return {group: usual[group] for group in self.staff}

    def build(self, name: str, usual: dict[StaffGroup, int]) -> Item:
        """Return the domain's item called ``name``."""
        inside = [cluster for part in self.parts for cluster in part]
        return Item(
            id=ItemId(name),
            name=self.name,
            clusters=tuple(map(ClusterId, dict.fromkeys([*self.clusters, *inside]))),
            staff=self.costs(usual),
            minutes=self.minutes,
            parts=tuple(tuple(map(ClusterId, part)) for part in self.parts),
            value=self.value,
            ranges=tuple(limits.build() for limits in self.ranges),
            places=tuple(self.places),
            after=tuple(map(ItemId, self.after)),
            lead_days=self.lead_days,
            lead_days_most=self.lead_days_most,
            high_risk=self.high_risk,
            reason=self.reason,
            notes=self.notes,
            sources=tuple(self.sources),
        )


class ItemsFile(Strict):
    """A file of ``items/``."""

    items: Annotated[dict[Name, ItemText], Field(min_length=1)]


class FlagText(Strict):
    """One table ``[flags.…]``."""

    name: Line
    on: Annotated[list[ClusterName], Field(min_length=1)]
    off: list[ClusterName] = Field(default_factory=list[ClusterName])

    def build(self, name: str) -> FlagRule:
        """Return the domain's flag called ``name``."""
        return FlagRule(
            FlagId(name), self.name, tuple(map(ClusterId, self.on)), tuple(map(ClusterId, self.off))
        )


class FlagsFile(Strict):
    """The file ``flags.toml``."""

    flags: dict[Name, FlagText]


class PackFile(Strict):
    """The file ``pack.toml``: what holds for the whole pack."""

    contract_year: ContractYear | None = None
    medication_review: list[ClusterName] | None = None
    staff_costs: dict[Group, Cost] = Field(default_factory=dict[Group, Cost])


class ExclusionText(Strict):
    """``[[exclusion]]``: on hold, why, and for how many months until it is looked at."""

    when: ExpressionText
    words: Line
    review_months: Annotated[int, Field(ge=1, le=60)] = 12

    def build(self) -> Exclusion:
        """Return the domain's exclusion."""
        return Exclusion(self.when.build(), self.words, self.review_months)


class VariationText(Strict):
    """``[[requirement.variation]]``: another frequency, and why."""

    when: ExpressionText
    every: EveryText
    words: Line

    def build(self) -> Variation:
        """Return the domain's variation."""
        return Variation(self.when.build(), read_every(self.every), self.words)


class RequirementText(Strict):
    """``[[requirement]]``: an item on a schedule."""

    item: Name
    schedule: ScheduleText
    only_if: ExpressionText | None = None
    variation: list[VariationText] = Field(default_factory=list[VariationText])
    exclusion: list[ExclusionText] = Field(default_factory=list[ExclusionText])
    min_gap_days: Annotated[int, Field(ge=0, le=3653)] = 0
    high_risk: bool | None = None
    qof: Qof = Field(default_factory=_no_indicators)

    @model_validator(mode="after")
    def _variations_fit(self) -> "RequirementText":
        if not self.variation:
            return self
        if isinstance(self.schedule, AnchoredText):
            for variation in self.variation:
                check_anchored(read_every(variation.every))
        elif not isinstance(self.schedule, IntervalText):
            words = "only an anchored or interval schedule can have variations"
            raise PydanticCustomError("pack_variation", words)
        return self

    def build(self) -> Requirement:
        """Return the domain's requirement."""
        return Requirement(
            item=ItemId(self.item),
            schedule=self.schedule.build(),
            variations=tuple(variation.build() for variation in self.variation),
            only_if=self.only_if.build() if self.only_if else None,
            exclusions=tuple(exclusion.build() for exclusion in self.exclusion),
            min_gap_days=self.min_gap_days,
            high_risk=self.high_risk,
            qof={year: tuple(ids) for year, ids in self.qof.items()},
        )


class RecallText(Strict):
    """A file of ``recalls/``."""

    id: Name
    name: Line
    short: Annotated[str, Field(min_length=1, max_length=8)]
    activity: Annotated[Activity, Field(strict=False)]
    version: Annotated[str, Field(min_length=1, max_length=20)]
    review_on: date
    source: Annotated[list[Source], Field(min_length=1)]
    approver: Annotated[str, Field(max_length=80)] = ""
    unverified: Annotated[str, Field(max_length=200)] = ""
    high_risk: bool = False
    start: ClusterName | None = None
    start_drug: bool = False
    resolved_by: ClusterName | None = None
    invited_by: list[ClusterName] = Field(default_factory=list[ClusterName])
    offered_from: date | None = None
    register_of: ExpressionText = Field(alias="register")
    exclusion: list[ExclusionText] = Field(default_factory=list[ExclusionText])
    requirement: Annotated[list[RequirementText], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> "RecallText":
        if self.start_drug and not self.start:
            raise PydanticCustomError("pack_start", "`start_drug` needs `start`, a drug cluster")
        return self

    def build(self, unverified: str) -> Recall:
        """Return the domain's recall; ``unverified`` says which codes are missing still."""
        return Recall(
            id=RecallId(self.id),
            name=self.name,
            activity=self.activity,
            register=self.register_of.build(),
            requirements=tuple(requirement.build() for requirement in self.requirement),
            start=ClusterId(self.start) if self.start else None,
            start_drug=self.start_drug,
            resolved_by=ClusterId(self.resolved_by) if self.resolved_by else None,
            invited_by=tuple(map(ClusterId, self.invited_by)),
            exclusions=tuple(exclusion.build() for exclusion in self.exclusion),
            source="; ".join(self.source),
            version=self.version,
            approver=self.approver,
            review_on=self.review_on,
            unverified=unverified,
            short=self.short,
            high_risk=self.high_risk,
            offered_from=self.offered_from,
        )
