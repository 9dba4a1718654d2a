"""Choosing the columns of the list: which, in which order, and how wide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.screen_settings import LEAST_WIDTH, MOST_WIDTH
from screens.leaving import Leaving
from widgets.columns import Column

Chosen: TypeAlias = tuple[tuple[str, ...], Mapping[str, int]]
"""Ids of the columns shown, in their order, and the widths that are not the usual ones."""


class ColumnsScreen(ModalScreen[Chosen | None], Leaving[Chosen | None]):
    """Give what was chosen, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="columns.cancel", tooltip="Change nothing"),
        Binding("space", "show_or_not", "Show", id="columns.toggle", tooltip="Show or leave out"),
        Binding("plus", "widen(1)", "Wider", id="columns.wider", tooltip="One cell wider"),
        Binding("minus", "widen(-1)", "Narrower", id="columns.narrower", tooltip="One narrower"),
        Binding(
            "left_square_bracket", "shift(-1)", "Earlier", id="columns.earlier", tooltip="Earlier"
        ),
        Binding("right_square_bracket", "shift(1)", "Later", id="columns.later", tooltip="Later"),
        Binding("0", "usual", "Usual", id="columns.usual", tooltip="As they were delivered"),
    ]

    def __init__(
        self, columns: Sequence[Column], shown: Sequence[str], widths: Mapping[str, int]
    ) -> None:
        """Take every column there is, and what is shown now (empty: all of them)."""
        super().__init__()
        self._by_id = {column.id: column for column in columns}
        self._usual = tuple(self._by_id)
        self._take(shown or self._usual, widths)

    def _take(self, shown: Sequence[str], widths: Mapping[str, int]) -> None:
        self._shown = set(shown)
        self._order = [*shown, *(name for name in self._usual if name not in shown)]
        self._widths = dict(widths)

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="asking"):
            yield Static("Columns of the list", markup=False)
            yield OptionList(*self._options(), markup=False)
            yield Static(
                "space: show or not   + -: width   [ ]: earlier, later   0: as delivered\n"
                "Enter: keep   Escape: change nothing",
                classes="hint",
                markup=False,
            )

    def _options(self) -> list[Option]:
        return [Option(Content(self._words(self._by_id[name]))) for name in self._order]

    def _words(self, column: Column) -> str:
        sign = "x" if column.id in self._shown else " "
        width = self._widths.get(column.id)
        wide = f"{width} wide" if width else "usual width"
        stays = ", always shown" if column.is_frozen else ""
        return f"[{sign}] {column.label:<22} {wide}{stays}"

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def _current(self) -> Column:
        return self._by_id[self._order[self._list.highlighted or 0]]

    def _repaint(self, at: int) -> None:
        self._list.clear_options()
        self._list.add_options(self._options())
        self._list.highlighted = at

    def action_show_or_not(self) -> None:
        """Show a column, or leave it out."""
        column = self._current()
        if not column.is_frozen:
            self._shown ^= {column.id}
        self._repaint(self._list.highlighted or 0)

    def action_widen(self, cells: int) -> None:
        """Make a column wider or narrower."""
        column = self._current()
        width = self._widths.get(column.id, column.width) + cells
        self._widths[column.id] = max(LEAST_WIDTH, min(MOST_WIDTH, width))
        self._repaint(self._list.highlighted or 0)

    def action_shift(self, places: int) -> None:
        """Put a column earlier or later."""
        at = self._list.highlighted or 0
        to = max(0, min(len(self._order) - 1, at + places))
        self._order[at], self._order[to] = self._order[to], self._order[at]
        self._repaint(to)

    def action_usual(self) -> None:
        """Go back to the columns as they were delivered."""
        self._take(self._usual, {})
        self._repaint(0)

    @on(OptionList.OptionSelected)
    def keep(self, event: OptionList.OptionSelected) -> None:
        """Give what was chosen; nothing at all where it is what was delivered."""
        event.stop()
        frozen = {name for name in self._order if self._by_id[name].is_frozen}
        shown = tuple(name for name in self._order if name in self._shown | frozen)
        self.leave((() if shown == self._usual else shown, self._widths))

    def action_give_up(self) -> None:
        """Change nothing."""
        self.leave(None)
