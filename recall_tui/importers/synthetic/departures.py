"""Who left the practice or died within the last fourteen months, and who has just come."""

from math import exp
from random import Random

from recall_tui.importers.synthetic.chances import chance
from recall_tui.importers.synthetic.people import ADULT, Person

WINDOW = 425
_YEAR = 365
_YOUNG = range(ADULT, 36)
_LEAVE_YOUNG, _LEAVE = 0.085, 0.04


def dies_in_a_year(age: int) -> float:
    """Return the share of people of this age who die within a year (Gompertz)."""
    return min(0.5, 0.00003 * exp(0.093 * age))


def leaves_in_a_year(age: int) -> float:
    """Return the share of people of this age who leave the list alive within a year."""
    return _LEAVE_YOUNG if age in _YOUNG else _LEAVE


def draw_departure(rng: Random, person: Person, today: int) -> None:
    """Let the patient leave or die on some day of the window, or stay."""
    years = WINDOW / _YEAR
    day = today - int(rng.random() * WINDOW)
    if day <= person.registered:
        return
    if chance(rng, dies_in_a_year(person.age) * years):
        person.died = person.end = day
    elif chance(rng, leaves_in_a_year(person.age) * years):
        person.left = person.end = day
