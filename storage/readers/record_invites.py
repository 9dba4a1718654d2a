"""The invites of one patient that the clinical record holds, as the page tells them.

Plain Python: the quick path uses it, where there are any.
"""

from __future__ import annotations

import json

from recall_tui.domain.record_invites import RECORD, counts_for
from storage.readers.due_logic import DUE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from typing import Any

    from recall_tui.domain.record_invites import RecordInvite
    from recall_tui.views.patient import InviteView
    from storage.readers.kit import Kit


def record_views(
    record: Iterable[RecordInvite], due: Iterable[Sequence[Any]], today: date, kit: Kit
) -> tuple[InviteView, ...]:
    """Return the invites that the clinical record holds, newest first; ``due``: rows of the plan.

    Each names the open items that it counts for, if any.
    """
    rows = [dict(zip(DUE, row, strict=False)) for row in due]
    opened = [(row, frozenset(json.loads(row["recalls"]))) for row in rows if row["is_open"]]
    return tuple(
        kit.invite(
            on=on,
            channel="",
            items=tuple(
                row["item"]
                for row, recalls in opened
                if about & recalls and counts_for(row, on, today)
            ),
            by=RECORD,
            batch="",
        )
        for on, about in sorted(record, key=lambda one: one[0], reverse=True)
        if on <= today
    )
