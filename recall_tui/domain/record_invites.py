"""Invites that the clinical record holds, counted beside those that were recorded here.

They are read from coded events, never written as decisions. One counts for a due item when it asks
about one of its recalls, came after the item was last done, and no earlier than the item can be
called for. Loads next to nothing, since the quick path needs it.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, TypeAlias

    from recall_tui.domain.decisions import ItemState

    RecordInvite: TypeAlias = tuple[date, frozenset[str]]
    """The day of an invite, and the recalls that it asks about: none where nobody can tell."""

    Counted: TypeAlias = tuple[int, date | None]
    """How many invites, and when the last one was."""

RECORD = "the clinical record"
"""Who invited, where no person did it here."""

SAME_INVITE_DAYS = 7
"""Two invites less than a week apart count as one (QOF personalised care adjustment)."""

CALLED_FROM = timedelta(weeks=18)
"""How long before its due date an item may have been called for: the longest tolerance of a year's
item, 12 weeks, and the 6 weeks for which a list opens ahead."""


@lru_cache(maxsize=64)
def read_record_invites(text: str | None) -> tuple[RecordInvite, ...]:
    """Return the invites in a JSON list of [day, recall ids], in order."""
    rows: list[tuple[str, list[str]]] = json.loads(text) if text else []
    return tuple((_day(day), _about(tuple(ids))) for day, ids in rows)


@lru_cache(maxsize=8192)
def _day(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache(maxsize=1024)
def _about(ids: tuple[str, ...]) -> frozenset[str]:
    """Return recall ids; the records of a practice share one set of the same."""
    return frozenset(ids)


def counts_for(due: Mapping[str, Any], on: date, today: date) -> bool:
    """Whether an invite of that day can be one for an open due item (a row of the plan)."""
    answered = (due["last_done"], due["closed_through"])
    if on > today or any(day is not None and on <= day for day in answered):
        return False
    due_on: date = due["due_on"]
    return on >= min(due_on, due["overdue_since"] or due_on) - CALLED_FROM


def with_record(state: ItemState, days: Iterable[date]) -> Counted:
    """Return the invites of ``state`` with those of the record on ``days``.

    Those within a week of one that is counted already are the same invite.
    """
    kept = [date.fromisoformat(day) for day in (state.invite_days or "").split()]
    if not kept and state.last_invited is not None:
        kept.append(state.last_invited)
    count, last = state.invites, state.last_invited
    for on in sorted(days):
        if all(abs((on - other).days) >= SAME_INVITE_DAYS for other in kept):
            kept.append(on)
            count += 1
        last = on if last is None else max(last, on)
    return count, last


def counted(
    state: ItemState, due: Mapping[str, Any], record: Iterable[RecordInvite], today: date
) -> tuple[Counted, Counted]:
    """Return the invites for an open due item with those of the record, and those of the patient.

    The patient's are all since the item can be called for, whatever they asked about.
    """
    days = [one for one in record if counts_for(due, one[0], today)]
    if not days:
        here = (state.invites, state.last_invited)
        return here, here
    named = [on for on, about in days if about.intersection(due["recalls"])]
    return with_record(state, named), with_record(state, [on for on, _about in days])
