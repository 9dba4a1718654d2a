"""The line at the bottom: where we are, what is hidden and why, how old the data is, and whose.

    line = StatusLine(id="status")
    line.facts = StatusFacts(view="December 2026", row=12, rows=431, marks="3 marked",
                             hidden=(("done", 40), ("on hold", 12)), data_age="data 2 days old",
                             user="jsmith", database="demo.db", is_live=False)
    line.note = "Copied to the clipboard"            # stands beside the row until it is ""

Values in, no messages. What changes with every key stands first, since a line is repainted up to
what changed. On a narrow terminal the least needed words go first; how many rows are
hidden always stays. LIVE or TEST is said in words, and so is data that is too old.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual.reactive import reactive

from recall_tui.cleaning import clean
from widgets.one_line import OneLine
from widgets.runs import Run, fit_wide, width_of

TEXT = "status--text"
MUTED = "status--muted"
STRONG = "status--strong"
ALERT = "status--alert"


class StatusFacts(NamedTuple):
    """What the status line says; empty words and zeros are left out."""

    view: str = ""
    row: int = 0
    """The row under the cursor, from 1; 0 when there is none."""
    rows: int = 0
    marks: str = ""
    """The words of `WorklistTable.marks_in_words`."""
    hidden: tuple[tuple[str, int], ...] = ()
    """Why rows are not shown, and how many for each reason."""
    data_age: str = ""
    is_stale: bool = False
    """Whether the data is so old that it must be seen."""
    user: str = ""
    database: str = ""
    is_live: bool = False
    """Whether these are real patients: LIVE, else TEST."""

    mine: int = 0
    """Patients assigned to the person."""

    fresh: int = 0
    """How many of them since they last looked: told in another shape and colour."""

    mine_key: str = ""
    """The key that shows them; empty: none does."""

    has_more: bool = False
    """Whether more rows are still being read."""


class _Scope(NamedTuple):
    """How much is said."""

    has_database: bool = True
    has_user: bool = True
    has_view: bool = True
    has_age: bool = True
    is_wordy: bool = True
    """Whether the row is told in words, "row 12 of 431", or as 12/431."""
    reasons: int = 99
    """How many reasons of hidden rows are named."""


_NARROW = _Scope(has_database=False, has_user=False)

_SCOPES = (
    _Scope(),
    _Scope(has_database=False),
    _NARROW,
    _NARROW._replace(reasons=2),
    _NARROW._replace(reasons=1),
    _NARROW._replace(has_view=False, reasons=1),
    _NARROW._replace(has_view=False, reasons=1, is_wordy=False),
    _NARROW._replace(has_view=False, reasons=0, is_wordy=False),
    _NARROW._replace(has_view=False, reasons=0, is_wordy=False, has_age=False),
)
"""From all words to those that must be said."""


class StatusLine(OneLine):
    """One line at the bottom of a screen; a changed row number repaints only itself."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {TEXT, MUTED, STRONG, ALERT}
    DEFAULT_CSS = """
    StatusLine {
        height: 1; width: 1fr; background: $ground-panel; color: $ink-panel;
        & > .status--text { color: $ink-panel; background: $ground-panel; }
        & > .status--muted {
            color: $ink-panel-muted; background: $ground-panel-muted;
            text-style: $style-panel-muted;
        }
        & > .status--strong {
            color: $ink-panel-strong; background: $ground-panel-strong;
            text-style: $style-panel-strong;
        }
        & > .status--alert {
            color: $ink-alert; background: $ground-alert; text-style: $style-alert;
        }
    }
    """

    facts: reactive[StatusFacts] = reactive(StatusFacts(), repaint=False)
    """What is said; set a whole new value."""
    note: reactive[str] = reactive("", repaint=False)
    """A passing word beside the row, until it is set to "" again."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Begin with nothing to say."""
        super().__init__(self._runs_for, TEXT, id=id)

    def watch_facts(self) -> None:
        """Show what has changed."""
        self.show()

    def watch_note(self) -> None:
        """Show what has changed."""
        self.show()

    def _runs_for(self, width: int) -> Sequence[Run]:
        return status_runs(self.facts, width, self.note)


def status_runs(facts: StatusFacts, width: int, note: str = "") -> list[Run]:
    """Give the status line in exactly `width` cells, with as many words as fit."""
    left: list[Run] = []
    right: list[Run] = []
    for scope in _SCOPES:
        left, right = _left(facts, note, scope), _right(facts, scope)
        if width_of(left) + width_of(right) <= width:
            break
    room = max(0, width - width_of(right))
    if width_of(left) > room:
        left = [Run(fit_wide("".join(run.text for run in left), room), TEXT)]
    return [*left, Run(" " * (room - width_of(left)), TEXT), *right]


def _left(facts: StatusFacts, note: str, scope: _Scope) -> list[Run]:
    return _runs(
        (_place(facts, scope), TEXT),
        (note, STRONG),
        (facts.view if scope.has_view else "", STRONG),
        (_hidden(facts.hidden, scope.reasons), TEXT),
        (facts.marks, STRONG),
    )


def _right(facts: StatusFacts, scope: _Scope) -> list[Run]:
    return _runs(
        _mine(facts),
        (facts.data_age if scope.has_age or facts.is_stale else "", _age_style(facts)),
        (facts.user if scope.has_user else "", MUTED),
        (facts.database if scope.has_database else "", MUTED),
        ("LIVE", ALERT) if facts.is_live else ("TEST", STRONG),
    )


def _mine(facts: StatusFacts) -> tuple[str, str]:
    """Say how many patients are the person's own: in brackets, with a !, when some are new."""
    key = f" ({facts.mine_key})" if facts.mine_key else ""
    if facts.fresh:
        return f"[! {facts.fresh:,} new of {facts.mine:,} mine{key}]", ALERT
    return (f"{facts.mine:,} mine{key}" if facts.mine else "", MUTED)


def _place(facts: StatusFacts, scope: _Scope) -> str:
    """Say where the cursor is, always in as many cells, so that a move repaints no more."""
    if not facts.rows:
        return "no rows"
    rows = f"{facts.rows:,}" + ("+" if facts.has_more else "")
    row = f"{facts.row:>{len(rows)},}"
    return f"row {row} of {rows}" if scope.is_wordy else f"{row}/{rows}"


def _age_style(facts: StatusFacts) -> str:
    return ALERT if facts.is_stale else MUTED


def _runs(*pieces: tuple[str, str]) -> list[Run]:
    return [Run(f" {clean(text)} ", style) for text, style in pieces if text]


def _hidden(hidden: Iterable[tuple[str, int]], reasons: int) -> str:
    """Say how many rows are hidden, and the most frequent reasons."""
    counted = sorted((item for item in hidden if item[1]), key=lambda item: -item[1])
    if not counted:
        return ""
    total = f"{sum(count for _, count in counted):,} hidden"
    named = [f"{count:,} {words}" for words, count in counted[:reasons]]
    if not named:
        return total
    return f"{total}: {', '.join(named)}{', …' if len(named) < len(counted) else ''}"
