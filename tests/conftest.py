"""What every test stands on: how Hypothesis searches, and a home folder that is not the user's."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home, and take the practice's own settings out of the environment."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("RECALL_DB", "RECALL_PRACTICE", "RECALL_TODAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return home
