"""The engine against the oracle: the same answer for every generated patient and recall."""

from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import Phase, given, settings

from recall_tui.domain.expressions import Prescribed
from recall_tui.domain.ids import RecallId
from recall_tui.domain.plan_settings import PlanSettings
from recall_tui.domain.recalls import Activity, Anchored, Every, Recall, Requirement, Variation
from tests.oracle.comparing import described, differing, engine_plans
from tests.oracle.explore import explore
from tests.oracle.practices import SEEDS, Practice, random_practice, smallest
from tests.oracle.records import Issue, Person
from tests.oracle.rulebooks import DRUGS, JAB, random_rulebook

PATIENTS = 450
"""In one call of the engine: with three recalls each, ten practices are over 10,000 pairs."""


@given(seed=SEEDS)
@settings(
    max_examples=max(1, settings().max_examples // 5), phases=[Phase.explicit, Phase.generate]
)
def test_engine_agrees_with_the_oracle(seed: int) -> None:
    """Registers, due dates, windows, holds and what is done agree for every patient and item."""
    practice = random_practice(seed, PATIENTS)
    if differing(practice):
        raise AssertionError(described(smallest(practice, differing)))


def test_explore_counts_what_it_compares() -> None:
    """A search for so many pairs goes on until it has them, and says how many it has."""
    said: list[int] = []
    tally = explore(700, 5, lambda so_far: said.append(so_far.pairs), 60)
    assert tally.pairs >= 700
    assert said[-1] == tally.pairs
    assert len(said) == tally.practices
    assert not tally.differing
    assert 0 < tally.open_rows < tally.rows
    assert 0 < tally.on_registers < tally.pairs


def test_of_due_dates_that_fall_together_the_first_counts() -> None:
    """Monthly until December, then yearly: March, kept free, falls on the last monthly date."""
    yearly = Variation(Prescribed(DRUGS[0], 6), Every(12), "on the other drug")
    need = Requirement(JAB, Anchored(Every(1)), variations=(yearly,))
    register = Prescribed(DRUGS[1], 6)
    recall = Recall(
        RecallId("r"), "R", Activity.ACTIVE, register, (need,), DRUGS[1], start_drug=True
    )
    book = replace(random_rulebook(Random(1), date(2026, 1, 31)), recalls={recall.id: recall})  # noqa: S311 - no secret
    issues = (
        Issue("DRUG1-1", date(2025, 12, 8)),
        Issue("DRUG0-1", date(2025, 12, 31), repeat=True),
        Issue("DRUG1-1", date(2024, 1, 7)),
    )
    people = tuple(Person(f"p{number}", date(2008, 3, 31), issues=issues) for number in range(20))
    free = PlanSettings(free_months=frozenset({1, 2, 3}))
    practice = Practice(book, free, date(2026, 1, 31), people)
    assert differing(practice) == set()
    opened = {
        (row.due_on, row.every, row.window_opens)
        for plan in engine_plans(practice).values()
        for row in plan.due_items
        if row.is_open
    }
    assert opened == {(date(2025, 12, 31), "1 month", date(2025, 12, 1))}
