"""On which days appointments can be: windows, and pairs that need a time between them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

ANY_LATER = 1_000_000
"""Days: so much later is no limit."""


@dataclass(frozen=True, order=True, slots=True)
class Window:
    """Days from ``earliest`` to ``latest``, both inclusive."""

    earliest: int
    latest: int

    def shared(self, other: "Window") -> "Window | None":
        """Return the days that lie in both, or None."""
        first = max(self.earliest, other.earliest)
        last = min(self.latest, other.latest)
        return Window(first, last) if first <= last else None


@dataclass(frozen=True, order=True, slots=True)
class Before:
    """Number ``before`` lies at least ``least`` and at most ``most`` days before ``after``."""

    before: int
    after: int
    least: int
    most: int

    def without_most(self) -> "Before":
        """Return the same pair without the longest wait."""
        return replace(self, most=ANY_LATER)


def settle(windows: Sequence[Window], pairs: Sequence[Before]) -> list[Window] | None:
    """Return the windows narrowed to the days that some choice of all days can use, or None.

    The first days of the answer are together a choice that keeps every pair, as are the last.
    """
    first = [window.earliest for window in windows]
    last = [window.latest for window in windows]
    changed = True
    while changed:
        changed = False
        for pair in pairs:
            a, b = pair.before, pair.after
            narrowed = (
                max(first[a], first[b] - pair.most),
                max(first[b], first[a] + pair.least),
                min(last[a], last[b] - pair.least),
                min(last[b], last[a] + pair.most),
            )
            if narrowed != (first[a], first[b], last[a], last[b]):
                first[a], first[b], last[a], last[b] = narrowed
                changed = True
            if first[a] > last[a] or first[b] > last[b]:
                return None
    return [Window(one, other) for one, other in zip(first, last, strict=True)]


def stages(count: int, pairs: Sequence[Before]) -> list[int] | None:
    """Return for each number 1 + the longest chain of those that precede it; None in a circle."""
    stage = [1] * count
    for _ in range(count + 1):
        raised = [pair for pair in pairs if stage[pair.after] <= stage[pair.before]]
        if not raised:
            return stage
        for pair in raised:
            stage[pair.after] = max(stage[pair.after], stage[pair.before] + 1)
    return None


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
        window = current[number]
        day = min(max(wishes[number], window.earliest), window.latest)
        current[number] = Window(day, day)
        settled = settle(current, pairs)
        if settled is None:
            message = "the windows were not settled"
            raise ValueError(message)
        current = settled
    return [window.earliest for window in current]
