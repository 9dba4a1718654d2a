"""The due items of a list's rows as bits: what is overdue for one recall, and where that stands.

A row has several due items. One plane holds the first due item of each row, the next the second,
and so on; each is a number with a bit a row. So what is asked of the due items of a recall or an
item costs a few operations on numbers, for any length of the list.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

from recall_tui.domain.states import DueState
from recall_tui.views.bits import Bits
from recall_tui.views.facets import SELECTING, Facet
from recall_tui.views.worklist import DueItemView, WorklistRow

Planes: TypeAlias = Sequence[int]
Keys: TypeAlias = Mapping[Facet, frozenset[str]]

_LATE, _RISK, _CALLED = "late", "risk", "called"


@dataclass(frozen=True, slots=True)
class DueBits:
    """For each choice of a facet, and for what else is asked of a due item, its planes."""

    planes: Mapping[Facet | str, Mapping[str, Planes]]
    depth: int

    def selected(self, chosen: Keys) -> Planes:
        """Return the due items of the recalls and items that are chosen."""
        asked = [self._any(facet, chosen[facet]) for facet in SELECTING if chosen.get(facet)]
        return reduce(_both, asked) if asked else (0,) * self.depth

    def standing(self, selected: Planes) -> Mapping[Facet, Mapping[str, int]]:
        """Return for each choice the rows that it fits, were these all their due items."""
        some = _fold(selected)
        late = self._rows(selected, _LATE, _CALLED)
        late |= self._rows(selected, _LATE) & ~self._rows(selected, _CALLED)
        risk = self._rows(selected, _RISK)
        late |= risk
        states: dict[str, int] = {}
        before = 0
        for state in DueState:
            rows = _fold(_both(selected, self._of(Facet.STATE, str(state))))
            states[str(state)] = rows & ~before
            before |= rows
        overdue = {"high_risk": risk, "overdue": late, "not_yet": some & ~late}
        return {
            Facet.STATE: {key: rows for key, rows in states.items() if rows},
            Facet.OVERDUE: {key: rows for key, rows in overdue.items() if rows},
        }

    def _rows(self, selected: Planes, *asked: str) -> int:
        for one in asked:
            selected = _both(selected, self._of(one, ""))
        return _fold(selected)

    def _any(self, facet: Facet, keys: Iterable[str]) -> Planes:
        found = [0] * self.depth
        for key in keys:
            found = [a | b for a, b in zip(found, self._of(facet, key), strict=True)]
        return found

    def _of(self, asked: Facet | str, key: str) -> Planes:
        return self.planes[asked].get(key) or (0,) * self.depth


def _both(some: Planes, others: Planes) -> Planes:
    return [a & b for a, b in zip(some, others, strict=True)]


def _fold(planes: Planes) -> int:
    found = 0
    for one in planes:
        found |= one
    return found


def due_bits(rows: Sequence[WorklistRow]) -> DueBits:
    """Read what filters ask of each due item of each row."""
    found: defaultdict[tuple[Facet | str, int], Bits] = defaultdict(lambda: Bits(len(rows)))
    depth = 0
    for at, row in enumerate(rows):
        for plane, due in enumerate(row.due_items()):
            depth = max(depth, plane + 1)
            for asked, key in _read(due):
                found[asked, plane].add(key, at)
    planes: dict[Facet | str, dict[str, list[int]]] = {
        one: {} for one in (*SELECTING, Facet.STATE, _CALLED, _LATE, _RISK)
    }
    for (asked, plane), bits in found.items():
        for key, number in bits.numbers().items():
            planes[asked].setdefault(key, [0] * depth)[plane] = number
    return DueBits(planes, depth)


def _read(due: DueItemView) -> Iterator[tuple[Facet | str, str]]:
    """Give what holds of a due item; a list calls overdue what is neither done nor put aside."""
    yield Facet.STATE, str(due.state)
    for recall in due.recalls:
        yield Facet.RECALL, recall
    if due.is_open:
        yield Facet.ITEM, due.item
    if due.state is DueState.DONE:
        return
    if not due.state.is_hidden:
        yield _CALLED, ""
    if due.overdue_since:
        yield _LATE, ""
        if due.high_risk:
            yield _RISK, ""
