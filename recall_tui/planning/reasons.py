"""Why each due item stands in the plan: codes with their evidence, as JSON."""

import json

import polars as pl

from recall_tui.domain.recalls import Course
from recall_tui.domain.wording import ReasonCode
from recall_tui.planning.grids import Base, next_recall_date
from recall_tui.planning.needs import length_of, words_of
from recall_tui.planning.thought import Planned
from recall_tui.planning.variable import (
    BY_AGE_OF_RESULT,
    FIRST_DIAGNOSED,
    FIRST_OFFERED,
    FIRST_REGISTERED,
)

CODE_OF_KIND = {
    "anchored": ReasonCode.RECALL_DATE,
    "interval": ReasonCode.AFTER_LAST,
    "once": ReasonCode.ONCE,
    "course": ReasonCode.COURSE,
    "seasonal": ReasonCode.SEASON,
}


def with_reasons(rows: pl.DataFrame, thought: Planned) -> pl.DataFrame:
    """Return ``rows`` with the column ``reasons``: a JSON list, most telling first."""
    told = (
        rows.lazy()
        .join(_last_events(thought), on=["pid", "item"], how="left")
        .join(_future_events(thought), on=["pid", "item"], how="left")
        .join(_choices(thought), on=["ask", "why"], how="left")
        .join(_qof_ids(thought), on="item", how="left")
    )
    parts = [*_why_asked(thought), *_what_happened(), *_what_follows()]
    listed = pl.concat_str([pl.lit("["), _joined(parts), pl.lit("]")])
    return told.with_columns(listed.alias("reasons")).collect()


def _joined(parts: list[pl.Expr]) -> pl.Expr:
    return pl.concat_str(parts, separator=",", ignore_nulls=True)


def _why_asked(thought: Planned) -> list[pl.Expr]:
    recalls = pl.concat_str(
        [pl.lit('["'), pl.col("recalls").list.join('","'), pl.lit('"]')],
    )
    kinds = {kind: (pl.col("kind") == kind) & ~_first() for kind in ("once", "course", "seasonal")}
    kinds["course"] = kinds["course"] & ~pl.col("is_open")  # the open one says which dose
    singles = [_if(true, _reason(CODE_OF_KIND[kind])) for kind, true in kinds.items()]
    every = ("every", _text("every"))
    regular = [every, ("on", _text("next_recall")), ("source", _text("source"))]
    changed = pl.col("changed_on").is_not_null() & (pl.col("kind") == "anchored")
    before = next_recall_date(Base.on(pl.col("earlier")), thought.today)
    history = [("before", _quoted(before.cast(pl.String))), ("on", _text("changed_on"))]
    return [
        _reason(ReasonCode.ASKED_BY, [("recalls", recalls)]),
        _if("high_risk", _reason(ReasonCode.HIGH_RISK)),
        _if("held", _reason(ReasonCode.ON_HOLD, [("words", _hold_words(thought))])),
        _present("started", ReasonCode.STARTED, [("on", _text("started"))]),
        _if((pl.col("kind") == "anchored") & ~_first(), _reason(ReasonCode.RECALL_DATE, regular)),
        _if(pl.col("kind") == "interval", _reason(ReasonCode.AFTER_LAST, [every])),
        *singles,
        _if(changed, _reason(ReasonCode.RECALL_DATE_CHANGED, history)),
        _if("is_open", pl.col("choice")),
        *_first_reasons(),
    ]


def _first() -> pl.Expr:
    """Return whether a due date is the first after diagnosis or registration."""
    first = pl.col("why").is_in([FIRST_DIAGNOSED, FIRST_REGISTERED, FIRST_OFFERED])
    return first.fill_null(value=False) & pl.col("is_open")


def _first_reasons() -> list[pl.Expr]:
    firsts = [
        (FIRST_DIAGNOSED, ReasonCode.FIRST_DIAGNOSED, "started"),
        (FIRST_REGISTERED, ReasonCode.FIRST_REGISTERED, "registered"),
        (FIRST_OFFERED, ReasonCode.FIRST_OFFERED, "registered"),
    ]
    return [
        _if(pl.col("is_open") & (pl.col("why") == why), _reason(code, [("on", _text(day))]))
        for why, code, day in firsts
    ]


def _what_happened() -> list[pl.Expr]:
    closed = pl.col("closed_by")
    evidence = [("event", _text("last_code")), ("value", pl.col("last_value").cast(pl.String))]
    same = pl.col("done_on") == pl.col("last_done")
    seen = [("on", _text("done_on")), ("due", _text("due_on"))]
    last = [("on", _text("last_done"))]
    later = pl.col("last_done").is_not_null() & closed.is_null()
    valued = pl.col("last_value").is_not_null()
    return [
        _if((closed == "evidence") & same & valued, _reason(ReasonCode.DONE, seen + evidence)),
        _if((closed == "evidence") & ~(same & valued), _reason(ReasonCode.DONE, seen)),
        _if(closed == "override", _reason(ReasonCode.MARKED_DONE)),
        _if(later & valued, _reason(ReasonCode.LAST_DONE, last + evidence)),
        _if(later & ~valued, _reason(ReasonCode.LAST_DONE, last + evidence[:1])),
        _if(pl.col("last_done").is_null(), _reason(ReasonCode.NEVER_DONE)),
        _present("future_on", ReasonCode.FUTURE_EVENT, [("on", _text("future_on"))]),
    ]


