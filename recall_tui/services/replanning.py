"""Planning again: after an import, a decision or the mere passing of days.

A plan is made outside any transaction, so an import or a decision may come in between. Whoever it
touched keeps an expired plan and is planned again at once, from fresh inputs.
"""

from collections.abc import Collection
from datetime import date, datetime

from recall_tui.ports import Planner, Store

MOST_ROUNDS = 4
"""After so many rounds, whoever still changes stays expired: the next planning finds them."""


def replan(
    store: Store,
    planner: Planner,
    today: date,
    at: datetime,
    patients: Collection[str] | None = None,
) -> int:
    """Plan the practice (or some patients) and store the difference; return the rows changed."""
    count, wanted = 0, patients
    for _round in range(MOST_ROUNDS):
        if wanted is not None and not wanted:
            break
        inputs = store.plan_inputs(wanted)
        count += store.merge_plan(planner.plan(inputs, today), wanted, at, inputs)
        wanted = store.changed_since(inputs, patients)
    return count


def tick(store: Store, planner: Planner, today: date, at: datetime) -> int:
    """Plan the patients whose plan no longer holds on ``today``; return how many there were."""
    expired = store.expired_patients(today)
    replan(store, planner, today, at, expired)
    return len(expired)
