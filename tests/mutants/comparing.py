"""The engine with a fault against what the oracle said without one.

Only ``make nightly`` runs it. What the oracle says is found before the first fork, so that code
which both of them use shows a fault, too, and no mutant waits for it again.
"""

import pytest

from tests.oracle.comparing import between, engine_plans, oracle_plans
from tests.oracle.practices import random_practice

PRACTICES = range(24)
PATIENTS = 40

ASKED = {seed: random_practice(seed, PATIENTS) for seed in PRACTICES}
SAID = {seed: oracle_plans(practice) for seed, practice in ASKED.items()}


@pytest.mark.parametrize("seed", PRACTICES)
def test_the_engine_says_what_the_oracle_said(seed: int) -> None:
    """Registers, due dates, windows, holds and what is done agree for every patient and item."""
    assert between(engine_plans(ASKED[seed]), SAID[seed]) == []
