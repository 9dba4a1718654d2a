"""What every test stands on: how Hypothesis searches, and a home folder that is not the user's."""

import gc
from collections.abc import Generator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings

from tests.support.compiling import share_compiled
from tests.support.temporary import lie_in_memory

lie_in_memory()

# "ci" finds the same things every time, in a few seconds; "explore" looks for new ones at length.
settings.register_profile(
    "ci",
    derandomize=True,
    max_examples=50,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "explore", max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# "mutation" gives each of some thousand mutants a short look.
settings.register_profile("mutation", parent=settings.get_profile("ci"), max_examples=10)
settings.load_profile("ci")


def pytest_collection_finish() -> None:
    """Search for garbage no longer among what was collected: all of it stays to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of all homes: pytest reads the names in its own for every new one."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def own_home(homes: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home, and take the practice's own settings out of the environment."""
    home = Path(mkdtemp(dir=homes))
    monkeypatch.setenv("HOME", str(home))
    for name in ("RECALL_DB", "RECALL_PRACTICE", "RECALL_TODAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Generator[None]:
    """Compile a statement once for all stores that tests open."""
    with pytest.MonkeyPatch.context() as patch:
        share_compiled(patch)
        yield
