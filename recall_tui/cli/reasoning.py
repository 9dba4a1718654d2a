"""Putting together why a patient is on a recall: from what is stored, or from the engine."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from recall_tui.domain.ids import RecallId
from recall_tui.domain.recalls import (
    Activity,
    Anchored,
    Course,
    Interval,
    Once,
    Recall,
    Requirement,
    Rulebook,
    Seasonal,
)
from recall_tui.domain.states import DueState
from recall_tui.domain.wording import ReasonCode, item_name, sentences
from recall_tui.views.explanation import Clause, DueWhy, Explanation, RecallWhy
from recall_tui.views.patient import PatientPage
from recall_tui.views.words import STATE_WORDS, until_words
from recall_tui.views.worklist import DueItemView

SCHEDULES = {
    Anchored: "anchored",
    Interval: "interval",
    Once: "once",
    Course: "course",
    Seasonal: "seasonal",
}
NEGATION = "not this"
GROUPS = ("all of these", "any of these")
NOTHING_DUE = "Nothing of this is due within a year."


@dataclass(frozen=True, slots=True)
class ToldRequirement:
    """One item that a recall asks for, and where it stands."""

    item: str
    name: str
    schedule: str
    frequency: str
    anchor: str | None
    due: DueItemView | None
    why: tuple[str, ...]

    def shape(self) -> dict[str, object]:
        """Return the JSON of docs/cli.md."""
        due = self.due
        return {
            "item": self.item,
            "schedule": self.schedule,
            "frequency": self.frequency or None,
            "anchor": self.anchor,
            "due_on": due.due_on if due else None,
            "overdue_since": due.overdue_since if due else None,
            "window_opens": due.window_opens if due else None,
            "last_done": due.last_done if due else None,
            "state": str(due.state) if due else None,
            "why": list(self.why),
        }

    def lines(self) -> Iterator[str]:
        """Give it as lines for people."""
        state = f"{STATE_WORDS[self.due.state]}, due {_day(self.due.due_on)}" if self.due else "-"
        yield f"  {self.name} ({self.item}): {state}"
        for sentence in self.why:
            yield f"    {sentence}"


@dataclass(frozen=True, slots=True)
class Told:
    """One recall of one patient."""

    recall: str
    name: str
    on: bool
    held: bool
    why: tuple[str, ...]
    clauses: tuple[Clause, ...] = ()
    requirements: tuple[ToldRequirement, ...] = field(default=())

    def shape(self) -> dict[str, object]:
        """Return the JSON of docs/cli.md."""
        return {
            "recall": self.recall,
            "on": self.on,
            "held": self.held,
            "why": list(self.why),
            "clauses": [
                {"words": one.words, "true": one.true, "on": one.on, "depth": one.depth}
                for one in self.clauses
            ],
            "requirements": [one.shape() for one in self.requirements],
        }

    def lines(self) -> Iterator[str]:
        """Give it as lines for people."""
        yield f"{self.name} ({self.recall}): {'on this recall' if self.on else 'NOT on it'}"
        for sentence in self.why:
            yield f"  {sentence}"
        for one in self.clauses:
            mark = "yes" if one.true else "no "
            since = f"  ({_day(one.on)})" if one.on else ""
            yield f"  {'  ' * one.depth}{mark} {one.words}{since}"
        for requirement in self.requirements:
            yield from requirement.lines()


def stored(page: PatientPage, rulebook: Rulebook) -> list[Told]:
    """Return what the stored plan says, one for each recall that asks for something."""
    names = sorted({name for due in _rows(page) for name in due.recalls})
    known = [rulebook.recalls[RecallId(name)] for name in names if name in rulebook.recalls]
    return [_from_store(page, one, rulebook) for one in known]


def explained(
    page: PatientPage,
    rulebook: Rulebook,
    names: Sequence[RecallId],
    found: Explanation | None,
    *,
    fresh: bool,
) -> list[Told]:
    """Return what the engine found about each of ``names``, those that the patient is on first.

    Args:
        page: what the store has.
        rulebook: the rules.
        names: the recalls asked about.
        found: what the engine says; None: the patient is not registered.
        fresh: take the due dates from the engine, too, not from the stored plan.
    """
    judged = {one.recall: one for one in found.recalls} if found else {}
    engine = _states_kept(page, found) if fresh and found else None
    told = [
        _from_engine(page, rulebook.recalls[name], judged.get(name), (rulebook, engine))
        for name in names
    ]
    return sorted(told, key=lambda one: (not one.on, one.recall))


_Plan = Mapping[str, tuple[DueItemView, str]]
"""Item to its due item and reasons."""


def _from_store(page: PatientPage, recall: Recall, rulebook: Rulebook) -> Told:
    plan = {item: pair for item, pair in _stored_plan(page).items() if recall.id in pair[0].recalls}
    requirements = _requirements(recall, tuple(plan), plan, rulebook)
    opened = [one.due for one in requirements if one.due and one.due.is_open]
    held = bool(opened) and all(one.state is DueState.ON_HOLD for one in opened)
    return Told(recall.id, recall.name, on=True, held=held, why=(), requirements=requirements)


def _from_engine(
    page: PatientPage,
    recall: Recall,
    judged: RecallWhy | None,
    rules: tuple[Rulebook, _Plan | None],
) -> Told:
    rulebook, engine = rules
    active = recall.activity is Activity.ACTIVE
    plan = _stored_plan(page) if engine is None else engine
    asked = judged.asked if judged and active else ()
    return Told(
        recall=recall.id,
        name=recall.name,
        on=bool(judged and judged.on and active),
        held=bool(judged and judged.held),
        why=tuple(_why(page, recall, judged)),
        clauses=judged.clauses if judged else (),
        requirements=_requirements(recall, asked, plan, rulebook),
    )


def _why(page: PatientPage, recall: Recall, judged: RecallWhy | None) -> Iterator[str]:
    if page.status != "registered":
        yield "Not registered at this practice any more."
    if recall.unverified:
        yield f"The codes of this recall are not verified: {recall.unverified}"
    elif recall.activity is not Activity.ACTIVE:
        yield "This recall is inactive: the practice does not call for it."
    if judged is None:
        return
    if not judged.on:
        yield f"Not on the register. {'; '.join(_missing(judged.clauses))}."
    elif judged.started_on:
        yield f"On the register since {_day(judged.started_on)}."
    if judged.held:
        yield f"On hold: {judged.hold_words}."


def _missing(clauses: Sequence[Clause]) -> list[str]:
    """Name the clauses at fault: false ones, and true ones that should be false."""
    found: list[str] = []
    settled = negated = -1
    for one in clauses:
        if 0 <= settled < one.depth:
            continue
        settled = one.depth if one.true else -1
        if 0 <= negated < one.depth and one.true:
            found.append(f"In the way: {one.words}")
        elif one.words == NEGATION:
            negated = one.depth
        elif not one.true and one.words not in GROUPS:
            found.append(f"Not true: {one.words}")
    return found or ["The rule does not hold"]


def _requirements(
    recall: Recall, asked: Sequence[str], plan: _Plan, rulebook: Rulebook
) -> tuple[ToldRequirement, ...]:
    return tuple(
        _requirement(one, plan.get(str(one.item)), rulebook)
        for one in recall.requirements
        if str(one.item) in asked
    )


def _requirement(
    requirement: Requirement, row: tuple[DueItemView, str] | None, rulebook: Rulebook
) -> ToldRequirement:
    due, reasons = row or (None, "[]")
    evidence = _evidence(reasons)
    said = evidence.get(ReasonCode.RECALL_DATE, {})
    after = evidence.get(ReasonCode.AFTER_LAST, {})
    ruling = said or after
    return ToldRequirement(
        item=str(requirement.item),
        name=item_name(str(requirement.item), rulebook),
        schedule=_kind(requirement, said, after),
        frequency=str(ruling.get("every", _own_frequency(requirement))),
        anchor=str(said["on"]) if said else None,
        due=due,
        why=_sentences(due, reasons, rulebook),
    )


def _sentences(due: DueItemView | None, reasons: str, rulebook: Rulebook) -> tuple[str, ...]:
    """Return what was decided, then the reasons of the plan, each once."""
    if due is None:
        return (NOTHING_DUE,)
    return tuple(dict.fromkeys((*_decided(due), *sentences(reasons, rulebook))))


def _kind(requirement: Requirement, said: Mapping[str, object], after: Mapping[str, object]) -> str:
    """Return the kind of schedule that rules the due date, whichever recall it comes from."""
    own = SCHEDULES[type(requirement.schedule)]
    return "anchored" if said else "interval" if after else own


def _own_frequency(requirement: Requirement) -> str:
    schedule = requirement.schedule
    if not isinstance(schedule, Anchored | Interval):
        return ""
    return f"{schedule.every.count} {schedule.every.unit}"


def _evidence(reasons: str) -> dict[str, Mapping[str, object]]:
    found = cast("list[Mapping[str, object]]", json.loads(reasons))
    return {str(one["code"]): one for one in found}


def _decided(due: DueItemView) -> Iterator[str]:
    """What people decided about it, before the reasons of the plan."""
    if due.booked_for is not None:
        yield f"Booked for {_day(due.booked_for)}."
    if due.state is DueState.SNOOZED and due.snoozed_until is not None:
        yield f"Snoozed {until_words(due.snoozed_until, due.snoozed_when)}."
    if due.state is DueState.ON_HOLD and due.hold_words:
        yield f"On hold: {due.hold_words}."
    if due.state is DueState.DECLINED:
        yield "The patient declined."
    if due.invites:
        last = f", last on {_day(due.last_invited)}" if due.last_invited else ""
        yield f"Invited {due.invites} times{last}." if due.invites > 1 else f"Invited once{last}."


def _rows(page: PatientPage) -> Iterator[DueItemView]:
    for planned in page.year:
        yield from planned.due_items


def _stored_plan(page: PatientPage) -> dict[str, tuple[DueItemView, str]]:
    """Return the row of each item that says most: the open one, else the newest that is done."""
    reasons = {(one.item, one.due_on): one.reasons for one in page.reasons}
    plan: dict[str, tuple[DueItemView, str]] = {}
    for due in sorted(_rows(page), key=lambda one: (one.is_open, _is_done(one), one.due_on)):
        plan[due.item] = (due, reasons.get((due.item, due.due_on), "[]"))
    return plan


def _is_done(due: DueItemView) -> bool:
    return due.state is DueState.DONE


def _states_kept(page: PatientPage, found: Explanation) -> dict[str, tuple[DueItemView, str]]:
    """Return the engine's rows, with the states that decisions gave the stored ones."""
    kept = _stored_plan(page)
    plan: dict[str, tuple[DueItemView, str]] = {}
    ordered = sorted(found.due, key=lambda one: (one.is_open, one.done_on is not None, one.due_on))
    for row in ordered:
        before = kept.get(row.item)
        same = before is not None and before[0].due_on == row.due_on
        plan[row.item] = (before[0] if before and same else _view(row), row.reasons)
    return plan


def _view(row: DueWhy) -> DueItemView:
    done = DueState.DONE if row.done_on else DueState.OUTSTANDING
    return DueItemView(
        item=row.item,
        due_on=row.due_on,
        state=DueState.ON_HOLD if row.held and not row.done_on else done,
        recalls=row.recalls,
        overdue_since=row.overdue_since,
        done_on=row.done_on,
        last_done=row.last_done,
        window_opens=row.window_opens,
        is_open=row.is_open,
    )


def _day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""
