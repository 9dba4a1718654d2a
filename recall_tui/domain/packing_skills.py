"""Who can do something and where: what due items and the units made of them have in common."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import mul
from typing import NamedTuple

from recall_tui.domain.items import Place, StaffGroup
from recall_tui.domain.packing_terms import GATHERERS, ContactModel, PackItem, PackLimits

GROUP_ORDER = {group: index for index, group in enumerate(StaffGroup)}
PLACE_ORDER = (Place.TELEPHONE, Place.HOME, Place.CARE_HOME, Place.SURGERY)
"""Where an item is done that cannot be done where the patient is seen: first that fits."""

GATHERER_BITS = sum(1 << GROUP_ORDER[group] for group in GATHERERS)


@dataclass(frozen=True, slots=True, eq=False)
class Skill:
    """Who can do it at what cost per minute, and where; there is one object for each such fact."""

    rates: tuple[tuple[StaffGroup, int], ...]
    """In order of the groups."""

    places: tuple[Place, ...]
    reviews: bool
    """May be an appointment of a reviewer in the practice's model."""

    slots: tuple[int, ...]
    """The longest appointment of each of its groups, in minutes."""

    group_bits: int
    """Its groups, as bits by their order."""

    place_bits: int
    longest: int
    """The longest of its slots."""


@cache  # One object for each fact: that they are the same object says that they are alike.
def skill_of(
    rates: tuple[tuple[StaffGroup, int], ...],
    places: tuple[Place, ...],
    slots: tuple[int, ...],
    *,
    reviews: bool,
) -> Skill:
    """Return the one skill of these groups with their rates and slots, and these places."""
    groups = sum(1 << GROUP_ORDER[group] for group, _ in rates)
    where = sum(1 << PLACE_ORDER.index(place) for place in places)
    return Skill(rates, places, reviews, slots, groups, where, max(slots, default=0))


def skill_for(item: PackItem, limits: PackLimits) -> Skill:
    """Return who can do ``item`` and where, for a patient with these limits."""
    rates = tuple(sorted(item.staff, key=lambda pair: GROUP_ORDER[pair[0]]))
    gathered = any(group in GATHERERS for group, _ in rates)
    return skill_of(
        rates,
        places_of(item, limits.place),
        tuple(limits.slot_of(group) for group, _ in rates),
        reviews=limits.model is ContactModel.FEWEST or not gathered,
    )


def places_of(item: PackItem, wanted: Place) -> tuple[Place, ...]:
    """Return where ``item`` is done if the patient is seen at ``wanted``, best first."""
    if wanted in item.places:
        return (wanted,)
    return tuple(place for place in PLACE_ORDER if place in item.places)


class Candidate(NamedTuple):
    """A group that can do several things, its slot, and its cost per minute of each."""

    group: StaffGroup
    slot: int
    rates: tuple[int, ...]


class Together(NamedTuple):
    """Who can do all of several things in one appointment, and where first."""

    candidates: tuple[Candidate, ...]
    place: Place | None

    def cheapest(self, minutes: Iterable[int]) -> StaffGroup | None:
        """Return the cheapest group for an appointment of these ``minutes``, or None.

        Of several the first in the order of the groups. What stands alone may be longer than the
        slot.
        """
        times = tuple(minutes)
        length = sum(times) if len(times) > 1 else 0
        best, least = None, 0
        for group, slot, rates in self.candidates:
            if length <= slot:
                cost = sum(map(mul, times, rates))
                if best is None or cost < least:
                    best, least = group, cost
        return best


@lru_cache(maxsize=16_384)
def together(skills: tuple[Skill, ...]) -> Together:
    """Return who can do all of these in one appointment, by the practice's model."""
    rates = [dict(skill.rates) for skill in skills]
    reviewed = any(skill.reviews for skill in skills)
    candidates = tuple(
        Candidate(group, slot, tuple(rate[group] for rate in rates))
        for (group, _), slot in zip(skills[0].rates, skills[0].slots, strict=True)
        if all(group in rate for rate in rates) and (reviewed or group in GATHERERS)
    )
    places = [place for place in skills[0].places if all(place in one.places for one in skills)]
    return Together(candidates, places[0] if places else None)
