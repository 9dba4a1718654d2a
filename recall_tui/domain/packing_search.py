"""The exact search: which units share an appointment (docs/packing.md states and proves it)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from recall_tui.domain.items import Place, StaffGroup
from recall_tui.domain.packing_days import Before, Window, settle, stages
from recall_tui.domain.packing_terms import GATHERERS, PackLimits
from recall_tui.domain.packing_units import Question, Unit

Costs = tuple[tuple[StaffGroup, int], ...]
"""What something costs with each group that can do it."""

Value = tuple[int, int]
"""Cost, then the sum over due items of the first day that suits their appointment."""


@dataclass(frozen=True, slots=True)
class Block:
    """Units that share an appointment so far."""

    members: tuple[int, ...]
    window: Window
    minutes: int
    costs: Costs
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


def alone(index: int, unit: Unit, costs: Costs) -> Block:
    """Return the block of one unit, done by one of the groups in ``costs``."""
    names = frozenset(item.item for item in unit.items)
    return Block(
        (index,), unit.window, unit.minutes, costs, unit.places, names, len(unit.items), unit.fixed
    )


@dataclass(slots=True)
class Search:
    """One search over one question; ``explored`` counts the nodes of the tree."""

    question: Question
    limits: PackLimits
    explored: int = 0
    _slots: dict[StaffGroup, int] = field(init=False)
    _together: list[list[bool]] = field(init=False)
    _days: list[int] = field(init=False)
    _most: int = 0
    _best: Value | None = None
    _answer: tuple[Block, ...] = ()
    _seen: set[object] = field(default_factory=set[object])

    def __post_init__(self) -> None:
        """Prepare what every node asks again."""
        units = self.question.units
        self._slots = {group: self.limits.slot_of(group) for group in StaffGroup}
        blocks = [alone(index, unit, unit.costs) for index, unit in enumerate(units)]
        self._together = [
            [bool(self._shared(block, block.window, unit)) for unit in units] for block in blocks
        ]
        days = [len(unit.items) * unit.window.earliest for unit in units]
        self._days = [sum(days[depth:]) for depth in range(len(units) + 1)]

    def run(self) -> tuple[Block, ...]:
        """Return the best division: fewest blocks, then least value, then first in order."""
        while self._best is None:
            self._seen.clear()
            self._extend(0, ())
            self._most += 1
        return self._answer

    def _extend(self, depth: int, blocks: tuple[Block, ...]) -> None:
        """Try every place for the unit ``depth``, in the fixed order."""
        self.explored += 1
        windows = self._settled(blocks)
        if windows is None:
            return
        more, rest = self._outlook(depth, blocks, windows)
        if len(blocks) + more > self._most:
            return
        value = (
            rest + sum(block.least_cost for block in blocks),
            self._days[depth]
            + sum(b.size * w.earliest for b, w in zip(blocks, windows, strict=True)),
        )
        if self._best is not None and value >= self._best:
            return
        if depth == len(self.question.units):
            self._best, self._answer = value, blocks
            return
        if not self._known(depth, blocks):
            self._branch(depth, blocks)

    def _branch(self, depth: int, blocks: tuple[Block, ...]) -> None:
        unit = self.question.units[depth]
        for index, block in enumerate(blocks):
            shared = self._shared(block, block.window, unit)
            if shared:
                joined = _joined(block, depth, unit, shared)
                self._extend(depth + 1, (*blocks[:index], joined, *blocks[index + 1 :]))
        if len(blocks) < self._most:
            self._extend(depth + 1, (*blocks, alone(depth, unit, _may_open(unit))))

    def _shared(self, block: Block, window: Window, unit: Unit) -> Costs:
        """Return the groups that could do the unit with the block, each with the unit's cost."""
        if (
            block.fixed
            or unit.fixed
            or unit.window.earliest > window.latest
            or unit.window.latest < window.earliest
            or any(item.item in block.names for item in unit.items)
            or not any(place in unit.places for place in block.places)
        ):
            return ()
        minutes = block.minutes + unit.minutes
        able = {group for group, _ in block.costs}
        return tuple(
            pair for pair in unit.costs if pair[0] in able and minutes <= self._slots[pair[0]]
        )

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

    def _outlook(
        self, depth: int, blocks: Sequence[Block], windows: Sequence[Window]
    ) -> tuple[int, int]:
        """Return how many blocks more the units left need, and what they cost, at the least."""
        units = self.question.units
        room = len(blocks) < self._most
        cost = 0
        apart: list[int] = []
        for index in range(depth, len(units)):
            prices = [
                price
                for block, window in zip(blocks, windows, strict=True)
                for _, price in self._shared(block, window, units[index])
            ]
            if not prices and not any(self._together[index][other] for other in apart):
                apart.append(index)
            if room:
                prices.extend(price for _, price in units[index].costs)
            cost += min(prices, default=0)
        return max(len(apart), self._by_minutes(depth, blocks)), cost

    def _by_minutes(self, depth: int, blocks: Sequence[Block]) -> int:
        """Return how many blocks more the minutes left need at the least."""
        slot = max(self._slots.values())
        rest = [unit.minutes for unit in self.question.units[depth:]]
        long = sum(minutes > slot for minutes in rest)
        free = sum(
            max(0, max(self._slots[group] for group, _ in block.costs) - block.minutes)
            for block in blocks
            if not block.fixed
        )
        over = sum(minutes for minutes in rest if minutes <= slot) - free
        return long + max(0, -(-over // slot))

    def _known(self, depth: int, blocks: Sequence[Block]) -> bool:
        """Whether an equal state was explored before, by a division that is first in order."""
        names = {str(item.item) for unit in self.question.units[depth:] for item in unit.items}
        waiting = {
            member
            for pair in self.question.before
            for member, other in ((pair.before, pair.after), (pair.after, pair.before))
            if member < depth <= other
        }
        looks = [_look(block, names, waiting) for block in blocks]
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


def _look(block: Block, names: set[str], waiting: set[int]) -> tuple[object, ...]:
    """Return everything of a block that matters for the units left: their names, who waits."""
    return (
        block.window,
        block.minutes,
        block.costs,
        block.places,
        block.size,
        block.fixed,
        tuple(sorted(block.names & names)),
        tuple(member for member in block.members if member in waiting),
    )


def _joined(block: Block, index: int, unit: Unit, shared: Costs) -> Block:
    """Return the block with one unit more, done by one of the groups in ``shared``."""
    more = dict(shared)
    return Block(
        members=(*block.members, index),
        window=Window(
            max(block.window.earliest, unit.window.earliest),
            min(block.window.latest, unit.window.latest),
        ),
        minutes=block.minutes + unit.minutes,
        costs=tuple((group, cost + more[group]) for group, cost in block.costs if group in more),
        places=tuple(place for place in block.places if place in unit.places),
        names=block.names | {item.item for item in unit.items},
        size=block.size + len(unit.items),
        fixed=False,
    )


def _may_open(unit: Unit) -> Costs:
    """Return the groups with which the unit may begin an appointment in the practice's model."""
    if unit.reviews:
        return unit.costs
    return tuple(pair for pair in unit.costs if pair[0] in GATHERERS)
