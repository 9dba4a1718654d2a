"""The safety case: every test that it names exists, and it never claims to be signed."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def _tests_in(path: Path) -> frozenset[str]:
    """Return the names of the tests of a file, of none where there is no file."""
    if not path.exists():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, functions) and node.name.startswith("test_")
    )


def _rows(prefix: str) -> list[str]:
    return [line for line in PAGE.splitlines() if line.startswith(f"| {prefix}-")]


def test_every_named_test_exists() -> None:
    """A control counts only where a test proves it: none may be renamed or removed unseen."""
    named = NAMED.findall(PAGE)
    missing = [f"{path}::{name}" for path, name in named if name not in _tests_in(ROOT / path)]
    assert not missing
    assert len(named) > 50


def test_every_hazard_and_rule_names_a_test_or_says_that_there_is_none() -> None:
    """No row of the log claims a control without a proof."""
    hazards, rules = _rows("H"), _rows("R")
    assert len(rules) == 25
    assert [
        row for row in (*hazards, *rules) if not NAMED.search(row) and "**no test**" not in row
    ] == []
    assert len(hazards) > 25


def test_every_story_is_a_control() -> None:
    """Each patient of tests/safety stands in the hazard log."""
    named = {name for path, name in NAMED.findall(PAGE) if path.startswith("tests/safety/")}
    stories = {
        name for path in (ROOT / "tests/safety").glob("test_*.py") for name in _tests_in(path)
    }
    assert stories == named


def test_it_stays_a_draft_until_somebody_signs() -> None:
    """What nobody with clinical authority has signed says so in its first lines."""
    first = PAGE[:600]
    assert "Draft until a named, registered Clinical Safety Officer signs" in first
    assert "*(nobody yet)*" in PAGE
