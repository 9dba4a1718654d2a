"""On which days appointments can be: windows, and pairs that need a time between them."""

from collections.abc import Sequence
from typing import NamedTuple

ANY_LATER = 1_000_000
"""Days: so much later is no limit."""


class Window(NamedTuple):
    """Days from ``earliest`` to ``latest``, both inclusive."""

    earliest: int
    latest: int


class Before(NamedTuple):
    """Number ``before`` lies at least ``least`` and at most ``most`` days before ``after``."""

    before: int
    after: int
    least: int
    most: int

    def without_most(self) -> "Before":
        """Return the same pair without the longest wait."""
        return self._replace(most=ANY_LATER)


def settle(windows: Sequence[Window], pairs: Sequence[Before]) -> list[Window] | None:
    """Return the windows narrowed to the days that some choice of all days can use, or None.

    The first days of the answer are together a choice that keeps every pair, as are the last.
    """
    first = [window.earliest for window in windows]
    last = [window.latest for window in windows]
    narrowed: bool | None = bool(pairs)
    while narrowed:
        narrowed = _narrowed(first, last, pairs)
    return None if narrowed is None else list(map(Window, first, last))


def _narrowed(first: list[int], last: list[int], pairs: Sequence[Before]) -> bool | None:
    """Narrow once by every pair; say whether that changed anything, None if no day is left."""
    narrowed = False
    for a, b, least, most in pairs:
        if first[b] - most > first[a]:
            first[a], narrowed = first[b] - most, True
        if first[a] + least > first[b]:
            first[b], narrowed = first[a] + least, True
        if last[b] - least < last[a]:
            last[a], narrowed = last[b] - least, True
        if last[a] + most < last[b]:
            last[b], narrowed = last[a] + most, True
        if first[a] > last[a] or first[b] > last[b]:
            return None
    return narrowed


def stages(count: int, pairs: Sequence[Before]) -> list[int] | None:
    """Return for each number 1 + the longest chain of those that precede it; None in a circle."""
    stage = [1] * count
    for _ in range(count + 1):
        raised = False
        for before, after, _least, _most in pairs:
            if stage[after] <= stage[before]:
                stage[after] = stage[before] + 1
                raised = True
        if not raised:
            return stage
    return None


def can_be(windows: Sequence[Window], pairs: Sequence[Before]) -> bool:
    """Whether there are days in ``windows`` that keep the pairs, none of them in a circle."""
    return settle(windows, pairs) is not None and stages(len(windows), pairs) is not None


def wanted_days(
    windows: Sequence[Window], wishes: Sequence[int], pairs: Sequence[Before], order: Sequence[int]
) -> list[int]:
    """Return one day for each window: as near to its wish as those before it in ``order`` allow.

    Args:
        windows: settled, so that every choice made in turn leaves one for the rest.
        wishes: the day wanted for each.
        pairs: what must lie between them.
        order: the numbers of the windows; who comes first chooses first.
    """
    current = list(windows)
    for number in order:
        first, last = current[number]
        day = min(max(wishes[number], first), last)
        if first == last:
            continue
        current[number] = Window(day, day)
        settled = settle(current, pairs)
        if settled is None:
            message = "the windows were not settled"
            raise ValueError(message)
        current = settled
    return [window.earliest for window in current]
