"""Random patients whose histories lie around the days on which something changes."""

from datetime import date, timedelta
from random import Random

from recall_tui.domain.calendar import add_months
from recall_tui.domain.ids import ItemId
from tests.oracle.records import Choice, Event, Issue, Person
from tests.oracle.rulebooks import CLUSTERS, DIAGNOSES, DRUGS, ITEMS, RESOLVED

TODAYS = (
    date(2026, 11, 22),
    date(2024, 2, 29),
    date(2025, 2, 28),
    date(2025, 3, 31),
    date(2026, 4, 1),
    date(2026, 1, 31),
    date(2026, 8, 31),
    date(2027, 1, 1),
)
EDGES = (0, 0, 0, -1, 1, -7, -8, -28, -84, -85, -83, -112, -113, -42, -43, 3, 28, 29)
BIRTHDAYS = ((1, 31), (2, 28), (2, 29), (3, 31), (4, 1), (8, 30), (11, 22), (12, 31))
UNITS = ("mmol/mol", "MMOL / mol", "%", "mmHg", "mg", None)
VALUES = (1.0, 3.9, 4.0, 7.5, 20.0, 48.0, 58.0, 58.1, 90.0, 140.0, 200.0, 261.0, None, float("nan"))
CODED = (*CLUSTERS, *("TEST0", "TEST1", "TEST3", "TEST4", "TEST5", "REVIEWED") * 4)
KINDS = (
    "done",
    "done",
    "done",
    "done",
    "done",
    "done",
    None,
    "request",
    "invite",
    "dna",
    "declined",
)


def random_person(rng: Random, number: int, today: date) -> Person:
    """Return one patient; most live here and have something coded."""
    born = _born(rng, today)
    days = _days(rng, born, today)
    registered = rng.choice([None, None, date(2015, 3, 1), day_of(rng, days)])
    left = day_of(rng, days) if rng.random() < 0.04 else None
    died = day_of(rng, days) if rng.random() < 0.03 else None
    return Person(
        number=f"p{number:05d}",
        born=born,
        sex=rng.choice(["F", "M", "I", "U", None]),
        registered_on=registered,
        left_on=left,
        died_on=died,
        events=tuple(_events(rng, days)),
        issues=tuple(_issues(rng, days)),
        marked_done=_marked(rng, days, today),
        choice=_choice(rng, days, today),
    )


def day_of(rng: Random, days: list[date]) -> date:
    """Return one of the interesting days, or one just beside it."""
    return rng.choice(days) + timedelta(days=rng.choice(EDGES))


def _born(rng: Random, today: date) -> date:
    year = today.year - rng.choice([2, 17, 18, 30, 39, 40, 50, 64, 65, 66, 79, 80])
    month, day = rng.choice(BIRTHDAYS)
    if (month, day) == (2, 29):
        year -= year % 4
    return date(year, month, day) if rng.random() < 0.8 else date(year, 7, rng.randint(1, 28))


def _days(rng: Random, born: date, today: date) -> list[date]:
    """Return the days about which something happens: today, birthdays, year ends, others."""
    months = (today.year - born.year) * 12 + today.month - born.month
    grid = [add_months(born, months + k) for k in (-24, -12, -6, -3, -2, -1, 0, 1, 3)]
    whole_years = [add_months(born, months - months % 12 + k) for k in (-36, -24, -12, 0, 0, 0, 12)]
    any_day = [today - timedelta(days=rng.randint(0, 2000)) for _ in range(6)]
    ago = [add_months(today, -k) for k in (0, 1, 3, 6, 12, 24)]
    return [*grid, *whole_years, *any_day, *ago, date(today.year, 4, 1), date(today.year, 3, 31)]


def _events(rng: Random, days: list[date]) -> list[Event]:
    events: list[Event] = []
    for _ in range(rng.randint(1, 4)):
        cluster = rng.choice([*DIAGNOSES, *DIAGNOSES, *DIAGNOSES, RESOLVED])
        events.append(
            _event(
                rng, cluster, day_of(rng, days), rng.choice(["done", "done", "done", "declined"])
            )
        )
    for _ in range(rng.choice([0, 1, 2, 4, 8, 14])):
        cluster = rng.choice(CODED)
        events.append(_event(rng, cluster, day_of(rng, days), rng.choice(KINDS)))
        if rng.random() < 0.5:  # the other half of a pair, or a repeat on the same day
            other = {"TEST3": "TEST4", "TEST4": "TEST3"}.get(cluster, cluster)
            same = events[-1]
            value, unit = _measurement(rng, other)
            events.append(Event(f"{other}-1", same.day, same.precision, value, unit, "done"))
    return events


def _event(rng: Random, cluster: str, day: date, kind: str | None) -> Event:
    value, unit = _measurement(rng, cluster)
    precision = rng.choice("DDDDDDDDMY")
    if precision == "M":
        day = day.replace(day=1)
    elif precision == "Y":
        day = day.replace(month=1, day=1)
    return Event(f"{cluster}-{rng.randint(1, 2)}", day, precision, value, unit, kind)


def _measurement(rng: Random, cluster: str) -> tuple[float | None, str | None]:
    if rng.random() < 0.8:
        unit = "mmol/mol" if cluster == "TEST0" else "mmHg"
        return rng.choice([40.0, 47.9, 48.0, 58.0, 58.1, 99.0, 100.0, 130.0]), unit
    return rng.choice(VALUES), rng.choice(UNITS)


def _issues(rng: Random, days: list[date]) -> list[Issue]:
    issues: list[Issue] = []
    for _ in range(rng.choice([0, 0, 1, 2, 4])):
        issued = day_of(rng, days)
        repeat = rng.random() < 0.4
        stopped = issued + timedelta(days=rng.choice([0, 30, 400])) if rng.random() < 0.4 else None
        issues.append(Issue(f"{rng.choice(DRUGS)}-1", issued, repeat, stopped if repeat else None))
    return issues


def _marked(rng: Random, days: list[date], today: date) -> tuple[tuple[ItemId, date], ...]:
    if rng.random() < 0.75:
        return ()
    year_end = date(today.year + (today.month >= 4), 3, 31)
    found = {
        (rng.choice(list(ITEMS)), rng.choice([rng.choice(days), day_of(rng, days), year_end]))
        for _ in range(rng.randint(1, 2))
    }
    return tuple(sorted(found))


def _choice(rng: Random, days: list[date], today: date) -> Choice:
    kind = rng.random()
    month = rng.choice([None, None, 1, 2, 6, 12])
    if kind < 0.6:
        return Choice()
    if kind < 0.75:
        return Choice(month)
    held = rng.choice(days)
    if kind < 0.9:
        return Choice(month, held)
    changed = today - timedelta(days=rng.choice([1, 100, 364, 365, 366, 500]))
    return Choice(month, held, rng.choice(days), changed)
