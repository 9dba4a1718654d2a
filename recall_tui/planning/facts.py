"""Facts about patients on a day: the columns over which expressions are judged.

A question is a patient and a day (``asof``). The plan of today asks one question a patient; a
variable frequency asks further ones about days in the past.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from recall_tui.domain.calendar import add_months as plain_add_months
from recall_tui.domain.expressions import (
    Coded,
    Done,
    Expression,
    Flagged,
    Prescribed,
    Result,
    Since,
)
from recall_tui.domain.ids import ClusterId, FlagId, ItemId
from recall_tui.domain.recalls import FlagRule
from recall_tui.planning.dates import add_months
from recall_tui.planning.streams import Streams

the_day = pl.col("day")
ASOF = pl.col("asof")


@dataclass(slots=True)
class Questions:
    """Questions about patients, and the facts found for them so far.

    ``frame`` has one row a question, in order of ``qid`` (0, 1, …), with pid, asof, born and sex.
    """

    streams: Streams
    flags: dict[FlagId, FlagRule]
    frame: pl.DataFrame
    per_patient: bool
    """Whether question n is about patient n."""

    known: dict[object, str] = field(default_factory=dict[object, str])
    verdicts: dict[Expression, tuple[pl.Expr, pl.Expr]] = field(
        default_factory=dict[Expression, tuple[pl.Expr, pl.Expr]]
    )
    """Whether an expression is true, and since what date: what was judged already."""

    leaves_out_the_day: bool = False
    """Whether "within n months" leaves out the day itself n months ago, as QOF counts a year."""

    @classmethod
    def today(cls, streams: Streams, flags: dict[FlagId, FlagRule], today: date) -> "Questions":
        """Return one question for each patient."""
        frame = streams.patients.select(
            pl.col("pid").alias("qid"), "pid", pl.lit(today).alias("asof"), "born", "sex"
        )
        return cls(streams, flags, frame, per_patient=True)

    @classmethod
    def about(
        cls, streams: Streams, flags: dict[FlagId, FlagRule], asked: pl.DataFrame
    ) -> "Questions":
        """Return the questions of ``asked`` (pid, asof), in its order."""
        people = streams.patients.select("pid", "born", "sex")
        frame = (
            asked.select("pid", "asof")
            .with_row_index("qid")
            .join(people, on="pid", how="left", maintain_order="left")
        )
        return cls(streams, flags, frame, per_patient=False)

    def fact(self, key: object, find: Callable[[], pl.DataFrame], dtype: pl.DataType) -> pl.Expr:
        """Return the column of a fact, found once: ``find`` gives (qid, fact)."""
        name = self.known.get(key)
        if name is None:
            name = f"fact{len(self.known)}"
            found = find()
            column = pl.Series(name, [None], dtype=dtype).new_from_index(0, self.frame.height)
            if found.height:
                column = column.scatter(found["qid"], found["fact"].cast(dtype))
            self.frame = self.frame.with_columns(column.alias(name))
            self.known[key] = name
        return pl.col(name)

    def keep(self, key: object, column: pl.Expr) -> pl.Expr:
        """Return ``column`` computed once and kept under ``key``."""
        name = self.known.get(key)
        if name is None:
            name = f"kept{len(self.known)}"
            self.frame = self.frame.with_columns(column.alias(name))
            self.known[key] = name
        return pl.col(name)

    def ago(self, months: int) -> pl.Expr:
        """Return the day ``months`` before the day asked about."""
        if self.per_patient and self.frame.height:
            day = plain_add_months(self.frame["asof"][0], -months)
            return pl.lit(day + timedelta(days=self.leaves_out_the_day))
        return add_months(ASOF, -months)

    def asked(self, stream: pl.DataFrame, day: str = "day") -> pl.LazyFrame:
        """Return the rows of ``stream`` with the questions that may see them (qid, asof)."""
        rows = stream.lazy()
        if self.per_patient:
            seen = rows.rename({"pid": "qid"})
            asof = self.frame["asof"][0] if self.frame.height else None
            return seen.with_columns(pl.lit(asof, dtype=pl.Date).alias("asof")).filter(
                pl.col(day) <= ASOF
            )
        questions = self.frame.lazy().select("qid", "pid", "asof")
        return questions.join(rows, on="pid", how="inner").filter(pl.col(day) <= ASOF)


def _latest(rows: pl.LazyFrame) -> pl.DataFrame:
    return rows.group_by("qid").agg(the_day.max().alias("fact")).collect()


def latest_code(asked: Questions, clusters: Iterable[ClusterId]) -> pl.Expr:
    """Return the day of the latest code of any of the clusters."""
    names = tuple(sorted(clusters))

    def find() -> pl.DataFrame:
        return _latest(asked.asked(pl.concat([asked.streams.codes[name] for name in names])))

    return asked.fact(("latest", names), find, pl.Date())


def nth_code(asked: Questions, cluster: ClusterId, times: int) -> pl.Expr:
    """Return the day of the nth latest code of a cluster, counting days once; null: too few."""

    def find() -> pl.DataFrame:
        rows = asked.asked(asked.streams.codes[cluster]).select("qid", "day").unique()
        latest = the_day.sort(descending=True).slice(times - 1, 1).first()
        return rows.group_by("qid").agg(latest.alias("fact")).collect()

    return asked.fact(("nth", cluster, times), find, pl.Date())


def code_between(asked: Questions, leaf: Coded) -> pl.Expr:
    """Return whether some code lies between the two days of ``leaf``."""

    def find() -> pl.DataFrame:
        rows = asked.asked(asked.streams.codes[leaf.cluster])
        if leaf.on_or_after:
            rows = rows.filter(the_day >= leaf.on_or_after)
        if leaf.on_or_before:
            rows = rows.filter(the_day <= leaf.on_or_before)
        return rows.select("qid", pl.lit(value=True).alias("fact")).unique().collect()

    key = ("between", leaf.cluster, leaf.on_or_after, leaf.on_or_before)
    return asked.fact(key, find, pl.Boolean()).fill_null(value=False)


def flag_days(asked: Questions, leaf: Flagged) -> tuple[pl.Expr, pl.Expr]:
    """Return the latest day on which a flag was set, and the latest on which it was cleared.

    What somebody said by hand counts until a newer code; on one day the word of the person does.
    """
    rule = asked.flags[leaf.flag]
    never = pl.lit(None, dtype=pl.Date)
    on, off = latest_code(asked, rule.on), latest_code(asked, rule.off) if rule.off else never
    said = asked.streams.said.filter(pl.col("flag") == str(leaf.flag))
    if not said.height:
        return on, off

    def latest(fact: pl.Expr) -> pl.DataFrame:
        return asked.asked(said).select("qid", fact.alias("fact")).collect()

    day = asked.fact(("said", leaf.flag), lambda: latest(the_day), pl.Date())
    holds = asked.fact(("holds", leaf.flag), lambda: latest(pl.col("holds")), pl.Boolean())
    newest_code = pl.max_horizontal(on, off)
    decides = (day.is_not_null() & (newest_code.is_null() | (day >= newest_code))).fill_null(
        value=False
    )
    return (
        pl.when(decides).then(pl.when(holds).then(day)).otherwise(on),
        pl.when(decides).then(pl.when(~holds).then(day)).otherwise(off),
    )


def start_of_codes(asked: Questions, cluster: ClusterId, resolved_by: ClusterId | None) -> pl.Expr:
    """Return the earliest code on or after the last resolving one."""

    def find() -> pl.DataFrame:
        rows = asked.asked(asked.streams.codes[cluster])
        if resolved_by is not None:
            ends = asked.asked(asked.streams.codes[resolved_by])
            last = ends.group_by("qid").agg(the_day.max().alias("resolved"))
            rows = rows.join(last, on="qid", how="left").filter(
                pl.col("resolved").is_null() | (pl.col("resolved") <= the_day)
            )
        return rows.group_by("qid").agg(the_day.min().alias("fact")).collect()

    return asked.fact(("start", cluster, resolved_by), find, pl.Date())


def start_of_drug(asked: Questions, cluster: ClusterId, gap_months: int) -> pl.Expr:
    """Return the first issue after the last gap of over ``gap_months``."""

    def find() -> pl.DataFrame:
        until = pl.col("until")
        repeat = pl.max_horizontal(the_day, pl.min_horizontal(until, ASOF))
        covers = pl.when(until.is_null()).then(the_day).otherwise(repeat)
        before = covers.cum_max().shift(1).over("qid")
        fresh = before.is_null() | (the_day > add_months(before, gap_months))
        rows = asked.asked(asked.streams.drugs[cluster])
        return (
            rows.sort("qid", "day")
            .filter(fresh)
            .group_by("qid")
            .agg(the_day.max().alias("fact"))
            .collect()
        )

    return asked.fact(("drug", cluster, gap_months), find, pl.Date())


def issue_days(asked: Questions, leaf: Prescribed) -> tuple[pl.Expr, pl.Expr]:
    """Return the latest issue, and whether a repeat is current."""
    rows = asked.streams.drugs[leaf.cluster]

    def latest() -> pl.DataFrame:
        return _latest(asked.asked(rows))

    def current() -> pl.DataFrame:
        still = asked.asked(rows).filter(pl.col("until") > ASOF)
        return still.select("qid", pl.lit(value=True).alias("fact")).unique().collect()

    issued = asked.fact(("issued", leaf.cluster), latest, pl.Date())
    on_repeat = asked.fact(("repeat", leaf.cluster), current, pl.Boolean())
    return issued, on_repeat.fill_null(value=False)


def latest_done(asked: Questions, leaf: Done) -> pl.Expr:
    """Return the latest day on which an item was validly done."""

    def find() -> pl.DataFrame:
        rows = asked.asked(_evidence_of(asked.streams, leaf.item), "last")
        return rows.group_by("qid").agg(pl.col("first").max().alias("fact")).collect()

    return asked.fact(("done", leaf.item), find, pl.Date())


def latest_result(asked: Questions, item: ItemId) -> tuple[pl.Expr, pl.Expr]:
    """Return the latest plausible value of an item and its day (several on it: the greatest)."""
    found: list[pl.DataFrame] = []

    def latest() -> pl.DataFrame:
        if not found:
            rows = _evidence_of(asked.streams, item).filter(pl.col("value").is_not_null())
            seen = asked.asked(rows, "last").collect().lazy()
            days = seen.group_by("qid").agg(pl.col("first").max())
            values = seen.join(days, on=["qid", "first"], how="semi")
            both = days.join(values.group_by("qid").agg(pl.col("value").max()), on="qid")
            found.append(both.collect())
        return found[0]

    return (
        asked.fact(
            ("value", item),
            lambda: latest().select("qid", pl.col("value").alias("fact")),
            pl.Float64(),
        ),
        asked.fact(
            ("valued", item),
            lambda: latest().select("qid", pl.col("first").alias("fact")),
            pl.Date(),
        ),
    )


def start_of(asked: Questions, leaf: Since) -> pl.Expr:
    """Return where ``leaf`` counts from."""
    if leaf.drug:
        return start_of_drug(asked, leaf.cluster, leaf.gap_months)
    return start_of_codes(asked, leaf.cluster, leaf.resolved_by)


def result_is_old(asked: Questions, leaves: Iterable[Result]) -> pl.Expr:
    """Return whether any item looked at has no value of the last twelve months."""
    old = pl.lit(value=False)
    for item in sorted({leaf.item for leaf in leaves}):
        _, day = latest_result(asked, item)
        old = old | day.is_null() | (day < asked.ago(12))
    return old


def _evidence_of(streams: Streams, item: ItemId) -> pl.DataFrame:
    return streams.evidence.filter(pl.col("item") == streams.number_of(item)).select(
        "pid", "first", "last", "value"
    )
