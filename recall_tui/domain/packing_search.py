"""The exact search: which units share an appointment (docs/packing.md states and proves it)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from recall_tui.domain.items import Place, StaffGroup
from recall_tui.domain.packing_days import Before, Window, settle, stages
from recall_tui.domain.packing_terms import GATHERERS, PackLimits
from recall_tui.domain.packing_units import Question, Unit


@dataclass(frozen=True, slots=True)
class Block:
    """Units that share an appointment so far."""

    members: tuple[int, ...]
    window: Window
    minutes: int
    costs: tuple[tuple[StaffGroup, int], ...]
    places: tuple[Place, ...]
    names: frozenset[str]
    size: int
    """Due items in it."""

    fixed: bool

    @property
    def least_cost(self) -> int:
        """Cost with the cheapest group that can do all of it."""
        return min(cost for _, cost in self.costs)

    @property
    def cheapest(self) -> StaffGroup:
        """The cheapest group; of several the first in the order of the groups."""
        return min(self.costs, key=lambda pair: pair[1])[0]


Value = tuple[int, int]
"""Cost, then the sum over due items of the first day that suits their appointment."""


@dataclass(slots=True)
class Search:
    """One search over one question; ``explored`` counts the nodes of the tree."""

    question: Question
    limits: PackLimits
    explored: int = 0
    _most: int = 0
    _best: Value | None = None
    _answer: tuple[Block, ...] = ()
    _seen: set[object] = field(default_factory=set[object])

    def run(self) -> tuple[Block, ...]:
        """Return the best division: fewest blocks, then least value, then first in order."""
        units = self.question.units
        self._most = max(sum(unit.fixed for unit in units), self._lower(0, ()))
        while self._best is None:
            self._seen.clear()
            self._extend(0, ())
            self._most += 1
        return self._answer

    def _extend(self, depth: int, blocks: tuple[Block, ...]) -> None:
        self.explored += 1
        windows = self._settled(blocks)
        if windows is None:
            return
        units = self.question.units
        value = self._value(blocks, windows, depth)
        if self._best is not None and value >= self._best:
            return
        if depth == len(units):
            self._best, self._answer = value, blocks
            return
        if len(blocks) + self._lower(depth, blocks) > self._most or self._known(depth, blocks):
            return
        for index, block in enumerate(blocks):
            joined = self._joined(block, depth)
            if joined is not None:
                self._extend(depth + 1, (*blocks[:index], joined, *blocks[index + 1 :]))
        if len(blocks) < self._most:
            self._extend(depth + 1, (*blocks, self._alone(depth, _may_open(units[depth]))))

    def _alone(self, index: int, costs: tuple[tuple[StaffGroup, int], ...]) -> Block:
        unit = self.question.units[index]
        return Block(
            members=(index,),
            window=unit.window,
            minutes=unit.minutes,
            costs=costs,
            places=unit.places,
            names=frozenset(item.item for item in unit.items),
            size=len(unit.items),
            fixed=unit.fixed,
        )

    def _joined(self, block: Block, index: int) -> Block | None:
        """Return the block with one unit more, or None where they cannot share."""
        unit = self.question.units[index]
        if block.fixed or unit.fixed or unit.items[0].item in block.names:
            return None
        window = block.window.shared(unit.window)
        if window is None:
            return None
        minutes = block.minutes + unit.minutes
        places = tuple(place for place in block.places if place in unit.places)
        more = dict(unit.costs)
        costs = tuple(
            (group, cost + more[group])
            for group, cost in block.costs
            if group in more and minutes <= self.limits.slot_of(group)
        )
        if not places or not costs:
            return None
        names = block.names | {unit.items[0].item}
        members = (*block.members, index)
        return Block(members, window, minutes, costs, places, names, block.size + 1, fixed=False)

    def _pairs(self, blocks: Sequence[Block]) -> list[Before]:
        at = {member: number for number, block in enumerate(blocks) for member in block.members}
        return [
            Before(at[pair.before], at[pair.after], pair.least, pair.most)
            for pair in self.question.before
            if pair.before in at and pair.after in at
        ]

    def _settled(self, blocks: Sequence[Block]) -> list[Window] | None:
        windows = [block.window for block in blocks]
        if not self.question.before:
            return windows
        pairs = self._pairs(blocks)
        if stages(len(blocks), pairs) is None:
            return None
        return settle(windows, pairs)

    def _value(self, blocks: Sequence[Block], windows: Sequence[Window], depth: int) -> Value:
        """Return what no completion of these blocks can undercut; exact at the last depth."""
        rest = self.question.units[depth:]
        cost = sum(block.least_cost for block in blocks)
        cost += sum(min(price for _, price in unit.costs) for unit in rest)
        days = sum(b.size * w.earliest for b, w in zip(blocks, windows, strict=True))
        days += sum(len(unit.items) * unit.window.earliest for unit in rest)
        return cost, days

    def _lower(self, depth: int, blocks: Sequence[Block]) -> int:
        """Return how many more blocks the remaining units need at the least."""
        apart: list[Block] = []
        for index in range(depth, len(self.question.units)):
            if any(self._joined(block, index) for block in blocks):
                continue
            if all(self._joined(block, index) is None for block in apart):
                # Any group: a reviewer's appointment opened later may take two of them.
                apart.append(self._alone(index, self.question.units[index].costs))
        return len(apart)

    def _known(self, depth: int, blocks: Sequence[Block]) -> bool:
        """Whether an equal state was explored before, by a division that is first in order."""
        units = self.question.units
        names = {item.item for unit in units[depth:] for item in unit.items}
        open_pairs = {
            member
            for pair in self.question.before
            for member, other in ((pair.before, pair.after), (pair.after, pair.before))
            if member < depth <= other
        }
        looks = [
            (
                block.window,
                block.minutes,
                block.costs,
                block.places,
                block.size,
                block.fixed,
                tuple(sorted(block.names & names)),
                tuple(member for member in block.members if member in open_pairs),
            )
            for block in blocks
        ]
        order = sorted(range(len(blocks)), key=lambda number: looks[number])
        rank = {number: place for place, number in enumerate(order)}
        pairs = frozenset(
            (rank[pair.before], rank[pair.after], pair.least, pair.most)
            for pair in self._pairs(blocks)
        )
        state = (depth, tuple(looks[number] for number in order), pairs)
        if state in self._seen:
            return True
        self._seen.add(state)
        return False


def _may_open(unit: Unit) -> tuple[tuple[StaffGroup, int], ...]:
    """Return the groups with which the unit may begin an appointment in the practice's model."""
    if unit.reviews:
        return unit.costs
    return tuple(pair for pair in unit.costs if pair[0] in GATHERERS)
