"""Variable frequency: what was known before the window opened decides, and goes on deciding."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from recall_tui.domain import expressions as ex
from recall_tui.domain.ids import FlagId
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Every, FlagRule, Variation
from recall_tui.planning.expressions import judge, leaves
from recall_tui.planning.facts import Questions, result_is_old
from recall_tui.planning.grids import opens, tolerance
from recall_tui.planning.needs import Ask, Needs, length_of
from recall_tui.planning.streams import Streams
from recall_tui.planning.timeline import moment, moments

BY_DEFAULT = -1
BY_AGE_OF_RESULT = -2
"""Why a due date is where it is, when it is not by a variation (which has its number).

Further numbers: ``FIRST`` in ``domain.reason_evidence``.
"""


@dataclass(frozen=True, slots=True)
class Judge:
    """Says which frequency was in force for a requirement on some day."""

    needs: Needs
    streams: Streams
    flags: dict[FlagId, FlagRule]
    settings: PlanSettings
    today: date

    def in_force(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return ``asked`` (ask, pid, asof, …) with option (number in ``Ask.options``) and why."""
        alike: dict[tuple[tuple[Every, ...], tuple[Variation, ...]], list[int]] = {}
        for number in asked["ask"].unique(maintain_order=True).to_list():
            ask = self.needs.asks[int(number)]
            alike.setdefault((ask.options, ask.requirement.variations), []).append(ask.number)
        parts = [
            self._of_asks(self.needs.asks[some[0]], asked.filter(pl.col("ask").is_in(some)))
            for some in alike.values()
        ]
        nothing = asked.clear().with_columns(
            pl.lit(0, dtype=pl.Int32).alias("option"), pl.lit(0, dtype=pl.Int32).alias("why")
        )
        return pl.concat([nothing, *parts])

    def _of_asks(self, ask: Ask, rows: pl.DataFrame) -> pl.DataFrame:
        """Judge the ``rows`` of requirements that vary exactly as ``ask`` does."""
        # One number for patient and day: found and joined in half the time that two columns take.
        when = moments(rows["pid"], rows["asof"])
        first = when.arg_unique()
        asked = Questions.about(self.streams, self.flags, rows.select("pid", "asof")[first])
        option, why = _ruling(ask, asked)
        ruled = asked.frame.select(
            when[first].alias("when"),
            option.cast(pl.Int32).alias("option"),
            why.cast(pl.Int32).alias("why"),
        )
        told = rows.with_columns(when.alias("when")).join(ruled, on="when", how="left")
        return told.drop("when")


def _ruling(ask: Ask, asked: Questions) -> tuple[pl.Expr, pl.Expr]:
    """Return the number of the frequency that rules, and why."""
    variations = ask.requirement.variations
    numbers = {every: number for number, every in enumerate(ask.options)}
    option: pl.Expr = pl.lit(0)
    why: pl.Expr = pl.lit(BY_DEFAULT)
    for number, one in reversed(list(enumerate(variations))):
        true = judge(one.when, asked).true
        option = pl.when(true).then(numbers[one.every]).otherwise(option)
        why = pl.when(true).then(number).otherwise(why)
    looked_at = results_in(one.when for one in variations)
    if not looked_at:
        return option, why
    old = result_is_old(asked, looked_at)
    shortest = numbers[min(ask.options, key=length_of)]
    return (
        pl.when(old).then(shortest).otherwise(option),
        pl.when(old).then(BY_AGE_OF_RESULT).otherwise(why),
    )


def results_in(expressions: Iterable[ex.Expression]) -> list[ex.Result]:
    """Return the results that the expressions look at."""
    found = [leaf for one in expressions for leaf in leaves(one)]
    return [leaf for leaf in found if isinstance(leaf, ex.Result)]


def settled(candidates: pl.DataFrame, judging: Judge) -> pl.DataFrame:
    """Return the candidates (chain, pid, ask, begins, due, months) that are due dates.

    Each candidate has one decision day: the day before the widest window of any frequency whose
    grid holds it opens, not before the recall began to ask and not after today. It is a due date
    when the frequency in force on that day has it on its grid, or is shorter than all that have;
    ``months`` is then that frequency.
    """
    widest = opens(pl.col("due"), tolerance(pl.col("longest"), judging.settings))
    before = pl.max_horizontal(widest - pl.duration(days=1), "begins")
    days = (
        candidates.group_by(moment(pl.col("chain"), pl.col("due")).alias("moment"))
        .agg(
            pl.col("chain", "pid", "ask", "due", "begins").first(),
            pl.col("months").max().alias("longest"),
            pl.col("months").alias("on_grids"),
        )
        .with_columns(pl.min_horizontal(before, pl.lit(judging.today)).alias("asof"))
    )
    ruled = judging.in_force(days).join(_counts(judging.needs), on=["ask", "option"], how="left")
    holds = pl.col("on_grids").list.contains(pl.col("months"))
    return ruled.filter(holds | (pl.col("months") < pl.col("longest")))


def _counts(needs: Needs) -> pl.DataFrame:
    rows = [
        (ask.number, number, every.count)
        for ask in needs.asks
        for number, every in enumerate(ask.options)
    ]
    schema = {"ask": pl.Int32, "option": pl.Int32, "months": pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row")
