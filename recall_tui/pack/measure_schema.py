"""What a file of measures may say."""

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from recall_tui.domain.ids import ClusterId
from recall_tui.domain.recalls import Exclusion, Invites, Measure
from recall_tui.pack.expression_schema import ClusterName, ExpressionText, Name, Strict
from recall_tui.pack.schema import ContractYear, Indicator, Line, Source


class ReasonText(Strict):
    """``[[measures.….exclusion]]`` or ``exception``: when, and why in words."""

    when: ExpressionText
    words: Line

    def build(self) -> Exclusion:
        """Return the domain's exclusion."""
        return Exclusion(self.when.build(), self.words)


class InvitesText(Strict):
    """``{invites_of=["DMINVITE_COD"], count=2, apart_days=7}``."""

    invites_of: Annotated[list[ClusterName], Field(min_length=1)]
    count: Annotated[int, Field(ge=1, le=12)] = 2
    apart_days: Annotated[int, Field(ge=1, le=365)] = 7

    def build(self) -> Invites:
        """Return the domain's rule about invites."""
        return Invites(tuple(map(ClusterId, self.invites_of)), self.count, self.apart_days)


class MeasureText(Strict):
    """One table ``[measures.…]``."""

    indicator: Indicator
    title: Line
    years: Annotated[list[ContractYear], Field(min_length=1)]
    denominator: ExpressionText
    numerator: ExpressionText
    exclusion: list[ReasonText] = Field(default_factory=list[ReasonText])
    exception: list[ReasonText] = Field(default_factory=list[ReasonText])
    invites: InvitesText | None = None
    start: ClusterName | None = None
    newly_months: Annotated[int, Field(ge=0, le=12)] = 0
    points: Annotated[int, Field(ge=0, le=200)] | None = None
    thresholds: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    source: Annotated[list[Source], Field(min_length=1)]
    unverified: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _in_order(self) -> "MeasureText":
        if self.thresholds and not 0 <= self.thresholds[0] < self.thresholds[1] <= 100:  # noqa: PLR2004 - per cent
            words = "`thresholds` are two per cents, the lower one first"
            raise PydanticCustomError("pack_thresholds", words)
        return self

    def build(self, name: str, unverified: str) -> Measure:
        """Return the domain's measure called ``name``."""
        return Measure(
            name=name,
            indicator=self.indicator,
            title=self.title,
            years=tuple(self.years),
            denominator=self.denominator.build(),
            numerator=self.numerator.build(),
            exclusions=tuple(one.build() for one in self.exclusion),
            exceptions=tuple(one.build() for one in self.exception),
            invites=self.invites.build() if self.invites else None,
            start=ClusterId(self.start) if self.start else None,
            newly_months=self.newly_months,
            points=self.points,
            thresholds=(self.thresholds[0], self.thresholds[1]) if self.thresholds else None,
            source="; ".join(self.source),
            unverified=unverified,
        )


class MeasuresFile(Strict):
    """A file of ``measures/``."""

    measures: Annotated[dict[Name, MeasureText], Field(min_length=1)]
