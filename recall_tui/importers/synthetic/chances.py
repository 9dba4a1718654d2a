"""Small tools of chance. Every draw comes from a ``Random`` that the caller seeded."""

from bisect import bisect_right
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

_T = TypeVar("_T")
_HOUSEHOLD_SPAN = 1 << 40


class Draw(Generic[_T]):
    """A table of values with their weights, to draw from again and again."""

    __slots__ = ("_total", "_until", "values")

    def __init__(self, *weighted: tuple[_T, float]) -> None:
        """Take pairs of a value and its weight; the weights need not add up to anything."""
        self.values = tuple(value for value, _ in weighted)
        self._until = list(accumulate(weight for _, weight in weighted))
        self._total = self._until[-1]
        self._until[-1] = float("inf")  # rounding must never point past the last value

    def __call__(self, rng: Random) -> _T:
        """Return one value."""
        return self.values[bisect_right(self._until, rng.random() * self._total)]


def seeded(seed: int, turn: int) -> Random:
    """Return the generator of household ``turn``: the same however many come before it."""
    return Random(seed * _HOUSEHOLD_SPAN + turn)  # noqa: S311 - invented patients, not secrets


def chance(rng: Random, share: float) -> bool:
    """Return True in ``share`` of all cases."""
    return rng.random() < share


def spread(rng: Random, low: int, high: int) -> int:
    """Return a whole number from ``low`` to ``high``, both included (faster than ``randint``)."""
    return low + int(rng.random() * (high - low + 1))


def bell(rng: Random) -> float:
    """Return a number near the normal distribution: mean 0, deviation 1, never beyond 2.45."""
    return (rng.random() + rng.random() - 1.0) * 2.449489742783178
