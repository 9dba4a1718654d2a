"""What libraries load without need is loaded when it is used, or not at all."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from recall_tui.loading import when_used, without


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A package with a module that is not loaded, and one that imports it as libraries do."""
    folder = tmp_path / "a_bundle"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "late.py").write_text("class Odd(Exception): pass\nCOUNT = 7\n")
    (folder / "user.py").write_text(
        "import a_bundle.late\nfrom a_bundle import late as other\n"
        "def count():\n"
        "    try:\n        raise a_bundle.late.Odd\n"
        "    except other.Odd:\n        return other.COUNT\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    return importlib.import_module("a_bundle")


def test_a_module_is_loaded_when_something_of_it_is_used(bundle: ModuleType) -> None:
    """Importing it loads nothing; the first use does, and whoever imports it later has it whole."""
    when_used("a_bundle.late")
    user = importlib.import_module("a_bundle.user")
    assert "COUNT" not in vars(sys.modules["a_bundle.late"])
    assert user.count() == 7
    assert vars(sys.modules["a_bundle.late"])["COUNT"] == 7
    when_used("a_bundle.late")
    assert vars(sys.modules["a_bundle.late"])["COUNT"] == 7
    assert bundle.late is sys.modules["a_bundle.late"]


def test_what_is_left_out_is_there_again_afterwards(bundle: ModuleType) -> None:
    """Inside the block a module is not to be had, as where Python lacks it; after it, it is."""
    with without("a_bundle.late"), pytest.raises(ModuleNotFoundError):
        importlib.import_module("a_bundle.late")
    late = importlib.import_module("a_bundle.late")
    with without("a_bundle.late"):
        assert importlib.import_module("a_bundle.late") is late is bundle.late
