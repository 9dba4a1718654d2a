"""Why a patient is on a recall and why each item is due, told from what the store keeps.

Loads next to nothing, since the quick path tells it, too: ``recall explain NUMBER`` needs neither
the rules nor the engine, only the plan's reasons and the words that were kept with it.
"""

from __future__ import annotations

import json

from recall_tui.domain.reason_words import ReasonCode, sentences
from recall_tui.domain.states import DueState
from recall_tui.views.words import STATE_WORDS, until_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from typing import Any, TypeAlias

    from recall_tui.views.explanation import Clause
    from recall_tui.views.patient import PatientPage
    from recall_tui.views.worklist import DueItemView

    Plan: TypeAlias = Mapping[str, tuple[DueItemView, str]]
    """Item to its due item and reasons."""

EXPLAIN_SCHEMA = "recall.explain/1"
REGISTERED = "registered"
NOTHING_DUE = "Nothing of this is due within a year."


class RuleWords:
    """What the rules call things and what each recall asks for, as it is kept with the plan."""

    __slots__ = ("asked", "items", "recalls")

    def __init__(self, kept: Mapping[str, Any]) -> None:
        """Take the words as they are kept (``storage.words``), or as the rulebook gives them."""
        self.items: Mapping[str, str] = kept.get("items") or {}
        self.recalls: Mapping[str, str] = kept.get("recalls") or {}
        self.asked: Mapping[str, Sequence[Sequence[str]]] = kept.get("asked") or {}
        """Recall to item, kind of schedule and own frequency of each of its requirements."""

    def cover(self, page: PatientPage) -> bool:
        """Whether they know every recall of the page and that it asks for what is due of it."""
        known = {recall: {one[0] for one in asked} for recall, asked in self.asked.items()}
        return all(
            due.item in known.get(recall, ()) for due in _rows(page) for recall in due.recalls
        )


class ToldRequirement:
    """One item that a recall asks for, and where it stands."""

    __slots__ = ("anchor", "due", "frequency", "item", "name", "schedule", "why")

    def __init__(  # noqa: PLR0913 - one for each line of the answer, all by name
        self,
        *,
        item: str,
        name: str,
        schedule: str,
        frequency: str,
        anchor: str | None,
        due: DueItemView | None,
        why: Sequence[str],
    ) -> None:
        """Keep what is told."""
        self.item = item
        self.name = name
        self.schedule = schedule
        self.frequency = frequency
        self.anchor = anchor
        self.due = due
        self.why = why

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
        state = f"{STATE_WORDS[self.due.state]}, due {day(self.due.due_on)}" if self.due else "-"
        yield f"  {self.name} ({self.item}): {state}"
        for one in self.why:
            yield f"    {one}"


class Told:
    """One recall of one patient."""

    __slots__ = ("clauses", "held", "name", "on", "recall", "requirements", "why")

    def __init__(  # noqa: PLR0913 - one for each line of the answer, all by name
        self,
        *,
        recall: str,
        name: str,
        on: bool,
        held: bool,
        why: Sequence[str] = (),
        clauses: Sequence[Clause] = (),
        requirements: Sequence[ToldRequirement] = (),
    ) -> None:
        """Keep what is told."""
        self.recall = recall
        self.name = name
        self.on = on
        self.held = held
        self.why = why
        self.clauses = clauses
        self.requirements = requirements

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
        for one in self.why:
            yield f"  {one}"
        for clause in self.clauses:
            mark = "yes" if clause.true else "no "
            since = f"  ({day(clause.on)})" if clause.on else ""
            yield f"  {'  ' * clause.depth}{mark} {clause.words}{since}"
        for requirement in self.requirements:
            yield from requirement.lines()


def told_lines(page: PatientPage, told: Sequence[Told], *, from_store: bool) -> Iterator[str]:
    """Give everything that is told of a patient as lines for people."""
    since = f" on {page.status_on:%d %b %Y}" if page.status_on else ""
    yield f"{page.patient}  {page.name}  {page.status}{since}"
    if page.status != REGISTERED:
        yield "Not registered here: nobody who left or died is on a recall."
    elif not told:
        yield "On no recall that asks for anything within a year."
    for one in told:
        yield ""
        yield from one.lines()
    if from_store:
        yield ""
        yield "Why not on another recall: recall explain NUMBER --recall ID, or --fresh for all."


