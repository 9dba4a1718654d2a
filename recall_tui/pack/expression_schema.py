"""How expressions are written in TOML: inline tables with one leading key."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from recall_tui.domain import expressions
from recall_tui.domain.expressions import Expression
from recall_tui.domain.ids import ClusterId, FlagId, ItemId

LEADING_KEYS: Final = (
    "coded",
    "prescribed",
    "age",
    "sex",
    "result",
    "since",
    "done",
    "flag",
    "all",
    "any",
    "not",
    "then",
    "of",
)
"""An expression has exactly one of these; ``of`` goes with ``at_least``."""

_MOST_PARTS: Final = 100
_DAY_OF_YEAR: Final = re.compile(r"^([0-9]{2})-([0-9]{2})$")
_LEAP_DAY: Final = (2, 29)

ClusterName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")]
"""A cluster is named in upper case: DM_COD."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""Items, recalls and flags are named in lower case: foot_check."""

Months = Annotated[int, Field(ge=1, le=1200)]


class Strict(BaseModel):
    """No unknown key, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=False)


def day_of_year(text: str) -> tuple[int, int]:
    """Read a day of the year such as ``09-01``.

    Raises:
        PydanticCustomError: it is none, or 29 February.
    """
    match = _DAY_OF_YEAR.match(text)
    try:
        day = date.fromisoformat(f"2024-{text}") if match else None
    except ValueError:
        day = None
    if day is None or (day.month, day.day) == _LEAP_DAY:
        words = "a day of the year is written `09-01` (not 29 February)"
        raise PydanticCustomError("pack_day", words)
    return day.month, day.day


def _checked_day(text: str) -> str:
    day_of_year(text)
    return text


DayText = Annotated[str, AfterValidator(_checked_day)]
"""A day of the year: ``09-01``."""


def leading_key(value: object) -> str | None:
    """Return the tag of the expression ``value`` looks like; None when it is not plain which."""
    if isinstance(value, Strict):
        return f"<{type(value).__name__}>"
    if not isinstance(value, Mapping):
        return None
    keys = cast("Mapping[str, object]", value)
    present = [key for key in LEADING_KEYS if key in keys]
    return f"<{present[0]}>" if len(present) == 1 else None


def _ordered(low: float | None, high: float | None, what: str) -> None:
    if low is not None and high is not None and low >= high:
        raise PydanticCustomError("pack_order", "{what}", {"what": what})


class CodedText(Strict):
    """``{coded="DM_COD", resolved_by="DMRES_COD", within_months=12}``."""

    coded: ClusterName
    resolved_by: ClusterName | None = None
    within_months: Months | None = None
    on_or_after: date | None = None
    on_or_before: date | None = None
    times: Annotated[int, Field(ge=1, le=50)] = 1

    @model_validator(mode="after")
    def _times_without_dates(self) -> "CodedText":
        if self.times > 1 and (self.on_or_after or self.on_or_before):
            words = "`times` goes with `within_months`, not with dates"
            raise PydanticCustomError("pack_times", words)
        return self

    def build(self) -> Expression:
        """Return the domain's expression."""
        return expressions.Coded(
            ClusterId(self.coded),
            ClusterId(self.resolved_by) if self.resolved_by else None,
            self.within_months,
            self.on_or_after,
            self.on_or_before,
            self.times,
        )


class PrescribedText(Strict):
    """``{prescribed="LITHIUM_DRUG", months=6}``."""

    prescribed: ClusterName
    months: Months = 12

    def build(self) -> Expression:
        """Return the domain's expression."""
        return expressions.Prescribed(ClusterId(self.prescribed), self.months)


class AgeLimits(Strict):
    """Completed years: at least, and less than."""

    at_least: Annotated[int, Field(ge=0, le=130)] | None = None
    under: Annotated[int, Field(ge=1, le=130)] | None = None
    on: date | None = None
    by: DayText | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "AgeLimits":
        if self.at_least is None and self.under is None:
            raise PydanticCustomError("pack_age", "age needs `at_least`, `under` or both")
        if self.on is not None and self.by is not None:
            raise PydanticCustomError("pack_age", "an age is `on` a date or `by` a day, not both")
        _ordered(self.at_least, self.under, "`at_least` must be less than `under`")
        return self


class AgeText(Strict):
    """``{age={at_least=17, under=80}}``."""

    age: AgeLimits

    def build(self) -> Expression:
        """Return the domain's expression."""
        by = day_of_year(self.age.by) if self.age.by else None
        return expressions.Age(self.age.at_least, self.age.under, self.age.on, by)


class SexText(Strict):
    """``{sex="F"}``."""

    sex: Literal["F", "M", "I", "U"]

    def build(self) -> Expression:
        """Return the domain's expression."""
        return expressions.Sex(self.sex)