def _what_follows() -> list[pl.Expr]:
    allowed = (pl.col("due_on") - pl.col("window_opens")).dt.total_days().cast(pl.String)
    early = [("days", pl.col("early_days").cast(pl.String)), ("allowed", allowed)]
    quarterly = [("by", _text("qof_by")), ("ids", pl.col("qof_ids"))]
    window = [("opens", _text("window_opens")), ("due", _text("due_on"))]
    gap = [("days", pl.col("long_gap_days").cast(pl.String))]
    expected = ~pl.col("is_open") & pl.col("closed_by").is_null()
    return [
        _present("early_days", ReasonCode.DONE_EARLY, early),
        _present("overdue_since", ReasonCode.OVERDUE, [("since", _text("overdue_since"))]),
        _present("long_gap_days", ReasonCode.LONG_GAP, gap),
        _present("qof_by", ReasonCode.QOF_YEAR, quarterly),
        _if(pl.col("is_open"), _present("window_opens", ReasonCode.WINDOW, window)),
        _if(expected, _reason(ReasonCode.EXPECTED)),
    ]


def _reason(code: ReasonCode, evidence: list[tuple[str, pl.Expr]] | None = None) -> pl.Expr:
    """Return one JSON object; the values are JSON already. Null when any of them is null."""
    fields = [(pl.lit(f',"{name}":'), value) for name, value in evidence or []]
    parts = [part for field in fields for part in field]
    return pl.concat_str([pl.lit(f'{{"code":"{code.value}"'), *parts, pl.lit("}")])


def _if(true: pl.Expr | str, reason: pl.Expr) -> pl.Expr:
    condition = pl.col(true) if isinstance(true, str) else true
    return pl.when(condition.fill_null(value=False)).then(reason)


def _present(column: str, code: ReasonCode, evidence: list[tuple[str, pl.Expr]]) -> pl.Expr:
    return _if(pl.col(column).is_not_null(), _reason(code, evidence))


def _text(column: str) -> pl.Expr:
    """Return a column of dates or codes as JSON text (they need no escaping)."""
    return _quoted(pl.col(column).cast(pl.String))


def _quoted(text: pl.Expr) -> pl.Expr:
    return pl.concat_str([pl.lit('"'), text, pl.lit('"')])


def _hold_words(thought: Planned) -> pl.Expr:
    recalls = thought.needs.recalls
    excluded = [one for recall in recalls for one in recall.exclusions]
    excluded += [one for ask in thought.needs.asks for one in ask.requirement.exclusions]
    known = {one.words: json.dumps(one.words) for one in excluded}
    none = pl.lit(None, dtype=pl.String)
    if not known:
        return none
    return pl.col("words").replace_strict(known, default=none, return_dtype=pl.String)


def _last_events(thought: Planned) -> pl.LazyFrame:
    """Return code and value of the latest evidence of each patient and item."""
    last = thought.merged.items.lazy().select("pid", "item", pl.col("last_done").alias("first"))
    return (
        thought.streams.evidence.lazy()
        .join(last, on=["pid", "item", "first"], how="inner")
        .group_by("pid", "item")
        .agg(pl.col("code").min().alias("last_code"), pl.col("value").max().alias("last_value"))
    )


def _future_events(thought: Planned) -> pl.LazyFrame:
    future = thought.streams.future.lazy()
    return future.group_by("pid", "item").agg(pl.col("first").min().alias("future_on"))


def _choices(thought: Planned) -> pl.LazyFrame:
    """Return for each requirement and variation the reason that names it."""
    rows: list[tuple[int, int, str]] = []
    for ask in thought.needs.asks:
        for number, one in enumerate(ask.requirement.variations):
            evidence = {"every": words_of(one.every), "words": one.words}
            rows.append((ask.number, number, _json(ReasonCode.VARIATION, evidence)))
        if isinstance(course := ask.requirement.schedule, Course):
            for dose in range(1, course.doses + 1):
                words = _json(ReasonCode.DOSE, {"dose": str(dose), "of": str(course.doses)})
                rows.append((ask.number, dose, words))
        if len(ask.options) > 1:
            shortest = {"every": words_of(min(ask.options, key=length_of))}
            rows.append((ask.number, BY_AGE_OF_RESULT, _json(ReasonCode.RESULT_OLD, shortest)))
    schema = {"ask": pl.Int32, "why": pl.Int32, "choice": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").lazy()


def _json(code: ReasonCode, evidence: dict[str, str]) -> str:
    return json.dumps({"code": code.value, **evidence}, separators=(",", ":"), ensure_ascii=False)


def _qof_ids(thought: Planned) -> pl.LazyFrame:
    """Return the QOF ids of each item in the contract year, as JSON."""
    year = thought.rulebook.contract_year
    found: dict[int, set[str]] = {}
    for ask in thought.needs.asks:
        item = thought.streams.number_of(ask.requirement.item)
        found.setdefault(item, set()).update(ask.requirement.qof.get(year, ()))
    rows = [(item, json.dumps(sorted(ids))) for item, ids in found.items() if ids]
    schema = {"item": pl.Int32, "qof_ids": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").lazy()
