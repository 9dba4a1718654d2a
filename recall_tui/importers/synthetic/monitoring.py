"""Drug monitoring: bloods at the drug's own interval, some of them overdue."""

from dataclasses import dataclass
from random import Random

from recall_tui.importers.synthetic.chances import chance, spread
from recall_tui.importers.synthetic.chart import Chart, working
from recall_tui.importers.synthetic.codes import INVITE, NOT_ATTENDED
from recall_tui.importers.synthetic.drugs import Course
from recall_tui.importers.synthetic.needs import PANELS
from recall_tui.importers.synthetic.staff import BLOODS, DRUG_CHECK, INR_CLINIC, Slot

_HISTORY = 760
_BOOK_KEPT = 120


@dataclass(frozen=True, slots=True)
class Monitoring:
    """Which tests, how often in days, and which further tests every second time."""

    tests: tuple[str, ...]
    days: int
    second: tuple[str, ...] = ()
    slot: Slot = BLOODS


_ALL = PANELS["kidneys count liver"]
MONITORING: dict[str, Monitoring] = {
    "dmard": Monitoring(_ALL, 84),
    "lithium": Monitoring(("lithium_level",), 90, (*PANELS["kidneys"], "tsh")),
    "warfarin": Monitoring(("inr",), 42, slot=INR_CLINIC),
    "leflunomide": Monitoring((*_ALL, "weight", "systolic", "diastolic"), 84, slot=DRUG_CHECK),
    "doac": Monitoring((*_ALL, "weight"), 182, slot=DRUG_CHECK),
    "amiodarone": Monitoring(("tsh", "free_t4", *PANELS["liver"]), 182),
}


def monitor(rng: Random, chart: Chart, course: Course, since: int, today: int) -> None:
    """Write the monitoring of one drug from ``since`` on; the last one may be overdue."""
    plan = MONITORING.get(course.drug.monitoring)
    if plan is None:
        return
    stop = course.stop or chart.end
    if chance(rng, 0.07):
        stop -= int(plan.days * (0.4 + rng.random()))  # stopped coming
    day = max(course.start + 14, since, today - _HISTORY)
    day = working(day + spread(rng, 0, plan.days - 1))
    count = 0
    last = 0
    while day <= min(stop, chart.end):
        monitor_once(rng, chart, plan, day, second=count % 2 == 0)
        if day > today - _BOOK_KEPT:
            chart.appointment(day, plan.slot, "attended", day - spread(rng, 3, 14))
        last, count = day, count + 1
        day = working(day + plan.days - spread(rng, -3, 9))
    if not course.stop and chart.end == today:
        _next(rng, chart, plan, max(last + plan.days, course.start + 14), today)


def monitor_once(rng: Random, chart: Chart, plan: Monitoring, day: int, *, second: bool) -> None:
    """Write one round of monitoring on ``day``, now and then not all of it."""
    tests = (*plan.tests, *plan.second) if second else plan.tests
    if chance(rng, 0.02):
        tests = tuple(test for test in tests if chance(rng, 0.7))
    chart.results(tests, day)


def _next(rng: Random, chart: Chart, plan: Monitoring, due: int, today: int) -> None:
    """Book or invite for the next time, as far as that is near."""
    if due - today > 24:  # noqa: PLR2004 - days ahead that the book is open
        return
    if due < today and chance(rng, 0.3):
        chart.appointment(due, plan.slot, "missed", due - spread(rng, 3, 12))
        chart.code(NOT_ATTENDED, due, "dna")
    for _ in range(spread(rng, 0, 2)):
        chart.code(INVITE, working(due + spread(rng, -14, 20)), "invite")
    if chance(rng, 0.5):
        day = working(max(due, today + 1) + spread(rng, 0, 9))
        chart.appointment(day, plan.slot, "booked", today - spread(rng, 0, 9))
