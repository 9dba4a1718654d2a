"""Why each due item stands in the plan: the evidence that its other columns do not hold."""

import json

import polars as pl

from recall_tui.domain.reason_evidence import BETWEEN, FIELDS, FIRST
from recall_tui.domain.reason_words import ReasonCode
from recall_tui.domain.recalls import Course
from recall_tui.planning.day_words import Days
from recall_tui.planning.grids import Base, next_recall_date
from recall_tui.planning.needs import length_of, words_of
from recall_tui.planning.thought import Planned
from recall_tui.planning.variable import BY_AGE_OF_RESULT


def with_reasons(rows: pl.DataFrame, thought: Planned) -> pl.DataFrame:
    """Return ``rows`` with the column ``reasons``: the evidence that ``reasons_of`` reads.

    All rows of a line rest on the same evidence: it is written once for each.
    """
    lines = thought.merged.items.select(
        *("pid", "item", "ask", "why", "asking", "kind", "started", "registered", "next_recall"),
        *("source", "earlier", "changed_on", "qof_by", thought.streams.line.alias("line")),
    )
    told = pl.concat(
        [
            lines,
            _last_events(lines["line"], thought),
            _first_or_last(lines, thought.streams.future, pl.col("first").min(), "future_on"),
            _first_or_last(lines, thought.streams.unusable, pl.col("first").max(), "unusable_on"),
            _choices(lines, thought),
            _qof_ids(lines, thought),
        ],
        how="horizontal",
    )
    return rows.with_columns(_written(told, thought)[rows["of"]].alias("reasons"))


def _written(told: pl.DataFrame, thought: Planned) -> pl.Series:
    """Return the text of each line of ``told``."""
    days = Days.of(told)
    before = next_recall_date(Base.on(pl.col("earlier")), thought.today).cast(pl.String)
    texts = {name: days.text(name) for name in FIELDS if told.schema.get(name) == pl.Date}
    first = pl.when(pl.col("why").is_in(list(FIRST)))
    texts |= {
        "why": first.then("why"),
        "registered": first.then(texts["registered"]),
        "before": pl.when(pl.col("changed_on").is_not_null()).then(before),
        # They are known of a line, too, if another patient's of the same item has to be recorded.
        "qof_ids": pl.when(pl.col("qof_by").is_not_null()).then("qof_ids"),
    }
    known = {name for name in told.columns if told[name].null_count() < told.height}
    nothing = {name: pl.lit("") for name in FIELDS if name not in known and name != "before"}
    texts = {**{name: pl.col(name) for name in FIELDS}, **texts, **nothing}
    fields = [texts[name].cast(pl.String).fill_null("") for name in FIELDS]
    return told.select(pl.concat_str(fields, separator=BETWEEN).alias("reasons")).to_series()


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
