"""The budgets of size: small files, small functions, small classes."""

import ast
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.house import tree
from tests.house.tree import inside, sources

FILE_LINES: Final = 400
TEST_FILE_LINES: Final = 700
FUNCTION_LINES: Final = 40
CLASS_LINES: Final = 250


class Allowed(NamedTuple):
    """Something over its budget: how long it may be, why, and when that was decided."""

    lines: int
    reason: str
    decided: date


ALLOWED: Final[dict[str, Allowed]] = {}
"""By name: ``path`` for a file, ``path:Class.function`` for the rest."""


def _measure(path: Path) -> dict[str, tuple[int, int]]:
    """Return (lines, budget) of the file and of each class and function in it, by name."""
    text = path.read_text(encoding="utf-8")
    name = inside(path)
    budget = TEST_FILE_LINES if name.startswith("tests/") else FILE_LINES
    found = {name: (len(text.splitlines()), budget)}
    _measure_parts(ast.parse(text), f"{name}:", found)
    return found


def _measure_parts(node: ast.AST, place: str, found: dict[str, tuple[int, int]]) -> None:
    for part in ast.iter_child_nodes(node):
        if not isinstance(part, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _measure_parts(part, place, found)
            continue
        lines = (part.end_lineno or part.lineno) - part.lineno + 1
        budget = CLASS_LINES if isinstance(part, ast.ClassDef) else FUNCTION_LINES
        name = f"{place}{part.name}"
        found[name] = (lines, budget)
        _measure_parts(part, f"{name}.", found)


def _all_sizes(*folders: str) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for path in sources(*folders):
        # A migration is a statement of tables at one moment: never edited, never refactored.
        if "migrations" not in path.parts:
            found.update(_measure(path))
    return found


def test_nothing_is_larger_than_its_budget() -> None:
    """Every file, class and function of the product keeps its budget, or says why it may not."""
    over = {
        name: f"{lines} lines, {budget} allowed"
        for name, (lines, budget) in _all_sizes().items()
        if lines > (ALLOWED[name].lines if name in ALLOWED else budget)
    }
    assert not over


def test_test_files_are_small_too() -> None:
    """A test file of more than 700 lines hides its promises."""
    over = [
        f"{name}: {lines}"
        for name, (lines, budget) in _all_sizes("tests").items()
        if ":" not in name and lines > budget
    ]
    assert not over


def test_every_exception_is_still_needed_and_has_a_reason() -> None:
    """The list of exceptions holds only what is over its budget, each with a reason."""
    sizes = _all_sizes()
    for name, allowed in ALLOWED.items():
        lines, budget = sizes[name]
        assert budget < lines <= allowed.lines
        assert allowed.reason


def test_the_measure_sees_what_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function of 41 lines inside a class is found and named."""
    body = "\n".join(f"        a = {number}" for number in range(40))
    file = tmp_path / "storage" / "long.py"
    file.parent.mkdir()
    file.write_text(f"class A:\n    def b(self):\n{body}\n", encoding="utf-8")
    monkeypatch.setattr(tree, "ROOT", tmp_path)
    assert _measure(file)["storage/long.py:A.b"] == (41, FUNCTION_LINES)
