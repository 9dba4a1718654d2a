"""Every generated page, by its path in the project."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.domain.spec import to_markdown as rules
from tests.printing import keys

ROOT: Final = Path(__file__).resolve().parents[2]
_PRINTERS: Final = (keys, rules)
"""Modules with a function ``pages()``: path in the project to text."""


def all_pages() -> Mapping[str, str]:
    """Return what each generated page has to say now."""
    return {path: text for printer in _PRINTERS for path, text in printer.pages().items()}
