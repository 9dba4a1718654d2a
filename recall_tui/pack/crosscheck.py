"""Compares the names in a whole pack: everything that is named must exist."""

from collections.abc import Iterator

from recall_tui.domain.items import StaffGroup
from recall_tui.domain.recalls import Activity
from recall_tui.pack.expression_schema import Strict
from recall_tui.pack.folder import PackFolder, Placed
from recall_tui.pack.names import Kind, Named
from recall_tui.pack.problems import PackProblem
from recall_tui.pack.schema import ItemText


class CrossCheck:
    """Finds the names of a pack that nothing defines."""

    def __init__(self, pack: PackFolder) -> None:
        """Take the definitions of all folders together."""
        self._pack = pack
        self._known = {
            Kind.CLUSTER: {str(cluster) for cluster in pack.clusters},
            Kind.ITEM: set(pack.items),
            Kind.FLAG: set(pack.flags),
        }
        self._item_lacks = {name: self._lacking(placed) for name, placed in pack.items.items()}

    def missing_clusters(self, recall: str) -> frozenset[str]:
        """Return the clusters that a recall needs, itself or through its items, and that lack."""
        return self._lacks(self._pack.recalls[recall])

    def _lacks(self, placed: Placed[Strict]) -> frozenset[str]:
        own: set[str] = set()
        for named in placed.names:
            if named.kind is Kind.ITEM:
                own |= self._item_lacks.get(named.name, frozenset())
            elif named.kind is Kind.CLUSTER and self._unknown(named):
                own.add(named.name)
        return frozenset(own)

    def measure_lacks(self, name: str) -> frozenset[str]:
        """Return the clusters that a measure needs, itself or through its items, and that lack."""
        return self._lacks(self._pack.measures[name])

    def problems(self) -> Iterator[PackProblem]:
        """Give every fault of the pack as a whole."""
        for name in self._pack.recalls:
            yield from self._recall(name)
        waiting = self._items_of_unverified()
        for name, item in self._pack.items.items():
            yield from self._undefined(item, may_lack=name in waiting)
            yield from self._unpriced(item)
            if name in item.text.after:
                yield item.problem(("after",), f"`{name}` cannot come after itself")
        for flag in self._pack.flags.values():
            yield from self._undefined(flag)
        for measure in self._pack.measures.values():
            yield from self._undefined(measure, may_lack=bool(measure.text.unverified))
        for general in self._pack.general:
            yield from self._undefined(general)

    def _recall(self, name: str) -> Iterator[PackProblem]:
        placed = self._pack.recalls[name]
        if placed.text.unverified:
            yield from self._undefined(placed, may_lack=True)
            if placed.text.activity is Activity.ACTIVE:
                words = f"`{name}` cannot be active while codes are unverified"
                yield placed.problem(("activity",), words)
            return
        yield from self._undefined(placed)
        for named in placed.names:
            lacking = self._item_lacks.get(named.name) if named.kind is Kind.ITEM else None
            if lacking:
                words = f"`{named.name}` needs {', '.join(sorted(lacking))}, which no file defines"
                yield placed.problem(named.place, f"{words}: say so in `unverified`")

    def _undefined(
        self,
        placed: Placed[Strict],
        *,
        may_lack: bool = False,
    ) -> Iterator[PackProblem]:
        for named in placed.names:
            if self._unknown(named) and not (may_lack and named.kind is Kind.CLUSTER):
                words = f"{named.kind.value} `{named.name}` does not exist"
                yield placed.problem(named.place, words)

    def _unpriced(self, item: Placed[ItemText]) -> Iterator[PackProblem]:
        priced: set[StaffGroup] = set()
        for general in self._pack.general:
            priced |= general.text.staff_costs.keys()
        if isinstance(item.text.staff, list):
            for group in item.text.staff:
                if group not in priced:
                    words = f"`{group.value}` has no cost: give it one in pack.toml"
                    yield item.problem(("staff",), words)

    def _items_of_unverified(self) -> frozenset[str]:
        """Items that only recalls with missing codes ask for: they may lack clusters, too."""
        asked: dict[bool, set[str]] = {True: set(), False: set()}
        for placed in self._pack.recalls.values():
            used = {named.name for named in placed.names if named.kind is Kind.ITEM}
            asked[bool(placed.text.unverified)] |= used
        return frozenset(asked[True] - asked[False])

    def _unknown(self, named: Named) -> bool:
        return named.name not in self._known[named.kind]

    def _lacking(self, placed: Placed[Strict]) -> frozenset[str]:
        return frozenset(
            named.name
            for named in placed.names
            if named.kind is Kind.CLUSTER and self._unknown(named)
        )
