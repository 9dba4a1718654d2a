"""Putting together what the engine finds about a patient: on which recalls, and why or why not."""

from collections.abc import Iterator, Sequence
from datetime import date

from recall_tui.domain.ids import RecallId
from recall_tui.domain.recalls import Activity, Recall, Rulebook
from recall_tui.domain.states import DueState
from recall_tui.domain.wording import item_name, rule_words, sentences
from recall_tui.views.explanation import Clause, DueWhy, Explanation, RecallWhy
from recall_tui.views.patient import PatientPage
from recall_tui.views.told import REGISTERED, RuleWords, Told, day, requirements, stored_plan
from recall_tui.views.words import STATE_WORDS
from recall_tui.views.worklist import DueItemView

NEGATION = "not this"
GROUPS = ("all of these", "any of these")

_Plan = dict[str, tuple[DueItemView, str]]


def reason_lines(page: PatientPage, rulebook: Rulebook) -> Iterator[str]:
    """Give why each item of a patient stands where it stands: what is still to do comes first.

    Of that, high-risk monitoring that is overdue comes before all else.

    A line names the item, its due date and, of what is planned, its state; its sentences stand
    below, moved in.
    """
    planned = [due for one in page.appointments_needed for due in one.due_items]
    known = {(due.item, due.due_on): due for due in planned}
    found = [(known.get((one.item, one.due_on)), one) for one in page.reasons]
    for due, one in sorted(found, key=lambda each: _urgency(each[0])):
        state = due.state if due else None
        line = f"{item_name(one.item, rulebook)}, due {day(one.due_on)}"
        yield f"{line}: {STATE_WORDS[state]}" if state else line
        yield from (f"  {words}" for words in sentences(one.reasons, rulebook))


def _urgency(due: DueItemView | None) -> tuple[bool, date]:
    """Return the order of the items of a page: overdue high-risk ones, what is to do, the rest."""
    if due is not None and due.high_risk and due.overdue_since and due.state is not DueState.DONE:
        return (False, due.overdue_since)
    return (due is None or not due.state.is_open, date.max)


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
    words = RuleWords(rule_words(rulebook))
    told = [
        _from_engine(page, rulebook.recalls[name], judged.get(name), (words, engine))
        for name in names
    ]
    return sorted(told, key=lambda one: (not one.on, one.recall))


def _from_engine(
    page: PatientPage,
    recall: Recall,
    judged: RecallWhy | None,
    rules: tuple[RuleWords, _Plan | None],
) -> Told:
    words, engine = rules
    active = recall.activity is Activity.ACTIVE
    plan = stored_plan(page) if engine is None else engine
    asked = judged.asked if judged and active else ()
    return Told(
        recall=recall.id,
        name=recall.name,
        on=bool(judged and judged.on and active),
        held=bool(judged and judged.held),
        why=tuple(_why(page, recall, judged)),
        clauses=judged.clauses if judged else (),
        requirements=requirements(recall.id, asked, plan, words),
    )


def _why(page: PatientPage, recall: Recall, judged: RecallWhy | None) -> Iterator[str]:
    if page.status != REGISTERED:
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
        yield f"On the register since {day(judged.started_on)}."
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


def _states_kept(page: PatientPage, found: Explanation) -> dict[str, tuple[DueItemView, str]]:
    """Return the engine's rows, with the states that decisions gave the stored ones."""
    kept = stored_plan(page)
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
