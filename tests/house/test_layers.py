"""The layers of the house hold."""

from importlinter import cli as import_linter

from tests.house.tree import ROOT


def test_every_import_obeys_the_contracts() -> None:
    """No module imports from a layer above it, nor what its floor must not know."""
    status = import_linter.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == import_linter.EXIT_STATUS_SUCCESS, "run lint-imports to see which"
