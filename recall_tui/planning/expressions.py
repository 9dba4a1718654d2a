"""Expressions of the rules as Polars columns: each leaf is found once, whoever asks for it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import assert_never

import polars as pl

from recall_tui.domain import expressions as ex
from recall_tui.domain.calendar import add_months as plain_add_months
from recall_tui.planning import facts
from recall_tui.planning.dates import add_months, first_reaching
from recall_tui.planning.facts import ASOF, Questions

YEAR = 12

NO_DAY = pl.lit(None, dtype=pl.Date)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judged expression: whether it is true, and the latest date that makes it so (or null)."""

    true: pl.Expr
    on: pl.Expr


def judge(expression: ex.Expression, asked: Questions) -> Verdict:
    """Return the verdict on ``expression`` for every question of ``asked``, found once.

    Call it for all expressions before taking the columns from ``asked.frame``: whatever is found
    becomes a column there.
    """
    known = asked.verdicts.get(expression)
    if known is None:
        found = _judged(expression, asked)
        known = (asked.keep(expression, found.true), found.on)
        asked.verdicts[expression] = known
    return Verdict(*known)


def _judged(expression: ex.Expression, asked: Questions) -> Verdict:
    match expression:
        case ex.Coded() | ex.Prescribed() | ex.Flagged():
            return _recorded(expression, asked)
        case ex.Age() | ex.Sex():
            return _personal(expression, asked)
        case ex.Result():
            return _result(expression, asked)
        case ex.Since() | ex.Done():
            return _dated(expression, asked)
        case ex.AllOf() | ex.AnyOf() | ex.AtLeast():
            return _joined(expression, [judge(part, asked) for part in expression.parts])
        case ex.Not() | ex.Then():
            return _related(expression, asked)
        case _:
            assert_never(expression)


def _related(node: ex.Not | ex.Then, asked: Questions) -> Verdict:
    part = judge(node.part, asked)
    if isinstance(node, ex.Not):
        return Verdict(~part.true, NO_DAY)
    after = judge(node.after, asked)
    later = (part.on > after.on).fill_null(value=False)
    return _verdict(part.true & after.true & later, part.on)


def _verdict(true: pl.Expr, day: pl.Expr) -> Verdict:
    sure = true.fill_null(value=False)
    return Verdict(sure, pl.when(sure).then(day))


def _recorded(leaf: ex.Coded | ex.Prescribed | ex.Flagged, asked: Questions) -> Verdict:
    match leaf:
        case ex.Coded():
            return _coded(leaf, asked)
        case ex.Prescribed():
            issued, current = facts.issue_days(asked, leaf)
            return _verdict((issued >= asked.ago(leaf.months)) | current, issued)
        case ex.Flagged():
            on, off = facts.flag_days(asked, leaf)
            return _verdict(on.is_not_null() & ~(off > on).fill_null(value=False), on)


def _coded(leaf: ex.Coded, asked: Questions) -> Verdict:
    latest = facts.latest_code(asked, (leaf.cluster,))
    true = latest.is_not_null()
    if leaf.resolved_by is not None:
        resolved = facts.latest_code(asked, (leaf.resolved_by,))
        true = true & ~(resolved > latest).fill_null(value=False)
    counted = facts.nth_code(asked, leaf.cluster, leaf.times) if leaf.times > 1 else latest
    if leaf.within_months is not None:
        true = true & (counted >= asked.ago(leaf.within_months))
    if leaf.times > 1:
        true = true & counted.is_not_null()
    if leaf.on_or_after is not None or leaf.on_or_before is not None:
        true = true & facts.code_between(asked, leaf)
    return _verdict(true, latest)


def _personal(leaf: ex.Age | ex.Sex, asked: Questions) -> Verdict:
    if isinstance(leaf, ex.Sex):
        return Verdict(pl.col("sex") == leaf.is_, NO_DAY)
    born = pl.col("born")
    true = born.is_not_null()
    one_day = _one_age_day(leaf, asked)
    if leaf.at_least is not None:
        true = true & _past(born, YEAR * leaf.at_least, one_day, age_day(leaf))
    if leaf.under is not None:
        true = true & ~_past(born, YEAR * leaf.under, one_day, age_day(leaf))
    return Verdict(true.fill_null(value=False), NO_DAY)


