"""One patient explained: the same frames as the plan, for one, clause by clause."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from recall_tui.domain.expression_words import clause_words, parts_of
from recall_tui.domain.expressions import Coded, Expression
from recall_tui.domain.ids import RecallId
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.reason_evidence import reasons_of
from recall_tui.domain.recalls import Activity, Recall, Rulebook
from recall_tui.domain.rule_words import titled
from recall_tui.frames import PlanInputs
from recall_tui.planning.engine import plan, planned, think
from recall_tui.planning.expressions import judge
from recall_tui.planning.thought import Planned
from recall_tui.views.explanation import Clause, DueWhy, RecallWhy


def explain(
    inputs: PlanInputs,
    rulebook: Rulebook,
    settings: PlanSettings,
    today: date,
    recalls: Collection[RecallId],
) -> tuple[RecallWhy, ...]:
    """Return why one patient is, or is not, on each of ``recalls``.

    ``inputs`` holds one patient. Recalls are judged as if active, unverified ones not at all. For
    a patient who left or died there is nothing to say.

    Raises:
        BadInput: a rule cannot be planned.
    """
    wanted = {
        name: replace(rulebook.recalls[name], activity=Activity.ACTIVE)
        for name in recalls
        if not rulebook.recalls[name].unverified
    }
    others = {
        name: replace(one, activity=Activity.INACTIVE) for name, one in rulebook.recalls.items()
    }
    thought = think(inputs, replace(rulebook, recalls={**others, **wanted}), settings, today)
    if thought.streams.patients.is_empty():
        return ()
    ahead = _ahead(inputs, today)
    return tuple(_judged(one, thought, ahead) for one in thought.needs.recalls)


def explain_and_plan(
    inputs: PlanInputs, rulebook: Rulebook, settings: PlanSettings, today: date
) -> tuple[tuple[RecallWhy, ...], tuple[DueWhy, ...]]:
    """Return why one patient is, or is not, on each active recall, and the rows of their plan.

    Both come of the same frames, which are made once.

    Raises:
        BadInput: a rule cannot be planned.
    """
    thought = think(inputs, rulebook, settings, today)
    if thought.streams.patients.is_empty():
        return (), ()
    made = planned(thought, inputs.pinned)
    due = tuple(_due(row) for row in made.due_items.iter_rows(named=True))
    ahead = _ahead(inputs, today)
    return tuple(_judged(one, thought, ahead) for one in thought.needs.recalls), due


def plan_now(
    inputs: PlanInputs, rulebook: Rulebook, settings: PlanSettings, today: date
) -> tuple[DueWhy, ...]:
    """Return the rows of the plan for the patients of ``inputs``, made now.

    Raises:
        BadInput: a rule cannot be planned.
    """
    made = plan(inputs, rulebook, settings, today)
    return tuple(_due(row) for row in made.due_items.iter_rows(named=True))


Ahead = Mapping[str, date]
"""Codes of the record that are dated in the future, and the first such day of each."""


def _ahead(inputs: PlanInputs, today: date) -> Ahead:
    stated = pl.col("kind").is_null() | pl.col("kind").is_in(["done", "declined"])
    later = inputs.events.filter(stated & (pl.col("event_date") > today))
    rows = later.select(pl.col("code").cast(pl.String), "event_date").sort("event_date").rows()
    return dict(reversed(rows))


def _judged(recall: Recall, thought: Planned, ahead: Ahead) -> RecallWhy:
    number = thought.needs.recalls.index(recall)
    member = thought.registers.members.filter(pl.col("recall") == number).to_dicts()
    place: dict[str, Any] = member[0] if member else {}
    numbers = set(thought.registers.asked["ask"])
    asks = [ask for ask in thought.needs.asks if ask.recall_number == number]
    return RecallWhy(
        recall=recall.id,
        on=bool(member),
        started_on=place.get("started"),
        held=bool(place.get("held")),
        hold_words=place.get("words") or "",
        clauses=tuple(_clauses(recall.register, thought, ahead)),
        asked=tuple(str(ask.requirement.item) for ask in asks if ask.number in numbers),
    )


def _clauses(
    expression: Expression, thought: Planned, ahead: Ahead, depth: int = 0
) -> Iterator[Clause]:
    verdict = judge(expression, thought.asked)
    found = thought.asked.frame.select(
        verdict.true.alias("true"), verdict.on.alias("on")
    ).to_dicts()
    true, on = (found[0]["true"], found[0]["on"]) if found else (False, None)
    words = titled(clause_words(expression, thought.rulebook), thought.rulebook)
    if not true and (day := _coded_ahead(expression, thought.rulebook, ahead)):
        words += f" (one is dated {day.day} {day:%b %Y}, in the future: it does not count)"
    yield Clause(words, bool(true), on, depth)
    for part in parts_of(expression):
        yield from _clauses(part, thought, ahead, depth + 1)


def _coded_ahead(expression: Expression, rulebook: Rulebook, ahead: Ahead) -> date | None:
    """Return when a code that is asked for is dated in the future: mostly a year typed wrongly."""
    if not ahead or not isinstance(expression, Coded):
        return None
    known = rulebook.clusters.get(expression.cluster)
    return min((ahead[code] for code in ahead if known and code in known.codes), default=None)


def _due(row: Mapping[str, Any]) -> DueWhy:
    names = (
        "item", "due_on", "is_open", "overdue_since", "window_opens", "done_on", "last_done",
    )  # fmt: skip
    return DueWhy(
        **{name: row[name] for name in names},
        reasons=reasons_of(row),
        recalls=tuple(row["recalls"] or ()),
        held=bool(row["held"]),
    )
