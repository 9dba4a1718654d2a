"""A patient's yearly care as it happens: invited, booked, missed, done, done in part, done late."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from recall_tui.importers.synthetic.chances import Draw, bell, chance, spread
from recall_tui.importers.synthetic.chart import Chart, iso, working
from recall_tui.importers.synthetic.codes import (
    EX_SMOKER,
    FOOT_CHECK,
    GRADES,
    INVITE,
    INVITE_DIABETES,
    INVITE_HYPERTENSION,
    NEVER_SMOKED,
    NOT_ATTENDED,
    SMOKER,
)
from recall_tui.importers.synthetic.conditions import Health
from recall_tui.importers.synthetic.needs import needs_of
from recall_tui.importers.synthetic.staff import BLOODS, PRESSURE_CHECK, Slot

_habit = Draw(("prompt", 930), ("late", 42), ("never", 13))
_YEAR = 365.25
_SMOKING = {"never": NEVER_SMOKED, "ex": EX_SMOKER, "now": SMOKER}
_BOOK_KEPT = 400  # days for which the appointment book is kept
_INVITES = 3
_HALF_YEAR = 182
_RECENT = 450  # days since a diagnosis, for which the first work-up is written
_SYSTOLIC_TARGET, _HBA1C_TARGET = 140, 58  # above them: every six months


@dataclass(slots=True)
class Cycle:
    """One year's round of a patient: the day it falls due and the days on which it happens."""

    due: int
    review: int
    booked: int | None
    """The day on which the patient rings up; None when never."""


