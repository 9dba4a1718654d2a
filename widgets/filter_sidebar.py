"""Groups of options with live counts, to narrow a list down by.

    sidebar = FilterSidebar(id="filters")
    sidebar.set_groups([
        FilterGroup("staff", "Staff group", (FilterOption("hca", "HCA", 120),
                                             FilterOption("nurse", "Nurse", 88))),
        FilterGroup("when", "Due", (FilterOption("late", "Overdue", 31),), is_single=True),
    ])
    sidebar.set_chosen({"staff": {"nurse"}})

**Values in:** `set_groups` again and again as counts change: the cursor stays on its option, and
what is chosen stays chosen, shown or not. `set_chosen` says what is chosen and what is refused (a
chip was removed, a saved view opened); it posts nothing. **Values out:** `chosen` and `refused`,
mappings from group to option ids, without empty groups. **Message out:**
`FilterSidebar.FilterChanged(chosen, refused)` when the person chooses. In an ordinary group any
number of options may be chosen, in a single one at most one. Signs, not colours, say it: `[x]` and
`(*)`, and `[!]` for what is refused. A long group is folded; its last line unfolds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from widgets.filter_groups import (
    CURSOR,
    GROUP,
    MUTED,
    TEXT,
    Chosen,
    FilterGroup,
    FilterLine,
    FilterOption,
    line_runs,
    lines_of,
    next_group,
    next_option,
    place_of,
    toggled,
)
from widgets.runs import Run, filled
from widgets.worklist_view import Viewport, stretches

__all__ = ["Chosen", "FilterGroup", "FilterOption", "FilterSidebar"]

SIDEBAR_BINDINGS: list[BindingType] = [
    Binding(
        "up,k", "move(-1)", "Up", show=False, id="filters.up", tooltip="Go to the option above"
    ),
    Binding(
        "down,j",
        "move(1)",
        "Down",
        show=False,
        id="filters.down",
        tooltip="Go to the option below",
    ),
    Binding(
        "home,g",
        "end(-1)",
        "First",
        show=False,
        id="filters.first",
        tooltip="Go to the first option",
    ),
    Binding(
        "end,G",
        "end(1)",
        "Last",
        show=False,
        id="filters.last",
        tooltip="Go to the last option",
    ),
    Binding(
        "space,enter",
        "choose",
        "Choose",
        id="filters.choose",
        tooltip="Choose the option, or no longer",
    ),
    Binding(
        "exclamation_mark",
        "refuse",
        "Leave out",
        id="filters.refuse",
        tooltip="Leave out whom the option fits, or no longer",
    ),
    Binding(
        "left,pageup",
        "group(-1)",
        "Group above",
        show=False,
        id="filters.group-above",
        tooltip="Go to the group above",
    ),
    Binding(
        "right,pagedown",
        "group(1)",
        "Group below",
        id="filters.group-below",
        tooltip="Go to the group below",
    ),
    Binding(
        "minus",
        "clear_group",
        "Clear group",
        id="filters.clear-group",
        tooltip="Choose nothing in this group",
    ),
]

SIDEBAR_CSS = """
FilterSidebar {
    width: 28; height: 1fr; overflow: hidden hidden;
    background: $ground-panel; color: $ink-panel;
    & > .filters--text { color: $ink-panel; background: $ground-panel; }
    & > .filters--muted {
        color: $ink-panel-muted; background: $ground-panel-muted;
        text-style: $style-panel-muted;
    }
    & > .filters--group {
        color: $ink-panel-strong; background: $ground-panel-strong;
        text-style: $style-panel-strong;
    }
    & > .filters--cursor {
        color: $ink-panel; background: $ground-panel;
    }
    &:focus > .filters--cursor {
        color: $ink-cursor; background: $ground-cursor; text-style: $style-cursor;
    }
}
"""


class FilterSidebar(ScrollView, can_focus=True):
    """A pane of filter groups, painted line by line, driven by the keyboard."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {TEXT, MUTED, GROUP, CURSOR}
    BINDINGS: ClassVar[list[BindingType]] = SIDEBAR_BINDINGS
    DEFAULT_CSS = SIDEBAR_CSS

    @dataclass
    class FilterChanged(Message):
        """The person has chosen otherwise: everything that is chosen, and refused, now."""

        sidebar: FilterSidebar
        chosen: Chosen
        refused: Chosen

        @property
        def control(self) -> FilterSidebar:
            """The sidebar that speaks."""
            return self.sidebar

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Begin without groups."""
        super().__init__(id=id)
        self._groups: Sequence[FilterGroup] = ()
        self._lines: list[FilterLine] = []
        self._chosen: dict[str, frozenset[str]] = {}
        self._refused: dict[str, frozenset[str]] = {}
        self._unfolded: set[str] = set()
        self._view = Viewport()
        self._rich_styles: dict[str, Style] = {}

    @property
    def chosen(self) -> Chosen:
        """What is chosen in each group that has anything chosen."""
        return _filled(self._chosen)

    @property
    def refused(self) -> Chosen:
        """What is refused in each group that has anything refused."""
        return _filled(self._refused)

    def set_groups(self, groups: Sequence[FilterGroup]) -> None:
        """Show these groups and counts; the cursor stays on its option where that still is."""
        before, top = self._lines, self._view.top
        cursor = self._line_at_cursor()
        self._groups = groups
        self._lines = list(lines_of(groups, self._unfolded, self._named()))
        self._view.reload(len(self._lines), place_of(self._lines, cursor and cursor.ids))
        if cursor is None:
            self._view.top = 0
        if len(before) != len(self._lines) or top != self._view.top:
            self.refresh()
        else:
            self._refresh_changed(before)

    def set_chosen(
        self,
        chosen: Mapping[str, Iterable[str]],
        refused: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        """Show other options as chosen and refused, and say nothing."""
        self._chosen = {group: frozenset(ids) for group, ids in chosen.items()}
        self._refused = {group: frozenset(ids) for group, ids in (refused or {}).items()}
        self.set_groups(self._groups)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Paint a heading, an option, or nothing."""
        width, height = self.size
        if width < 1:
            return Strip.blank(0)
        self._fit_to(height)
        place = self._view.row_at(y)
        runs: list[Run] = []
        if place is not None:
            # Where the keys go elsewhere nothing points: two arrows would say that both hear.
            is_cursor = self.has_focus and place == self._view.cursor
            line = self._lines[place]
            runs = line_runs(line, width, self._chosen, self._refused, is_cursor=is_cursor)
        runs = filled(runs, width, TEXT)
        return Strip([Segment(run.text, self._style(run.style)) for run in runs], width)

    def notify_style_update(self) -> None:
        """Forget the colours, which have changed."""
        self._rich_styles.clear()
        super().notify_style_update()

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor in view."""
        self._fit_to(self.size.height)

    def on_focus(self) -> None:
        """Point at the option that the keys go to."""
        self._refresh_place(self._view.cursor)

    def on_blur(self) -> None:
        """Point at nothing: the keys go elsewhere."""
        self._refresh_place(self._view.cursor)

    def on_click(self, event: Click) -> None:
        """Choose the option that was clicked."""
        event.stop()
        place = self._view.row_at(event.y)
        if place is not None and self._lines[place].option is not None:
            self._go_to(place)
            self.action_choose()

    def action_move(self, step: int) -> None:
        """Go to the next option up or down, over headings."""
        place = next_option(self._lines, self._view.cursor, step)
        if place is not None:
            self._go_to(place)
        elif step < 0 and self._view.top:
            self._view.top = 0
            self.refresh()

    def action_end(self, step: int) -> None:
        """Go to the first option (-1) or the last (1)."""
        start = -1 if step < 0 else len(self._lines)
        place = next_option(self._lines, start, -step)
        if place is not None:
            self._go_to(place)

    def action_group(self, step: int) -> None:
        """Go to the first option of the group above (-1) or below (1)."""
        place = next_group(self._lines, self._view.cursor, step)
        if place is not None:
            self._go_to(place)

    def action_choose(self) -> None:
        """Choose the option under the cursor, or no longer; unfold the group on its last line."""
        line = self._line_at_cursor()
        if line is None or line.option is None:
            return
        if line.is_more:
            self._unfold(line.group.id)
            return
        group = line.group.id
        self._refused[group] = self._refused.get(group, frozenset()) - {line.option.id}
        self._choose(group, toggled(self._chosen, line))

    def action_refuse(self) -> None:
        """Refuse the option under the cursor, or no longer."""
        line = self._line_at_cursor()
        if line is None or line.option is None or line.is_more:
            return
        group, option = line.group.id, line.option.id
        self._refused[group] = self._refused.get(group, frozenset()) ^ {option}
        self._choose(group, self._chosen.get(group, frozenset()) - {option})

    def action_clear_group(self) -> None:
        """Choose and refuse nothing in the group of the cursor."""
        line = self._line_at_cursor()
        if line is not None and self._named().get(line.group.id):
            self._refused.pop(line.group.id, None)
            self._choose(line.group.id, frozenset())

    def _choose(self, group: str, ids: frozenset[str]) -> None:
        self._chosen[group] = ids
        for place, line in enumerate(self._lines):
            if line.group.id == group:
                self._refresh_place(place)
        self.post_message(self.FilterChanged(self, self.chosen, self.refused))

    def _unfold(self, group: str) -> None:
        before = {line.ids for line in self._lines}
        self._unfolded.add(group)
        self.set_groups(self._groups)
        fresh = (
            at for at, line in enumerate(self._lines) if line.option and line.ids not in before
        )
        self._go_to(next(fresh, self._view.cursor))

    def _named(self) -> Chosen:
        """What is chosen or refused, by group: shown also where a group is folded."""
        groups = self._chosen.keys() | self._refused.keys()
        none: frozenset[str] = frozenset()
        return {
            group: ids
            for group in groups
            if (ids := self._chosen.get(group, none) | self._refused.get(group, none))
        }

    def _go_to(self, place: int) -> None:
        before, top = self._view.cursor, self._view.top
        self._view.move_to(place)
        if self._view.top != top:
            self.refresh()
        elif before != place:
            self._refresh_place(before)
            self._refresh_place(place)

    def _refresh_changed(self, before: Sequence[FilterLine]) -> None:
        changed: list[int] = []
        for place, (old, new) in enumerate(zip(before, self._lines, strict=True)):
            is_same = old.option == new.option and old.group.label == new.group.label
            line = self._view.line_of(place)
            if line is not None and (not is_same or place == self._view.cursor):
                changed.append(line)
        for line, count in stretches(changed):
            self.refresh_lines(line, count)

    def _refresh_place(self, place: int) -> None:
        line = self._view.line_of(place)
        if line is not None:
            self.refresh_line(line)

    def _line_at_cursor(self) -> FilterLine | None:
        cursor = self._view.cursor
        return self._lines[cursor] if cursor < len(self._lines) else None

    def _fit_to(self, height: int) -> None:
        if self._view.height != max(1, height):
            self._view.resize(height)

    def _style(self, name: str) -> Style:
        style = self._rich_styles.get(name)
        if style is None:
            style = self._rich_styles[name] = self.get_component_rich_style(name)
        return style


def _filled(chosen: Chosen) -> Chosen:
    """Leave the groups out in which nothing is chosen."""
    return {group: ids for group, ids in chosen.items() if ids}
