"""Narrowing the list: the filter as you type, the sidebar, the chips, hidden rows, order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from textual import on
from textual.screen import Screen

from recall_tui.views.filters import READERS, WORDS, Facet, FilterState, choices
from recall_tui.views.names import Names
from recall_tui.views.worklist import WorklistSnapshot
from screens.overview_data import Listed
from widgets.chips import Chip
from widgets.filter_sidebar import FilterGroup, FilterOption
from widgets.prompt_line import PromptLine
from widgets.worklist_table import WorklistTable


class Narrowing(Screen[None]):
    """What of the list is shown, and in which order."""

    listed: Listed

    @property
    def table(self) -> WorklistTable:
        """The list."""
        return self.query_one("#worklist", WorklistTable)

    def show_list(self, listed: Listed) -> None:
        """Show a snapshot under a filter."""
        raise NotImplementedError

    def narrow(self, state: FilterState) -> None:
        """Show the list under another filter."""
        self.show_list(replace(self.listed, filter=state))

    # ------------------------------------------------------------------ keys

    def action_filter(self) -> None:
        """Type to narrow the list."""
        self.query_one(PromptLine).open(
            "Filter:", placeholder="name, number, recall, item", text=self.listed.filter.text
        )

    def action_clear_filters(self) -> None:
        """Take every filter off."""
        self.narrow(FilterState(show_hidden=self.listed.filter.show_hidden))

    def action_toggle_hidden(self) -> None:
        """Show or hide done, snoozed, held and declined patients."""
        state = self.listed.filter
        self.narrow(replace(state, show_hidden=not state.show_hidden))

    @on(PromptLine.Typed)
    def typed(self, message: PromptLine.Typed) -> None:
        """Narrow with every key."""
        message.stop()
        self.narrow(self.listed.filter.with_text(message.text))

    @on(PromptLine.Submitted)
    def submitted(self, message: PromptLine.Submitted) -> None:
        """Keep what was typed."""
        message.stop()
        message.prompt.close()
        self.table.focus()

    @on(PromptLine.Cancelled)
    def cancelled(self, message: PromptLine.Cancelled) -> None:
        """Drop what was typed."""
        message.stop()
        message.prompt.close()
        self.narrow(self.listed.filter.with_text(""))
        self.table.focus()

    # ------------------------------------------------------------------ order

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.table.action_sort_along(1)

    @on(WorklistTable.SortWanted)
    def sort_wanted(self, message: WorklistTable.SortWanted) -> None:
        """Sort by a column; missing values stand last."""
        message.stop()
        order = (message.column_id, message.is_reversed)
        self.table.set_sort(message.column_id, is_reversed=message.is_reversed)
        self.show_list(replace(self.listed, order=order))


def from_sidebar(state: FilterState, chosen: Mapping[str, Iterable[str]]) -> FilterState:
    """Return the filter with what the sidebar says is chosen."""
    kept = {Facet(facet): frozenset(keys) for facet, keys in chosen.items() if keys}
    return replace(state, chosen=kept)


def filter_groups(
    snapshot: WorklistSnapshot, state: FilterState, names: Names
) -> tuple[FilterGroup, ...]:
    """Return the groups of the sidebar with their live counts."""
    found = choices(snapshot.rows, state, snapshot.today, names.recall)
    return tuple(
        FilterGroup(str(facet), str(facet), options)
        for facet in READERS
        if (
            options := tuple(
                FilterOption(one.key, one.words, one.count) for one in found if one.facet is facet
            )
        )
    )


def filter_chips(state: FilterState, names: Names) -> tuple[Chip, ...]:
    """Return the active filters as chips."""
    found: list[Chip] = []
    for facet in READERS:
        for key in sorted(state.chosen.get(facet, ())):
            words = (
                names.recall(key) if facet is Facet.RECALL else WORDS.get(facet, {}).get(key, key)
            )
            found.append(Chip(f"{facet}={key}", f"{facet}: {words}"))
    if state.text.strip():
        found.append(Chip("text=", f'"{state.text.strip()}"'))
    return tuple(found)
