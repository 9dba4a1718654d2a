"""The list as the overview holds it: snapshot and filter in, rows for the table out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from recall_tui.domain.states import DueState
from recall_tui.views.filters import FilterState, apply_filter
from recall_tui.views.names import NO_NAMES, Names
from recall_tui.views.words import STATE_WORDS
from recall_tui.views.worklist import EMPTY_WORKLIST, WorklistRow, WorklistSnapshot
from screens.columns import overview_columns, sort_value, table_row
from widgets.rows import SortKey, TupleSource

FAR = date.max


@dataclass(frozen=True)
class Listed:
    """One snapshot under one filter."""

    snapshot: WorklistSnapshot = EMPTY_WORKLIST
    filter: FilterState = field(default_factory=FilterState)
    names: Names = NO_NAMES
    order: tuple[str, bool] | None = None
    """Column and direction; None: by urgency."""

    @cached_property
    def rows(self) -> tuple[WorklistRow, ...]:
        """The rows that fit, in the default order."""
        fitting = apply_filter(self.snapshot.rows, self.filter, self.snapshot.today)
        return tuple(sorted(fitting, key=urgency))

    @cached_property
    def by_patient(self) -> Mapping[str, WorklistRow]:
        """Every row of the snapshot by patient number."""
        return {row.patient: row for row in self.snapshot.rows}

    @cached_property
    def source(self) -> TupleSource:
        """What the table shows."""
        rows = [table_row(row, self.names, self.snapshot.today) for row in self.rows]
        source = TupleSource(rows, [row.patient for row in self.rows])
        if self.order is None:
            return source
        column_id, is_reversed = self.order
        column = next(one for one in overview_columns("") if one.id == column_id)
        return source.sorted_by(SortKey(column.index, is_reversed=is_reversed, by=sort_value))

    @cached_property
    def hidden(self) -> tuple[tuple[str, int], ...]:
        """Why rows are hidden, and how many; nothing when they are shown."""
        if self.filter.show_hidden:
            return ()
        counts = Counter(row.state for row in self.snapshot.rows if row.is_hidden)
        return tuple(
            (STATE_WORDS[state].lower(), counts[state]) for state in DueState if counts[state]
        )

    @cached_property
    def title(self) -> str:
        """The month and where its patients stand."""
        counts = self.snapshot.counts()
        open_ones = sum(count for state, count in counts.items() if not state.is_hidden)
        states = ", ".join(
            f"{counts[state]:,} {STATE_WORDS[state].lower()}"
            for state in DueState
            if counts.get(state) and not state.is_hidden
        )
        month = f"{self.snapshot.month.first:%B %Y}"
        if not self.snapshot.rows:
            return f"{month}: nobody is listed"
        if not open_ones:
            return f"{month}: the list is empty. Everybody is done or hidden for a reason."
        return f"{month}: {open_ones:,} patients, {states}"

    @cached_property
    def age_words(self) -> str:
        """How old the clinical data are."""
        as_of = self.snapshot.data_as_of
        if as_of is None:
            return "no data imported"
        days = (self.snapshot.today - as_of).days
        if days <= 0:
            return "data of today"
        return "data 1 day old" if days == 1 else f"data {days} days old"


def urgency(row: WorklistRow) -> tuple[object, ...]:
    """Return the default order: high-risk overdue, overdue longest, most due items, number."""
    due = sum(one.is_open for one in row.due_items())
    return (
        not row.high_risk_overdue,
        row.overdue_since or FAR,
        -due,
        len(row.patient),
        row.patient,
    )
