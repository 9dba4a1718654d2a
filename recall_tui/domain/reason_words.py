"""Plain English for the reasons that the plan stores with each due item.

Loads next to nothing, since the quick path words reasons, too.
"""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from math import inf, nextafter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, TypeAlias

    Evidence: TypeAlias = Mapping[str, Any]
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

    UNUSABLE = "unusable"
    """on"""

    FUTURE_EVENT = "future_event"
    """on"""

    EXPECTED = "expected"


SENTENCES: Mapping[ReasonCode, str] = {
    ReasonCode.ASKED_BY: "Asked for by {recalls}.",
    ReasonCode.STARTED: "Needed since {on}.",
    ReasonCode.RECALL_DATE: "Due every {every} from the recall date, {on} ({source}).",
    ReasonCode.AFTER_LAST: "Due {every} after each time it is done.",
    ReasonCode.ONCE: "Due once.",
    ReasonCode.COURSE: "One of a course of doses.",
    ReasonCode.DOSE: "Dose {dose} of {of}.",
    ReasonCode.SEASON: "Due once each season.",
    ReasonCode.FIRST_DIAGNOSED: "First check after the start on {on}.",
    ReasonCode.FIRST_REGISTERED: "First check after registering on {on}.",
    ReasonCode.FIRST_OFFERED: "First check since it is offered, from {on}.",
    ReasonCode.VARIATION: "Every {every}, because: {words}.",
    ReasonCode.RESULT_OLD: "Every {every}, because a result that decides how often is missing or"
    " over a year old.",
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
    ReasonCode.UNUSABLE: "Recorded on {on} without a result that can be used (none, only a part,"
    " implausible, or in an unknown unit): that does not count.",
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


def sentences(reasons: str, recalls: Mapping[str, str]) -> list[str]:
    """Return the sentences for a JSON list of reasons, in order; ``recalls`` names them by id."""
    return [sentence(one, recalls) for one in json.loads(reasons)]


def sentence(reason: Evidence, recalls: Mapping[str, str]) -> str:
    """Return one reason in words a receptionist understands."""
    code = ReasonCode(str(reason["code"]))
    words = {key: _words(key, value, recalls) for key, value in reason.items()}
    yearless = YEARLESS.get(code)
    if yearless is not None:
        words[yearless] = _day_and_month(str(reason[yearless]))
    if "on" in SENTENCES[code] or "value" in reason:
        words.setdefault("value", "")
    return SENTENCES[code].format(**words)


def _words(key: str, value: Any, recalls: Mapping[str, str]) -> str:  # noqa: ANN401 - from JSON
    if key == "recalls":
        return _listed([recalls.get(str(one), str(one)) for one in value])
    if key == "ids":
        return ", ".join(str(one) for one in value)
    if key == "value":
        return f": {result_words(value)}" if isinstance(value, int | float) else ""
    if key == "source":
        return SOURCES.get(str(value), str(value))
    return _day(str(value)) if key in {"on", "since", "opens", "due", "by"} else str(value)


def result_words(value: float) -> str:
    """Return a result as people read it: the number just beside 3 stands for ``<3`` or ``>3``.

    So the importer reads what lies beyond what the laboratory measures.
    """
    shown = f"{value:g}"
    near = float(shown)
    if value == nextafter(near, -inf):
        return f"<{shown}"
    return f">{shown}" if value == nextafter(near, inf) else shown


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%b %Y}"


def _day_and_month(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B}"
