"""Writes the files of the synthetic practice, household by household."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self, TextIO

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
    APPOINTMENT_HEADER,
    EVENT_HEADER,
    MEDICATION_HEADER,
    Chart,
    iso,
)
from recall_tui.importers.synthetic.conditions import Health, draw_health
from recall_tui.importers.synthetic.departures import draw_departure
from recall_tui.importers.synthetic.drugs import Course, draw_courses
from recall_tui.importers.synthetic.identifiers import PRACTICE_CODE, PRACTICE_NAME
from recall_tui.importers.synthetic.measures import Readings
from recall_tui.importers.synthetic.monitoring import monitor
from recall_tui.importers.synthetic.needs import needs_of
from recall_tui.importers.synthetic.people import Person, Town, move_into_care
from recall_tui.importers.synthetic.staff import STAFF, STAFF_HEADER

PATIENTS = 10_387
"""The mean list of a practice in England, April 2026."""

PATIENT_COLUMNS = (
    "patient_number", "nhs_number", "nhs_number_status", "title", "given_name", "family_name",
    "date_of_birth", "sex", "registered_on", "left_on", "died_on", "address", "postcode",
    "home_phone", "mobile_phone", "email", "sms_consent", "email_consent", "contact_allowed",
    "preferred_channel", "language", "interpreter", "usual_gp", "household", "sensitive",
)  # fmt: skip
_YEARS = 3
_RECENT = 3 * 365
_OLD = 78
_REPORT_EVERY = 500


@dataclass(frozen=True, slots=True)
class GeneratedExtract:
    """Where the extract is, and how many rows each of its files has."""

    folder: Path
    counts: Mapping[str, int]


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
        for rng, household in Town(seed, day).households():
            for person in household[: patients - files.patients]:
                files.add(person, write_record(rng, person, day))
                if progress and files.patients % _REPORT_EVERY == 0:
                    progress(files.patients, patients)
            if files.patients >= patients:
                break
        if progress:
            progress(files.patients, patients)
        return GeneratedExtract(folder, files.counts)


def write_record(rng: Random, person: Person, today: int) -> Chart:
    """Draw the health of one patient and write the record that follows from it."""
    draw_departure(rng, person, today)
    health = draw_health(rng, person)
    _perhaps_into_care(rng, person, health)
    courses = draw_courses(rng, person, health)
    chart = Chart(person.number, person.end, rng, Readings(rng, person, health))
    write_diagnoses(rng, chart, health, today)
    write_drugs(rng, chart, courses, today)
    since = person.born
    if person.registered > today - _RECENT and chance(rng, 0.4):
        since = person.registered  # the old record did not come with the patient
    needs = needs_of(_names(health, courses))
    if needs.bloods or needs.gathers or needs.reviews:
        begun = max(since, min((d.since for d in health.diagnoses.values()), default=since))
        Care(rng, chart, health, needs, today).rounds(person.born, begun, _YEARS)
    for course in courses:
        monitor(rng, chart, course, since, today)
    write_flags(rng, chart, person, health)
    write_medication_reviews(rng, chart, person, courses)
    write_everyday(rng, chart, person, health)
    write_consultations(rng, chart, person, today)
    write_oddity(rng, chart, person)
    return chart


def _names(health: Health, courses: list[Course]) -> frozenset[str]:
    acei = any(course.drug.monitoring == "acei" and not course.stop for course in courses)
    return health.active | {"acei"} if acei else health.active


def _perhaps_into_care(rng: Random, person: Person, health: Health) -> None:
    if person.age < _OLD:
        return
    share = 0.06 + 0.008 * (person.age - _OLD)
    if chance(rng, share * 3 if "dementia" in health.active else share * 0.5):
        move_into_care(rng, person, int(person.household[1:]))


class Files:
    """The open files of an extract; rows go straight to disk."""

    def __init__(self, folder: Path) -> None:
        """Open ``folder``'s files for writing, each with its header."""
        self._folder = folder
        self._open: dict[str, TextIO] = {}
        self._rows: dict[str, int] = {}
        self.patients = 0

    @property
    def counts(self) -> dict[str, int]:
        """Rows by file, without the headers."""
        return {"patients.csv": self.patients, **self._rows}

    def __enter__(self) -> Self:
        """Open the files."""
        headers = {
            "patients.csv": ",".join(PATIENT_COLUMNS) + "\n",
            "events.csv": EVENT_HEADER,
            "medications.csv": MEDICATION_HEADER,
            "appointments.csv": APPOINTMENT_HEADER,
        }
        for name, header in headers.items():
            handle = (self._folder / name).open(
                "w", encoding="utf-8", newline="", buffering=1 << 20
            )
            self._open[name] = handle
            handle.write(header)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the files."""
        for handle in self._open.values():
            handle.close()

    def write_practice(self, today: date) -> None:
        """Write the row about the practice, and its staff."""
        line = f"{PRACTICE_CODE},{PRACTICE_NAME},{today.isoformat()}T06:10:00,synthetic\n"
        (self._folder / "extract.csv").write_text(
            "practice_code,practice_name,extracted_at,system\n" + line, "utf-8", newline=""
        )
        rows = "".join(f"{','.join(row)}\n" for row in STAFF)
        (self._folder / "staff.csv").write_text(STAFF_HEADER + rows, "utf-8", newline="")

    def add(self, person: Person, chart: Chart) -> None:
        """Write one patient with everything in the chart."""
        self.patients += 1
        self._open["patients.csv"].write(patient_line(person))
        self._lines("events.csv", chart.events)
        self._lines("medications.csv", chart.medications)
        self._lines("appointments.csv", chart.appointments)

    def _lines(self, name: str, lines: list[str]) -> None:
        self._rows[name] = self._rows.get(name, 0) + len(lines)
        self._open[name].write("".join(lines))


def patient_line(person: Person) -> str:
    """Return the row of ``patients.csv``."""
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow(
        (
            person.number, person.nhs_number, person.nhs_status, person.title, person.given,
            person.family, iso(person.born), person.sex, iso(person.registered),
            iso(person.left) if person.left else "", iso(person.died) if person.died else "",
            person.address, person.postcode, person.home_phone, person.mobile, person.email,
            person.sms, person.email_consent, person.contact, person.preferred, person.language,
            person.interpreter, person.gp, person.household, person.sensitive,
        )
    )  # fmt: skip
    return line.getvalue()
