"""Registers: who is on which recall, since when, who is held and why; and what is asked of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from recall_tui.domain.recalls import Exclusion, Recall
from recall_tui.frames import Schema, empty
from recall_tui.planning.dates import add_months
from recall_tui.planning.expressions import judge, required_age
from recall_tui.planning.facts import Questions, start_of_codes, start_of_drug
from recall_tui.planning.needs import Ask, Needs

YEAR = 12

START_GAP_MONTHS = 12
"""A drug issued after a gap of over so many months starts anew."""

MEMBER: Schema = {
    "pid": pl.UInt32,
    "recall": pl.Int32,  # number of the recall
    "started": pl.Date,
    "held": pl.Boolean,
    "words": pl.String,
    "review": pl.Date,
}
ASKED: Schema = {
    "pid": pl.UInt32,
    "ask": pl.Int32,  # number of the requirement
    "held": pl.Boolean,
    "words": pl.String,
    "review": pl.Date,
}


@dataclass(frozen=True, slots=True)
class Registers:
    """Who is on which recall, and which requirements are asked of whom."""

    members: pl.DataFrame
    asked: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Hold:
    held: pl.Expr
    words: pl.Expr
    review: pl.Expr


def registers(needs: Needs, asked: Questions) -> Registers:
    """Return the registers of all active recalls.

    The review date of a hold that rests on no dated record is null here.
    """
    on = [judge(recall.register, asked).true for recall in needs.recalls]
    starts = [_start(recall, asked) for recall in needs.recalls]
    holds = [_hold(recall.exclusions, asked) for recall in needs.recalls]
    parts = [_part(ask, asked) for ask in needs.asks]
    own = [_hold(ask.requirement.exclusions, asked) for ask in needs.asks]
    frame = asked.frame.lazy()
    members = [
        _member_rows(frame.filter(one), number, starts[number], holds[number])
        for number, one in enumerate(on)
    ]
    rows = [
        _asked_rows(frame.filter(on[ask.recall_number] & part), ask, holds[ask.recall_number], hold)
        for ask, part, hold in zip(needs.asks, parts, own, strict=True)
    ]
    return Registers(_stacked(members, MEMBER), _stacked(rows, ASKED))


def _part(ask: Ask, asked: Questions) -> pl.Expr:
    only_if = ask.requirement.only_if
    return judge(only_if, asked).true if only_if is not None else pl.lit(value=True)


def _stacked(rows: Iterable[pl.LazyFrame], schema: Schema) -> pl.DataFrame:
    return pl.concat([empty(schema), *pl.collect_all(list(rows))])


def _start(recall: Recall, asked: Questions) -> pl.Expr:
    if recall.start is None:
        age = required_age(recall.register)
        none = pl.lit(None, dtype=pl.Date)
        return none if age is None else add_months(pl.col("born"), YEAR * age)
    if recall.start_drug:
        return start_of_drug(asked, recall.start, START_GAP_MONTHS)
    return start_of_codes(asked, recall.start, recall.resolved_by)


def _hold(exclusions: Sequence[Exclusion], asked: Questions) -> _Hold:
    """Return whether any exclusion is true, and the words and review date of the first that is."""
    held = pl.lit(value=False)
    words: pl.Expr = pl.lit(None, dtype=pl.String)
    review: pl.Expr = pl.lit(None, dtype=pl.Date)
    for one in reversed(exclusions):
        verdict = judge(one.when, asked)
        held = held | verdict.true
        words = pl.when(verdict.true).then(pl.lit(one.words)).otherwise(words)
        rests_on = asked.keep(("on", one.when), verdict.on)
        due = add_months(rests_on, one.review_months)
        review = pl.when(verdict.true).then(due).otherwise(review)
    return _Hold(held, words, review)


def _member_rows(frame: pl.LazyFrame, number: int, start: pl.Expr, hold: _Hold) -> pl.LazyFrame:
    return frame.select(
        "pid",
        pl.lit(number, dtype=pl.Int32).alias("recall"),
        start.alias("started"),
        hold.held.alias("held"),
        hold.words.alias("words"),
        hold.review.alias("review"),
    )


def _asked_rows(frame: pl.LazyFrame, ask: Ask, whole: _Hold, own: _Hold) -> pl.LazyFrame:
    return frame.select(
        "pid",
        pl.lit(ask.number, dtype=pl.Int32).alias("ask"),
        (whole.held | own.held).alias("held"),
        pl.when(whole.held).then(whole.words).otherwise(own.words).alias("words"),
        pl.when(whole.held).then(whole.review).otherwise(own.review).alias("review"),
    )