def _past(since: pl.Expr, months: int, one_day: date | None, day: pl.Expr) -> pl.Expr:
    """Return whether ``months`` after ``since`` is on or before ``day`` (``one_day`` for all)."""
    if one_day is None:
        return add_months(since, months) <= day
    return since < first_reaching(one_day + timedelta(days=1), months)


def _one_age_day(leaf: ex.Age, asked: Questions) -> date | None:
    """Return the day of which the age is meant, where it is the same for all questions."""
    if leaf.on is not None or asked.today_only is None:
        return leaf.on
    if leaf.by is None:
        return asked.today_only
    this_year = date(asked.today_only.year, *leaf.by)
    return this_year if this_year >= asked.today_only else plain_add_months(this_year, YEAR)


def age_day(leaf: ex.Age) -> pl.Expr:
    """Return the day of which the age is meant."""
    if leaf.on is not None:
        return pl.lit(leaf.on)
    if leaf.by is None:
        return ASOF
    month, day = leaf.by
    this_year = pl.date(ASOF.dt.year(), month, day)
    return pl.when(this_year >= ASOF).then(this_year).otherwise(add_months(this_year, 12))


def _result(leaf: ex.Result, asked: Questions) -> Verdict:
    value, day = facts.latest_result(asked, leaf.item)
    there = value.is_not_null()
    if leaf.within_months is not None:
        there = there & (day >= asked.ago(leaf.within_months))
    there = there.fill_null(value=False)
    holds = there
    for limit, kept in _limits(leaf, value):
        if limit is not None:
            holds = holds & kept(limit)
    if leaf.or_missing:
        holds = holds | ~there
    sure = holds.fill_null(value=False)
    return Verdict(sure, pl.when(sure & there).then(day))


def _limits(
    leaf: ex.Result, value: pl.Expr
) -> Iterable[tuple[float | None, Callable[[float], pl.Expr]]]:
    return (
        (leaf.at_least, lambda limit: value >= limit),
        (leaf.above, lambda limit: value > limit),
        (leaf.at_most, lambda limit: value <= limit),
        (leaf.below, lambda limit: value < limit),
    )


def _dated(leaf: ex.Since | ex.Done, asked: Questions) -> Verdict:
    if isinstance(leaf, ex.Done):
        day = facts.latest_done(asked, leaf)
        recent = day.is_not_null()
        if leaf.months is not None:
            recent = day >= asked.ago(leaf.months)
        return _verdict(recent, day)
    start = facts.start_of(asked, leaf)
    true = start.is_not_null()
    if leaf.at_least is not None:
        true = true & _past(start, leaf.at_least, asked.today_only, ASOF)
    if leaf.under is not None:
        true = true & ~_past(start, leaf.under, asked.today_only, ASOF)
    return _verdict(true, start)


def _joined(node: ex.AllOf | ex.AnyOf | ex.AtLeast, parts: list[Verdict]) -> Verdict:
    match node:
        case ex.AllOf():
            true = reduce(lambda one, two: one & two.true, parts, pl.lit(value=True))
        case ex.AnyOf():
            true = reduce(lambda one, two: one | two.true, parts, pl.lit(value=False))
        case ex.AtLeast():
            count = reduce(lambda one, two: one + two.true.cast(pl.Int32), parts, pl.lit(0))
            true = count >= node.count
    days = [pl.when(part.true).then(part.on) for part in parts]
    latest = pl.max_horizontal(days) if days else NO_DAY
    return Verdict(true, pl.when(true).then(latest))


def leaves(expression: ex.Expression) -> Iterable[ex.Expression]:
    """Return the leaves of an expression, in order."""
    match expression:
        case ex.AllOf() | ex.AnyOf() | ex.AtLeast():
            return [leaf for part in expression.parts for leaf in leaves(part)]
        case ex.Not():
            return leaves(expression.part)
        case ex.Then():
            return [*leaves(expression.part), *leaves(expression.after)]
        case _:
            return [expression]
