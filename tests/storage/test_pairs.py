"""Whatever is done while another thing is under way about the same patient, nothing is overlooked.

``python -m tests.together pairs`` tries every pair at every point; here are some of them.
"""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.postgres import fresh_database
from tests.together.deeds import KINDS, Kind, World, world_at
from tests.together.pairs import at_once, check_chain, one_after_the_other, possible

_POINTS = (4, 99)
"""Before the fourth statement, and before the lock."""

_STEP = 11
UNDER_WAY = [one for one in KINDS if one.is_second]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for stores and keys."""
    return tmp_path_factory.mktemp("pairs")


@pytest.fixture(scope="module")
def on_postgres(folder: Path) -> Generator[World]:
    """Give a store on Postgres with a patient for each time that something is tried."""
    with (
        fresh_database() as url,
        world_at(url, folder / "server", 3 * len(UNDER_WAY)) as given,
    ):
        yield given
        assert check_chain(given)


def differing(world: World, under_way: Kind) -> list[str]:
    """Return where it came to something else than one after the other."""
    place = UNDER_WAY.index(under_way)
    others = (KINDS[(place * _STEP + n) % len(KINDS)] for n in range(len(KINDS)))
    second = next(one for one in others if possible(under_way, one))
    wanted = one_after_the_other(world, under_way, second)
    found = {point: at_once(world, under_way, second, point)[0] for point in _POINTS}
    return [f"{second.name} at {point}: {one}" for point, one in found.items() if one != wanted]


@pytest.mark.parametrize("under_way", UNDER_WAY, ids=lambda one: one.name)
def test_something_else_meanwhile(on_postgres: World, under_way: Kind) -> None:
    """It comes to what it had come to one after the other, and both are told the same."""
    assert differing(on_postgres, under_way) == []


def test_what_compares_before_it_locks(folder: Path) -> None:
    """On SQLite, too, planning and imports overlook nothing that is done while they compare."""
    slow = [one for one in UNDER_WAY if one.name in {"plan", "import"}]
    with world_at(str(folder / "recall.db"), folder / "file", 3 * len(slow)) as world:
        assert [words for one in slow for words in differing(world, one)] == []
        assert check_chain(world)
