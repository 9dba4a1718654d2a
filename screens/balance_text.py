"""The daily balance as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from recall_tui.views.balance import BalanceLine
from recall_tui.views.names import Names

HEAD = (
    "on register", "done", "booked", "invited", "to invite", "snoozed", "on hold", "declined",
    "escalated", "difference",
)  # fmt: skip
NAME_WIDTH = 30


def balance_text(lines: Sequence[BalanceLine], names: Names) -> str:
    """Return one line a recall; the last column must be 0."""
    shown = ["Every patient on a register is in exactly one column; the difference must be 0.", ""]
    shown.append("".ljust(NAME_WIDTH) + "".join(f"{word:>12}" for word in HEAD))
    for line in lines:
        counts = (
            line.on_register, line.done, line.booked, line.invited, line.to_invite, line.snoozed,
            line.on_hold, line.declined, line.escalated, line.difference,
        )  # fmt: skip
        name = names.recall(line.recall)[: NAME_WIDTH - 1]
        shown.append(name.ljust(NAME_WIDTH) + "".join(f"{count:>12,}" for count in counts))
    return "\n".join(shown)
