"""How the person arranged the list: which columns, how wide, in which order; kept for next time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from recall_tui.actions import ACTIONS
from recall_tui.errors import RecallError
from recall_tui.screen_settings import Known, ScreenSettings
from screens.columns import COLUMNS_BY_ID, overview_columns
from screens.narrowing import Narrowing
from screens.privacy import name_words
from widgets.columns import Column

Keep = Callable[[ScreenSettings], object]


def known() -> Known:
    """Return what the settings of the screen may name."""
    return Known(tuple(COLUMNS_BY_ID), {one.id: one.writes for one in ACTIONS})


class Arranged:
    """What the person chose of the screen, and how it is kept."""

    def __init__(
        self, settings: ScreenSettings | None = None, keep: Keep = lambda _settings: None
    ) -> None:
        """Take what was kept (None: nothing, and no card either) and how to keep what changes."""
        self.settings = settings or ScreenSettings(welcomed=True)
        self._keep = keep

    def change(self, settings: ScreenSettings) -> None:
        """Keep other settings.

        Raises:
            RecallError: they cannot be written; they hold until the screen is left.
        """
        self.settings = settings
        self._keep(settings)


def arrange(
    columns: Sequence[Column], shown: Sequence[str], widths: Mapping[str, int]
) -> tuple[Column, ...]:
    """Return the columns shown (empty: all), in their order; frozen ones always stay."""
    by_id = {column.id: column for column in columns}
    frozen = [column.id for column in columns if column.is_frozen]
    order = [*frozen, *(name for name in shown if name not in frozen)] if shown else list(by_id)
    chosen = [by_id[name] for name in order if name in by_id]
    return tuple(
        replace(one, width=widths[one.id], max_width=widths[one.id], flex=0)
        if one.id in widths
        else one
        for one in chosen
    )


class Arranging(Narrowing):
    """A list whose columns the person may choose."""

    arranged: Arranged

    def columns(self) -> tuple[Column, ...]:
        """Return the columns as the person arranged them."""
        chosen = self.arranged.settings
        return arrange(overview_columns(self.desk.number_label), chosen.columns, chosen.widths)

    def begins_lookup(self, character: str) -> bool:
        """Whether what begins so is somebody to look up; on the simple list a name, too."""
        is_name = self.arranged.settings.simple and character.isalpha()
        return is_name or super().begins_lookup(character)

    def name_of(self, patient: str) -> str:
        """Return the name of a patient of the list, the hidden ones too."""
        row = self.listed.by_patient.get(patient)
        return name_words(row.name) if row else ""

    def names_shown(self) -> Iterable[str]:
        """Give the names of the month."""
        return (row.name for row in self.listed.snapshot.rows)

    def show_privacy(self) -> None:
        """Draw list and pane masked, or plainly."""
        self.table.set_columns(self.columns())
        self.show_pane()

    def show_pane(self) -> None:
        """Show the patient under the cursor."""
        raise NotImplementedError

    def action_columns(self) -> None:
        """Choose columns, their order and widths."""
        from screens.modals.columns import ColumnsScreen  # noqa: PLC0415 - not before first paint

        every = overview_columns(self.desk.number_label)

        def done(*kept: tuple[tuple[str, ...], Mapping[str, int]] | None) -> None:
            for one in kept:
                if one is not None:
                    self._take_columns(*one)

        screen = ColumnsScreen(every, self.arranged.settings.columns, self.arranged.settings.widths)
        self.app.push_screen(screen, done)

    def _take_columns(self, shown: tuple[str, ...], widths: Mapping[str, int]) -> None:
        settings = replace(self.arranged.settings, columns=shown, widths=widths)
        try:
            self.arranged.change(settings)
        except RecallError as fault:
            self.say_fault(fault.words)
        self.table.set_columns(self.columns())
