"""What the active rules look at: clusters, drugs and items; and what they ask for."""

from collections.abc import Iterable
from dataclasses import dataclass

from recall_tui.domain import expressions as ex
from recall_tui.domain.ids import ClusterId, ItemId
from recall_tui.domain.recalls import (
    Anchored,
    Course,
    Every,
    Interval,
    Recall,
    Requirement,
    Rulebook,
    Unit,
)
from recall_tui.errors import BadInput
from recall_tui.planning.expressions import leaves

DAYS_A_MONTH = 30.4375
"""For comparing lengths only; dates are always counted in whole months."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One requirement of one active recall, numbered in order of recall id and place in it."""

    number: int
    recall: Recall
    recall_number: int
    requirement: Requirement

    @property
    def high_risk(self) -> bool:
        """Whether leaving it out harms: as the requirement says, else as the recall does."""
        own = self.requirement.high_risk
        return self.recall.high_risk if own is None else own

    @property
    def options(self) -> tuple[Every, ...]:
        """The frequencies that may rule: the schedule's own first, each once."""
        schedule = self.requirement.schedule
        if not isinstance(schedule, Anchored | Interval):
            return ()
        every = [schedule.every, *(one.every for one in self.requirement.variations)]
        return tuple(dict.fromkeys(every))


@dataclass(frozen=True, slots=True)
class Needs:
    """Everything that planning with these rules has to look at."""

    recalls: tuple[Recall, ...]
    asks: tuple[Ask, ...]
    items: tuple[ItemId, ...]
    codes: frozenset[ClusterId]
    drugs: frozenset[ClusterId]
    expressions: tuple[ex.Expression, ...]

    def clusters(self, rulebook: Rulebook) -> set[ClusterId]:
        """Return the clusters of all events that planning looks at."""
        items = [rulebook.items[item] for item in self.items]
        return {
            *self.codes,
            *rulebook.medication_review,
            *(cluster for item in items for cluster in item.clusters),
            *(cluster for item in items for part in item.parts for cluster in part),
            *(cluster for recall in self.recalls for cluster in recall.invited_by),
        }


def length_of(every: Every) -> float:
    """Return a frequency in days, for telling the shorter from the longer."""
    return {Unit.DAYS: 1.0, Unit.WEEKS: 7.0, Unit.MONTHS: DAYS_A_MONTH}[every.unit] * every.count


def words_of(every: Every) -> str:
    """Return a frequency as ``12 months``."""
    unit = every.unit.value[:-1] if every.count == 1 else every.unit.value
    return f"{every.count} {unit}"


def needs_of(rulebook: Rulebook) -> Needs:
    """Return what planning with ``rulebook`` has to look at.

    Raises:
        BadInput: a rule cannot be planned (an anchored frequency that is not in months).
    """
    recalls = rulebook.active()
    asks = _asks(recalls)
    for ask in asks:
        _check(ask, rulebook)
    expressions = tuple(dict.fromkeys(_expressions(recalls)))
    found = [leaf for one in expressions for leaf in leaves(one)]
    codes, drugs = _clusters(found, rulebook)
    for recall in recalls:
        if recall.start is not None:
            (drugs if recall.start_drug else codes).add(recall.start)
        if recall.resolved_by is not None:
            codes.add(recall.resolved_by)
    items = {leaf.item for leaf in found if isinstance(leaf, ex.Result | ex.Done)}
    items |= {ask.requirement.item for ask in asks}
    courses = [one for ask in asks if isinstance(one := ask.requirement.schedule, Course)]
    items |= {one.apart_from for one in courses if one.apart_from is not None}
    return Needs(
        recalls, asks, tuple(sorted(items)), frozenset(codes), frozenset(drugs), expressions
    )


def _asks(recalls: tuple[Recall, ...]) -> tuple[Ask, ...]:
    pairs = [
        (recall, number, requirement)
        for number, recall in enumerate(recalls)
        for requirement in recall.requirements
    ]
    return tuple(Ask(place, recall, n, one) for place, (recall, n, one) in enumerate(pairs))


def _check(ask: Ask, rulebook: Rulebook) -> None:
    name = f"recall {ask.recall.id}, item {ask.requirement.item}"
    if ask.requirement.item not in rulebook.items:
        raise BadInput(f"{name}: there is no such item; add it to the pack's items")
    if not isinstance(ask.requirement.schedule, Anchored):
        return
    if any(every.unit is not Unit.MONTHS for every in ask.options):
        raise BadInput(f"{name}: an anchored schedule counts in months; use an interval instead")


def _expressions(recalls: Iterable[Recall]) -> Iterable[ex.Expression]:
    for recall in recalls:
        yield recall.register
        yield from (exclusion.when for exclusion in recall.exclusions)
        for requirement in recall.requirements:
            yield from (exclusion.when for exclusion in requirement.exclusions)
            yield from (variation.when for variation in requirement.variations)
            if requirement.only_if is not None:
                yield requirement.only_if


def _clusters(
    found: Iterable[ex.Expression], rulebook: Rulebook
) -> tuple[set[ClusterId], set[ClusterId]]:
    codes: set[ClusterId] = set()
    drugs: set[ClusterId] = set()
    for leaf in found:
        match leaf:
            case ex.Coded(cluster=cluster, resolved_by=resolved):
                codes |= {cluster, resolved or cluster}
            case ex.Prescribed(cluster=cluster) | ex.Since(cluster=cluster, drug=True):
                drugs.add(cluster)
            case ex.Since(cluster=cluster, resolved_by=resolved):
                codes |= {cluster, resolved or cluster}
            case ex.Flagged(flag=flag):
                codes |= {*rulebook.flags[flag].on, *rulebook.flags[flag].off}
            case _:
                pass
    for rule in rulebook.flags.values():
        codes |= {*rule.on, *rule.off}
    return codes, drugs
