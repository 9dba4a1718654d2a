"""Reads an extract of the synthetic practice back, one patient after the other."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO

from recall_tui.errors import BadInput
from recall_tui.importers.synthetic.codes import EX_SMOKER, NEVER_SMOKED, SMOKER
from recall_tui.importers.synthetic.conditions import CONDITIONS, Diagnosis, Health
from recall_tui.importers.synthetic.drugs import DRUGS, Course
from recall_tui.importers.synthetic.measures import MEASURES

_CONDITION = {code.code: condition for condition in CONDITIONS for code in condition.codes}
_RESOLVES = {
    condition.resolved.code: condition.name for condition in CONDITIONS if condition.resolved
}
_SMOKING = {SMOKER.code: "now", EX_SMOKER.code: "ex", NEVER_SMOKED.code: "never"}
_USUAL_BMI = 26.0
_MEASURE = {measure.code.code: name for name, measure in MEASURES.items()}


@dataclass(slots=True)
class Earlier:
    """One patient as the earlier extract has it: the row, and the lines of each other file."""

    row: dict[str, str]
    events: list[str]
    medications: list[str]
    appointments: list[str]

    @property
    def number(self) -> str:
        """The patient number."""
        return self.row["patient_number"]

    @property
    def departed(self) -> bool:
        """Whether the patient has left or died."""
        return bool(self.row["left_on"] or self.row["died_on"])


class _Lines:
    """A file whose lines stand in the order of the patients."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO = path.open(encoding="utf-8", newline="")
        self.header = self._file.readline()
        self._next = self._file.readline()

    def of(self, number: str) -> list[str]:
        start, found = f"{number},", list[str]()
        while self._next.startswith(start):
            found.append(self._next)
            self._next = self._file.readline()
        return found

    def close(self) -> None:
        left = self._next
        self._file.close()
        if left:
            raise BadInput(
                f"{self._path}: patients stand in another order than in patients.csv; take the "
                f"files as the synthetic practice wrote them"
            )


def read_day(folder: Path) -> date:
    """Return the day of an earlier extract.

    Raises:
        BadInput: there is none, or it does not come from the synthetic practice.
    """
    path = folder / "extract.csv"
    if not path.is_file():
        raise BadInput(f"{path}: not there; give a folder that 'recall demo --extract' wrote")
    with path.open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file), None)
    if row is None or row.get("system") != "synthetic":
        raise BadInput(f"{path}: this is not an extract of the synthetic practice")
    return date.fromisoformat(row["extracted_at"][:10])


def read_patients(folder: Path) -> Iterator[Earlier]:
    """Yield every patient of an earlier extract, in the order of its files.

    Raises:
        BadInput: a file is missing or its lines are in another order than the patients.
    """
    names = ("events.csv", "medications.csv", "appointments.csv")
    for name in ("patients.csv", *names):
        if not (folder / name).is_file():
            raise BadInput(f"{folder / name}: not there; give a folder with all its files")
    events, medications, appointments = (_Lines(folder / name) for name in names)
    with (folder / "patients.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            number = row["patient_number"]
            yield Earlier(row, events.of(number), medications.of(number), appointments.of(number))
    for lines in (events, medications, appointments):
        lines.close()


def health_of(earlier: Earlier) -> Health:
    """Return what the codes say about a patient's health."""
    found: dict[str, Diagnosis] = {}
    resolved: set[str] = set()
    smoking = "never"
    for line in earlier.events:
        code = line.split(",", 2)[1]
        if code in _CONDITION:
            condition = _CONDITION[code]
            found[condition.name] = Diagnosis(condition, condition.codes[0], 0)
        elif code in _RESOLVES:
            resolved.add(_RESOLVES[code])
        elif code in _SMOKING:
            smoking = _SMOKING[code]
    active = frozenset(found.keys() - resolved)
    return Health(found, active, _USUAL_BMI, smoking)


def values_of(earlier: Earlier) -> dict[str, float]:
    """Return the last value of each measure that stands in its usual unit."""
    values: dict[str, float] = {}
    for line in earlier.events:
        name = _MEASURE.get(line.split(",", 2)[1])
        text, unit = line.rsplit(",", 3)[1:3]
        if name and unit == MEASURES[name].unit and text:
            values[name] = float(text)
    return values


def courses_of(earlier: Earlier) -> list[Course]:
    """Return the monitored drugs that the patient is on."""
    found: dict[str, Course] = {}
    for line in earlier.medications:
        code = line.split(",", 2)[1]
        repeat, stopped = line.rstrip("\n").rsplit(",", 2)[1:]
        drug = DRUGS.get(code)
        if drug and drug.monitoring and repeat and not stopped:
            found[drug.monitoring] = Course(drug, 0)
    return list(found.values())
