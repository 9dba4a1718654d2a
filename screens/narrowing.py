"""Narrowing the list: the filter as you type, the sidebar, the chips, hidden rows, order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from textual import on

from recall_tui.views.filters import (
    READERS,
    Facet,
    FilterState,
    Indexed,
    choices,
    option_words,
)
from recall_tui.views.names import Names
from screens.modals.asking import TextQuestion, YesNo
from screens.overview_data import Listed
from screens.place import Place
from widgets.chips import Chip, Chips
from widgets.filter_sidebar import FilterGroup, FilterOption, FilterSidebar
from widgets.prompt_line import PromptLine
from widgets.worklist_table import WorklistTable


class Narrowing(Place[None]):
    """What of the list is shown, and in which order."""

    listed: Listed
    _filters_wanted: bool | None
    _text_before: str = ""
    _chips: tuple[Chip, ...] = ()
    _is_behind = False
    """Whether counts and pane are still those of the list before."""

    @property
    def table(self) -> WorklistTable:
        """The list."""
        return self.query_one("#worklist", WorklistTable)

    def show_list(self, listed: Listed) -> None:
        """Show a snapshot under a filter."""
        raise NotImplementedError

    def show_rows(self, listed: Listed) -> None:
        """Show the rows of a list and what they were narrowed to, and nothing beside them."""
        raise NotImplementedError

    def show_pane(self) -> None:
        """Show the patient under the cursor."""
        raise NotImplementedError

    def fit(self) -> None:
        """Show beside the list what there is room for."""
        raise NotImplementedError

    def narrow(self, state: FilterState) -> None:
        """Show the list under another filter."""
        self.show_list(replace(self.listed, filter=state))

    def show_chips(self) -> None:
        """Show the active filters as chips, the newest last: it is the one Backspace drops."""
        self._chips = newest_last(self._chips, filter_chips(self.listed.filter, self.names))
        self.query_one(Chips).chips = self._chips

    def show_choices(self) -> None:
        """Show in the sidebar what is chosen, and what each choice would leave."""
        state = self.listed.filter
        sidebar = self.query_one(FilterSidebar)
        chosen = {str(facet): keys for facet, keys in state.chosen.items()}
        refused = {str(facet): keys for facet, keys in state.refused.items()}
        if self.listed.snapshot.is_whole:
            sidebar.set_groups(filter_groups(self.listed.prepared.indexed, state))
        if (sidebar.chosen, sidebar.refused) != (chosen, refused):
            sidebar.set_chosen(chosen, refused)

    # ------------------------------------------------------------------ filters

    def action_filter(self) -> None:
        """Type to narrow the list."""
        self._text_before = self.listed.filter.text
        self.query_one(PromptLine).open(
            "Filter:",
            placeholder="name, number, recall, item, staff",
            text=self._text_before,
            anew=True,
        )

    def action_clear_filters(self) -> None:
        """Take every filter off, and sort by urgency again."""
        self.table.set_sort({})
        state = FilterState(show_hidden=self.listed.filter.show_hidden)
        self.show_list(replace(self.listed, filter=state, orders=(), by_household=False))

    def action_drop_filter(self) -> None:
        """Take the newest filter off."""
        last = self.query_one(Chips).last
        if last is not None:
            self.drop(last.id)

    @on(Chips.Removed)
    def chip_removed(self, message: Chips.Removed) -> None:
        """Take one filter off."""
        message.stop()
        self.drop(message.chip_id)

    def drop(self, chip_id: str) -> None:
        """Take one filter off."""
        name, _separator, key = chip_id.partition("=")
        facet, state = name.removeprefix(NOT), self.listed.filter
        if facet == TEXT:
            self.narrow(state.with_text(""))
        elif facet != name:
            self.narrow(state.negated(Facet(facet), key))
        else:
            self.narrow(state.toggled(Facet(facet), key))

    def action_toggle_hidden(self) -> None:
        """Show or hide done, snoozed, held and declined patients."""
        state = self.listed.filter
        self.narrow(replace(state, show_hidden=not state.show_hidden))

    @on(PromptLine.Typed)
    def typed(self, message: PromptLine.Typed) -> None:
        """Narrow with every key: letter and list in one paint, in the next what stands beside."""
        message.stop()
        if message.text == self.listed.filter.text:
            return
        narrowed = self.listed.filter.with_text(message.text)
        self.show_rows(replace(self.listed, filter=narrowed))
        self.table.ask_for_paint()
        if not self._is_behind:
            self._is_behind = True
            self.call_after_refresh(self._follow)

    def _follow(self) -> None:
        """Let what stands beside the list follow it."""
        self._is_behind = False
        self.show_choices()
        self.show_pane()

    @on(PromptLine.Submitted)
    def submitted(self, message: PromptLine.Submitted) -> None:
        """Keep what was typed."""
        message.stop()
        message.prompt.close()
        self.set_focus(self.table)

    @on(PromptLine.Cancelled)
    def cancelled(self, message: PromptLine.Cancelled) -> None:
        """Go back to what was typed before."""
        message.stop()
        message.prompt.close()
        self.narrow(self.listed.filter.with_text(self._text_before))
        self.set_focus(self.table)

    # ------------------------------------------------------------------ sidebar

    @on(FilterSidebar.FilterChanged)
    def filters_chosen(self, message: FilterSidebar.FilterChanged) -> None:
        """Narrow the list to what is chosen in the sidebar."""
        message.stop()
        self.narrow(from_sidebar(self.listed.filter, message.chosen, message.refused))

    def action_toggle_filters(self) -> None:
        """Go to the filters, or from them back to the list."""
        sidebar = self.query_one(FilterSidebar)
        if sidebar.has_focus:
            self.action_back()
        else:
            self._filters_wanted = True
            self.fit()
            self.set_focus(sidebar)

    def action_back(self) -> None:
        """Leave the filters for the list; on a narrow terminal they go away."""
        self._filters_wanted = None
        self.fit()
        self.set_focus(self.table)

    # ------------------------------------------------------------------ order and marks

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.table.action_sort_along(1)

    @on(WorklistTable.SortWanted)
    def sort_wanted(self, message: WorklistTable.SortWanted) -> None:
        """Sort by a column, then by the one before it, then by urgency; missing values last."""
        message.stop()
        first = (message.column_id, message.is_reversed)
        second = [one for one in self.listed.orders if one[0] != message.column_id][:1]
        self.table.set_sort(dict([first, *second]))
        self.show_list(replace(self.listed, orders=(first, *second)))

    def action_group(self) -> None:
        """Show those who live together one after the other, or everybody by themselves again."""
        self.show_list(replace(self.listed, by_household=not self.listed.by_household))

    def action_mark_fitting(self) -> None:
        """Mark, of the rows in view, those that fit what is typed; marks there are stay."""

        def mark(answer: str | None) -> None:
            typed = (answer or "").strip()
            if not typed:
                return
            listed = self.listed
            fitting = replace(listed, filter=listed.filter.with_text(typed))
            seen = {row.patient for row in listed.rows}
            found = [row.patient for row in fitting.rows if row.patient in seen]
            self.table.mark(found)
            self.say(f"{len(found):,} in view fit {typed}: marked. - takes all marks away.")

        question = "Mark whom of those in view? (name, number, recall, item, staff)"
        self.app.push_screen(TextQuestion(question), mark)

    @on(WorklistTable.MarkAllWanted)
    def mark_all_wanted(self, message: WorklistTable.MarkAllWanted) -> None:
        """Ask before more than a screenful is marked."""
        message.stop()

        def mark(*answer: bool | None) -> None:
            if any(answer):
                self.table.mark_all()

        self.app.push_screen(YesNo(f"Mark all {message.count:,} patients in view?"), mark)


TEXT = "text"
"""Stands for the words typed, in the id of their chip."""

NOT = "not "
"""Stands before what is refused, in a chip and in its id."""


def from_sidebar(
    state: FilterState,
    chosen: Mapping[str, Iterable[str]],
    refused: Mapping[str, Iterable[str]],
) -> FilterState:
    """Return the filter with what the sidebar says is chosen and refused; the newest last."""
    return replace(
        state, chosen=_in_order(state.chosen, chosen), refused=_in_order(state.refused, refused)
    )


def _in_order(
    before: Mapping[Facet, frozenset[str]], now: Mapping[str, Iterable[str]]
) -> Mapping[Facet, frozenset[str]]:
    wanted = {Facet(facet): frozenset(keys) for facet, keys in now.items() if keys}
    order = [*(facet for facet in before if facet in wanted), *wanted]
    return {facet: wanted[facet] for facet in dict.fromkeys(order)}


def filter_groups(indexed: Indexed, state: FilterState) -> tuple[FilterGroup, ...]:
    """Return the groups of the sidebar with their live counts."""
    found = choices(indexed, state)
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
    """Return the active filters as chips, facet by facet."""
    found = [
        Chip(f"{sign}{facet}={key}", f"{facet}: {sign}{option_words(facet, key, names)}")
        for sign, some in (("", state.chosen), (NOT, state.refused))
        for facet, keys in some.items()
        for key in sorted(keys)
    ]
    if state.text.strip():
        found.append(Chip(f"{TEXT}=", f'"{state.text.strip()}"'))
    return tuple(found)


def newest_last(before: Sequence[Chip], now: Iterable[Chip]) -> tuple[Chip, ...]:
    """Return the chips of now: those that stood before in their old order, then the new ones."""
    places = {chip.id: place for place, chip in enumerate(before)}
    return tuple(sorted(now, key=lambda chip: places.get(chip.id, len(places))))