class Care:
    """Writes the yearly rounds of one patient into a chart."""

    __slots__ = ("_begun", "_chart", "_habit", "_health", "_needs", "_rng", "_today")

    def __init__(
        self, rng: Random, chart: Chart, health: Health, begun: Mapping[str, int], today: int
    ) -> None:
        """Take what to write about; ``begun`` says since when what asks for yearly care."""
        self._rng, self._chart, self._health = rng, chart, health
        self._begun, self._today = begun, today
        self._habit = _habit(rng)
        self._needs = needs_of(frozenset(begun))

    def rounds(self, born: int, years: int) -> None:
        """Write the rounds of the last ``years`` and the coming one, each round its birthday."""
        for day in sorted(set(self._begun.values())):
            if day > self._today - _RECENT and not chance(self._rng, 0.08):
                self._look_at(day)
                review = working(day + spread(self._rng, 12, 55))
                self._attend(Cycle(day, review, day + spread(self._rng, 1, 9)))
        first = min(self._begun.values()) + 45
        latest = int((self._today + 60 - born) / _YEAR)
        for age in range(latest - years, latest + 1):
            due = born + int(age * _YEAR + 0.5)
            if due > first:
                self._look_at(due)
                self._round(due)

    def _look_at(self, day: int) -> None:
        """See what is asked for on ``day``: not what was found only later."""
        names = frozenset(name for name, since in self._begun.items() if since <= day)
        self._needs = needs_of(names)

    def ring_up(self, day: int) -> None:
        """Book bloods and review in the weeks after ``day``."""
        self._attend(Cycle(day, working(day + spread(self._rng, 16, 30)), day))

    def everything(self, day: int) -> None:
        """Write all bloods, measurements and reviews of a year, on one day."""
        self._chart.results(self._needs.bloods, day)
        for thing in self._needs.gathers:
            self._gather(thing, day)
        for code in self._needs.reviews:
            self._chart.code(code, day)

    def _round(self, due: int) -> None:
        cycle = self._plan(due)
        self._invite(cycle)
        if cycle.booked is not None:
            self._attend(cycle)

    def _attend(self, cycle: Cycle) -> None:
        booked = cycle.due if cycle.booked is None else cycle.booked
        if booked > self._chart.end:
            return
        bloods = working(max(cycle.review - spread(self._rng, 8, 17), booked + 1))
        if self._needs.bloods and chance(self._rng, 0.985):
            self._book(bloods, BLOODS, booked)
            self.take_bloods(bloods)
        if self._needs.slot is None:
            return
        review = self._keep_appointment(max(cycle.review, bloods), self._needs.slot, booked)
        if review is not None:
            self.review(review)
            self._interim(cycle.due + _HALF_YEAR)

    def _interim(self, due: int) -> None:
        """Half-way through the year: again what was above target."""
        active, chart = self._health.active, self._chart
        diabetic = "type2" in active or "type1" in active
        pressure = chart.last("systolic") > _SYSTOLIC_TARGET and (
            diabetic or "hypertension" in active
        )
        sugar = diabetic and chart.last("hba1c") > _HBA1C_TARGET
        day = working(due - 6 + int(14 * bell(self._rng)))
        booked = day - spread(self._rng, 4, 20)
        if not (pressure or sugar) or booked > chart.end or chance(self._rng, 0.05):
            return
        if sugar:
            self._book(day, BLOODS, booked)
            chart.result("hba1c", day)
        if pressure:
            day = working(day + spread(self._rng, 0, 6))
            self._book(day, PRESSURE_CHECK, booked)
            if day <= chart.end:
                chart.blood_pressure(day)

    def _plan(self, due: int) -> Cycle:
        rng = self._rng
        if self._habit == "prompt":
            review = due - 13 + int(20 * bell(rng))
        elif self._habit == "late":
            review = due + spread(rng, 10, 110)
        elif chance(rng, 0.8):
            return Cycle(due, 0, None)
        else:
            review = due + spread(rng, 60, 200)
        review = working(review)
        return Cycle(due, review, review - spread(rng, 5, 26))

    def _invite(self, cycle: Cycle) -> None:
        """Invite from six weeks before the due day on, until the patient rings up."""
        rng, sent = self._rng, 0
        day = working(cycle.due - 42 + spread(rng, -4, 6))
        until = self._chart.end + 1 if cycle.booked is None else cycle.booked
        active = self._health.active
        while sent < _INVITES and day < until and day <= self._chart.end:
            code = INVITE
            if "type2" in active or "type1" in active:
                code = INVITE_DIABETES[sent]
            elif "hypertension" in active:
                code = INVITE_HYPERTENSION[sent]
            self._chart.code(code, day, "invite")
            day = working(day + spread(rng, 14, 26))
            sent += 1

    def _keep_appointment(self, day: int, slot: Slot, booked: int) -> int | None:
        """Book; one in twelve falls through and is booked again. Returns the day of the review."""
        rng = self._rng
        if not chance(rng, 0.085) or day > self._chart.end:
            self._book(day, slot, booked)
            return day
        missed = chance(rng, 0.55)
        if day > self._today - _BOOK_KEPT:
            self._chart.appointment(day, slot, "missed" if missed else "cancelled", booked)
        if missed:
            self._chart.code(NOT_ATTENDED, day, "dna")
        again = day + spread(rng, 2, 30)
        if again > self._chart.end or chance(rng, 0.12):
            return None
        later = working(again + spread(rng, 5, 24))
        self._book(later, slot, again)
        return later

    def _book(self, day: int, slot: Slot, booked: int) -> None:
        if day <= self._today - _BOOK_KEPT:
            return
        status = "attended" if day <= self._chart.end else "booked"
        if status == "booked" and day <= self._today:
            status = "cancelled" if chance(self._rng, 0.7) else "missed"  # left or died before it
        self._chart.appointment(day, slot, status, booked)

    def take_bloods(self, day: int) -> None:
        """Write the yearly bloods, now and then not all of them."""
        if not chance(self._rng, 0.01):
            self._chart.results(self._needs.bloods, day)
            return
        kept = tuple(name for name in self._needs.bloods if chance(self._rng, 0.7))
        self._chart.results(kept, day)

    def review(self, day: int) -> None:
        """Write what is measured and the codes of the review; now and then something is left."""
        if day > self._chart.end:
            return
        partly = chance(self._rng, 0.04)
        for thing in self._needs.gathers:
            if not (partly and chance(self._rng, 0.3)):
                self._gather(thing, day)
        for code in self._needs.reviews:
            if partly and chance(self._rng, 0.35):
                continue
            if chance(self._rng, 0.004):
                self._chart.coded_about(code, iso(day)[:7])  # from a letter that says "in May"
            else:
                self._chart.code(code, day)

    def _gather(self, thing: str, day: int) -> None:
        chart = self._chart
        if thing == "pressure":
            chart.blood_pressure(day)
        elif thing == "weight":
            chart.results(("weight", "bmi"), day)
        elif thing == "smoking":
            chart.code(_SMOKING[self._health.smoking], day)
        elif thing == "feet":
            chart.code(FOOT_CHECK, day)
        elif thing == "urine":
            if chart.without_mishap or chance(self._rng, 0.97):  # the rest forget the sample
                chart.result("acr", day)
        elif thing == "grade":
            chart.code(GRADES[min(4, int(self._rng.random() ** 1.6 * 5))], day)
