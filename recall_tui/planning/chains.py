"""Chains: one for each requirement that is asked of a patient, with what its dates count from.

A chain is a row with pid, ask (number of the requirement), item (its number) and

* ``started``: since when it is asked for (diagnosis, first issue, age), null when unknown
* ``recorded``: the start that the record tells, without the age
* ``birthday``, ``base``, ``earlier``, ``changed_on``: see ``anchors``
* ``registered``: registration, or the day from which the recall is offered when that is later
* ``offered``: whether it is that day
* ``diagnosed_here``: the start is known and lies in the time at this practice
* ``came_with_it``: registered here with an older (or undated) start
* ``begins``: from when the recall may ask anything of this patient here
* ``start``: the start, or where nothing is known of it the next best day
* the evidence of its item: ``exact1``/``exact2`` latest and second latest day of exactly dated
  evidence, ``day1`` the latest of all, ``before`` (the latest before ``begins``), ``since`` (the
  first from then on)
"""

import polars as pl

from recall_tui.domain.recalls import Schedule
from recall_tui.planning.needs import Needs
from recall_tui.planning.streams import Streams
from recall_tui.planning.timeline import Timeline
from recall_tui.queries import HERE


def chains(
    needs: Needs, streams: Streams, asked: pl.DataFrame, anchor: pl.DataFrame
) -> pl.DataFrame:
    """Return one row a chain, numbered by ``chain`` in order of pid, item and requirement."""
    numbered = asked.join(_asks(needs, streams), on="ask", how="left").sort(
        streams.line * len(needs.asks) + pl.col("ask")
    )
    people = anchor.drop("pid")[numbered["pid"]]
    rows = (
        pl.concat([numbered, people], how="horizontal")
        .lazy()
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
        .collect(engine=HERE)
    )
    return _with_evidence(rows, streams).with_row_index("chain")


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


def _with_evidence(rows: pl.DataFrame, streams: Streams) -> pl.DataFrame:
    """Return ``rows`` with the days of evidence that chains look at."""
    dated = streams.evidence.lazy().select(
        streams.line.alias("line"), pl.col("first").alias("day"), "last"
    )
    every, exact = pl.collect_all(
        [dated, dated.filter(pl.col("day") == pl.col("last"))], engine=HERE
    )
    line = rows.select(streams.line).to_series()
    timeline = Timeline.of(every)
    exact1, exact2 = Timeline.of(exact).latest(line).get_columns()
    return rows.with_columns(
        exact1.alias("exact1"),
        exact2.alias("exact2"),
        timeline.latest(line)["day"].alias("day1"),
        *timeline.around(line, rows["begins"]).get_columns(),
    )


def of_kind(needs: Needs, rows: pl.DataFrame, kind: type[Schedule]) -> pl.DataFrame:
    """Return the chains of one kind of schedule."""
    numbers = [ask.number for ask in needs.asks if isinstance(ask.requirement.schedule, kind)]
    return rows.filter(pl.col("ask").is_in(numbers))
