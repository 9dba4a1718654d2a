"""Since when a recall asks a patient for something: diagnosis, drug, and the age it asks for."""

from dataclasses import dataclass

import polars as pl

from recall_tui.domain import expressions as ex
from recall_tui.domain.expressions import required_age
from recall_tui.domain.recalls import Recall
from recall_tui.planning.dates import add_months
from recall_tui.planning.facts import Questions, start_of_codes, start_of_drug
from recall_tui.planning.needs import Ask

YEAR = 12

START_GAP_MONTHS = 12
"""A drug issued after a gap of over so many months starts anew."""

UNKNOWN = pl.lit(None, dtype=pl.Date)


@dataclass(frozen=True, slots=True)
class Start:
    """The day from which due dates count, and the part of it that the record tells.

    ``recorded`` is null where only an age says it: in an interval what was done before a birthday
    counts, what was done before a diagnosis or a drug does not.
    """

    day: pl.Expr
    recorded: pl.Expr


def recall_start(recall: Recall, asked: Questions) -> Start:
    """Return the later of the recall's own start and the age that its register asks for."""
    recorded = UNKNOWN
    if recall.start is not None and recall.start_drug:
        recorded = start_of_drug(asked, recall.start, START_GAP_MONTHS)
    elif recall.start is not None:
        recorded = start_of_codes(asked, recall.start, recall.resolved_by)
    return _later(Start(recorded, recorded), _of_age(recall.register))


def requirement_start(ask: Ask, asked: Questions) -> Start:
    """Return the later of the recall's start and that of what the requirement is narrowed to."""
    start, only_if = recall_start(ask.recall, asked), ask.requirement.only_if
    if only_if is None:
        return start
    recorded = _recorded(only_if, asked)
    if recorded is not None:
        start = Start(
            pl.max_horizontal(start.day, recorded), pl.max_horizontal(start.recorded, recorded)
        )
    return _later(start, _of_age(only_if))


def _later(start: Start, birthday: pl.Expr | None) -> Start:
    if birthday is None:
        return start
    return Start(pl.max_horizontal(start.day, birthday), start.recorded)


def _of_age(expression: ex.Expression) -> pl.Expr | None:
    age = required_age(expression)
    return None if age is None else add_months(pl.col("born"), YEAR * age)


def _recorded(expression: ex.Expression, asked: Questions) -> pl.Expr | None:
    """Return since when a drug or a diagnosis has been there, or None where no such is asked for.

    Of several that must all be there it is the latest; of several groups (any of them) the
    earliest, if each has one.
    """
    match expression:
        case ex.Prescribed(cluster=cluster):
            return start_of_drug(asked, cluster, START_GAP_MONTHS)
        case ex.Coded(
            cluster=cluster,
            resolved_by=resolved_by,
            within_months=None,
            on_or_after=None,
            on_or_before=None,
            times=1,
        ):
            return start_of_codes(asked, cluster, resolved_by)
        case ex.AllOf(parts=parts):
            days = [day for part in parts if (day := _recorded(part, asked)) is not None]
            return pl.max_horizontal(days) if days else None
        case ex.AnyOf(parts=parts):
            each = [_recorded(part, asked) for part in parts]
            days = [day for day in each if day is not None]
            return pl.min_horizontal(days) if days and len(days) == len(each) else None
        case _:
            return None
