"""Planning again: after an import, a decision or the mere passing of days."""

from collections.abc import Collection
from datetime import date, datetime

from recall_tui.ports import Planner, Store


def replan(
    store: Store,
    planner: Planner,
    today: date,
    at: datetime,
    patients: Collection[str] | None = None,
) -> int:
    """Plan the practice (or some patients) and store the difference; return the rows changed."""
    if patients is not None and not patients:
        return 0
    inputs = store.plan_inputs(patients)
    return store.merge_plan(planner.plan(inputs, today), patients, at)


def tick(store: Store, planner: Planner, today: date, at: datetime) -> int:
    """Plan the patients whose plan no longer holds on ``today``; return how many there were."""
    expired = store.expired_patients(today)
    replan(store, planner, today, at, expired)
    return len(expired)
