"""What else stands in a record: diagnoses, drugs, frailty, vaccines, checks, odd entries."""

from datetime import date
from random import Random

from recall_tui.importers.synthetic.chances import Draw, chance, spread
from recall_tui.importers.synthetic.chart import Chart, iso, working
from recall_tui.importers.synthetic.codes import (
    BLOOD_TEST_DECLINED,
    CARE_HOME,
    DIABETES_DISSENT,
    EX_SMOKER,
    FLU_VACCINE,
    FRAILTY_MILD,
    FRAILTY_MODERATE,
    FRAILTY_SEVERE,
    HOUSEBOUND,
    HOUSEBOUND_FOR_NOW,
    HYPERTENSION_DISSENT,
    MEDICATION_REVIEW,
    NEVER_SMOKED,
    NO_LONGER_HOUSEBOUND,
    NO_LONGER_PALLIATIVE,
    NURSING_HOME,
    PALLIATIVE,
    RESIDENTIAL_HOME,
    SMOKER,
    STRUCTURED_MEDICATION_REVIEW,
)
from recall_tui.importers.synthetic.conditions import Health
from recall_tui.importers.synthetic.drugs import Course
from recall_tui.importers.synthetic.people import ADULT, Person
from recall_tui.importers.synthetic.staff import GP_ROUTINE, HOME_VISIT, NURSE_ROUTINE

_SMOKING = {"never": NEVER_SMOKED, "ex": EX_SMOKER, "now": SMOKER}
_frailty = Draw((FRAILTY_MILD, 55), (FRAILTY_MODERATE, 30), (FRAILTY_SEVERE, 15))
_home = Draw((CARE_HOME, 35), (NURSING_HOME, 40), (RESIDENTIAL_HOME, 25))
_YEAR = 365
_RETIRED = 65
_OLD = 75
_HEALTH_CHECK = range(40, 75)
_MANY_DRUGS = 4
_AT_RISK = frozenset({"type1", "type2", "chd", "stroke", "copd", "asthma", "hf", "ckd", "ld", "ra"})


def write_diagnoses(rng: Random, chart: Chart, health: Health, today: int) -> None:
    """Write every diagnosis, some of them again later, old ones with a month or year only."""
    for diagnosis in health.diagnoses.values():
        since = diagnosis.since
        vague = since < today - 12 * _YEAR and chance(rng, 0.2)
        if vague:
            chart.coded_about(diagnosis.code, iso(since)[: 4 if chance(rng, 0.6) else 7])
        else:
            chart.code(diagnosis.code, since)
        until = diagnosis.resolved or chart.end
        if chance(rng, diagnosis.condition.again) and until - since > _YEAR:
            again = rng.choice(diagnosis.condition.codes)
            chart.code(again, since + _YEAR + int((until - since - _YEAR) * rng.random()))
        if diagnosis.resolved and diagnosis.condition.resolved:
            chart.code(diagnosis.condition.resolved, diagnosis.resolved + (1 if vague else 0))


def write_drugs(rng: Random, chart: Chart, courses: list[Course], today: int) -> None:
    """Write repeat templates with their last issues, and drugs that are issued when asked for."""
    for course in courses:
        code, until = course.drug.code, min(course.stop or chart.end, chart.end)
        if course.repeat:
            chart.medication(code, course.start, course.stop, repeat=True)
            day = until - spread(rng, 1, 27)
            if day > max(course.start, today - _YEAR):
                chart.medication(code, day, 0, repeat=False)
            continue
        day = until - spread(rng, 5, 200)
        while day > max(course.start, today - 2 * _YEAR):
            chart.medication(code, day, 0, repeat=False)
            day -= spread(rng, 40, 190)


def write_flags(rng: Random, chart: Chart, person: Person, health: Health) -> None:
    """Write frailty, housebound and not any more, care home, palliative care."""
    end = person.end
    if person.age >= _RETIRED and chance(rng, 0.14 if person.age < _OLD else 0.38):
        chart.code(_frailty(rng), end - spread(rng, 20, 900))
    _write_home(rng, chart, person)
    if chance(rng, 0.0006 if person.age < _OLD else 0.011):
        chart.code(PALLIATIVE, end - spread(rng, 10, 300))
        if chance(rng, 0.12):
            chart.code(NO_LONGER_PALLIATIVE, end - spread(rng, 0, 9))
    _write_exceptions(rng, chart, health)


