"""The same practice some days later: what was done, booked and changed since an earlier extract."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from random import Random

from recall_tui.errors import BadInput
from recall_tui.importers.synthetic.care import Care
from recall_tui.importers.synthetic.chances import Draw, chance, spread
from recall_tui.importers.synthetic.chart import Chart, iso
from recall_tui.importers.synthetic.codes import NOT_ATTENDED
from recall_tui.importers.synthetic.conditions import Health
from recall_tui.importers.synthetic.departures import dies_in_a_year, leaves_in_a_year
from recall_tui.importers.synthetic.doable import DOABLE, complete
from recall_tui.importers.synthetic.drugs import Course
from recall_tui.importers.synthetic.earlier import (
    Earlier,
    courses_of,
    health_of,
    read_day,
    read_patients,
    values_of,
)
from recall_tui.importers.synthetic.files import Files, GeneratedExtract
from recall_tui.importers.synthetic.generate import asking, write_record
from recall_tui.importers.synthetic.measures import Readings
from recall_tui.importers.synthetic.monitoring import MONITORING, monitor_once
from recall_tui.importers.synthetic.people import Town
from recall_tui.importers.synthetic.staff import BLOODS, REVIEWING

_YEAR = 365.0
_ARRIVE = 0.06
_LATE_TOWNS, _TOWN_SIZE, _DAYS_APART = 5_000_000, 1_000, 4_000


@dataclass(frozen=True, slots=True)
class Span:
    """From the earlier extract (not included) to the later one (included)."""

    before: int
    today: int
    seed: int

    @property
    def years(self) -> float:
        """The length of the span."""
        return (self.today - self.before) / _YEAR

    def luck(self, number: str) -> Random:
        """Return the luck of one patient in this span."""
        text = f"{self.seed}:{self.before}:{self.today}:{number}"
        return Random(text)  # noqa: S311 - invented patients, not secrets


def next_extract(
    before: Path,
    after: Path,
    *,
    today: date,
    seed: int = 1,
    attend: Mapping[str, Iterable[str]] | None = None,
) -> GeneratedExtract:
    """Write into ``after`` what the practice of the folder ``before`` looks like on ``today``.

    Appointments that were booked are attended (and what they were for is recorded), missed or
    cancelled; people book, leave, die and join. ``attend`` names patients who came whatever
    the book says, with the items of the shipped pack that were done (none named: everything that
    the patient's conditions and drugs ask for).

    Raises:
        BadInput: ``before`` is no extract of the synthetic practice, ``today`` is not later, or
            ``attend`` names somebody who is not on the list or an item that is not known here.
        OSError: a folder cannot be read or written.
    """
    span = _span(before, after, today, seed)
    wanted = _wanted(before, attend or {})
    after.mkdir(parents=True, exist_ok=True)
    last = 0
    with Files(after) as files:
        files.write_practice(today)
        for earlier in read_patients(before):
            _live_on(earlier, span, wanted.get(earlier.number))
            files.keep(earlier)
            last = max(last, int(earlier.number))
        _newcomers(files, span, last)
        return GeneratedExtract(after, files.counts)


def _span(before: Path, after: Path, today: date, seed: int) -> Span:
    start = read_day(before)
    if today <= start:
        raise BadInput(f"{before}: it is of {start}; the next extract must be of a later day")
    if before.resolve() == after.resolve():
        raise BadInput(f"{after}: write the next extract into another folder")
    return Span(start.toordinal(), today.toordinal(), seed)


def _wanted(before: Path, attend: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    wanted = {number: tuple(items) for number, items in attend.items()}
    unknown = {item for items in wanted.values() for item in items} - DOABLE.keys()
    if unknown:
        raise BadInput(f"the synthetic practice cannot do the item {min(unknown)!r}")
    if wanted:
        living = {earlier.number for earlier in read_patients(before) if not earlier.departed}
        missing = wanted.keys() - living
        if missing:
            raise BadInput(f"{before}: no patient on the list has the number {min(missing)}")
    return wanted


def _newcomers(files: Files, span: Span, last: int) -> None:
    """Let households move in, as many as suit the list and the days."""
    count = round(files.patients * _ARRIVE * span.years)
    start = _LATE_TOWNS + span.today % _DAYS_APART * _TOWN_SIZE
    town = Town(span.seed, span.today, files.patients, first_number=last + 1, start=start)
    for rng, household in town.households():
        came = span.today - spread(rng, 0, span.today - span.before - 1)
        for person in household[:count]:
            person.registered = came
            chart = write_record(rng, person, span.today, stays=True)
            files.add(person, chart)
            count -= 1
        if count <= 0:
            return


def _live_on(earlier: Earlier, span: Span, wanted: tuple[str, ...] | None) -> None:
    """Change one patient's rows to what they are on the later day."""
    rng = span.luck(earlier.number)
    born = date.fromisoformat(earlier.row["date_of_birth"]).toordinal()
    if wanted is None and not earlier.departed:
        _depart(rng, earlier, span, born)
    days = Days(rng, earlier, span, born)
    days.keep_appointments()
    if wanted is not None:
        days.attend_anyway(wanted)
    elif not earlier.departed:
        days.book()
    days.close()


def _depart(rng: Random, earlier: Earlier, span: Span, born: int) -> None:
    age = int((span.today - born) / 365.25)
    day = iso(span.today - spread(rng, 0, span.today - span.before - 1))
    if chance(rng, dies_in_a_year(age) * span.years):
        earlier.row["died_on"] = day
    elif chance(rng, leaves_in_a_year(age) * span.years):
        earlier.row["left_on"] = day


class Days:
    """The days between two extracts, for one patient."""

    def __init__(self, rng: Random, earlier: Earlier, span: Span, born: int) -> None:
        """Take up the patient where the earlier extract ended."""
        self._rng, self._earlier, self._span, self._born = rng, earlier, span, born
        gone = earlier.row["died_on"] or earlier.row["left_on"]
        self._end = date.fromisoformat(gone).toordinal() if gone else span.today
        self._booked_ahead = False

    @cached_property
    def _health(self) -> Health:
        return health_of(self._earlier)

    @cached_property
    def _courses(self) -> list[Course]:
        return courses_of(self._earlier)

    @cached_property
    def _chart(self) -> Chart:
        """The chart for what is new; values go on from those recorded last."""
        readings = Readings(self._rng, self._age, self._earlier.row["sex"], self._health)
        for name, value in values_of(self._earlier).items():
            readings.resume(name, value)
        chart = Chart(self._earlier.number, range(self._born, self._end + 1), self._rng, readings)
        chart.booked = len(self._earlier.appointments)
        return chart

    @cached_property
    def _care(self) -> Care:
        begun = asking(self._health, self._courses)
        return Care(self._rng, self._chart, self._health, begun, self._span.today)

    @property
    def _age(self) -> int:
        return int((self._span.today - self._born) / 365.25)

    def keep_appointments(self) -> None:
        """Say of every booked appointment whose day has come what became of it."""
        for place, line in enumerate(self._earlier.appointments):
            cells = line.split(",")
            if cells[_STATUS] != "booked":
                continue
            day = date.fromisoformat(cells[_STARTS][:10]).toordinal()
            if day > self._span.today:
                self._booked_ahead = True
                continue
            cells[_STATUS] = "cancelled" if day > self._end else _outcome(self._rng)
            self._earlier.appointments[place] = ",".join(cells)
            if cells[_STATUS] == "attended":
                self._do(cells[_SLOT], day)
            elif cells[_STATUS] == "missed":
                self._chart.code(NOT_ATTENDED, day, "dna")

    def _do(self, slot: str, day: int) -> None:
        """Record what an appointment of this kind was for."""
        if slot in REVIEWING:
            self._care.review(day)
        elif slot == BLOODS.name:
            self._care.take_bloods(day)
        for course in self._courses:
            plan = MONITORING.get(course.drug.monitoring)
            if plan and plan.slot.name == slot:
                monitor_once(self._rng, self._chart, plan, day, second=True)

    def attend_anyway(self, items: tuple[str, ...]) -> None:
        """Record ``items`` as done yesterday; everything that is asked for when there are none."""
        day = self._span.today - 1
        self._chart.without_mishap = True
        for item in items:
            complete(self._chart, item, day)
        if not items:
            self._care.everything(day)
            for course in self._courses:
                if plan := MONITORING.get(course.drug.monitoring):
                    self._chart.results((*plan.tests, *plan.second), day)

    def book(self) -> None:
        """Some of those whose year ends about now ring up and book."""
        span = self._span
        since_birthday = (span.today - self._born + 60) % 365.25
        if self._booked_ahead or since_birthday > _SEASON:
            return
        if chance(self._rng, _BOOKS_A_DAY * (span.today - span.before)) and self._is_due():
            self._care.ring_up(span.today - spread(self._rng, 0, span.today - span.before - 1))

    def _is_due(self) -> bool:
        recent = iso(self._span.today - _SEASON)
        return bool(asking(self._health, self._courses)) and not any(
            cells[_SLOT] in REVIEWING and cells[_STARTS] > recent
            for cells in (line.split(",") for line in self._earlier.appointments)
        )

    def close(self) -> None:
        """Add what is new to the patient's lines."""
        if "_chart" in self.__dict__:
            self._earlier.events += self._chart.events
            self._earlier.appointments += self._chart.appointments


_STARTS, _SLOT, _STATUS = 2, 6, 7  # columns of appointments.csv
_SEASON = 120
_BOOKS_A_DAY = 0.012
_outcome = Draw(("attended", 90), ("missed", 6), ("cancelled", 4))
