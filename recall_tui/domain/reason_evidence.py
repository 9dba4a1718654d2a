"""What the plan keeps of why a due item stands where it does, and the reasons that follow from it.

A plan holds many due items and few are ever asked about: so it keeps with each only the evidence
that its other columns do not hold, and the reasons are put together when somebody reads them.
Loads next to nothing, since the quick path reads them, too.
"""

from __future__ import annotations

import json

from recall_tui.domain.reason_words import ReasonCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

FIELDS: tuple[str, ...] = (
    "kind",
    "why",
    "started",
    "registered",
    "next_recall",
    "source",
    "before",
    "changed_on",
    "last_code",
    "last_value",
    "unusable_on",
    "future_on",
    "qof_by",
    "qof_ids",
    "choice",
)
"""What the text of a due item says, in this order; a field that is empty is not known.

``kind``: of schedule. ``why``: why its first due date is where it is, a number of ``FIRST``.
``before``: the recall date before it changed. ``qof_ids`` and ``choice`` (the reason that names the
variation or the dose) are JSON.
"""

BETWEEN = "\t"
"""Stands between the fields; no JSON text holds it."""

FIRST_DIAGNOSED = -3
FIRST_REGISTERED = -4
FIRST_OFFERED = -5

FIRST = {
    FIRST_DIAGNOSED: (ReasonCode.FIRST_DIAGNOSED, "started"),
    FIRST_REGISTERED: (ReasonCode.FIRST_REGISTERED, "registered"),
    FIRST_OFFERED: (ReasonCode.FIRST_OFFERED, "registered"),
}
"""Why a first due date is where it is, and the field that says since when."""

_ONE_OF_A_KIND = {
    "once": ReasonCode.ONCE,
    "course": ReasonCode.COURSE,
    "seasonal": ReasonCode.SEASON,
}


def reasons_of(due: Mapping[str, Any]) -> str:
    """Return the JSON list of the reasons of a due item, most telling first.

    Args:
        due: the columns of a due item, ``reasons`` among them; ``recalls`` as a list or as JSON.
            Reasons that are a JSON list already stay as they are.
    """
    kept = due["reasons"] or "[]"
    if kept.startswith("["):
        return kept
    known: dict[str, str] = dict(zip(FIELDS, kept.split(BETWEEN, len(FIELDS) - 1), strict=True))
    parts = (_why_asked, _why_then, _what_happened, _what_follows)
    return f"[{','.join(one for part in parts for one in part(due, known))}]"


def _why_asked(due: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[str]:
    recalls = due["recalls"]
    if not isinstance(recalls, str):
        recalls = json.dumps(list(recalls), separators=(",", ":"))
    yield _reason(ReasonCode.ASKED_BY, recalls=recalls)
    if due["high_risk"]:
        yield _reason(ReasonCode.HIGH_RISK)
    if due["held"] and due["hold_words"] is not None:
        yield _reason(ReasonCode.ON_HOLD, words=json.dumps(due["hold_words"]))
    # Of several recalls each began on a day of its own: one of them would contradict the others.
    if known["started"] and "," not in recalls:
        yield _reason(ReasonCode.STARTED, on=_text(known["started"]))


def _why_then(due: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[str]:
    kind, is_open, every = known["kind"], due["is_open"], due["every"]
    first = FIRST.get(int(known["why"])) if is_open and known["why"] else None
    if kind == "anchored" and not first and every is not None and known["next_recall"]:
        on, source = _text(known["next_recall"]), _text(known["source"])
        yield _reason(ReasonCode.RECALL_DATE, every=_text(every), on=on, source=source)
    if kind == "interval" and every is not None:
        yield _reason(ReasonCode.AFTER_LAST, every=_text(every))
    # The open one of a course says which dose it is.
    if kind in _ONE_OF_A_KIND and not first and not (kind == "course" and is_open):
        yield _reason(_ONE_OF_A_KIND[kind])
    if kind == "anchored" and known["changed_on"] and known["before"]:
        before, on = _text(known["before"]), _text(known["changed_on"])
        yield _reason(ReasonCode.RECALL_DATE_CHANGED, before=before, on=on)
    if is_open and known["choice"]:
        yield known["choice"]
    if first and known[first[1]]:
        yield _reason(first[0], on=_text(known[first[1]]))


def _what_happened(due: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[str]:
    closed, last_done = due["closed_by"], due["last_done"]
    if closed == "evidence":
        yield from _done(due, known)
    elif closed == "override":
        yield _reason(ReasonCode.MARKED_DONE)
    elif closed is None and last_done is not None and known["last_code"]:
        yield _reason(ReasonCode.LAST_DONE, on=_text(last_done), **_event(known))
    if last_done is None:
        yield _reason(ReasonCode.NEVER_DONE)
    unusable = known["unusable_on"]
    if due["is_open"] and unusable and (last_done is None or unusable > str(last_done)):
        yield _reason(ReasonCode.UNUSABLE, on=_text(unusable))
    if known["future_on"]:
        yield _reason(ReasonCode.FUTURE_EVENT, on=_text(known["future_on"]))


def _done(due: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[str]:
    seen = {"on": _text(due["done_on"]), "due": _text(due["due_on"])}
    if due["done_on"] != due["last_done"] or not known["last_value"]:
        yield _reason(ReasonCode.DONE, **seen)
    elif known["last_code"]:
        yield _reason(ReasonCode.DONE, **seen, **_event(known))


def _event(known: Mapping[str, str]) -> dict[str, str]:
    """Return which event it was, and its value where it has one."""
    event = {"event": _text(known["last_code"])}
    return {**event, "value": known["last_value"]} if known["last_value"] else event


def _what_follows(due: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[str]:
    is_open, opens = due["is_open"], due["window_opens"]
    if due["early_days"] is not None and opens is not None:
        days, allowed = str(due["early_days"]), str((due["due_on"] - opens).days)
        yield _reason(ReasonCode.DONE_EARLY, days=days, allowed=allowed)
    if due["overdue_since"] is not None:
        yield _reason(ReasonCode.OVERDUE, since=_text(due["overdue_since"]))
    if due["long_gap_days"] is not None:
        yield _reason(ReasonCode.LONG_GAP, days=str(due["long_gap_days"]))
    if is_open and known["qof_by"] and known["qof_ids"]:
        yield _reason(ReasonCode.QOF_YEAR, by=_text(known["qof_by"]), ids=known["qof_ids"])
    if is_open and opens is not None:
        yield _reason(ReasonCode.WINDOW, opens=_text(opens), due=_text(due["due_on"]))
    if not is_open and due["closed_by"] is None:
        yield _reason(ReasonCode.EXPECTED)


def _reason(code: ReasonCode, **evidence: str) -> str:
    """Return one JSON object; ``evidence`` is JSON already."""
    fields = "".join(f',"{name}":{value}' for name, value in evidence.items())
    return f'{{"code":"{code.value}"{fields}}}'


def _text(value: object) -> str:
    """Return a day, a code or a frequency as JSON (they need no escaping)."""
    return f'"{value}"'
