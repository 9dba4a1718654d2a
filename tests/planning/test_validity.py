"""A plan is still the same on every day until which it says that it holds."""

from datetime import date, timedelta

import polars as pl
from hypothesis import Phase, given, settings
from polars.testing import assert_frame_equal

from recall_tui.frames import PlanFrames
from recall_tui.planning.engine import plan
from tests.oracle.as_frames import inputs_of
from tests.oracle.practices import SEEDS, Practice, random_practice

FEW = settings(
    max_examples=max(1, settings().max_examples // 25), phases=[Phase.explicit, Phase.generate]
)
PATIENTS = 40
AHEAD = (1, 5, 17, 45, 120, 300)


def _on(practice: Practice, day: date) -> PlanFrames:
    return plan(inputs_of(practice), practice.rulebook, practice.settings, day)


def _of(frame: pl.DataFrame, patients: pl.Series) -> pl.DataFrame:
    return frame.filter(pl.col("patient_number").is_in(patients.implode()))


@FEW
@given(SEEDS)
def test_nothing_changes_before_a_plan_expires(seed: int) -> None:
    """Planned again on any day up to valid_until, a patient has the identical plan."""
    practice = random_practice(seed, PATIENTS)
    # A change of the recall date counts from the day on which it is planned first: settle it.
    first = _on(practice, practice.today)
    for days in AHEAD:
        day = practice.today + timedelta(days=days)
        again = _on(practice, day)
        steady = (pl.col("valid_until") >= day) & (
            pl.col("changed_on").is_null() | (pl.col("changed_on") != practice.today)
        )
        holding = first.patients.filter(steady)["patient_number"]
        for one, two in (
            (first.due_items, again.due_items),
            (first.registers, again.registers),
            (first.appointments, again.appointments),
        ):
            assert_frame_equal(_of(one, holding), _of(two, holding))


@FEW
@given(SEEDS)
def test_nobody_comes_in_unseen(seed: int) -> None:
    """Whoever gets a due item by time alone had a plan that expired before, or had none to come.

    Why: somebody turns 65 without any import; the daily tick has to find them.
    """
    practice = random_practice(seed, PATIENTS)
    first = _on(practice, practice.today)
    known = set(first.patients["patient_number"])
    here = {
        one.number
        for one in practice.people
        if one.registered_on is None or one.registered_on <= practice.today
    }
    for days in AHEAD:
        later = _on(practice, practice.today + timedelta(days=days))
        assert set(later.due_items["patient_number"]) & here <= known
