"""How frequencies and schedules are written in TOML."""

import re
from collections.abc import Mapping
from typing import Annotated, Final, cast

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from recall_tui.domain.ids import ItemId
from recall_tui.domain.recalls import (
    Anchored,
    Course,
    Dose,
    Every,
    Interval,
    Once,
    Schedule,
    Seasonal,
    Unit,
)
from recall_tui.pack.expression_schema import DayText, Name, Strict, day_of_year

ANCHORED_MONTHS: Final = (1, 2, 3, 4, 6, 12, 24, 36, 60)
"""The frequencies that fit a year that starts on the recall date."""

LONGEST_DAYS: Final = 3653
"""No interval is longer than ten years."""

_EVERY: Final = re.compile(r"^([1-9][0-9]{0,3}) (day|week|month)s?$")
_AGE: Final = re.compile(r"^([1-9][0-9]{0,2}) years?$")
_DAYS_IN: Final = {Unit.DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: 30}

Days = Annotated[int, Field(ge=0, le=LONGEST_DAYS)]


def read_every(text: str) -> Every:
    """Read a frequency such as ``12 weeks``.

    Raises:
        PydanticCustomError: it is not one, or longer than ten years.
    """
    match = _EVERY.match(text)
    if not match:
        words = "a frequency is written `12 weeks`, `84 days` or `3 months`"
        raise PydanticCustomError("pack_every", words)
    every = Every(int(match[1]), Unit(f"{match[2]}s"))
    if every.count * _DAYS_IN[every.unit] > LONGEST_DAYS:
        raise PydanticCustomError("pack_every", "a frequency may be at most ten years")
    return every


def _checked_every(text: str) -> str:
    read_every(text)
    return text


EveryText = Annotated[str, AfterValidator(_checked_every)]
"""A frequency in words: ``12 weeks``."""


def read_age(text: str) -> Every:
    """Read an age or a gap such as ``13 months`` or ``65 years``.

    Raises:
        PydanticCustomError: it is none.
    """
    match = _AGE.match(text)
    if match is None:
        return read_every(text)
    return Every(int(match[1]) * 12, Unit.MONTHS)


def _checked_age(text: str) -> str:
    read_age(text)
    return text


AgeText = Annotated[str, AfterValidator(_checked_age)]
"""An age in words: ``13 months``, ``65 years``."""


def check_anchored(every: Every) -> None:
    """Accept a frequency that fits the recall date.

    Raises:
        PydanticCustomError: it does not.
    """
    if every.unit is not Unit.MONTHS or every.count not in ANCHORED_MONTHS:
        allowed = ", ".join(map(str, ANCHORED_MONTHS))
        raise PydanticCustomError(
            "pack_anchored",
            "an anchored frequency is one of {allowed} months, not {count} {unit}",
            {"allowed": allowed, "count": every.count, "unit": every.unit.value},
        )


class AnchoredText(Strict):
    """``{anchored=12}``."""

    anchored: int

    @model_validator(mode="after")
    def _allowed(self) -> "AnchoredText":
        check_anchored(Every(self.anchored))
        return self

    def build(self) -> Schedule:
        """Return the domain's schedule."""
        return Anchored(Every(self.anchored))


class IntervalText(Strict):
    """``{interval="12 weeks", first_after_days=28}``."""

    interval: EveryText
    first_after_days: Days = 0

    def build(self) -> Schedule:
        """Return the domain's schedule."""
        return Interval(read_every(self.interval), self.first_after_days)


class OnceTerms(Strict):
    """At an age, or some days after the start."""

    age: Annotated[int, Field(ge=0, le=130)] | None = None
    after_days: Days | None = None
    ever_counts: bool = True

    @model_validator(mode="after")
    def _one_of_two(self) -> "OnceTerms":
        if (self.age is None) == (self.after_days is None):
            raise PydanticCustomError("pack_once", "once needs either `age` or `after_days`")
        return self


class OnceText(Strict):
    """``{once={age=65}}``."""

    once: OnceTerms

    def build(self) -> Schedule:
        """Return the domain's schedule."""
        return Once(self.once.age, self.once.after_days, self.once.ever_counts)


