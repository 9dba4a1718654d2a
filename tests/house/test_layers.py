"""The layers of the house hold."""

import re
import tomllib

from importlinter import cli as import_linter

from tests.house.tree import PACKAGES, ROOT


def test_every_import_obeys_the_contracts() -> None:
    """No module imports from a layer above it, nor what its floor must not know."""
    status = import_linter.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == import_linter.EXIT_STATUS_SUCCESS, "run lint-imports to see which"


def test_every_module_has_its_floor() -> None:
    """A new module or package is put on a floor, so that the contract holds for it, too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = [
        contract["layers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    ]
    named = set(re.findall(r"[a-z_.]+", " ".join(layers)))
    ours = {f"recall_tui.{part.stem}" for part in (ROOT / "recall_tui").glob("[a-z_]*")}
    ours -= {"recall_tui.__init__", "recall_tui.__pycache__"}
    assert ours | set(PACKAGES[1:]) <= named
