"""The part of bootstrap that plans everybody.

Rules change while others plan, and two programs may know different ones. Whoever begins to plan
everybody by other rules says so in the store first: from then on plans by earlier rules are
refused there, and until everybody is planned the store says that they are not.
"""

from datetime import datetime

from recall_tui.bootstrap import House
from recall_tui.services import replanning
from storage.words import announce_rules, rules_of


def plan_everybody(house: House, at: datetime) -> int:
    """Plan the practice, and keep what its rules call things; return the rows changed.

    Raises:
        StoreTrouble: overtaken by other rules, or everybody is planned by a newer engine.
    """
    planner = house.planner
    place = (house.store.database, house.store.practice.practice_id)
    announce_rules(*place, rules_of(house.words))
    changed = replanning.replan(house.store, planner, house.today, at)
    house.keep_words()
    return changed
