"""The most urgent patients of a month, before the whole list is read.

The database says who may come first, from what the plan holds; what was decided since can only make
a patient less urgent. So a row is known to stand where it is when it is at least as urgent as the
plan lets the first patient be who was not read.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from itertools import takewhile
from typing import Any

from recall_tui.domain.calendar import Month
from recall_tui.views.worklist import WorklistSnapshot, urgency
from storage.readers.list_books import Whose
from storage.readers.list_rows import condition

SCREENFUL = 60
"""Rows: more than most terminals are high."""


def top_question(
    whose: Whose, month: Month, today: date, count: int = SCREENFUL
) -> tuple[str, tuple[object, ...]]:
    """Return the select of those who may be the first ``count`` of a month, and of one more."""
    wanted, values = condition(whose, month, today, None)
    return _TOP.format(wanted), (*values, today.isoformat(), count + 1)


def of_the_top(
    found: Sequence[Sequence[Any]], read: Callable[[Collection[str]], WorklistSnapshot], count: int
) -> WorklistSnapshot:
    """Return the first rows of a month in the order of urgency, at most ``count``.

    They are the beginning of what ``read_list`` gives in that order; the snapshot is whole if the
    month has no more rows. ``found``: what the question gave; ``read`` gives the list of patients.
    """
    found = sorted(found, key=_at_most)
    snapshot = read([row[0] for row in found[:count]])
    rows = sorted(snapshot.rows, key=urgency)
    if len(found) <= count:
        return replace(snapshot, rows=tuple(rows))
    bound = _at_most(found[count])
    certain = takewhile(lambda row: urgency(row) <= bound, rows)
    return replace(snapshot, rows=tuple(certain), is_whole=False)


def _at_most(row: Sequence[Any]) -> tuple[bool, date, int, int, str]:
    """Return the most urgent that a patient can be, as ``urgency`` says it."""
    patient, high_risk, since, due = row
    overdue = date.fromisoformat(since) if since else date.max
    return (not int(high_risk), overdue, -int(due), len(patient), patient)


# The plus keeps the database to the index of the month: in the order of the patients it would read
# everything that was ever planned.
_OPEN = "d.overdue_since IS NOT NULL AND d.done_on IS NULL AND d.closed_by IS NULL"
_TOP = (
    f"SELECT d.patient_number, max(d.high_risk AND {_OPEN}) AS risk, "  # noqa: S608 - our names
    f"coalesce(min(CASE WHEN d.high_risk AND {_OPEN} THEN d.overdue_since END), "
    f"min(CASE WHEN {_OPEN} THEN d.overdue_since END)) AS since, sum(d.is_open) AS due "
    "FROM due_item d CROSS JOIN patient p WHERE p.practice_id = d.practice_id "
    "AND p.patient_number = d.patient_number AND {} AND p.died_on IS NULL "
    "AND (p.left_on IS NULL OR p.left_on > ?) AND p.absent_since IS NULL "
    "GROUP BY +d.patient_number ORDER BY risk DESC, since IS NULL, since, due DESC, "
    "length(d.patient_number), d.patient_number LIMIT ?"
)
