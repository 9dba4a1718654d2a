"""The files of a canonical extract, written as the patients come."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Self, TextIO

from recall_tui.importers.synthetic.chart import (
    APPOINTMENT_HEADER,
    EVENT_HEADER,
    MEDICATION_HEADER,
    Chart,
    iso,
)
from recall_tui.importers.synthetic.earlier import Earlier
from recall_tui.importers.synthetic.identifiers import PRACTICE_CODE, PRACTICE_NAME
from recall_tui.importers.synthetic.people import Person
from recall_tui.importers.synthetic.staff import STAFF, STAFF_HEADER

PATIENT_COLUMNS = (
    "patient_number", "nhs_number", "nhs_number_status", "title", "given_name", "family_name",
    "date_of_birth", "sex", "registered_on", "left_on", "died_on", "address", "postcode",
    "home_phone", "mobile_phone", "email", "sms_consent", "email_consent", "contact_allowed",
    "preferred_channel", "language", "interpreter", "usual_gp", "household", "sensitive",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GeneratedExtract:
    """Where the extract is, and how many rows each of its files has."""

    folder: Path
    counts: Mapping[str, int]


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

    def __exit__(self, *_: object) -> None:
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

    def keep(self, earlier: Earlier) -> None:
        """Write one patient of an earlier extract with what has been added since."""
        self.patients += 1
        self._open["patients.csv"].write(_csv_line(earlier.row.values()))
        self._lines("events.csv", earlier.events)
        self._lines("medications.csv", earlier.medications)
        self._lines("appointments.csv", earlier.appointments)

    def _lines(self, name: str, lines: list[str]) -> None:
        self._rows[name] = self._rows.get(name, 0) + len(lines)
        self._open[name].write("".join(lines))


def patient_line(person: Person) -> str:
    """Return the row of ``patients.csv``."""
    return _csv_line(
        (
            person.number, person.nhs_number, person.nhs_status, person.title, person.given,
            person.family, iso(person.born), person.sex, iso(person.registered),
            iso(person.left) if person.left else "", iso(person.died) if person.died else "",
            person.address, person.postcode, person.home_phone, person.mobile, person.email,
            person.sms, person.email_consent, person.contact, person.preferred, person.language,
            person.interpreter, person.gp, person.household, person.sensitive,
        )
    )  # fmt: skip


def _csv_line(cells: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