def stored(page: PatientPage, words: RuleWords) -> list[Told]:
    """Return what the stored plan says, one for each recall that asks for something."""
    names = sorted({name for due in _rows(page) for name in due.recalls})
    return [_from_store(page, name, words) for name in names if name in words.recalls]


def _from_store(page: PatientPage, recall: str, words: RuleWords) -> Told:
    plan = {item: pair for item, pair in stored_plan(page).items() if recall in pair[0].recalls}
    found = requirements(recall, tuple(plan), plan, words)
    opened = [one.due for one in found if one.due and one.due.is_open]
    held = bool(opened) and all(one.state is DueState.ON_HOLD for one in opened)
    return Told(recall=recall, name=words.recalls[recall], on=True, held=held, requirements=found)


def requirements(
    recall: str, asked: Sequence[str], plan: Plan, words: RuleWords
) -> tuple[ToldRequirement, ...]:
    """Return what a recall asks for, of the items ``asked`` only, in the order of the rule."""
    return tuple(
        _requirement(one, plan.get(one[0]), words)
        for one in words.asked.get(recall, ())
        if one[0] in asked
    )


def _requirement(
    asked: Sequence[str], row: tuple[DueItemView, str] | None, words: RuleWords
) -> ToldRequirement:
    item, kind, frequency = asked
    due, reasons = row or (None, "[]")
    evidence: dict[str, Mapping[str, Any]] = {one["code"]: one for one in json.loads(reasons)}
    said = evidence.get(ReasonCode.RECALL_DATE, {})
    after = evidence.get(ReasonCode.AFTER_LAST, {})
    return ToldRequirement(
        item=item,
        name=words.items.get(item, item),
        # The kind of schedule that rules the due date, whichever recall it comes from.
        schedule="anchored" if said else "interval" if after else kind,
        frequency=str((said or after).get("every", frequency)),
        anchor=str(said["on"]) if said else None,
        due=due,
        why=_sentences(due, reasons, words),
    )


def _sentences(due: DueItemView | None, reasons: str, words: RuleWords) -> tuple[str, ...]:
    """Return what was decided, then the reasons of the plan, each once."""
    if due is None:
        return (NOTHING_DUE,)
    return tuple(dict.fromkeys((*_decided(due), *sentences(reasons, words.recalls))))


def _decided(due: DueItemView) -> Iterator[str]:
    """What people decided about it, before the reasons of the plan."""
    if due.booked_for is not None:
        yield f"Booked for {day(due.booked_for)}."
    if due.state is DueState.SNOOZED and due.snoozed_until is not None:
        yield f"Snoozed {until_words(due.snoozed_until, due.snoozed_when)}."
    if due.state is DueState.ON_HOLD and due.hold_words:
        yield f"On hold: {due.hold_words}."
    if due.state is DueState.DECLINED:
        yield "The patient declined."
    if due.invites:
        last = f", last on {day(due.last_invited)}" if due.last_invited else ""
        yield f"Invited {due.invites} times{last}." if due.invites > 1 else f"Invited once{last}."


def stored_plan(page: PatientPage) -> dict[str, tuple[DueItemView, str]]:
    """Return the row of each item that says most: the open one, else the newest that is done."""
    reasons = {(one.item, one.due_on): one.reasons for one in page.reasons}
    plan: dict[str, tuple[DueItemView, str]] = {}
    for due in sorted(_rows(page), key=lambda one: (one.is_open, _is_done(one), one.due_on)):
        plan[due.item] = (due, reasons.get((due.item, due.due_on), "[]"))
    return plan


def _rows(page: PatientPage) -> Iterator[DueItemView]:
    for planned in page.year:
        yield from planned.due_items


def _is_done(due: DueItemView) -> bool:
    return due.state is DueState.DONE


def day(value: date | None) -> str:
    """Return a day as 3 Dec 2026, nothing for none."""
    return f"{value.day} {value:%b %Y}" if value else ""
