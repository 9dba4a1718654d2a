"""The daily balance as lines of text that fit the narrowest terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from recall_tui.views.balance import BalanceLine
from recall_tui.views.names import Names

WIDTH = 78
"""Columns of an 80-column terminal less the margin of the page."""

LEAST_NAME = 11

_Count = Callable[[BalanceLine], int]
_COLUMNS: Sequence[tuple[str, str, str, _Count]] = (
    ("on", "reg.", "on the register", lambda line: line.on_register),
    ("", "done", "done", lambda line: line.done),
    ("", "booked", "booked", lambda line: line.booked),
    ("", "invited", "invited", lambda line: line.invited),
    ("to", "invite", "to invite", lambda line: line.to_invite),
    ("", "snoozed", "snoozed", lambda line: line.snoozed),
    ("on", "hold", "on hold", lambda line: line.on_hold),
    ("de-", "clined", "declined", lambda line: line.declined),
    ("esca-", "lated", "escalated", lambda line: line.escalated),
    ("", "diff.", "difference", lambda line: line.difference),
)
"""Both lines of each heading, its word, and what it counts."""

_ALWAYS = {"on the register", "to invite", "difference"}


def balance_text(lines: Sequence[BalanceLine], names: Names) -> str:
    """Return one line a recall; the last column must be 0. Columns of nobody are only named."""
    shown = [one for one in _COLUMNS if one[2] in _ALWAYS or any(map(one[3], lines))]
    empty = [word for _, _, word, _ in _COLUMNS if word not in {one[2] for one in shown}]
    texts = [[f"{count(line):,}" for line in lines] for *_, count in shown]
    widths = [
        max(map(len, (above, below, *text))) + 1
        for (above, below, *_), text in zip(shown, texts, strict=True)
    ]
    room = max(LEAST_NAME, WIDTH - sum(widths))
    called = [names.recall(line.recall) for line in lines]
    left = min(room, max(map(len, called), default=0) + 1)

    def row(name: str, cells: Sequence[str]) -> str:
        right = "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
        return name[: left - 1].ljust(left) + right

    head = [
        "Everybody on a register is in exactly one column; the difference must be 0.",
        "Counted by what that recall asks for up to this month; the list counts a",
        "patient by all recalls together, so that its figures of one recall differ.",
    ]
    if empty:
        head.append(f"Nobody is {', '.join(empty)}.")
    body = [row(name, cells) for name, cells in zip(called, zip(*texts, strict=True), strict=True)]
    upper = row("", [one[0] for one in shown]).rstrip()
    lower = row("", [one[1] for one in shown]).rstrip()
    return "\n".join([*head, "", upper, lower, *body])
