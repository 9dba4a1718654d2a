"""Writes the files of the synthetic practice, household by household."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

from recall_tui.importers.synthetic.background import (
    write_consultations,
    write_diagnoses,
    write_drugs,
    write_everyday,
    write_flags,
    write_medication_reviews,
    write_oddity,
)
from recall_tui.importers.synthetic.care import Care
from recall_tui.importers.synthetic.chances import chance
from recall_tui.importers.synthetic.chart import (
    Chart,
)
from recall_tui.importers.synthetic.conditions import Health, draw_health
from recall_tui.importers.synthetic.departures import draw_departure
from recall_tui.importers.synthetic.drugs import Course, draw_courses
from recall_tui.importers.synthetic.files import Files, GeneratedExtract
from recall_tui.importers.synthetic.measures import Readings
from recall_tui.importers.synthetic.monitoring import monitor
from recall_tui.importers.synthetic.needs import YEARLY
from recall_tui.importers.synthetic.people import Person, Town, move_into_care

PATIENTS = 10_387
"""The mean list of a practice in England, April 2026."""

_YEARS = 3
_RECENT = 3 * 365
_OLD = 78
_REPORT_EVERY = 500


def generate(
    folder: Path,
    *,
    today: date,
    patients: int = PATIENTS,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> GeneratedExtract:
    """Write a canonical extract of ``patients`` invented people into ``folder``.

    The same ``patients``, ``seed`` and ``today`` give the same bytes. ``progress`` hears how many
    patients of how many are written. Those who left or died lately are among the patients.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    day = today.toordinal()
    with Files(folder) as files:
        files.write_practice(today)
        for rng, household in Town(seed, day, patients).households():
            for person in household[: patients - files.patients]:
                files.add(person, write_record(rng, person, day))
                if progress and files.patients % _REPORT_EVERY == 0:
                    progress(files.patients, patients)
            if files.patients >= patients:
                break
        if progress:
            progress(files.patients, patients)
        return GeneratedExtract(folder, files.counts)


def write_record(rng: Random, person: Person, today: int, *, stays: bool = False) -> Chart:
    """Draw the health of one patient and write the record that follows from it."""
    if not stays:
        draw_departure(rng, person, today)
    health = draw_health(rng, person)
    _perhaps_into_care(rng, person, health)
    courses = draw_courses(rng, person, health)
    chart = Chart(
        person.number,
        range(person.born, person.end + 1),
        rng,
        Readings(rng, person.age, person.sex, health),
    )
    write_diagnoses(rng, chart, health, today)
    write_drugs(rng, chart, courses, today)
    since = person.born
    if person.registered > today - _RECENT and chance(rng, 0.4):
        since = person.registered  # the old record did not come with the patient
    begun = {name: max(since, day) for name, day in asking(health, courses).items()}
    if begun:
        Care(rng, chart, health, begun, today).rounds(person.born, _YEARS)
    for course in courses:
        monitor(rng, chart, course, since, today)
    write_flags(rng, chart, person, health)
    write_medication_reviews(rng, chart, person, courses)
    write_everyday(rng, chart, person, health)
    write_consultations(rng, chart, person, today)
    write_oddity(rng, chart, person)
    return chart


def asking(health: Health, courses: list[Course]) -> dict[str, int]:
    """Return what asks for yearly care, conditions and monitored drugs, and since when."""
    found = {n: health.diagnoses[n].since for n in YEARLY if n in health.active}
    for course in courses:
        if course.drug.monitoring in YEARLY and not course.stop:
            found[course.drug.monitoring] = course.start
    return found


def _perhaps_into_care(rng: Random, person: Person, health: Health) -> None:
    if person.age < _OLD:
        return
    share = 0.06 + 0.008 * (person.age - _OLD)
    if chance(rng, share * 3 if "dementia" in health.active else share * 0.5):
        move_into_care(rng, person, int(person.household[1:]))
