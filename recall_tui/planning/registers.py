"""Registers: who is on which recall, since when, who is held and why; and what is asked of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from recall_tui.domain.recalls import Exclusion
from recall_tui.frames import Schema, empty
from recall_tui.planning.dates import add_months
from recall_tui.planning.expressions import judge
from recall_tui.planning.facts import Questions
from recall_tui.planning.needs import Needs
from recall_tui.planning.starts import recall_start, requirement_start
from recall_tui.queries import AS_WRITTEN, HERE

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
    "started": pl.Date,
    "recorded": pl.Date,  # the start as far as the record has it: not that of an age
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
    starts = [recall_start(recall, asked) for recall in needs.recalls]
    # Only a requirement that is narrowed has a mask and a start of its own.
    narrowed = [ask for ask in needs.asks if ask.requirement.only_if is not None]
    parts = [
        judge(only_if, asked).true
        for ask in narrowed
        if (only_if := ask.requirement.only_if) is not None
    ]
    starts += [requirement_start(ask, asked) for ask in narrowed]
    place = {ask.number: at for at, ask in enumerate(narrowed)}
    whole = [recall.exclusions for recall in needs.recalls]
    own = [(*ask.recall.exclusions, *ask.requirement.exclusions) for ask in needs.asks]
    dates = [one for start in starts for one in (start.day, start.recorded)]
    found = _Columns.of(asked, [*on, *parts, *dates], {*whole, *own})
    true, also = found.plain[: len(on)], found.plain[len(on) : len(on) + len(parts)]
    days = found.plain[len(on) + len(parts) :: 2]
    recorded = found.plain[len(on) + len(parts) + 1 :: 2]
    members = [
        (number, one, (days[number], *found.holds[whole[number]]))
        for number, one in enumerate(true)
    ]
    rows: list[tuple[int, pl.Series, Sequence[pl.Series]]] = []
    for ask, exclusions in zip(needs.asks, own, strict=True):
        at, mine = ask.recall_number, true[ask.recall_number]
        if ask.number in place:
            at, mine = len(on) + place[ask.number], mine & also[place[ask.number]]
        rows.append((ask.number, mine, (days[at], recorded[at], *found.holds[exclusions])))
    return Registers(_stacked(members, found.pid, MEMBER), _stacked(rows, found.pid, ASKED))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns over all patients, found in one pass.

    What follows takes its rows from them: a query for each would cost more than its work.
    """

    pid: pl.Series
    plain: list[pl.Series]
    holds: dict[tuple[Exclusion, ...], tuple[pl.Series, ...]]
    """For each list of exclusions: whether one is true, its words and review date."""

    @classmethod
    def of(
        cls,
        asked: Questions,
        plain: Sequence[pl.Expr],
        exclusions: Iterable[tuple[Exclusion, ...]],
    ) -> "_Columns":
        """Find ``plain`` and the holds of ``exclusions``, each of which is looked at once."""
        holds = {some: _hold(some, asked) for some in exclusions}
        columns = [one for hold in holds.values() for one in (hold.held, hold.words, hold.review)]
        named = [one.alias(str(number)) for number, one in enumerate([*plain, *columns])]
        wide = (
            asked.frame.lazy().select("pid", *named).collect(engine=HERE, optimizations=AS_WRITTEN)
        )
        pid, *found = wide.get_columns()
        rest = found[len(plain) :]
        triples = zip(rest[::3], rest[1::3], rest[2::3], strict=True)
        return cls(pid, found[: len(plain)], dict(zip(holds, triples, strict=True)))


def _stacked(
    wanted: Iterable[tuple[int, pl.Series, Sequence[pl.Series]]], pid: pl.Series, schema: Schema
) -> pl.DataFrame:
    """Return rows of ``schema``: for each (number, of whom, columns) those of whom it is true."""
    kept: list[list[pl.Series]] = [[column] for column in empty(schema).get_columns()]
    seen: dict[tuple[int, int], pl.Series] = {}
    for number, true, columns in wanted:
        if not true.sum():
            continue
        # Requirements of one recall are mostly asked of the same patients, since the same day.
        for one in (pid, *columns):
            if (id(true), id(one)) not in seen:
                seen[id(true), id(one)] = one.filter(true)
        mine, *others = (seen[id(true), id(one)] for one in (pid, *columns))
        own = pl.Series([number], dtype=pl.Int32).new_from_index(0, len(mine))
        for column, more in zip(kept, (mine, own, *others), strict=True):
            column.append(more)
    return pl.DataFrame(
        [pl.concat(column).alias(n) for n, column in zip(schema, kept, strict=True)]
    )


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
