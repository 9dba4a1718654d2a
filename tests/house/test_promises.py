"""Tests state promises: each has a sentence, and none is skipped, slept or mocked."""

import ast
from collections.abc import Iterator

from tests.house.tree import inside, sources

_FORBIDDEN_CALLS = frozenset({"sleep", "skip", "skipif", "xfail", "importorskip", "MagicMock"})

_NO_TESTS = "tests/walkthrough/"
"""Records a page of the manual from outside, where a terminal can only be watched."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions() -> Iterator[tuple[str, _Function]]:
    for path in sources("tests"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, _Function):
                yield f"{inside(path)}:{node.name}", node


def _called(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Name):
            yield part.id


def test_every_test_says_what_it_promises() -> None:
    """A test without a sentence is not a promise."""
    silent = [
        name
        for name, node in _functions()
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert not silent


def test_no_test_is_skipped_slept_or_mocked() -> None:
    """A test runs always and waits for a fact; doubles are written by hand."""
    found = [
        f"{name} uses {word}"
        for name, node in _functions()
        if not name.startswith(_NO_TESTS)
        for word in sorted(_FORBIDDEN_CALLS.intersection(_called(node)))
    ]
    assert not found
