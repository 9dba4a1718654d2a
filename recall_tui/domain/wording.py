"""Plain English: why something is due, and what to write into the appointment."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import cast

from recall_tui.domain.ids import ItemId, RecallId
from recall_tui.domain.items import Item
from recall_tui.domain.recalls import Rulebook

REASON_LIMIT = 100
NOTES_LIMIT = 500

Evidence = Mapping[str, object]
"""One reason as the engine stores it: its code, and the evidence it rests on."""


class ReasonCode(StrEnum):
    """Why a due item stands in the plan; each carries the evidence named here."""

    ASKED_BY = "asked_by"
    """recalls"""

    STARTED = "started"
    """on"""

    RECALL_DATE = "recall_date"
    """every, on (next recall date's month and day), source"""

    AFTER_LAST = "after_last"
    """every"""

    ONCE = "once"
    COURSE = "course"
    DOSE = "dose"
    """dose, of"""

    SEASON = "season"
    FIRST_DIAGNOSED = "first_diagnosed"
    FIRST_REGISTERED = "first_registered"
    FIRST_OFFERED = "first_offered"
    """on"""

    VARIATION = "variation"
    """every, words"""

    RESULT_OLD = "result_old"
    """every"""

    RECALL_DATE_CHANGED = "recall_date_changed"
    """before, on"""

    LAST_DONE = "last_done"
    """on, event, value"""

    NEVER_DONE = "never_done"
    WINDOW = "window"
    """opens, due"""

    DONE = "done"
    """on, event, value, due"""

    MARKED_DONE = "marked_done"
    DONE_EARLY = "done_early"
    """days, allowed"""

    OVERDUE = "overdue"
    """since"""

    LONG_GAP = "long_gap"
    """days"""

    QOF_YEAR = "qof_year"
    """by, ids"""

    HIGH_RISK = "high_risk"
    ON_HOLD = "on_hold"
    """words"""

    FUTURE_EVENT = "future_event"
    """on"""

    EXPECTED = "expected"


SENTENCES: Mapping[ReasonCode, str] = {
    ReasonCode.ASKED_BY: "Asked for by {recalls}.",
    ReasonCode.STARTED: "On this recall since {on}.",
    ReasonCode.RECALL_DATE: "Due every {every} from the recall date, {on} ({source}).",
    ReasonCode.AFTER_LAST: "Due {every} after it was last done.",
    ReasonCode.ONCE: "Due once.",
    ReasonCode.COURSE: "One of a course of doses.",
    ReasonCode.DOSE: "Dose {dose} of {of}.",
    ReasonCode.SEASON: "Due once each season.",
    ReasonCode.FIRST_DIAGNOSED: "First check after the diagnosis on {on}.",
    ReasonCode.FIRST_REGISTERED: "First check after registering on {on}.",
    ReasonCode.FIRST_OFFERED: "First check since it is offered, from {on}.",
    ReasonCode.VARIATION: "Every {every}, because: {words}.",
    ReasonCode.RESULT_OLD: "Every {every}, because the last result is missing or over a year old.",
    ReasonCode.RECALL_DATE_CHANGED: "The recall date changed on {on}; before it was {before}.",
    ReasonCode.LAST_DONE: "Last done on {on}{value}.",
    ReasonCode.NEVER_DONE: "There is no record that it was ever done.",
    ReasonCode.WINDOW: "Counts when done from {opens}.",
    ReasonCode.DONE: "Done on {on}{value}; it was due on {due}.",
    ReasonCode.MARKED_DONE: "Marked done by the practice.",
    ReasonCode.DONE_EARLY: "Done {days} days early; {allowed} are allowed, so it does not count.",
    ReasonCode.OVERDUE: "Overdue since {since}.",
    ReasonCode.LONG_GAP: "Long gap: {days} days from the last time to the due date.",
    ReasonCode.QOF_YEAR: "Must be recorded by {by} for QOF ({ids}).",
    ReasonCode.HIGH_RISK: "High-risk monitoring: it is never hidden.",
    ReasonCode.ON_HOLD: "On hold: {words}.",
    ReasonCode.FUTURE_EVENT: "The record has it dated in the future ({on}); that does not count.",
    ReasonCode.EXPECTED: "Expected if nothing changes.",
}
"""The one sentence of each code; names in braces are filled from its evidence."""

SOURCES = {
    "birthday": "birthday",
    "medication_review": "last medication review",
    "chosen": "chosen month",
}

YEARLESS = {ReasonCode.RECALL_DATE: "on", ReasonCode.RECALL_DATE_CHANGED: "before"}
"""Where only day and month of a date are meant."""


def sentences(reasons: str, rulebook: Rulebook) -> list[str]:
    """Return the sentences for a JSON list of reasons, in order."""
    found: list[Evidence] = json.loads(reasons)
    return [sentence(one, rulebook) for one in found]


def sentence(reason: Evidence, rulebook: Rulebook) -> str:
    """Return one reason in words a receptionist understands."""
    code = ReasonCode(str(reason["code"]))
    words = {key: _words(key, value, rulebook) for key, value in reason.items()}
    yearless = YEARLESS.get(code)
    if yearless is not None:
        words[yearless] = _day_and_month(str(reason[yearless]))
    if "on" in SENTENCES[code] or "value" in reason:
        words.setdefault("value", "")
    return SENTENCES[code].format(**words)


def _words(key: str, value: object, rulebook: Rulebook) -> str:
    if key == "recalls":
        return _listed([_recall_name(one, rulebook) for one in _strings(value)])
    if key == "ids":
        return ", ".join(_strings(value))
    if key == "value":
        return f": {value:g}" if isinstance(value, int | float) else ""
    if key == "source":
        return SOURCES.get(str(value), str(value))
    return _day(str(value)) if key in {"on", "since", "opens", "due", "by"} else str(value)


def _strings(value: object) -> list[str]:
    """Return a list that came from JSON as texts."""
    return [str(one) for one in cast("list[object]", value)]


def _recall_name(recall: str, rulebook: Rulebook) -> str:
    known = rulebook.recalls.get(RecallId(recall))
    return known.name if known else recall


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%b %Y}"


def _day_and_month(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B}"


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