def _write_home(rng: Random, chart: Chart, person: Person) -> None:
    end = person.end
    if person.care_home:
        chart.code(_home(rng), end - spread(rng, 10, 1400))
        if chance(rng, 0.3):
            chart.appointment(working(end - spread(rng, 5, 90)), HOME_VISIT, "attended", end - 95)
    elif person.age >= _OLD and chance(rng, 0.075):
        since = end - spread(rng, 60, 1200)
        chart.code(HOUSEBOUND, since)
        if chance(rng, 0.15):
            chart.code(NO_LONGER_HOUSEBOUND, since + spread(rng, 20, 59))
    elif chance(rng, 0.001):
        since = end - spread(rng, 30, 400)
        chart.code(HOUSEBOUND_FOR_NOW, since)
        if chance(rng, 0.6):
            chart.code(NO_LONGER_HOUSEBOUND, since + 28)


def _write_exceptions(rng: Random, chart: Chart, health: Health) -> None:
    if "type2" in health.active and chance(rng, 0.012):
        chart.code(DIABETES_DISSENT, chart.end - spread(rng, 10, 420), "declined")
    if "hypertension" in health.active and chance(rng, 0.008):
        chart.code(HYPERTENSION_DISSENT, chart.end - spread(rng, 10, 420), "declined")
    if health.active and chance(rng, 0.004):
        chart.code(BLOOD_TEST_DECLINED, chart.end - spread(rng, 1, 200), "declined")


def write_everyday(rng: Random, chart: Chart, person: Person, health: Health) -> None:
    """Write what people come for anyway: checks, smoking status, vaccines, consultations."""
    end = person.end
    if person.age < ADULT:
        if chance(rng, 0.25):
            chart.results(("height", "weight"), end - spread(rng, 3, 900))
        return
    if chance(rng, 0.75):
        day = end - spread(rng, 5, 1900)
        if chance(rng, 0.02):
            chart.coded_about(_SMOKING[health.smoking], iso(day)[:4])
        else:
            chart.code(_SMOKING[health.smoking], day)
    if chance(rng, 0.3):
        day = working(end - spread(rng, 5, 1700))
        chart.blood_pressure(day)
        chart.results(("height", "weight", "bmi"), day)
    if not health.active and person.age in _HEALTH_CHECK and chance(rng, 0.5):
        day = working(end - spread(rng, 5, 1800))
        chart.results(("systolic", "diastolic", "cholesterol", "hdl", "bmi"), day)
        chart.code(_SMOKING[health.smoking], day)
    if (person.age >= _RETIRED and chance(rng, 0.8)) or (
        health.active & _AT_RISK and chance(rng, 0.45)
    ):
        _vaccinate(rng, chart)


def _vaccinate(rng: Random, chart: Chart) -> None:
    """One flu vaccine in each of the last three autumns, some left out."""
    start = date(date.fromordinal(chart.end).year, 9, 15).toordinal()
    for season in range(3):
        if chance(rng, 0.86):
            chart.code(FLU_VACCINE, working(start - season * _YEAR + spread(rng, 6, 75)))


def write_consultations(rng: Random, chart: Chart, person: Person, today: int) -> None:
    """Write a few routine appointments, some still to come."""
    busy = 0.12 + 0.004 * person.age
    while chance(rng, busy):
        chart_day = working(today - spread(rng, 1, 180))
        if chart_day <= person.end:
            status = "missed" if chance(rng, 0.05) else "attended"
            chart.appointment(chart_day, GP_ROUTINE, status, chart_day - spread(rng, 0, 14))
        busy *= 0.6
    share = busy * 0.12
    if person.end != today:  # some who left or died a short time ago still stand in the book
        share = 0.2 if person.end > today - 45 else 0.0
    if chance(rng, share):
        slot = GP_ROUTINE if chance(rng, 0.6) else NURSE_ROUTINE
        day = working(today + spread(rng, 1, 24))
        chart.appointment(day, slot, "booked", person.end - spread(rng, 0, 10))


def write_medication_reviews(
    rng: Random, chart: Chart, person: Person, courses: list[Course]
) -> None:
    """Write a medication review a year for most people on repeats."""
    if not any(course.repeat and not course.stop for course in courses):
        return
    code = STRUCTURED_MEDICATION_REVIEW if len(courses) > _MANY_DRUGS else MEDICATION_REVIEW
    day = person.end - spread(rng, 2, 420)
    for _ in range(3):
        if day > person.registered:
            chart.code(code, day)
        day -= _YEAR + spread(rng, -40, 70)


def write_oddity(rng: Random, chart: Chart, person: Person) -> None:
    """Write a result that was typed with the year 2062, for a very few."""
    if chance(rng, 0.0004):
        day = date.fromordinal(person.end)
        chart.typed_wrong("hba1c", f"2062-{day:%m}-{min(day.day, 28):02d}")
