"""What items and recalls are called on screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from recall_tui.domain.ids import TEST_PRACTICE


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id; an unknown id is its own name."""

    items: Mapping[str, str] = field(default_factory=dict[str, str])
    recalls: Mapping[str, str] = field(default_factory=dict[str, str])
    recalls_short: Mapping[str, str] = field(default_factory=dict[str, str])
    flags: Mapping[str, str] = field(default_factory=dict[str, str])
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