class DoseText(Strict):
    """``{gap="28 days", from_age="13 months", due_age="40 months"}``: one dose of a course."""

    gap: EveryText | None = None
    due: EveryText | None = None
    from_age: AgeText | None = None
    due_age: AgeText | None = None
    again_after: EveryText | None = None

    def build(self) -> Dose:
        """Return the domain's dose."""
        times = (self.gap, self.due, self.from_age, self.due_age, self.again_after)
        return Dose(*(read_age(text) if text is not None else None for text in times))


class CourseTerms(Strict):
    """How many doses, how far apart; or what holds for each of them."""

    doses: Annotated[int, Field(ge=1, le=12)] | None = None
    least_gap_days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] | None = None
    greatest_gap_days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] | None = None
    first_after_days: Days = 0
    each: Annotated[list[DoseText], Field(min_length=1, max_length=12)] | None = None
    grace_days: Annotated[int, Field(ge=0, le=28)] = 0
    apart_from: Name | None = None
    apart_days: Annotated[int, Field(ge=2, le=LONGEST_DAYS)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "CourseTerms":
        if (self.apart_from is None) != (self.apart_days is None):
            words = "`apart_from` (an item) and `apart_days` belong together"
            raise PydanticCustomError("pack_course", words)
        if self.each is not None:
            return self._each(self.each)
        if self.doses is None or self.least_gap_days is None or self.greatest_gap_days is None:
            words = "a course needs `doses`, `least_gap_days` and `greatest_gap_days`, or `each`"
            raise PydanticCustomError("pack_course", words)
        if self.least_gap_days > self.greatest_gap_days:
            words = "`least_gap_days` must not be more than `greatest_gap_days`"
            raise PydanticCustomError("pack_course", words)
        return self

    def _each(self, each: list[DoseText]) -> "CourseTerms":
        if self.doses is not None or self.least_gap_days or self.greatest_gap_days:
            words = "with `each` a course needs no `doses` and no gaps in days"
            raise PydanticCustomError("pack_course", words)
        if each[0].gap or each[0].due:
            words = "the first dose has no dose before it: no `gap`, no `due`"
            raise PydanticCustomError("pack_course", words)
        if any(dose.gap is None for dose in each[1:]):
            raise PydanticCustomError("pack_course", "every dose after the first needs its `gap`")
        return self


class CourseText(Strict):
    """``{course={doses=2, least_gap_days=183, greatest_gap_days=365}}``, or with ``each``."""

    course: CourseTerms

    def build(self) -> Schedule:
        """Return the domain's schedule."""
        terms = self.course
        each = tuple(dose.build() for dose in terms.each or ())
        return Course(
            len(each) or terms.doses or 1,
            terms.least_gap_days or 1,
            terms.greatest_gap_days or 1,
            terms.first_after_days,
            each,
            terms.grace_days,
            ItemId(terms.apart_from) if terms.apart_from else None,
            terms.apart_days or 0,
        )


class SeasonTerms(Strict):
    """Two days of the year, both inclusive."""

    opens: DayText
    closes: DayText

    @model_validator(mode="after")
    def _days(self) -> "SeasonTerms":
        if day_of_year(self.opens) == day_of_year(self.closes):
            raise PydanticCustomError("pack_season", "a season opens and closes on two days")
        return self


class SeasonalText(Strict):
    """``{seasonal={opens="09-01", closes="03-31"}}``."""

    seasonal: SeasonTerms

    def build(self) -> Schedule:
        """Return the domain's schedule."""
        return Seasonal(day_of_year(self.seasonal.opens), day_of_year(self.seasonal.closes))


_KINDS: Final = ("anchored", "interval", "once", "course", "seasonal")


def _kind(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return f"<{type(value).__name__}>" if isinstance(value, Strict) else None
    keys = cast("Mapping[str, object]", value)
    present = [kind for kind in _KINDS if kind in keys]
    return f"<{present[0]}>" if len(present) == 1 else None


ScheduleText = Annotated[
    Annotated[AnchoredText, Tag("<anchored>")]
    | Annotated[IntervalText, Tag("<interval>")]
    | Annotated[OnceText, Tag("<once>")]
    | Annotated[CourseText, Tag("<course>")]
    | Annotated[SeasonalText, Tag("<seasonal>")],
    Discriminator(_kind),
]
"""Any schedule, told apart by its key."""
