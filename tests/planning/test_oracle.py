"""The engine against the oracle: the same answer for every generated patient and recall."""

from hypothesis import Phase, given, settings

from tests.oracle.comparing import described, differing
from tests.oracle.explore import explore
from tests.oracle.practices import SEEDS, random_practice, smallest

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
