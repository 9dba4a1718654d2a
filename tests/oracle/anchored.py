"""Due dates on the recall date plus so many months."""

from dataclasses import replace
from datetime import date, timedelta

from recall_tui.domain.calendar import add_months
from recall_tui.domain.recalls import Anchored, Every
from tests.oracle.asking import Asked
from tests.oracle.chains import Chain, Closed, Due, marks, within_a_year
from tests.oracle.evidence import DoneDay
from tests.oracle.recall_dates import YEAR, window_opens

DAY = timedelta(days=1)


def anchored_chain(asked: Asked) -> Chain:
    """Return the chain of an anchored requirement."""
    today = asked.world.today
    dues = _dues(asked)
    closers = _closers(asked, dues)
    last = max(closers, default=-1)
    rest = dues[last + 1 :]
    past = [due for due in rest if due.day <= today]
    opened = past[-1] if past else rest[0]
    overdue = [due.day for due in rest if due.day < today]
    closed = None
    if last >= 0:
        done = closers[last]
        by = "evidence" if done else "override"
        closed = Closed(dues[last], done[-1].first if done else None, by)
    return Chain(
        asked=asked,
        schedule="anchored",
        open=opened,
        later=within_a_year(asked, [due for due in rest if due.day > opened.day]),
        closed=closed,
        closed_through=closed.due.day if closed else None,
        overdue_since=min(overdue, default=None),
        early=closed is not None and _is_early(asked, closed, closers[last], rest[0]),
    )


def _is_early(asked: Asked, closed: Closed, done: list[DoneDay], following: Due) -> bool:
    days = asked.days
    if not days or days[-1].first != asked.all_days[-1].first:
        return False
    if not any(one.first < days[-1].first for one in done):
        return False
    # Of a day and a month that begins on it, the day says whether it came early.
    latest = min(one.last for one in days if one.first == days[-1].first)
    return closed.due.day < days[-1].first and latest < following.opens


def _closers(asked: Asked, dues: list[Due]) -> dict[int, list[DoneDay]]:
    """Return for every due date that is closed the events in its window, in order."""
    found: dict[int, list[DoneDay]] = {}
    for one in asked.days:
        at = _window_of(one.first, dues)
        if at is not None and at == _window_of(one.last, dues):
            found.setdefault(at, []).append(one)
    exact = {due.day for due in dues}
    for mark in marks(asked):
        year_end = (mark.month, mark.day) == (3, 31) and mark not in exact
        named = [number for number, due in enumerate(dues) if due.day == mark]
        at = None if year_end else named[0] if named else _window_of(mark, dues)
        if at is not None:
            found.setdefault(at, [])
    return found


def _window_of(day: date, dues: list[Due]) -> int | None:
    holding = [number for number, due in enumerate(dues[:-1]) if due.opens <= day]
    return holding[-1] if holding else None


def _dues(asked: Asked) -> list[Due]:
    """Return the due dates, first to last, with their windows."""
    assert isinstance(asked.need.schedule, Anchored)
    dates = _dates(asked)
    dues = [_due(asked, *one) for one in dates]
    day = _extra(asked, *dates[0])
    if day is None:
        return dues
    first = _due(asked, day, asked.need.schedule.every.count)
    met = min([day, *(one.first for one in asked.days if one.first >= asked.begins)])
    return [
        replace(first, opens=min(first.opens, asked.begins)),
        *(due for due in dues if due.opens > met and due.day > day),
    ]


def _due(asked: Asked, day: date, every: int) -> Due:
    tolerance = asked.world.settings.tolerance_days(every)
    return Due(day, window_opens(day, tolerance), Every(every))


def _dates(asked: Asked) -> list[tuple[date, int]]:
    """Return the due dates of the grids, each with the frequency in months that made it."""
    world, begins = asked.world, asked.begins
    options = {every.count for every in asked.options()}
    until = add_months(max(world.today, *marks(asked), date.min), YEAR + 2 * max(YEAR, *options))
    holders: dict[date, set[int]] = {}
    for option in options:
        for day in world.recall_date.grid(option, begins, until):
            holders.setdefault(day, set()).add(option)
    found: dict[date, tuple[date, int]] = {}
    for day in sorted(holders):
        longest = max(holders[day])
        decided = _decided(asked, window_opens(day, world.settings.tolerance_days(longest)))
        every = asked.every(decided).count
        if day <= until and (every in holders[day] or every < longest):
            moved = _moved(asked, day, every)
            found.setdefault(moved, (moved, every))
    return [found[day] for day in sorted(found)]


def _decided(asked: Asked, opens: date) -> date:
    return min(max(opens - DAY, asked.begins), asked.world.today)


def _moved(asked: Asked, day: date, every: int) -> date:
    """Return the due date moved out of the months that the practice keeps free, if it can be."""
    free = asked.world.settings.free_months
    if every < YEAR or len(free) == YEAR:
        return day
    months = 0
    while add_months(day, -months).month in free:
        months += 1
    moved = add_months(day, -months)
    return moved if moved > asked.begins else day


def _extra(asked: Asked, first: date, every: int) -> date | None:
    """Return the due date of the newly diagnosed and the newly registered, where there is one.

    ``first`` is the first date of the grid, which is asked for every so many months.
    """
    settings, begins = asked.world.settings, asked.begins
    if asked.newly_registered:
        soon = begins
        if not asked.recall.start_drug:
            soon += timedelta(days=settings.newly_registered_days)
    elif asked.started_on is not None:
        soon = add_months(begins, settings.newly_diagnosed_months)
    else:
        return None
    # Done too soon after the last is evidence all the same: nobody is asked anew for it.
    earlier = [one.first for one in asked.all_days if one.first < begins]
    if asked.newly_registered and (not earlier or earlier[-1] < add_months(begins, -every)):
        return soon
    if not earlier:
        return soon if first > soon else None
    holds = add_months(earlier[-1], every)
    late = first > holds + timedelta(days=settings.tolerance_days(every))
    return max(soon, holds) if late and first > max(soon, holds) else None
