"""Measures over a practice: who is counted, who has reached it, who is left out and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from recall_tui.domain.calendar import qof_year_end
from recall_tui.domain.ids import ClusterId, RecallId
from recall_tui.domain.measures import Outcome, Standing
from recall_tui.domain.recalls import Activity, Exclusion, Invites, Measure, Recall, Rulebook
from recall_tui.frames import PlanInputs
from recall_tui.planning.evidence import valid_evidence
from recall_tui.planning.expressions import judge
from recall_tui.planning.facts import Questions, start_of_codes
from recall_tui.planning.folding import fold
from recall_tui.planning.needs import needs_of
from recall_tui.planning.streams import (
    Streams,
    code_table,
    living,
    numbered,
    split_codes,
    split_drugs,
)

NEWLY_DIAGNOSED = "Newly diagnosed"
NEWLY_REGISTERED = "Newly registered"
INVITED = "Invited without response"
NOT_INVITES = ("request", "dna", "declined")


def standings(
    inputs: PlanInputs, rulebook: Rulebook, measures: Sequence[Measure], today: date
) -> tuple[Standing, ...]:
    """Return what ``measures`` say of everyone on their registers, as the year would end now.

    Only living, registered patients count; everything is judged on the 31 March that ends the year
    of ``today``, from what was recorded up to ``today``.

    Raises:
        BadInput: a measure names an item that does not exist.
    """
    patients = living(inputs.patients, today)
    events = numbered(inputs.events, patients)
    streams = _streams(inputs, rulebook, measures, patients, today)
    asked = Questions.today(streams, dict(rulebook.flags), qof_year_end(today))
    asked.leaves_out_the_day = True
    invited = {one.name: _invited(events, one.invites, rulebook, today) for one in measures}
    found = [_of_measure(one, asked, invited[one.name]) for one in measures]
    names = patients["patient_number"]
    return tuple(
        Standing(one.name, names[pid], Outcome(outcome), words or "")
        for one, rows in zip(measures, found, strict=True)
        for pid, outcome, words in rows.iter_rows()
    )


def _streams(
    inputs: PlanInputs,
    rulebook: Rulebook,
    measures: Sequence[Measure],
    patients: pl.DataFrame,
    today: date,
) -> Streams:
    wanted = {RecallId(one.name): _looked_at(one) for one in measures}
    needs = needs_of(replace(rulebook, recalls=wanted))
    events = numbered(inputs.events, patients)
    drugs = numbered(inputs.medications, patients)
    found = valid_evidence(events, needs.items, rulebook, today)
    return Streams(
        patients,
        split_codes(events, needs.codes, rulebook, today),
        split_drugs(drugs, needs.drugs, rulebook, today),
        found.known,
        found.future,
        pl.DataFrame(schema={"pid": pl.UInt32, "day": pl.Date}),
        needs.items,
    )


def _looked_at(measure: Measure) -> Recall:
    """Return a recall that looks at what the measure looks at; it asks for nothing."""
    return Recall(
        RecallId(measure.name),
        measure.title,
        Activity.ACTIVE,
        measure.denominator,
        (),
        start=measure.start,
        exclusions=(
            *measure.exclusions, *measure.exceptions, Exclusion(measure.numerator, Outcome.MET)
        ),
    )  # fmt: skip


def _of_measure(measure: Measure, asked: Questions, invited: pl.DataFrame) -> pl.DataFrame:
    """Return (pid, outcome, words) of everyone on the register."""
    on, met = judge(measure.denominator, asked).true, judge(measure.numerator, asked).true
    excluded = _first_words(measure.exclusions, asked)
    stated = _first_words(measure.exceptions, asked)
    newly = _newly(measure, asked)
    rows = asked.frame.with_columns(
        on.alias("on"), met.alias("met"), excluded.alias("excluded"), stated.alias("stated"), newly
    )
    reason = pl.coalesce("excluded", "stated", "newly", "invited")
    outcome = (
        pl.when(pl.col("excluded").is_not_null())
        .then(pl.lit(Outcome.EXCLUDED.value))
        .when("met")
        .then(pl.lit(Outcome.MET.value))
        .when(reason.is_not_null())
        .then(pl.lit(Outcome.EXCEPTION.value))
        .otherwise(pl.lit(Outcome.NOT_MET.value))
    )
    left_out = outcome.is_in([Outcome.EXCLUDED.value, Outcome.EXCEPTION.value])
    return (
        rows.filter("on")
        .join(invited, on="pid", how="left")
        .sort("pid")
        .select("pid", outcome.alias("outcome"), pl.when(left_out).then(reason).alias("words"))
    )


def _first_words(reasons: Sequence[Exclusion], asked: Questions) -> pl.Expr:
    """Return the words of the first reason that is true, or null."""
    words: pl.Expr = pl.lit(None, dtype=pl.String)
    for one in reversed(reasons):
        words = pl.when(judge(one.when, asked).true).then(pl.lit(one.words)).otherwise(words)
    return words


def _newly(measure: Measure, asked: Questions) -> pl.Expr:
    """Return the words when diagnosis or registration came too shortly before the year's end."""
    words: pl.Expr = pl.lit(None, dtype=pl.String)
    if not measure.newly_months:
        return words.alias("newly")
    limit = asked.ago(measure.newly_months)
    registered = asked.streams.patients["registered"][asked.frame["pid"]]
    words = pl.when(pl.lit(registered) >= limit).then(pl.lit(NEWLY_REGISTERED)).otherwise(words)
    if measure.start is not None:
        start = start_of_codes(asked, measure.start, None)
        words = pl.when(start >= limit).then(pl.lit(NEWLY_DIAGNOSED)).otherwise(words)
    return words.alias("newly")


def _invited(
    events: pl.DataFrame, invites: Invites | None, rulebook: Rulebook, today: date
) -> pl.DataFrame:
    """Return (pid, invited) of those who were invited often enough in the year."""
    nobody = pl.DataFrame(schema={"pid": pl.UInt32, "invited": pl.String})
    if invites is None:
        return nobody
    end = qof_year_end(today)
    begins = date(end.year - 1, 4, 1)
    table = code_table([ClusterId(one) for one in invites.by], rulebook)
    days = (
        events.filter(
            pl.col("event_date").is_between(begins, today)
            & ~pl.col("kind").is_in(NOT_INVITES).fill_null(value=False)
        )
        .join(table, on="code", how="semi")
        .select(
            pl.col("pid").alias("chain"),
            pl.col("event_date").alias("day"),
            pl.lit(invites.apart_days, dtype=pl.Int32).alias("gap"),
        )
    )
    often = fold(days).group_by("chain").len().filter(pl.col("len") >= invites.count)
    return often.select(pl.col("chain").alias("pid"), pl.lit(INVITED).alias("invited"))
