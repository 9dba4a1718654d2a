"""The schedules that do not hang on the recall date: interval, once, course, seasonal."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count, takewhile

from recall_tui.domain.calendar import add_months
from recall_tui.domain.recalls import Course, Dose, Every, Interval, Once, Seasonal
from tests.oracle.asking import Asked, length
from tests.oracle.chains import Chain, Closed, Due, marks, plus, within_a_year
from tests.oracle.evidence import DoneDay, codes_given, counts_since

DAY = timedelta(days=1)


def interval_chain(asked: Asked) -> Chain:
    """Return the chain of a requirement that counts from when it was last done."""
    today = asked.world.today
    done = _since_start(asked)
    opened = _interval_due(asked, done)
    closed = None
    through: list[date] = []
    if done:
        completed = _interval_due(asked, done[:-1])
        closed = Closed(completed, done[-1].first, "evidence")
        through = [done[-1].first, completed.day]
    mark = max(marks(asked), default=date.min)
    if mark >= opened.day:
        last = _closed_until(asked, done, opened, mark)
        closed = Closed(last, None, "override")
        through.append(last.day)
        opened = _interval_due(asked, done, last.day, mark)
    return Chain(
        asked=asked,
        schedule="interval",
        open=opened,
        later=within_a_year(asked, _expected(asked, done, opened)),
        closed=closed,
        closed_through=min(max(through), opened.day - DAY) if through else None,
        overdue_since=opened.day if opened.day < today else None,
    )


def _closed_until(asked: Asked, done: list[DoneDay], first: Due, mark: date) -> Due:
    """Return the last due date that a mark closed, in the frequency in force on its day."""
    ruling = asked.every(min(mark, asked.world.today))
    steps = _steps(asked, done, ruling, first.day)
    return replace(first, day=max([first.day, *takewhile(lambda day: day <= mark, steps)]))


def _since_start(asked: Asked) -> list[DoneDay]:
    """Return the events since the start that count, each at least the least gap after the last."""
    world = asked.world
    start = counts_since(asked.recall, asked.need, world.person, world.rulebook, world.today)
    days = {one.first: one for one in asked.all_days[::-1] if start is None or one.first >= start}
    return asked.counting(days[day] for day in sorted(days))


def _interval_due(
    asked: Asked, done: list[DoneDay], after: date | None = None, closed: date = date.min
) -> Due:
    """Return the first due date, or the one that follows ``after``, as if it were done on its day.

    It is the first of any frequency on whose eve that frequency, or a shorter one, is in force, and
    later than those that were ``closed``.
    """
    longest = max(asked.options(), key=length)
    last = max(next(_steps(asked, done, longest, after)), asked.begins)
    found: dict[date, Every] = {}
    for every in asked.options():
        for step in _steps(asked, done, every, after):
            day = max(step, asked.begins)
            if day > last:
                break
            ruling = asked.every(min(max(day - DAY, asked.begins), asked.world.today))
            if length(ruling) <= length(every) and day > closed:
                found[day] = ruling
                break
    return Due(min(found), _interval_opens(asked, done), found[min(found)])


def _expected(asked: Asked, done: list[DoneDay], opened: Due) -> list[Due]:
    """Return what follows the open due date when the frequency of today goes on."""
    today, ruling = asked.world.today, asked.every(asked.world.today)
    days = _steps(asked, done, ruling, opened.day)
    near = takewhile(lambda day: day <= add_months(today, 12), days)
    return [Due(day, opened.opens, ruling) for day in near]


def _steps(asked: Asked, done: list[DoneDay], every: Every, after: date | None) -> Iterator[date]:
    """Yield the dates of one frequency, without end.

    They count from when it was last done, or is first due; a due date that is none of them begins
    a count of its own.
    """
    base = done[-1].first if done else _first_due(asked)
    if after is None:
        return (plus(base, every, times) for times in count(1 if done else 0))
    upto = takewhile(lambda day: day <= after, (plus(base, every, times) for times in count(0)))
    dates = list(upto)
    if dates[-1:] == [after]:
        return (plus(base, every, times) for times in count(len(dates)))
    return (plus(after, every, times) for times in count(1))


def _interval_opens(asked: Asked, done: list[DoneDay]) -> date:
    gap = max(1, asked.need.min_gap_days)
    return done[-1].first + timedelta(days=gap) if done else asked.started_on or asked.begins


def _first_due(asked: Asked) -> date:
    assert isinstance(asked.need.schedule, Interval)
    if asked.started_on is None:
        return asked.begins
    wait = timedelta(days=asked.need.schedule.first_after_days)
    return max(asked.started_on + wait, asked.begins)


def once_chain(asked: Asked) -> Chain:
    """Return the chain of something done once."""
    rule = asked.need.schedule
    assert isinstance(rule, Once)
    born, today = asked.world.person.born, asked.world.today
    if rule.age is not None and born is None:
        return Chain(asked, "once", None)
    if rule.age is not None and born is not None:
        day = add_months(born, 12 * rule.age)
    else:
        day = (asked.started_on or asked.begins) + timedelta(days=rule.after_days or 0)
    tolerance = _early_once(asked, rule)
    moved = _not_before_registration(asked, day)
    due = Due(moved, min(asked.begins, moved) if rule.ever_counts else day - tolerance)
    done = [one for one in asked.days if rule.ever_counts or one.first >= due.opens]
    closed = None
    if done:
        closed = Closed(due, done[-1].first, "evidence")
    elif marks(asked):
        closed = Closed(due, None, "override")
    return Chain(
        asked=asked,
        schedule="once",
        open=None if closed else due,
        closed=closed,
        closed_through=due.day if closed else None,
        overdue_since=due.day if not closed and due.day < today else None,
    )


def _early_once(asked: Asked, rule: Once) -> timedelta:
    """Return how early it counts: by the months that it waits, to the nearest one."""
    settings = asked.world.settings
    longest = timedelta(weeks=settings.tolerance_weeks_longer)
    if rule.age is not None:
        return longest
    months = int((rule.after_days or 0) / 30.4375 + 0.5)
    fitting = [weeks for most, weeks in sorted(settings.tolerance_weeks.items()) if most <= months]
    if months > max(settings.tolerance_weeks):
        return longest
    return timedelta(weeks=fitting[-1]) if fitting else timedelta()


def _not_before_registration(asked: Asked, day: date) -> date:
    registered = asked.here_since
    if asked.newly_registered and registered is not None and day < registered:
        return registered + timedelta(days=asked.world.settings.newly_registered_days)
    return day


def course_chain(asked: Asked) -> Chain:
    """Return the chain of a course of doses."""
    rule = asked.need.schedule
    assert isinstance(rule, Course)
    today = asked.world.today
    terms = rule.terms()
    closed: Closed | None = None
    counted: list[date] = []
    given: list[date] = []
    doses = [(one.first, True) for one in asked.days] + [(day, False) for day in marks(asked)]
    for day, real in sorted(doses, key=lambda dose: (dose[0], not dose[1])):
        given.append(day)
        if len(counted) == len(terms):
            continue
        counts, due = _next_dose(asked, rule, terms[len(counted)], counted)
        early = timedelta(days=rule.grace_days)
        too_early = counts is not None and day < counts - early
        if too_early or day in counted[-1:] or (real and _too_near(asked, rule, day)):
            continue
        closed = Closed(due, day if real else None, "evidence" if real else "override")
        counted.append(day)
    opened: Due | None = None
    if len(counted) < len(terms):
        opened = _open_dose(asked, rule, counted, given)
    through = max(closed.due.day, counted[-1]) if closed else None
    if through and opened:
        through = min(through, opened.day - DAY)
    return Chain(
        asked=asked,
        schedule="course",
        open=opened,
        closed=closed,
        closed_through=through,
        overdue_since=opened.day if opened and opened.day < today else None,
    )


def _too_near(asked: Asked, rule: Course, day: date) -> bool:
    """Whether another vaccine that must be apart was given in the days before."""
    if rule.apart_from is None:
        return False
    person, rulebook, today = asked.world.person, asked.world.rulebook, asked.world.today
    own = [
        code
        for given, code in codes_given(person, rulebook, asked.need.item, today)
        if given == day
    ]
    return any(
        0 < (day - before).days < rule.apart_days and other != code
        for before, other in codes_given(person, rulebook, rule.apart_from, today)
        for code in own
    )


def _open_dose(asked: Asked, rule: Course, counted: list[date], given: list[date]) -> Due:
    """Return the next dose: after one that did not count, and after what it must be apart from."""
    dose = rule.terms()[len(counted)]
    counts, due = _next_dose(asked, rule, dose, counted)
    waits = [_clear_on(asked, rule)]
    if dose.again_after and given and given[-1:] != counted[-1:]:
        waits.append(plus(given[-1], dose.again_after, 1))
    first = max((day for day in waits if day), default=None)
    if first is None:
        return due
    return Due(max(due.day, first), max(counts, first) if counts else first)


def _clear_on(asked: Asked, rule: Course) -> date | None:
    """Return from when a dose is far enough from the last other vaccine; None: there was none."""
    if rule.apart_from is None:
        return None
    person, rulebook, today = asked.world.person, asked.world.rulebook, asked.world.today
    own = set(codes_given(person, rulebook, asked.need.item, today))
    others = set(codes_given(person, rulebook, rule.apart_from, today)) - own
    days = [day for day, _code in others]
    return max(days) + timedelta(days=rule.apart_days) if days else None


def _next_dose(
    asked: Asked, rule: Course, dose: Dose, counted: list[date]
) -> tuple[date | None, Due]:
    """Return from when the next dose counts, and when it is due."""
    born, last = asked.world.person.born, counted[-1] if counted else None
    least = [
        plus(day, every, 1)
        for day, every in ((last, dose.gap), (born, dose.from_age))
        if day is not None and every is not None
    ]
    counts = max(least, default=None)
    wishes = least + [
        plus(day, every, 1)
        for day, every in ((last, dose.due), (born, dose.due_age))
        if day is not None and every is not None
    ]
    if not wishes:
        start = asked.started_on or asked.begins
        wishes = [start + timedelta(days=rule.first_after_days)]
    due = _not_before_registration(asked, max(wishes))
    return counts, Due(due, counts or min(asked.begins, due))


def seasonal_chain(asked: Asked) -> Chain:
    """Return the chain of something done once a season."""
    rule = asked.need.schedule
    assert isinstance(rule, Seasonal)
    today = asked.world.today
    years = range(today.year - 100, today.year + 3)
    starts = [date(year, *rule.opens) for year in years]
    starts = [start for start in starts if _end(start, rule) >= asked.begins]
    closers: dict[date, list[DoneDay]] = {}
    for start in starts[:-1]:
        end = _end(start, rule)
        done = [one for one in asked.days if start <= one.first and one.last <= end]
        following = starts[starts.index(start) + 1]
        if done or any(start <= mark < following for mark in marks(asked)):
            closers[start] = done
    running = [start for start in starts if _end(start, rule) >= today]
    last = max(closers, default=None)
    opened = next(start for start in running if last is None or start > last)
    closed = None
    if last is not None:
        done = closers[last]
        by = "evidence" if done else "override"
        closed = Closed(Due(last, last), done[-1].first if done else None, by)
    return Chain(
        asked=asked,
        schedule="seasonal",
        open=Due(opened, opened),
        later=within_a_year(asked, [Due(one, one) for one in starts if one > opened]),
        closed=closed,
        closed_through=last,
        overdue_since=opened if opened < today else None,
    )


def _end(start: date, rule: Seasonal) -> date:
    crosses = rule.closes < rule.opens
    return date(start.year + crosses, *rule.closes)
