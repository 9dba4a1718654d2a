"""What was decided about one patient, as the page tells it: bookings, invites, notes.

Plain Python: the quick path uses it, too.
"""

from __future__ import annotations

import json
from datetime import date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from recall_tui.domain.decisions import Decision
    from recall_tui.views.patient import BookingView, InviteView, NoteView
    from storage.readers.kit import Kit

_NOTES = frozenset({"noted", "contacted"})


def booking_view(row: Mapping[str, Any], kit: Kit) -> BookingView:
    """Return the booking in a row of ``booking``; ``state`` is active or taken_back."""
    return kit.booking(
        booking_id=row["booking_id"],
        on=row["on"],
        items=tuple(item for item, _due_on in json.loads(row["covers"])),
        by=row["booked_by"],
        at=row["booked_at"],
        state="active" if row["active"] else "taken_back",
        appointment_id=row["appointment_id"],
        staff_group=row["staff_group"],
    )


def invites(events: Iterable[Decision], kit: Kit) -> tuple[InviteView, ...]:
    """Return one invite for each command that asked the patient, newest first."""
    groups: dict[str, list[Decision]] = {}
    for event in events:
        if event.kind == "invited":
            groups.setdefault(event.command_id, []).append(event)
    return tuple(_invite(some, kit) for some in reversed(groups.values()))


def notes(events: Iterable[Decision], kit: Kit) -> tuple[NoteView, ...]:
    """Return what was noted and what came of contacts, newest first."""
    kept = [event for event in events if event.kind in _NOTES]
    return tuple(
        kit.note(
            at=event.at,
            by=event.by,
            kind=_text(event, "outcome") or str(event.kind),
            words=_text(event, "words"),
        )
        for event in reversed(kept)
    )


def _invite(events: Sequence[Decision], kit: Kit) -> InviteView:
    first = events[0]
    on = _text(first, "on")
    return kit.invite(
        on=date.fromisoformat(on) if on else first.at.date(),
        channel=_text(first, "channel"),
        items=tuple(event.item for event in events),
        by=first.by,
        batch=_text(first, "batch"),
    )


def _text(event: Decision, key: str) -> str:
    value = event.payload.get(key)
    return value if isinstance(value, str) else ""
