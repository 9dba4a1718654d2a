"""Plain English: why something is due, and what to write into the appointment."""

from collections.abc import Sequence

from recall_tui.domain import reason_words
from recall_tui.domain.ids import ItemId
from recall_tui.domain.items import Item
from recall_tui.domain.recalls import (
    Anchored,
    Course,
    Interval,
    Once,
    Requirement,
    Rulebook,
    Seasonal,
)

REASON_LIMIT = 100
NOTES_LIMIT = 500

_KINDS = {
    Anchored: "anchored",
    Interval: "interval",
    Once: "once",
    Course: "course",
    Seasonal: "seasonal",
}


def recall_names(rulebook: Rulebook) -> dict[str, str]:
    """Return what each recall is called, by its id."""
    return {str(one.id): one.name for one in rulebook.recalls.values()}


def rule_words(rulebook: Rulebook) -> dict[str, object]:
    """Return, as JSON values, what things are called and what each recall asks for, in order.

    ``items`` and ``recalls``: id to name. ``asked``: recall to item, kind of schedule and own
    frequency (empty where it has none) of each requirement. ``after``: item to the items that must
    come before it (the bloods that a review reads). ``minutes``: what each item takes.
    """
    return {
        "items": {str(one.id): one.name for one in rulebook.items.values()},
        "recalls": recall_names(rulebook),
        "asked": {
            str(recall.id): [
                [str(one.item), _KINDS[type(one.schedule)], _own_frequency(one)]
                for one in recall.requirements
            ]
            for recall in rulebook.recalls.values()
        },
        "after": {
            str(one.id): [str(first) for first in one.after]
            for one in rulebook.items.values()
            if one.after
        },
        "minutes": {str(one.id): one.minutes for one in rulebook.items.values()},
    }


def _own_frequency(requirement: Requirement) -> str:
    schedule = requirement.schedule
    if not isinstance(schedule, Anchored | Interval):
        return ""
    return f"{schedule.every.count} {schedule.every.unit}"


def sentences(reasons: str, rulebook: Rulebook) -> list[str]:
    """Return the sentences for a JSON list of reasons, in order."""
    return reason_words.sentences(reasons, recall_names(rulebook))


def item_name(item: str, rulebook: Rulebook) -> str:
    """Return what an item is called, or its id when the rules do not know it."""
    known = rulebook.items.get(ItemId(item))
    return known.name if known else item


def reason_text(items: Sequence[Item], limit: int = REASON_LIMIT) -> str:
    """Return the appointment's reason: what is to be done, most important first.

    It is at most ``limit`` characters and is never cut inside a word: what does not fit is
    counted ("+2 more").
    """
    return _fitted([item.reason or item.name for item in by_importance(items)], ", ", limit)


def notes_text(items: Sequence[Item], limit: int = NOTES_LIMIT) -> str:
    """Return the appointment's notes, one line an item, fitted like ``reason_text``."""
    return _fitted([item.notes or item.name for item in by_importance(items)], "\n", limit)


def by_importance(items: Sequence[Item]) -> list[Item]:
    """Return the items, high-risk monitoring first, otherwise in the order given."""
    return sorted(items, key=lambda item: not item.high_risk)


def _fitted(texts: Sequence[str], separator: str, limit: int) -> str:
    lines = list(dict.fromkeys(" ".join(text.split()) for text in texts))
    for count in range(len(lines), 0, -1):
        more = [f"+{len(lines) - count} more"] if count < len(lines) else []
        text = separator.join([*lines[:count], *more])
        if len(text) <= limit:
            return text
    return _words_that_fit(lines[0], len(lines) - 1, limit) if lines else ""


def _words_that_fit(line: str, others: int, limit: int) -> str:
    """Return the first words of a line that is too long on its own, and how many follow."""
    more = f" +{others} more" if others else ""
    words = line.split()
    for count in range(len(words), 0, -1):
        text = f"{' '.join(words[:count])} …{more}"
        if len(text) <= limit:
            return text
    return f"{others + 1} items"[:limit]
