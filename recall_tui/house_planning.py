"""The part of bootstrap that plans everybody.

Rules change while others plan, and two programs may know different ones. Whoever begins to plan
everybody by other rules says so in the store first: from then on plans by earlier rules are
refused there, and until everybody is planned the store says that they are not. What an admin
changed in the folder from which the practice's rules came is taken over here.
"""

from datetime import datetime

from recall_tui.bootstrap import House
from recall_tui.services import replanning


def plan_everybody(house: House, at: datetime) -> int:
    """Plan the practice, and keep what its rules call things; return the rows changed.

    Raises:
        StoreTrouble: overtaken by other rules, not by the practice's rules, or everybody is
            planned by a newer engine.
    """
    store = house.store
    house.rules.take_over(house.clock.now())
    planner = house.planner
    house.rules.announce()
    changed = replanning.replan(store, planner, house.today, at)
    house.rules.keep_words()
    return changed
