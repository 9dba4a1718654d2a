"""A list that moved under the hand: nothing is done for a moment to whoever came there."""

from __future__ import annotations

from time import monotonic
from typing import Final

from screens.modals import asking
from widgets.worklist_control import WorklistControl

OF_ONE_ROW: Final = frozenset(
    {
        *("book", "note", "contact", "snooze", "decline", "complete"),
        *("assign", "reopen", "choose_month", "flag"),
    }
)
"""Actions that mean the row under the cursor where none is marked."""


def why_slipped(table: WorklistControl, action: str) -> str:
    """Say why an action must wait; empty: it need not.

    Somebody else's change, or one's own that took a while, took the patient away a moment ago:
    the key was meant for them.
    """
    if action not in OF_ONE_ROW or table.marked:
        return ""
    if monotonic() - table.slipped_at >= asking.GUARD_SECONDS:
        return ""
    return "the list moved just now: see who is under the cursor, and press it again"
