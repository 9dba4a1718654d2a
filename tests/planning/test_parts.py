"""Planning in parts: as if everybody were planned at once."""

from recall_tui.planning.engine import plan
from recall_tui.planning.parts import parts_of, together
from tests.oracle.as_frames import inputs_of
from tests.oracle.practices import random_practice


def test_parts_make_the_plan_of_the_whole() -> None:
    """Patients planned seven at a time have the plan that they have among sixty."""
    practice = random_practice(11, 60)
    inputs = inputs_of(practice)
    rules = (practice.rulebook, practice.settings, practice.today)
    whole = plan(inputs, *rules)
    parts = list(parts_of(inputs.patients["patient_number"], 7))
    assert len(parts) == 9
    joined = together(plan(part.of(inputs), *rules) for part in parts)
    for name in ("registers", "due_items", "appointments", "patients"):
        assert getattr(joined, name).equals(getattr(whole, name)), name


def test_no_patients_need_no_part() -> None:
    """An empty practice has an empty plan."""
    practice = random_practice(11, 0)
    made = plan(inputs_of(practice), practice.rulebook, practice.settings, practice.today)
    assert made.due_items.is_empty()
