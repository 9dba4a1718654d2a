"""docs/glossary.md defines every word of the domain."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from enum import Enum

import recall_tui.domain
from tests.house.tree import ROOT

_GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")


def _domain_classes() -> Iterator[type]:
    """Yield the public classes that modules of the domain define."""
    for module in pkgutil.walk_packages(recall_tui.domain.__path__, "recall_tui.domain."):
        loaded = importlib.import_module(module.name)
        for name, thing in inspect.getmembers(loaded, inspect.isclass):
            if not name.startswith("_") and thing.__module__ == module.name:
                yield thing


def _in_glossary(word: str) -> bool:
    """Whether the glossary writes ``word`` as code: the name stands between backticks."""
    return re.search(rf"`{re.escape(word)}`", _GLOSSARY) is not None


def test_every_class_of_the_domain_is_in_the_glossary() -> None:
    """A newcomer finds each public class of the domain by its name."""
    missing = [
        thing.__qualname__ for thing in _domain_classes() if not _in_glossary(thing.__name__)
    ]
    assert not missing


def test_every_choice_of_the_domain_is_in_the_glossary() -> None:
    """A newcomer finds each member of each enumeration by the value that files and commands use."""
    missing = [
        f"{thing.__name__}.{member.name} ({member.value})"
        for thing in _domain_classes()
        if issubclass(thing, Enum)
        for member in thing
        if not _in_glossary(str(member.value))
    ]
    assert not missing


def test_the_glossary_is_in_order() -> None:
    """The words of the house stand in alphabetical order, so that they are found."""
    table = _GLOSSARY.split("## The words")[1].split("\n## ")[0]
    words = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")][1:]
    assert words == sorted(words, key=str.casefold)
