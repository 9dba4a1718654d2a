"""One patient's lines for the files: coded events, medication and appointments."""

from datetime import date
from random import Random

from recall_tui.importers.synthetic.codes import Code
from recall_tui.importers.synthetic.measures import MEASURES, Readings
from recall_tui.importers.synthetic.staff import Slot

EVENT_HEADER = "patient_number,code,term,date,value,unit,kind\n"
MEDICATION_HEADER = "patient_number,code,term,issued_on,repeat,stopped_on\n"
APPOINTMENT_HEADER = (
    "patient_number,appointment_id,starts_at,minutes,staff_group,clinician,slot_type,status,"
    "booked_on\n"
)

_CLOTTED = 0.0025
_ODD_UNIT = 0.0015
_FRIDAY = 5
_WEEK = 7
_PREFIX = {name: f",{measure.code.cells}," for name, measure in MEASURES.items()}
_FORMAT = {name: f"{{:.{measure.places}f}}".format for name, measure in MEASURES.items()}
_SUFFIX = {name: f",{measure.unit},\n" for name, measure in MEASURES.items()}
_CLOSED_DAYS = frozenset({(1, 1), (12, 25), (12, 26)})
_iso_days: dict[int, str] = {}
_working_days: dict[int, int] = {}


def iso(day: int) -> str:
    """Return an ordinal as ``YYYY-MM-DD``."""
    text = _iso_days.get(day)
    if text is None:
        text = _iso_days[day] = date.fromordinal(day).isoformat()
    return text


def working(day: int) -> int:
    """Return ``day`` or the first day after it on which the surgery is open."""
    found = _working_days.get(day)
    if found is None:
        found = day
        while (found + 6) % _WEEK >= _FRIDAY or _closed(found):
            found += 1
        _working_days[day] = found
    return found


def _closed(day: int) -> bool:
    when = date.fromordinal(day)
    return (when.month, when.day) in _CLOSED_DAYS


class Chart:
    """Gathers lines; nothing is recorded before birth or after ``end``, but booked appointments."""

    __slots__ = ("_number", "_readings", "_rng", "appointments", "booked", "end", "events",
                 "medications", "start", "without_mishap")  # fmt: skip

    def __init__(self, number: str, span: range, rng: Random, readings: Readings) -> None:
        """Begin an empty chart of patient ``number``, for the days of ``span``."""
        self._number, self._rng, self._readings = number, rng, readings
        self.start, self.end = span.start, span.stop - 1
        self.events: list[str] = []
        self.medications: list[str] = []
        self.appointments: list[str] = []
        self.booked = 0
        self.without_mishap = False

    def code(self, code: Code, day: int, kind: str = "") -> None:
        """Record a code on ``day``, unless that is still to come."""
        if self.start <= day <= self.end:
            self.events.append(f"{self._number},{code.cells},{iso(day)},,,{kind}\n")

    def coded_about(self, code: Code, when: str) -> None:
        """Record a code of which only the month (``YYYY-MM``) or the year is known."""
        self.events.append(f"{self._number},{code.cells},{when},,,\n")

    def result(self, name: str, day: int) -> None:
        """Record a measurement on ``day``; now and then the sample clotted or the unit is odd."""
        if not self.start <= day <= self.end:
            return
        value = self._readings.value(name, day)
        luck = self._rng.random()
        if luck > _CLOTTED + _ODD_UNIT or self.without_mishap:
            text = _FORMAT[name](value)
            self.events.append(f"{self._number}{_PREFIX[name]}{iso(day)},{text}{_SUFFIX[name]}")
            return
        measure = MEASURES[name]
        if luck > _CLOTTED and measure.odd_unit:
            text = f"{value * measure.odd_factor + measure.odd_offset:.1f},{measure.odd_unit}"
        elif luck <= _CLOTTED and measure.clots:
            text = "Sample clotted,"
        else:
            text = f"{_FORMAT[name](value)},{measure.unit}"
        self.events.append(f"{self._number}{_PREFIX[name]}{iso(day)},{text},\n")

    def typed_wrong(self, name: str, when: str) -> None:
        """Record a measurement under a date that cannot be right."""
        text = _FORMAT[name](self._readings.value(name, self.end))
        self.events.append(f"{self._number}{_PREFIX[name]}{when},{text}{_SUFFIX[name]}")

    def results(self, names: tuple[str, ...], day: int) -> None:
        """Record several measurements of one day."""
        if day <= self.end:
            for name in names:
                self.result(name, day)

    def blood_pressure(self, day: int) -> None:
        """Record systolic and diastolic together."""
        self.result("systolic", day)
        self.result("diastolic", day)

    def appointment(self, day: int, kind: Slot, status: str, booked_on: int) -> None:
        """Add an appointment of the clinical system's book."""
        self.booked += 1
        rng = self._rng
        hour, quarter = 8 + int(rng.random() * 9), int(rng.random() * 6) * 10
        self.appointments.append(
            f"{self._number},{self._number}{self.booked:03d},{iso(day)} {hour:02d}:{quarter:02d},"
            f"{kind.minutes},{kind.staff},{kind.clinician(rng)},{kind.name},{status},"
            f"{iso(booked_on)}\n"
        )

    def medication(self, code: Code, start: int, stop: int, *, repeat: bool) -> None:
        """Add a repeat template or a single issue."""
        if start > self.end:
            return
        flag = "Y" if repeat else ""
        stopped = iso(stop) if stop and stop <= self.end else ""
        self.medications.append(f"{self._number},{code.cells},{iso(start)},{flag},{stopped}\n")

    def last(self, name: str) -> float:
        """Return the last value of a measure, 0 when there is none."""
        return self._readings.last.get(name, 0.0)
