"""What is shown of restricted records to whoever may not see them: that there is one, by number.

They stay in lists and counts, so that nobody drops off; name, identifiers, contact details and what
is due are for those with the right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from recall_tui.domain.channel import Channel
from recall_tui.views.worklist import WorklistRow, WorklistSnapshot

if TYPE_CHECKING:
    from recall_tui.views.patient import PatientHit
    from recall_tui.views.queues import QueueView

NAME: Final = "Restricted record"
"""Stands where the name would."""


def holds_restricted(snapshot: WorklistSnapshot) -> bool:
    """Whether any record of the list is restricted; in most lists none is."""
    return any(row.restricted for row in snapshot.rows)


def without_restricted(snapshot: WorklistSnapshot) -> WorklistSnapshot:
    """Return the list with nothing but number and state of restricted records."""
    if not holds_restricted(snapshot):
        return snapshot
    rows = tuple(_row(row) if row.restricted else row for row in snapshot.rows)
    return replace(snapshot, rows=rows)


def _row(row: WorklistRow) -> WorklistRow:
    return replace(
        row,
        nhs_number=None,
        name=NAME,
        date_of_birth=date.min,
        appointments=(),
        recalls=(),
        channel=Channel.NONE,
        flags=(),
        usual_gp="",
        next_appointment=None,
        language="",
        interpreter=False,
        household="",
        stopped="",
    )


def hits_without_restricted(
    hits: Iterable[PatientHit], restricted: Collection[str]
) -> tuple[PatientHit, ...]:
    """Return the hits of a look-up with nothing but the number of restricted records."""
    return tuple(
        replace(hit, name=NAME, date_of_birth=date.min, postcode="")
        if hit.patient in restricted
        else hit
        for hit in hits
    )


def queue_without_restricted(view: QueueView, restricted: Collection[str]) -> QueueView:
    """Return the queue with nothing but number and heading of restricted records."""
    # Loaded here: the first list needs no queue.
    from recall_tui.views.queues import QueueRow  # noqa: PLC0415 - as said

    rows = (
        QueueRow(row.patient, NAME, row.group, "") if row.patient in restricted else row
        for row in view.rows
    )
    return replace(view, rows=tuple(dict.fromkeys(rows)))
