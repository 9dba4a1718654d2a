"""Chains: one for each requirement that is asked of a patient, with what its dates count from.

A chain is a row with pid, ask (number of the requirement), item (its number) and

* ``started``: start of the recall (diagnosis, first issue), null when unknown
* ``birthday``, ``base``, ``earlier``, ``changed_on``: see ``anchors``
* ``registered``: registration, or the day from which the recall is offered when that is later
* ``offered``: whether it is that day
* ``diagnosed_here``: the start is known and lies in the time at this practice
* ``came_with_it``: registered here with an older (or undated) start
* ``begins``: from when the recall may ask anything of this patient here
* ``start``: the start, or where nothing is known of it the next best day
* the evidence of its item: ``exact1``/``exact2`` latest and second latest day of exactly dated
  evidence, ``day1``/``day2`` the same of all, ``oldest``, ``before_here`` (latest before
  registration)
"""

import polars as pl

from recall_tui.domain.recalls import Schedule
from recall_tui.planning.needs import Needs
from recall_tui.planning.streams import Streams


def chains(
    needs: Needs, streams: Streams, members: pl.DataFrame, asked: pl.DataFrame, anchor: pl.DataFrame
) -> pl.DataFrame:
    """Return one row a chain, numbered by ``chain`` in order of pid, item and requirement."""
    rows = (
        asked.lazy()
        .join(_asks(needs, streams).lazy(), on="ask", how="left")
        .join(members.lazy().select("pid", "recall", "started"), on=["pid", "recall"], how="left")
        .join(anchor.lazy(), on="pid", how="left", suffix="_here")
        .with_columns(
            pl.max_horizontal("registered", "offered_from").alias("registered"),
            _offered_later().alias("offered"),
        )
        .with_columns(pl.coalesce("registered", "birthday").alias("begins"))
        .with_columns(
            _diagnosed_here().alias("diagnosed_here"),
            _came_with_it().alias("came_with_it"),
        )
        .with_columns(
            pl.when("diagnosed_here").then("started").otherwise("begins").alias("begins"),
            pl.coalesce("started", "begins").alias("start"),
        )
        .collect()
    )
    key = ["pid", "item", "registered"]
    known = summary(streams, rows.select(key).unique())
    seen = rows.lazy().join(known.lazy(), on=key, how="left", nulls_equal=True)
    return seen.sort("pid", "item", "ask").collect().with_row_index("chain")


def _asks(needs: Needs, streams: Streams) -> pl.DataFrame:
    rows = [
        (one.number, streams.number_of(one.requirement.item), one.recall_number, one.recall)
        for one in needs.asks
    ]
    return pl.DataFrame(
        [(ask, item, number, recall.offered_from) for ask, item, number, recall in rows],
        schema={"ask": pl.Int32, "item": pl.Int32, "recall": pl.Int32, "offered_from": pl.Date},
        orient="row",
    )


def _offered_later() -> pl.Expr:
    offered = pl.col("offered_from")
    earlier = pl.col("registered").is_null() | (pl.col("registered") < offered)
    return offered.is_not_null() & earlier


def _diagnosed_here() -> pl.Expr:
    started, registered = pl.col("started"), pl.col("registered")
    here = registered.is_null() | (registered <= started)
    return (started.is_not_null() & here).fill_null(value=False)


def _came_with_it() -> pl.Expr:
    started, registered = pl.col("started"), pl.col("registered")
    older = started.is_null() | (started < registered)
    return (registered.is_not_null() & older).fill_null(value=False)


def summary(streams: Streams, known: pl.DataFrame) -> pl.DataFrame:
    """Return for each (pid, item, registered) of ``known`` the days of evidence chains look at."""
    first = pl.col("first")
    exact = first.filter(first == pl.col("last"))
    before = pl.when(first < pl.col("registered")).then(first)
    return (
        streams.evidence.lazy()
        .join(known.lazy(), on=["pid", "item"], how="inner")
        .with_columns(before.alias("before"))
        .group_by("pid", "item", "registered")
        .agg(
            exact.max().alias("exact1"),
            exact.filter(exact < exact.max()).max().alias("exact2"),
            first.max().alias("day1"),
            first.filter(first < first.max()).max().alias("day2"),
            first.min().alias("oldest"),
            pl.col("before").max().alias("before_here"),
        )
        .collect()
    )


def of_kind(needs: Needs, rows: pl.DataFrame, kind: type[Schedule]) -> pl.DataFrame:
    """Return the chains of one kind of schedule."""
    numbers = [ask.number for ask in needs.asks if isinstance(ask.requirement.schedule, kind)]
    return rows.filter(pl.col("ask").is_in(numbers))
