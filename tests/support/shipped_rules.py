"""The rules that recall ships, read once for all tests of a process."""

from functools import cache

from recall_tui.domain.recalls import Rulebook
from recall_tui.pack.reader import SHIPPED, read_rulebook


@cache
def shipped_rules() -> Rulebook:
    """Return the rulebook of the shipped pack alone; nobody can change it."""
    return read_rulebook((SHIPPED,))
