"""Expressions: who is on a register, who is held, which frequency holds. Data, never code.

An expression is judged for one patient on ``today`` over what was recorded on or before it.
"""

from dataclasses import dataclass
from datetime import date

from recall_tui.domain.ids import ClusterId, FlagId, ItemId


@dataclass(frozen=True, slots=True)
class Coded:
    """The latest code of ``cluster`` is not followed by a later one of ``resolved_by``.

    A resolving code on the same day does not resolve: the patient stays on. With
    ``within_months`` the latest code must lie at or after ``today`` minus that many months; with
    ``on_or_after``/``on_or_before`` some code must lie there. ``times``: codes on so many days are
    needed, of which all must lie within the months.
    """

    cluster: ClusterId
    resolved_by: ClusterId | None = None
    within_months: int | None = None
    on_or_after: date | None = None
    on_or_before: date | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Prescribed:
    """A drug of ``cluster`` was issued within ``months`` before today, or is on current repeat."""

    cluster: ClusterId
    months: int = 12


@dataclass(frozen=True, slots=True)
class Age:
    """Completed years: at least ``at_least`` and less than ``under``; either may be None.

    Of today, or ``on`` a date, or ``by`` the next such day of the year (month, day), which may be
    today.
    """

    at_least: int | None = None
    under: int | None = None
    on: date | None = None
    by: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Sex:
    """The recorded sex is ``is_``: F, M, I (indeterminate) or U (unknown)."""

    is_: str


@dataclass(frozen=True, slots=True)
class Result:
    """The latest plausible value of ``item``, in the item's own unit, compared.

    All limits given must hold. With ``within_months`` an older value counts as none. Without a
    value it is false, unless ``or_missing``, which makes it true.
    """

    item: ItemId
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    within_months: int | None = None
    or_missing: bool = False


@dataclass(frozen=True, slots=True)
class Since:
    """Whole months since a start: at least ``at_least`` and less than ``under``.

    The start is the earliest code of ``cluster`` after its last resolution, or with ``drug`` the
    first issue after a gap of over ``gap_months``. No start is false.
    """

    cluster: ClusterId
    drug: bool = False
    resolved_by: ClusterId | None = None
    at_least: int | None = None
    under: int | None = None
    gap_months: int = 12


@dataclass(frozen=True, slots=True)
class Done:
    """``item`` was validly done within ``months`` (ever, when None) before today."""

    item: ItemId
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Flagged:
    """The patient flag holds: its newest on-code is not followed by a later off-code."""

    flag: FlagId


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part is true (no parts: true)."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some part is true (no parts: false)."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The part is false."""

    part: "Expression"


@dataclass(frozen=True, slots=True)
class Then:
    """``part`` is true, and what makes it so was recorded later than what makes ``after`` true.

    Both need a date: ages, negations and missing results have none.
    """

    part: "Expression"
    after: "Expression"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``count`` parts are true."""

    count: int
    parts: "tuple[Expression, ...]"


Expression = (
    Coded
    | Prescribed
    | Age
    | Sex
    | Result
    | Since
    | Done
    | Flagged
    | AllOf
    | AnyOf
    | Not
    | Then
    | AtLeast
)
"""Every kind of expression; a ``match`` over it is exhaustive."""


def required_age(expression: Expression) -> int | None:
    """Return the least age of whoever the expression takes, or None when it takes any age.

    Of several groups (any of them) it is the least of their ages, if each has one.
    """
    match expression:
        case Age(at_least=int(age), on=None, by=None):
            return age
        case AllOf(parts=parts):
            ages = [age for part in parts if (age := required_age(part)) is not None]
            return max(ages, default=None)
        case AnyOf(parts=parts):
            each = [required_age(part) for part in parts]
            known = [age for age in each if age is not None]
            return min(known) if known and len(known) == len(each) else None
        case _:
            return None
