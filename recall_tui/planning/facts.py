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
from recall_tui.planning.timeline import moment, moments

the_day = pl.col("day")
ASOF = pl.col("asof")

Found = tuple[pl.Series, pl.Series]
"""Numbers of questions, and the fact of each."""

BASE_COLUMNS = ("qid", "pid", "asof", "born", "sex")


@dataclass(slots=True)
class Questions:
    """Questions about patients, and the facts found for them so far.

    Questions of today are asked of each patient once: question n is about patient n.
    """

    streams: Streams
    flags: dict[FlagId, FlagRule]
    _found: pl.DataFrame
    today_only: date | None
    """The day that all questions are about, one for each patient; None: each has its own."""

    known: dict[object, str] = field(default_factory=dict[object, str])
    verdicts: dict[Expression, tuple[pl.Expr, pl.Expr]] = field(
        default_factory=dict[Expression, tuple[pl.Expr, pl.Expr]]
    )
    """Whether an expression is true, and since what date: what was judged already."""

    leaves_out_the_day: bool = False
    """Whether "within n months" leaves out the day itself n months ago, as QOF counts a year."""

    _waiting: list[list[pl.Expr]] = field(default_factory=list[list[pl.Expr]])
    """Columns that are not worked out yet; those of a list look at those of the lists before."""

    _depths: dict[str, int] = field(default_factory=dict[str, int])

    _nothing: dict[pl.DataType, pl.Series] = field(default_factory=dict[pl.DataType, pl.Series])
    """Columns of nulls, which facts are written into."""

    _moments: pl.Series | None = None
    """Of each question one number that orders by patient, then day asked about."""

    @classmethod
    def today(cls, streams: Streams, flags: dict[FlagId, FlagRule], today: date) -> "Questions":
        """Return one question for each patient.

        ``today`` must not lie before the day up to which ``streams`` was made.
        """
        frame = streams.patients.select(
            pl.col("pid").alias("qid"), "pid", pl.lit(today).alias("asof"), "born", "sex"
        )
        return cls(streams, flags, frame, today)

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
        return cls(streams, flags, frame, None)

    @property
    def frame(self) -> pl.DataFrame:
        """Return one row a question, in order of ``qid`` (0, 1, …): BASE_COLUMNS and what is known.

        All columns that wait are worked out together: one by one each would cost as much.
        """
        for columns in self._waiting:
            self._found = self._found.with_columns(columns)
        self._waiting = []
        self._depths = {}
        return self._found

    def fact(self, key: object, find: Callable[[], Found], dtype: pl.DataType) -> pl.Expr:
        """Return the column of a fact, found once.

        ``find`` gives questions and their facts; of several of one question the last counts.
        """
        name = self.known.get(key)
        if name is None:
            name = f"fact{len(self.known)}"
            if dtype not in self._nothing:
                none = pl.Series([None], dtype=dtype)
                self._nothing[dtype] = none.new_from_index(0, self._found.height)
            column = self._nothing[dtype].alias(name)
            questions, facts = find()
            if len(questions):
                column = column.scatter(questions, facts)
            self._found.insert_column(self._found.width, column)
            self.known[key] = name
        return pl.col(name)

    def column(self, fact: pl.Expr) -> pl.Series:
        """Return the values of a fact that is known."""
        return self._found[fact.meta.output_name()]

    def keep(self, key: object, column: pl.Expr) -> pl.Expr:
        """Return ``column`` computed once and kept under ``key``."""
        name = self.known.get(key)
        if name is None:
            name = f"kept{len(self.known)}"
            above = [self._depths.get(root, -1) for root in column.meta.root_names()]
            depth = max(above, default=-1) + 1
            if depth == len(self._waiting):
                self._waiting.append([])
            self._waiting[depth].append(column.alias(name))
            self._depths[name] = depth
            self.known[key] = name
        return pl.col(name)

    def ago(self, months: int) -> pl.Expr:
        """Return the day ``months`` before the day asked about."""
        if self.today_only is not None:
            day = plain_add_months(self.today_only, -months)
            return pl.lit(day + timedelta(days=self.leaves_out_the_day))
        return add_months(ASOF, -months)

    @property
    def who(self) -> str:
        """Return the column of ``asked`` that has the number of the question."""
        return "qid" if self.today_only is None else "pid"

    def asked(self, stream: pl.DataFrame, day: str = "day") -> pl.DataFrame:
        """Return the rows of ``stream`` with the questions that may see them (``who``, asof).

        Those of a question stay in their order. About today every row may be seen by the patient's
        own question: they stay as they are.
        """
        if self.today_only is not None:
            return stream
        if stream.is_empty():
            return stream.with_columns(
                pl.lit(0, dtype=pl.UInt32).alias("qid"), pl.lit(None, dtype=pl.Date).alias("asof")
            )
        questions = self._found.select("qid", "pid", "asof")
        seen = questions.join(stream, on="pid", how="inner", maintain_order="left_right")
        return seen.filter(pl.col(day) <= ASOF)

    def latest(self, stream: pl.DataFrame) -> Found:
        """Return the latest day of ``stream``, which is in order of day."""
        rows = self.asked(stream)
        return rows[self.who], rows["day"]

    def latest_done(self, evidence: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
        """Return questions, and of each a row of ``evidence`` (pid, first, last, in that order).

        Of several rows of a question the last is the latest.
        """
        is_vague = (evidence["first"] != evidence["last"]).any()
        if self.today_only is not None or is_vague or evidence.is_empty():
            rows = self.asked(evidence, "last")
            return rows[self.who], rows
        days = moments(evidence["pid"], evidence["first"])
        if self._moments is None:
            self._moments = moments(self._found["pid"], self._found["asof"])
        after = days.search_sorted(self._moments, side="right")
        # Before the first row of all there is none; what is taken for it is nobody's.
        found = evidence[after.cast(pl.Int64) - 1]
        mine = (after > 0) & (found["pid"] == self._found["pid"])
        return self._found["qid"].filter(mine), found.filter(mine)


def latest_code(asked: Questions, clusters: Iterable[ClusterId]) -> pl.Expr:
    """Return the day of the latest code of any of the clusters."""
    names = tuple(sorted(clusters))
    days = [
        asked.fact(
            ("latest", name), lambda name=name: asked.latest(asked.streams.codes[name]), pl.Date()
        )
        for name in names
    ]
    return days[0] if len(days) == 1 else pl.max_horizontal(days)


def nth_code(asked: Questions, cluster: ClusterId, times: int) -> pl.Expr:
    """Return the day of the nth latest code of a cluster, counting days once; null: too few."""
    if times == 1:
        return latest_code(asked, (cluster,))

    def find() -> Found:
        rows = asked.asked(asked.streams.codes[cluster]).select(asked.who, "day").unique()
        latest = the_day.sort(descending=True).slice(times - 1, 1).first()
        return _pair(rows.group_by(asked.who).agg(latest))

    return asked.fact(("nth", cluster, times), find, pl.Date())


def _pair(found: pl.DataFrame) -> Found:
    questions, facts = found.get_columns()
    return questions, facts


def _true_of(questions: pl.Series) -> Found:
    true = pl.Series([True], dtype=pl.Boolean)
    return questions, true.new_from_index(0, len(questions))


def code_between(asked: Questions, leaf: Coded) -> pl.Expr:
    """Return whether some code lies between the two days of ``leaf``."""

    def find() -> Found:
        rows = asked.asked(asked.streams.codes[leaf.cluster])
        if leaf.on_or_after:
            rows = rows.filter(the_day >= leaf.on_or_after)
        if leaf.on_or_before:
            rows = rows.filter(the_day <= leaf.on_or_before)
        return _true_of(rows[asked.who])

    key = ("between", leaf.cluster, leaf.on_or_after, leaf.on_or_before)
    return asked.fact(key, find, pl.Boolean()).fill_null(value=False)


def flag_days(asked: Questions, leaf: Flagged) -> tuple[pl.Expr, pl.Expr]:
    """Return the latest day on which a flag was set, and the latest on which it was cleared.

    What somebody said by hand counts until a newer code; on one day the word of the person does.
    """
    rule = asked.flags[leaf.flag]
    never = pl.lit(None, dtype=pl.Date)
    on, off = latest_code(asked, rule.on), latest_code(asked, rule.off) if rule.off else never
    if asked.streams.said.is_empty():
        return on, off
    said = asked.streams.said.filter(pl.col("flag") == str(leaf.flag))
    if asked.today_only is not None:
        said = said.filter(the_day <= asked.today_only)
    if not said.height:
        return on, off

    def latest(name: str) -> Found:
        return _pair(asked.asked(said).select(asked.who, name))

    day = asked.fact(("said", leaf.flag), lambda: latest("day"), pl.Date())
    holds = asked.fact(("holds", leaf.flag), lambda: latest("holds"), pl.Boolean())
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
    stream = asked.streams.codes[cluster]
    ends = None if resolved_by is None else asked.streams.codes[resolved_by]
    resolved = latest_code(asked, (resolved_by,)) if resolved_by and stream.height else None

    def find() -> Found:
        rows = asked.asked(stream)
        if resolved is not None and ends is not None and ends.height:
            last = asked.column(resolved)[rows[asked.who]].alias("resolved")
            rows = rows.with_columns(last).filter(
                pl.col("resolved").is_null() | (pl.col("resolved") <= the_day)
            )
        # In order of day: the first of each is what is left when they are written backwards.
        return _pair(rows.select(pl.col(asked.who, "day").reverse()))

    return asked.fact(("start", cluster, resolved_by), find, pl.Date())


def start_of_drug(asked: Questions, cluster: ClusterId, gap_months: int) -> pl.Expr:
    """Return the first issue after the last gap of over ``gap_months``."""

    def find() -> Found:
        rows = asked.asked(asked.streams.drugs[cluster])
        if rows.is_empty():
            return rows[asked.who], rows["day"]
        qid, until = pl.col(asked.who), pl.col("until")
        asof = ASOF if asked.today_only is None else pl.lit(asked.today_only)
        repeat = pl.max_horizontal(the_day, pl.min_horizontal(until, asof))
        covers = pl.when(until.is_null()).then(the_day).otherwise(repeat)
        # Questions come in order: the latest so far of one is the greatest moment so far.
        reached = moment(qid, covers).cum_max().shift(1)
        same = qid == qid.shift(1)
        before = pl.when(same).then(reached - moment(qid, pl.lit(0)))
        apart = the_day > add_months(before.cast(pl.Int32).cast(pl.Date), gap_months)
        fresh = before.is_null() | apart
        ordered = rows[rows.select(moment(qid, the_day).arg_sort()).to_series()]
        starts = ordered.filter(fresh)
        return starts[asked.who], starts["day"]

    return asked.fact(("drug", cluster, gap_months), find, pl.Date())


def issue_days(asked: Questions, leaf: Prescribed) -> tuple[pl.Expr, pl.Expr]:
    """Return the latest issue, and whether a repeat is current."""
    rows = asked.streams.drugs[leaf.cluster]

    def current() -> Found:
        if rows.is_empty():
            return _true_of(rows["pid"])
        asof = ASOF if asked.today_only is None else pl.lit(asked.today_only)
        return _true_of(asked.asked(rows).filter(pl.col("until") > asof)[asked.who])

    issued = asked.fact(("issued", leaf.cluster), lambda: asked.latest(rows), pl.Date())
    on_repeat = asked.fact(("repeat", leaf.cluster), current, pl.Boolean())
    return issued, on_repeat.fill_null(value=False)


def latest_done(asked: Questions, leaf: Done) -> pl.Expr:
    """Return the latest day on which an item was validly done."""

    def find() -> Found:
        questions, found = asked.latest_done(asked.streams.evidence_of(leaf.item))
        return questions, found["first"]

    return asked.fact(("done", leaf.item), find, pl.Date())


def latest_result(asked: Questions, item: ItemId) -> tuple[pl.Expr, pl.Expr]:
    """Return the latest plausible value of an item and its day (several on it: the greatest)."""
    rows: list[tuple[pl.Series, pl.DataFrame]] = []

    def latest(name: str) -> Found:
        if not rows:
            rows.append(asked.latest_done(asked.streams.valued(item)))
        questions, found = rows[0]
        return questions, found[name]

    return (
        asked.fact(("value", item), lambda: latest("value"), pl.Float64()),
        asked.fact(("valued", item), lambda: latest("first"), pl.Date()),
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
