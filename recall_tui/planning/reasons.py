"""Why each due item stands in the plan: codes with their evidence, as JSON."""

import json

import polars as pl

from recall_tui.domain.reason_words import ReasonCode
from recall_tui.domain.recalls import Course
from recall_tui.planning.grids import Base, next_recall_date
from recall_tui.planning.needs import length_of, words_of
from recall_tui.planning.telling import Field, Told, told_as_lists
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
    lines = thought.merged.items.select(
        "pid", "item", "ask", "why", "asking", "qof_by", thought.streams.line.alias("line")
    )
    askings = thought.merged.askings["recalls_json"]
    told = pl.concat(
        [
            _last_events(lines["line"], thought),
            _first_or_last(lines, thought.streams.future, pl.col("first").min(), "future_on"),
            _first_or_last(lines, thought.streams.unusable, pl.col("first").max(), "unusable_on"),
            _choices(lines, thought),
            _qof_ids(lines, thought),
            askings.gather(lines["asking"]).to_frame(),
        ],
        how="horizontal",
    )
    told = pl.concat([rows, told[rows["of"]]], how="horizontal")
    groups = [_why_asked(thought), _why_then(thought), _what_happened(), _what_follows()]
    return rows.with_columns(told_as_lists(told, groups).alias("reasons"))


def _why_asked(thought: Planned) -> list[Told]:
    recalls = Field(("recalls_json",), pl.col("recalls_json"), quoted=False)
    return [
        _reason(_ALWAYS, ReasonCode.ASKED_BY, recalls=recalls),
        _reason(pl.col("high_risk"), ReasonCode.HIGH_RISK),
        _reason(pl.col("held"), ReasonCode.ON_HOLD, words=_hold_words(thought)),
        _reason(_ALWAYS, ReasonCode.STARTED, on=_day("started")),
    ]


def _why_then(thought: Planned) -> list[Told]:
    kinds = {kind: (pl.col("kind") == kind) & ~_first() for kind in ("once", "course", "seasonal")}
    kinds["course"] = kinds["course"] & ~pl.col("is_open")  # the open one says which dose
    singles = [_reason(true, CODE_OF_KIND[kind]) for kind, true in kinds.items()]
    anchored = pl.col("kind") == "anchored"
    before = next_recall_date(Base.on(pl.col("earlier")), thought.today).cast(pl.String)
    history = {"before": Field(("earlier",), before, quoted=True), "on": _day("changed_on")}
    regular = {"every": _word("every"), "on": _day("next_recall"), "source": _word("source")}
    choice = Field(("choice",), pl.col("choice"), quoted=False)
    return [
        _reason(anchored & ~_first(), ReasonCode.RECALL_DATE, **regular),
        _reason(pl.col("kind") == "interval", ReasonCode.AFTER_LAST, every=_word("every")),
        *singles,
        _reason(
            anchored & pl.col("changed_on").is_not_null(), ReasonCode.RECALL_DATE_CHANGED, **history
        ),
        Told(pl.col("is_open"), (choice,)),
        *_first_reasons(),
    ]


def _first() -> pl.Expr:
    """Return whether a due date is the first after diagnosis or registration."""
    first = pl.col("why").is_in([FIRST_DIAGNOSED, FIRST_REGISTERED, FIRST_OFFERED])
    return first.fill_null(value=False) & pl.col("is_open")


def _first_reasons() -> list[Told]:
    firsts = [
        (FIRST_DIAGNOSED, ReasonCode.FIRST_DIAGNOSED, "started"),
        (FIRST_REGISTERED, ReasonCode.FIRST_REGISTERED, "registered"),
        (FIRST_OFFERED, ReasonCode.FIRST_OFFERED, "registered"),
    ]
    return [
        _reason(pl.col("is_open") & (pl.col("why") == why), code, on=_day(day))
        for why, code, day in firsts
    ]


def _what_happened() -> list[Told]:
    closed = pl.col("closed_by")
    event = {"event": _word("last_code")}
    valued = pl.col("last_value").is_not_null()
    value = {"value": _number("last_value", pl.col("last_value"))}
    same = (pl.col("done_on") == pl.col("last_done")) & valued
    seen = {"on": _day("done_on"), "due": _day("due_on")}
    last = {"on": _day("last_done"), **event}
    later = pl.col("last_done").is_not_null() & closed.is_null()
    since = pl.col("last_done").is_null() | (pl.col("unusable_on") > pl.col("last_done"))
    useless = pl.col("is_open") & since
    return [
        _reason((closed == "evidence") & same, ReasonCode.DONE, **seen, **event, **value),
        _reason((closed == "evidence") & ~same, ReasonCode.DONE, **seen),
        _reason(closed == "override", ReasonCode.MARKED_DONE),
        _reason(later & valued, ReasonCode.LAST_DONE, **last, **value),
        _reason(later & ~valued, ReasonCode.LAST_DONE, **last),
        _reason(pl.col("last_done").is_null(), ReasonCode.NEVER_DONE),
        _reason(useless, ReasonCode.UNUSABLE, on=_day("unusable_on")),
        _reason(_ALWAYS, ReasonCode.FUTURE_EVENT, on=_day("future_on")),
    ]