class ResultText(Strict):
    """``{result="egfr", below=60, within_months=12, or_missing=true}``."""

    result: Name
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    within_months: Months | None = None
    or_missing: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> "ResultText":
        low = self.at_least if self.at_least is not None else self.above
        high = self.at_most if self.at_most is not None else self.below
        if low is None and high is None:
            raise PydanticCustomError(
                "pack_result", "a result needs `at_least`, `above`, `at_most` or `below`"
            )
        _ordered(low, high, "the lower limit must be less than the upper one")
        return self

    def build(self) -> Expression:
        """Return the domain's expression."""
        return expressions.Result(
            ItemId(self.result),
            at_least=self.at_least,
            above=self.above,
            at_most=self.at_most,
            below=self.below,
            within_months=self.within_months,
            or_missing=self.or_missing,
        )


class SinceText(Strict):
    """``{since="DM_COD", resolved_by="DMRES_COD", under=12}``; drugs with ``drug=true``."""

    since: ClusterName
    drug: bool = False
    resolved_by: ClusterName | None = None
    at_least: Annotated[int, Field(ge=0, le=1200)] | None = None
    under: Months | None = None
    gap_months: Months = 12

    @model_validator(mode="after")
    def _says_something(self) -> "SinceText":
        if self.at_least is None and self.under is None:
            raise PydanticCustomError("pack_since", "since needs `at_least` or `under` (months)")
        _ordered(self.at_least, self.under, "`at_least` must be less than `under`")
        return self

    def build(self) -> Expression:
        """Return the domain's expression."""
        return expressions.Since(
            ClusterId(self.since),
            drug=self.drug,
            resolved_by=ClusterId(self.resolved_by) if self.resolved_by else None,
            at_least=self.at_least,
            under=self.under,
            gap_months=self.gap_months,
        )


class DoneText(Strict):
    """``{done="flu_vaccine", months=12}``."""

    done: Name
    months: Months | None = None

    def build(self) -> Expression:
        """Return the domain's expression."""
        return expressions.Done(ItemId(self.done), self.months)


class FlagText(Strict):
    """``{flag="housebound"}``."""

    flag: Name

    def build(self) -> Expression:
        """Return the domain's expression."""
        return expressions.Flagged(FlagId(self.flag))


Parts = Annotated[list["ExpressionText"], Field(min_length=1, max_length=_MOST_PARTS)]


class AllText(Strict):
    """``{all=[…]}``."""

    all_of: Parts = Field(alias="all")

    def build(self) -> Expression:
        """Return the domain's expression."""
        return expressions.AllOf(tuple(part.build() for part in self.all_of))


class AnyText(Strict):
    """``{any=[…]}``."""

    any_of: Parts = Field(alias="any")

    def build(self) -> Expression:
        """Return the domain's expression."""
        return expressions.AnyOf(tuple(part.build() for part in self.any_of))


class NotText(Strict):
    """``{not={…}}``."""

    not_this: "ExpressionText" = Field(alias="not")

    def build(self) -> Expression:
        """Return the domain's expression."""
        return expressions.Not(self.not_this.build())


class ThenText(Strict):
    """``{then={coded="…"}, after={result="bp", above=140}}``."""

    then: "ExpressionText"
    after: "ExpressionText"

    def build(self) -> Expression:
        """Return the domain's expression."""
        return expressions.Then(self.then.build(), self.after.build())


class AtLeastText(Strict):
    """``{at_least=2, of=[…]}``."""

    at_least: Annotated[int, Field(ge=1)]
    of: Parts

    @model_validator(mode="after")
    def _can_be_reached(self) -> "AtLeastText":
        if self.at_least > len(self.of):
            raise PydanticCustomError(
                "pack_at_least", "`at_least` is more than the number of parts"
            )
        return self

    def build(self) -> Expression:
        """Return the domain's expression."""
        return expressions.AtLeast(self.at_least, tuple(part.build() for part in self.of))


ExpressionText = Annotated[
    Annotated[CodedText, Tag("<coded>")]
    | Annotated[PrescribedText, Tag("<prescribed>")]
    | Annotated[AgeText, Tag("<age>")]
    | Annotated[SexText, Tag("<sex>")]
    | Annotated[ResultText, Tag("<result>")]
    | Annotated[SinceText, Tag("<since>")]
    | Annotated[DoneText, Tag("<done>")]
    | Annotated[FlagText, Tag("<flag>")]
    | Annotated[AllText, Tag("<all>")]
    | Annotated[AnyText, Tag("<any>")]
    | Annotated[NotText, Tag("<not>")]
    | Annotated[ThenText, Tag("<then>")]
    | Annotated[AtLeastText, Tag("<of>")],
    Discriminator(leading_key),
]
"""Any expression, told apart by its leading key."""
