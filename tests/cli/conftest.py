"""One small practice, imported and planned once; each test works on its own copy."""

import shutil
from pathlib import Path

import pytest

from tests.cli.practice import write_extract
from tests.cli.running import Runner


@pytest.fixture(scope="session")
def planned_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the store of the small practice as its import left it."""
    folder = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "home"))
        recall = Runner(folder / "recall.db", patch)
        recall.begin()
        recall.ok("import", str(write_extract(folder / "extract")))
    return recall.store


@pytest.fixture
def recall(planned_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Give ``recall`` on a copy of the small practice."""
    store = tmp_path / "recall.db"
    shutil.copyfile(planned_store, store)
    store.chmod(0o600)
    return Runner(store, monkeypatch)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Give ``recall`` on a practice without patients."""
    runner = Runner(tmp_path / "recall.db", monkeypatch)
    runner.begin()
    return runner
