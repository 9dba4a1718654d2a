"""The oracle: one patient's plan, read slowly out of DESIGN.md section 4.

It shares no line with recall_tui/planning; where both must agree on what DESIGN leaves open, the
numbers are those that both engineers wrote down before they compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from recall_tui.domain.calendar import qof_year_end
from recall_tui.domain.ids import ItemId
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Anchored, Interval, Recall, Rulebook
from tests.oracle.anchored import anchored_chain
from tests.oracle.asking import Asked, World, hold_by, length, spoken
from tests.oracle.chains import Chain, Due, marks, plus, within_a_year
from tests.oracle.evidence import asked_since, start_of
from tests.oracle.judging import judge
from tests.oracle.recall_dates import recall_date
from tests.oracle.records import DueItem, Person, PersonPlan, Registered
from tests.oracle.schedules import course_chain, interval_chain, once_chain, seasonal_chain


def plan_of(person: Person, rulebook: Rulebook, settings: PlanSettings, today: date) -> PersonPlan:
    """Return the registers and due items of one person on ``today``."""
    if not _lives_here(person, today):
        return PersonPlan()
    recalls = [
        recall
        for recall in rulebook.active()
        if judge(recall.register, person, rulebook, today).true
    ]
    on = frozenset(recall.id for recall in recalls)
    dates = recall_date(person, rulebook, settings, on, today)
    world = World(person, rulebook, settings, today, dates)
    asked = [one for recall in recalls for one in _asked(recall, world)]
    items = sorted({one.need.item for one in asked})
    return PersonPlan(
        registers=tuple(_registered(recall, world) for recall in recalls),
        due_items=tuple(
            row
            for item in items
            for row in _rows(item, [one for one in asked if one.need.item == item])
        ),
        recall_date=dates.anchor.plus(0),
        anchor_source=dates.source,
    )


def _lives_here(person: Person, today: date) -> bool:
    return (
        (person.died_on is None or person.died_on > today)
        and (person.left_on is None or person.left_on > today)
        and (person.registered_on is None or person.registered_on <= today)
    )


def _registered(recall: Recall, world: World) -> Registered:
    hold = hold_by(recall.exclusions, world)
    start = start_of(recall, world.person, world.rulebook, world.today)
    words, review_on = hold or (None, None)
    return Registered(recall.id, start, hold is not None, words, review_on)


def _asked(recall: Recall, world: World) -> Iterable[Asked]:
    for need in recall.requirements:
        start = asked_since(recall, need, world.person, world.rulebook, world.today)
        applies = need.only_if is None or judge(
            need.only_if, world.person, world.rulebook, world.today
        )
        if applies is True or (applies and applies.true):
            hold = hold_by((*recall.exclusions, *need.exclusions), world)
            yield Asked(world, recall, need, start, hold)


def _rows(item: ItemId, asking: Sequence[Asked]) -> Iterable[DueItem]:
    """Return the rows of one item: the closed one, the open one, those that are expected."""
    every = [_chain(one) for one in asking]
    opened = [chain for chain in every if chain.open is not None]
    free = [chain for chain in opened if chain.asked.hold is None]
    chains = free or opened or every
    asked = [chain.asked for chain in chains]
    chain = min(chains, key=_precedence)
    common = _common(item, chain, asking, asked)
    overdue = min((one.overdue_since for one in chains if one.overdue_since), default=None)
    rows = [*_open_rows(chain, common, asked, overdue)]
    if chain.closed is not None and not (rows and rows[0].due_on <= chain.closed.due.day):
        due = chain.closed.due
        yield replace(
            common,
            due_on=due.day,
            window_opens=due.opens,
            done_on=chain.closed.done_on,
            closed_by=chain.closed.closed_by,
            closed_through=chain.closed_through,
        )
    yield from rows


def _precedence(chain: Chain) -> tuple[date, float, str]:
    """The earliest open due date, the shorter frequency, the first recall."""
    day = chain.open.day if chain.open else date.max
    every = chain.open.every if chain.open else None
    return day, length(every) if every else float("inf"), chain.asked.recall.id


def _chain(one: Asked) -> Chain:
    match one.need.schedule:
        case Anchored():
            return anchored_chain(one)
        case Interval():
            return interval_chain(one)
        case schedule:
            return {"Once": once_chain, "Course": course_chain, "Seasonal": seasonal_chain}[
                type(schedule).__name__
            ](one)


def _common(
    item: ItemId, chain: Chain, asking: Sequence[Asked], deciding: Sequence[Asked]
) -> DueItem:
    """Return what all rows of the item say alike."""
    rule = chain.asked.world.rulebook.items[item]
    held = all(one.hold is not None for one in deciding)
    first = min(deciding, key=lambda one: one.recall.id)
    words, review_on = first.hold if held and first.hold else (None, None)
    days = chain.asked.all_days
    return DueItem(
        item=item,
        due_on=date.max,
        is_open=False,
        window_opens=date.max,
        last_done=days[-1].first if days else None,
        schedule=chain.schedule,
        recalls=tuple(sorted({str(one.recall.id) for one in asking})),
        held=held,
        hold_words=words,
        hold_review_on=review_on,
        high_risk=rule.high_risk or any(_is_risky(one) for one in asking),
    )


def _is_risky(one: Asked) -> bool:
    own = one.need.high_risk
    return one.recall.high_risk if own is None else own


def _open_rows(
    chain: Chain, common: DueItem, asked: Sequence[Asked], overdue: date | None
) -> Iterable[DueItem]:
    """Return the open row, and those that are expected after it."""
    if chain.open is None:
        return
    world, need = chain.asked.world, chain.asked.need
    last = common.last_done
    year_end = _by_year_end(chain.open, asked, world)
    due, opens = year_end.due, year_end.due.opens
    gap = (due.day - last).days if last else None
    counting = chain.asked.days if chain.schedule == "anchored" and due == chain.open else []
    if counting and need.min_gap_days:
        opens = max(opens, counting[-1].first + timedelta(days=need.min_gap_days))
    through = [day for day in (chain.closed_through, year_end.settled) if day]
    yield replace(
        common,
        due_on=due.day,
        is_open=True,
        window_opens=opens,
        overdue_since=overdue,
        early_days=gap if chain.early else None,
        closed_through=max(through, default=None),
        every=spoken(due.every) if due.every else "",
        long_gap_days=gap if _is_long(gap, due, world) else None,
        qof_by=year_end.by,
    )
    moved = due != chain.open and chain.open.opens > due.day
    # An event on 31 March that completes the next due date as well makes one due item of the two.
    displaced = within_a_year(chain.asked, [chain.open] if moved else [])
    for later in (*displaced, *chain.later):
        yield replace(common, due_on=later.day, window_opens=later.opens)


def _is_long(gap: int | None, due: Due, world: World) -> bool:
    if gap is None or due.every is None:
        return False
    length_of_one = (due.day - plus(due.day, due.every, -1)).days
    return gap > world.settings.drift_factor * length_of_one


@dataclass(frozen=True, slots=True)
class YearEnd:
    """What the QOF year adds to a due item."""

    due: Due
    by: date | None = None
    """31 March, where the item has to be recorded by then and is not."""

    settled: date | None = None
    """31 March, where it was recorded and nothing else is due by then."""


def _by_year_end(due: Due, asked: Sequence[Asked], world: World) -> YearEnd:
    end = qof_year_end(world.today)
    begin = date(end.year - 1, 4, 1)
    year = world.rulebook.contract_year
    counts = [
        one
        for one in asked
        if one.need.qof.get(year) and isinstance(one.need.schedule, Anchored | Interval)
    ]
    if not counts:
        return YearEnd(due)
    if any(one.first >= begin for one in counts[0].all_days) or end in marks(counts[0]):
        return YearEnd(due, settled=end if due.day > end else None)
    if due.day <= end:
        return YearEnd(due, by=end)
    return YearEnd(Due(end, min(due.opens, begin), due.every), by=end)
