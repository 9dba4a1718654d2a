"""What items and recalls are called on screen."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from recall_tui.domain.ids import TEST_PRACTICE

_NONE: Mapping[str, str] = MappingProxyType({})


class Names(NamedTuple):
    """Names by id; an unknown id is its own name."""

    items: Mapping[str, str] = _NONE
    recalls: Mapping[str, str] = _NONE
    recalls_short: Mapping[str, str] = _NONE
    flags: Mapping[str, str] = _NONE
    """Those that people may set by hand."""

    def item(self, item: str) -> str:
        """Return what an item is called."""
        return self.items.get(item, item)

    def recall(self, recall: str) -> str:
        """Return what a recall is called."""
        return self.recalls.get(recall, recall)

    def recall_short(self, recall: str) -> str:
        """Return a recall's short name for narrow columns."""
        return self.recalls_short.get(recall, recall)

    def flag(self, flag: str) -> str:
        """Return what a flag is called."""
        return self.flags.get(flag) or flag.replace("_", " ").capitalize()


NO_NAMES = Names()
"""Before the rules are read."""


def is_live(practice_words: str) -> bool:
    """Whether these are real patients: neither the synthetic practice nor a demo store."""
    return "demo-" not in practice_words and not practice_words.startswith(TEST_PRACTICE)