def _what_follows() -> list[Told]:
    allowed = (pl.col("due_on") - pl.col("window_opens")).dt.total_days()
    early = {
        "days": _number("early_days", pl.col("early_days")),
        "allowed": _number("window_opens", allowed),
    }
    ids = Field(("qof_ids",), pl.col("qof_ids"), quoted=False)
    window = {"opens": _day("window_opens"), "due": _day("due_on")}
    gap = _number("long_gap_days", pl.col("long_gap_days"))
    expected = ~pl.col("is_open") & pl.col("closed_by").is_null()
    return [
        _reason(_ALWAYS, ReasonCode.DONE_EARLY, **early),
        _reason(_ALWAYS, ReasonCode.OVERDUE, since=_day("overdue_since")),
        _reason(_ALWAYS, ReasonCode.LONG_GAP, days=gap),
        _reason(_ALWAYS, ReasonCode.QOF_YEAR, by=_day("qof_by"), ids=ids),
        _reason(pl.col("is_open"), ReasonCode.WINDOW, **window),
        _reason(expected, ReasonCode.EXPECTED),
    ]


_ALWAYS = pl.lit(value=True)


def _reason(true: pl.Expr, code: ReasonCode, **evidence: Field) -> Told:
    """Return one JSON object."""
    parts: list[str | Field] = [f'{{"code":"{code.value}"']
    for name, field in evidence.items():
        parts += [f',"{name}":', field]
    return Told(true, (*parts, "}"))


def _day(column: str) -> Field:
    return Field((column,), column, quoted=True)


def _word(column: str) -> Field:
    """Return a column of codes or frequencies (they need no escaping)."""
    return Field((column,), pl.col(column).cast(pl.String), quoted=True)


def _number(column: str, number: pl.Expr) -> Field:
    return Field((column,), number.cast(pl.String), quoted=False)


def _hold_words(thought: Planned) -> Field:
    recalls = thought.needs.recalls
    excluded = [one for recall in recalls for one in recall.exclusions]
    excluded += [one for ask in thought.needs.asks for one in ask.requirement.exclusions]
    known = {one.words: json.dumps(one.words) for one in excluded}
    # Nobody is on hold where nothing holds; a table must not be empty.
    words = pl.col("words").replace_strict(known or {"": ""}, return_dtype=pl.String)
    return Field(("words",), words, quoted=False)


def _last_events(wanted: pl.Series, thought: Planned) -> pl.DataFrame:
    """Return last_code and last_value: of the latest evidence of each line ``wanted``."""
    line, first = pl.col("line"), pl.col("first")
    rows = thought.streams.evidence.select(
        thought.streams.line.alias("line"), "first", "code", "value"
    )
    last = rows.filter((line != line.shift(-1)).fill_null(value=True))
    # Seldom there are several on a day: the rest is taken as it stands.
    before = (line == line.shift(1)) & (first == first.shift(1))
    after = (line == line.shift(-1)) & (first == first.shift(-1))
    shared = rows.filter((before | after).fill_null(value=False)).group_by("line", "first")
    best = shared.agg(pl.col("code").min().alias("least"), pl.col("value").max().alias("most"))
    if last.is_empty():
        last = last.clear(1)
    place = last["line"].search_sorted(wanted).clip(upper_bound=last.height - 1)
    found = last[place]
    mine = found["line"] == wanted
    return found.join(best, on=["line", "first"], how="left", maintain_order="left").select(
        pl.when(mine).then(pl.coalesce("least", "code")).alias("last_code"),
        pl.when(mine).then(pl.coalesce("most", "value")).alias("last_value"),
    )


def _first_or_last(
    lines: pl.DataFrame, events: pl.DataFrame, day: pl.Expr, name: str
) -> pl.DataFrame:
    """Return of each line the first or last day of the events of its patient and item."""
    if events.is_empty():
        return lines.with_columns(pl.lit(None, dtype=pl.Date).alias(name)).select(name)
    days = events.group_by("pid", "item").agg(day.alias(name))
    return lines.join(days, on=["pid", "item"], how="left", maintain_order="left").select(name)


def _choices(lines: pl.DataFrame, thought: Planned) -> pl.DataFrame:
    """Return ``choice`` of each line: the reason that names the variation or the dose."""
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
    table = pl.DataFrame(rows, schema=schema, orient="row")
    found = lines.join(table, on=["ask", "why"], how="left", maintain_order="left")
    return found.select("choice")


def _json(code: ReasonCode, evidence: dict[str, str]) -> str:
    return json.dumps({"code": code.value, **evidence}, separators=(",", ":"), ensure_ascii=False)


def _qof_ids(lines: pl.DataFrame, thought: Planned) -> pl.DataFrame:
    """Return qof_ids of each line: the QOF ids of those who ask, in the year, as JSON.

    Null where no line of the same item and askers has to be recorded by a day.
    """
    wanted = lines.filter(pl.col("qof_by").is_not_null()).select("item", "asking").unique()
    recalls, counted = thought.merged.askings["recalls"].to_list(), _counted_by(thought)
    rows = [
        (item, asking, json.dumps(sorted(ids)))
        for item, asking in wanted.iter_rows()
        if (ids := {one for recall in recalls[asking] for one in counted.get((recall, item), ())})
    ]
    schema = {"item": pl.Int32, "asking": pl.UInt32, "qof_ids": pl.String}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    found = lines.join(table, on=["item", "asking"], how="left", maintain_order="left")
    return found.select("qof_ids")


def _counted_by(thought: Planned) -> dict[tuple[str, int], set[str]]:
    """Return for each recall and item the ids under which it asks for it in the year."""
    year = thought.rulebook.contract_year
    found: dict[tuple[str, int], set[str]] = {}
    for ask in thought.needs.asks:
        if ids := ask.requirement.qof.get(year, ()):
            number = thought.streams.number_of(ask.requirement.item)
            found.setdefault((str(ask.recall.id), number), set()).update(ids)
    return found
