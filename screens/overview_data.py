"""The list as the overview holds it: snapshot, names and filter in, rows for the table out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from recall_tui.domain.states import DueState
from recall_tui.views.filters import (
    Facet,
    FilterState,
    Indexed,
    Looking,
    fits,
    fitting,
    hidden_counts,
    index_rows,
)
from recall_tui.views.names import NO_NAMES, Names
from recall_tui.views.words import STATE_WORDS
from recall_tui.views.worklist import EMPTY_WORKLIST, WorklistRow, WorklistSnapshot, urgency
from screens.bindings import is_left_out
from screens.columns import COLUMNS_BY_ID, TableRows, follower, sort_value
from widgets.rows import SortKey, TupleSource

Orders: TypeAlias = tuple[tuple[str, bool], ...]
"""Columns and directions, the leading one first; none: by urgency."""

SHORT_WORDS: Mapping[DueState, str] = {DueState.NO_CONTACT: "no contact"}
"""States in the title, where they are shorter than in the list."""


@dataclass(frozen=True)
class Prepared:
    """A snapshot in the default order, with all that does not depend on the filter."""

    snapshot: WorklistSnapshot = EMPTY_WORKLIST
    names: Names = NO_NAMES
    looking: Looking | None = None
    """Who looks at it; None: nobody in particular."""

    @cached_property
    def indexed(self) -> Indexed:
        """The rows, most urgent first, and what filters compare."""
        rows = sorted(self.snapshot.rows, key=urgency)
        looking = self.looking or Looking(self.snapshot.today)
        return index_rows(rows, looking, self.names)

    @cached_property
    def table_rows(self) -> TableRows:
        """What the table shows of each row."""
        return TableRows(self.indexed.rows, self.names, self.snapshot.today)

    @cached_property
    def by_patient(self) -> Mapping[str, WorklistRow]:
        """Every row of the snapshot by patient number."""
        return {row.patient: row for row in self.snapshot.rows}

    @cached_property
    def counts(self) -> Mapping[DueState, int]:
        """How many patients stand in each state."""
        return self.snapshot.counts()

    @cached_property
    def _sources(self) -> dict[Orders, TupleSource]:
        """Every row as the table shows it, by the orders asked for."""
        keys = [row.patient for row in self.indexed.rows]
        return {(): TupleSource(self.table_rows, keys).indexed()}

    def source(self, orders: Orders) -> TupleSource:
        """Every row as the table shows it: by some columns, and then by urgency."""
        found = self._sources.get(orders)
        if found is None:
            whole = self._sources[()]
            values = self.table_rows.values([COLUMNS_BY_ID[name].index for name, _ in orders])
            keys = [
                SortKey(place, is_reversed=is_reversed, by=sort_value)
                for place, (_, is_reversed) in enumerate(orders)
            ]
            ordered = TupleSource(values, range(len(values))).sorted_by(*keys)
            found = self._sources[orders] = whole.in_order_of(ordered)
        return found

    def ready(self, orders: Orders = ()) -> Prepared:
        """Work everything out now (in a worker thread), and give the same back."""
        _ = self.indexed, self.by_patient, self.counts, self.source(orders)
        return self


@dataclass(frozen=True)
class Listed:
    """A prepared snapshot under one filter, in one order."""

    prepared: Prepared = field(default_factory=Prepared)
    filter: FilterState = field(default_factory=FilterState)
    orders: Orders = ()
    """Columns and directions, the leading one first; then, and without any, by urgency."""

    by_household: bool = False
    """Whether those who live together stand together, behind the first of them."""

    @property
    def order(self) -> tuple[str, bool] | None:
        """The leading column and its direction, as a named view keeps it; None: by urgency."""
        return self.orders[0] if self.orders else None

    @property
    def snapshot(self) -> WorklistSnapshot:
        """The list as it was read."""
        return self.prepared.snapshot

    @property
    def names(self) -> Names:
        """What items and recalls are called."""
        return self.prepared.names

    @property
    def by_patient(self) -> Mapping[str, WorklistRow]:
        """Every row of the snapshot by patient number."""
        return self.prepared.by_patient

    @cached_property
    def rows(self) -> tuple[WorklistRow, ...]:
        """The rows that fit, most urgent first."""
        every = self.prepared.indexed.rows
        return tuple(every[at] for at in fitting(self.prepared.indexed, self.filter))

    @cached_property
    def source(self) -> TupleSource:
        """What the table shows."""
        prepared = self.prepared
        ordered = prepared.source(self.orders).narrowed(fits(prepared.indexed, self.filter))
        return self._together(ordered) if self.by_household else ordered

    def _together(self, source: TupleSource) -> TupleSource:
        """Put those who live together behind the first of them, with a sign before their names."""
        homes: dict[str, list[int]] = {}
        keys = [str(source.key(at)) for at in range(len(source))]
        for at, patient in enumerate(keys):
            home = self.by_patient[patient].household or f"alone {patient}"
            homes.setdefault(home, []).append(at)
        rows = source.rows(0, len(source))
        order = [at for some in homes.values() for at in some]
        behind = {at for some in homes.values() for at in some[1:]}
        shown = [follower(rows[at]) if at in behind else rows[at] for at in order]
        return TupleSource(shown, [keys[at] for at in order])

    @cached_property
    def hidden(self) -> tuple[tuple[str, int], ...]:
        """Why rows that the filter fits are hidden, and how many; nothing when they are shown."""
        if self.filter.show_hidden or not self.snapshot.is_whole:
            return ()
        counts = hidden_counts(self.prepared.indexed, self.filter)
        return tuple(
            (STATE_WORDS[state].lower(), counts[state]) for state in DueState if counts.get(state)
        )

    def title(self, width: int) -> str:
        """Return the month and where its patients stand, shorter where it does not fit."""
        if self.snapshot is EMPTY_WORKLIST or not self.snapshot.is_whole:
            return ""
        month = self.snapshot.month.first
        counts = self.prepared.counts
        open_ones = sum(count for state, count in counts.items() if not state.is_hidden)
        if not open_ones:
            return f"{month:%B %Y}: the list is empty, nobody is left to invite or to book"
        states = ", ".join(
            f"{counts[state]:,} {SHORT_WORDS.get(state, STATE_WORDS[state].lower())}"
            for state in DueState
            if counts.get(state) and not state.is_hidden
        )
        people = "patient" if open_ones == 1 else "patients"
        indexed = self.prepared.indexed
        risky = (indexed.of(Facet.OVERDUE, "high_risk") & ~indexed.hidden).bit_count()
        urgent = f", {risky:,} with monitoring overdue (!!)" if risky else ""
        brief = f", {risky:,} high-risk !!" if risky else ""
        short, named = f"{month:%b %Y}: {open_ones:,}", f"{month:%B %Y}: {open_ones:,}"
        starts = (f"{named} {people}{urgent}", f"{named} {people}{brief}", f"{named}{brief}")
        every = [f"{start}; {states}" for start in (*starts, f"{short}{brief}")]
        last = every[-1]
        cut = last if len(last) <= width else f"{last[: max(0, width - 1)].rstrip(' ,')}…"
        return next((one for one in every if len(one) <= width), cut)

    @property
    def empty_words(self) -> str:
        """Say why the table is empty."""
        if self.snapshot is EMPTY_WORKLIST or not self.snapshot.is_whole:
            return "Reading the list …"
        if not self.filter.is_empty:
            return "Nobody fits these filters. \\ takes them off, Backspace the last one."
        if is_left_out("next_month"):
            return "Nobody is left on this month's list."
        if self.hidden:
            return "Nobody is left. h shows those who are hidden, ] goes to the next month."
        return "Nobody is on this month's list. ] goes to the next month."

    @property
    def age_in_days(self) -> int | None:
        """How many days old the clinical data are; None when there are none."""
        as_of = self.snapshot.data_as_of
        return None if as_of is None else max(0, (self.snapshot.today - as_of).days)

    @property
    def age_words(self) -> str:
        """Say how old the clinical data are."""
        if self.snapshot is EMPTY_WORKLIST:
            return ""
        if self.snapshot.is_ahead:
            return "data of a later day"
        match self.age_in_days:
            case None:
                return "no data imported"
            case 0:
                return "data of today"
            case 1:
                return "data 1 day old"
            case days:
                return f"data {days:,} days old"
