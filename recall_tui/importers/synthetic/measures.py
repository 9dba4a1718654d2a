"""Tests and measurements: codes, units, and values that stay with the person and drift."""

from dataclasses import dataclass, field
from random import Random

from recall_tui.importers.synthetic.chances import bell
from recall_tui.importers.synthetic.codes import Code
from recall_tui.importers.synthetic.conditions import Health

_YEAR = 365.25
_MIDDLE_AGE = 50
_AT_THE_DESK = frozenset({"mmHg", "kg", "kg/m2", "cm", "ratio", "%", "points"})


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean of all people, deviation ``between`` people and ``within`` one, believable limits."""

    mean: float
    between: float
    within: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measure:
    """A numeric test.

    ``shifts`` is what a condition adds to the person's own mean, ``trend`` the greatest change a
    year, ``by_age`` the change per year of age over 50. ``odd_unit`` is a unit that some sender
    uses by mistake, with the factor that its figures differ by.
    """

    code: Code
    unit: str
    spread: Spread
    places: int = 0
    shifts: dict[str, float] = field(default_factory=dict[str, float])
    trend: float = 0.0
    by_age: float = 0.0
    odd_unit: str = ""
    odd_factor: float = 1.0
    odd_offset: float = 0.0

    @property
    def clots(self) -> bool:
        """Whether it is read from a tube that can clot or burst."""
        return self.unit not in _AT_THE_DESK


MEASURES: dict[str, Measure] = {
    "systolic": Measure(
        Code("271649006", "Systolic blood pressure"), "mmHg", Spread(126, 10, 8, 84, 214),
        shifts={"hypertension": 9, "ckd": 3}, trend=1.0, by_age=0.15,
    ),
    "diastolic": Measure(
        Code("271650006", "Diastolic blood pressure"), "mmHg", Spread(77, 6, 5, 44, 118),
        shifts={"hypertension": 4}, by_age=-0.08,
    ),
    "weight": Measure(
        Code("27113001", "Body weight"), "kg", Spread(0, 0, 1.2, 9, 190), 1, trend=0.8,
        odd_unit="lb", odd_factor=2.2046,
    ),
    "bmi": Measure(
        Code("60621009", "Body mass index"), "kg/m2", Spread(0, 0, 0.3, 13, 60), 1, trend=0.25
    ),
    "height": Measure(Code("50373000", "Body height"), "cm", Spread(0, 0, 0.3, 60, 205)),
    "hba1c": Measure(
        Code("999791000000106", "Haemoglobin A1c level - International Federation of Clinical"
             " Chemistry and Laboratory Medicine standardised"),
        "mmol/mol", Spread(37, 2, 1.2, 24, 139),
        shifts={"type2": 17, "type1": 28, "ndh": 7}, trend=1.2,
        odd_unit="%", odd_factor=0.09148, odd_offset=2.152,
    ),
    "sodium": Measure(
        Code("1000661000000107", "Serum sodium level"), "mmol/L", Spread(140, 1.5, 1.5, 121, 151)
    ),
    "potassium": Measure(
        Code("1000651000000109", "Serum potassium level"), "mmol/L",
        Spread(4.4, 0.25, 0.25, 2.9, 6.3), 1,
    ),
    "creatinine": Measure(
        Code("1000731000000107", "Serum creatinine level"), "umol/L", Spread(74, 11, 4, 36, 480),
        shifts={"ckd": 45}, trend=1.5, by_age=0.25, odd_unit="mg/dL", odd_factor=0.0113,
    ),
    "egfr": Measure(
        Code(
            "1011481000000105",
            "Estimated glomerular filtration rate using creatinine Chronic Kidney Disease"
            " Epidemiology Collaboration equation per 1.73 square metres",
        ), "mL/min/1.73m2",
        Spread(90, 9, 4, 9, 120), shifts={"ckd": -30}, trend=-1.5, by_age=-0.55,
    ),
    "acr": Measure(
        Code("1023491000000104", "Urine albumin:creatinine ratio"), "mg/mmol",
        Spread(1.2, 0.6, 0.5, 0.3, 190), 1, shifts={"type2": 1.6, "type1": 2.2, "ckd": 5},
        trend=0.6,
    ),
    "cholesterol": Measure(
        Code("1005671000000105", "Serum cholesterol level"), "mmol/L",
        Spread(5.1, 0.8, 0.35, 2.2, 9.4), 1,
        shifts={"chd": -1.0, "stroke": -0.9, "type2": -0.7}, odd_unit="mg/dL", odd_factor=38.67,
    ),
    "hdl": Measure(
        Code("1005681000000107", "Serum high density lipoprotein cholesterol level"), "mmol/L",
        Spread(1.45, 0.3, 0.1, 0.6, 3.0), 1,
    ),
    "ldl": Measure(
        Code("1022191000000100", "Serum low density lipoprotein cholesterol level"), "mmol/L",
        Spread(3.0, 0.6, 0.3, 0.7, 6.9), 1, shifts={"chd": -0.9, "stroke": -0.8, "type2": -0.5},
    ),
    "triglycerides": Measure(
        Code("1005691000000109", "Serum triglycerides level"), "mmol/L",
        Spread(1.5, 0.5, 0.3, 0.4, 8.8), 1, shifts={"type2": 0.5},
    ),
    "alt": Measure(
        Code("1018251000000107", "Serum alanine aminotransferase level"), "IU/L",
        Spread(24, 8, 5, 6, 210), shifts={"type2": 5},
    ),
    "alp": Measure(
        Code("1000621000000104", "Serum alkaline phosphatase level"), "IU/L",
        Spread(78, 16, 7, 28, 290),
    ),
    "haemoglobin": Measure(
        Code("1022431000000105", "Haemoglobin concentration"), "g/L", Spread(138, 9, 4, 72, 182),
        shifts={"ckd": -10}, by_age=-0.15,
    ),
    "platelets": Measure(
        Code("1022651000000100", "Platelet count"), "10*9/L", Spread(252, 50, 18, 61, 590)
    ),
    "white_cells": Measure(
        Code("1022541000000102", "Total white cell count"), "10*9/L",
        Spread(6.8, 1.3, 0.8, 1.9, 19.0), 1,
    ),
    "tsh": Measure(
        Code("1022791000000101", "Serum thyroid stimulating hormone level"), "mU/L",
        Spread(2.1, 0.7, 0.5, 0.02, 24.0), 2, shifts={"thyroid": 0.6},
    ),
    "free_t4": Measure(
        Code("1016971000000106", "Serum free T4 level"), "pmol/L", Spread(15.5, 1.8, 1, 7, 31), 1
    ),
    "lithium_level": Measure(
        Code("1006681000000100", "Serum lithium level"), "mmol/L",
        Spread(0.65, 0.1, 0.07, 0.2, 1.4), 2,
    ),
    "inr": Measure(
        Code("165581004", "International normalized ratio"), "ratio",
        Spread(2.5, 0.12, 0.35, 1.1, 6.4), 1,
    ),
}  # fmt: skip


class Readings:
    """The values of one person: each measure has the person's own mean and trend."""

    __slots__ = ("_age", "_first_day", "_health", "_height", "_own", "_rng", "last")

    def __init__(self, rng: Random, age: int, sex: str, health: Health) -> None:
        """Begin without any value; means are drawn when a measure is first asked for."""
        self._rng, self._age, self._health = rng, age, health
        self._own: dict[str, tuple[float, float]] = {}
        self.last: dict[str, float] = {}
        self._first_day = 0
        grown = 163.0 if sex == "F" else 176.5
        self._height = grown + 6.5 * bell(rng)
        if age < 18:  # noqa: PLR2004 - still growing
            self._height = min(self._height, 55.0 + 6.4 * age)

    def value(self, name: str, day: int) -> float:
        """Return the value of a measure on ``day``."""
        measure = MEASURES[name]
        own = self._own.get(name)
        if own is None:
            own = self._own[name] = (self._mean(name, measure), measure.trend * bell(self._rng))
        spread = measure.spread
        if not self._first_day:
            self._first_day = day
        years = (day - self._first_day) / _YEAR
        value = own[0] + own[1] * years + spread.within * bell(self._rng)
        value = min(max(value, spread.low), spread.high)
        self.last[name] = value
        return value

    def resume(self, name: str, value: float) -> None:
        """Go on from a value that an earlier extract holds."""
        self._own[name] = (value, 0.0)

    def _mean(self, name: str, measure: Measure) -> float:
        if name == "height":
            return self._height
        if name == "bmi":
            return self._health.bmi
        if name == "weight":
            return self._health.bmi * (self._height / 100) ** 2
        mean = measure.spread.mean + measure.spread.between * bell(self._rng)
        for condition, shift in measure.shifts.items():
            if condition in self._health.active:
                mean += shift * (0.4 + 1.2 * self._rng.random())
        return mean + measure.by_age * max(0, self._age - _MIDDLE_AGE)
