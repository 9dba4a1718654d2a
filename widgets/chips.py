"""The active filters as one line of chips under the title.

    chips = Chips(empty_text="Everybody on the list of this month", id="chips")
    chips.chips = (Chip("staff=nurse", "Nurse"), Chip("overdue", "Overdue"))

Values in, one message out: `Removed(chip_id)` for a click on a chip. Which keys remove the last
(`chips.last`) or all of them is the screen's affair. Chips that do not fit are counted ("+2 more"),
from the oldest on: the newest, which Backspace removes, is always seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from textual.events import Click
from textual.message import Message
from textual.reactive import reactive

from recall_tui.cleaning import clean
from widgets.one_line import OneLine
from widgets.runs import Run, cells, width_of

CHIP = "chips--chip"
TEXT = "chips--text"


class Chip(NamedTuple):
    """One active filter: what it is called in code, and what people read."""

    id: str
    label: str


class Chips(OneLine):
    """A line of chips; blank chips never take a colour of their own."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {CHIP, TEXT}
    DEFAULT_CSS = """
    Chips {
        height: 1; width: 1fr; background: $ground-muted; color: $ink-muted;
        & > .chips--text {
            color: $ink-muted; background: $ground-muted; text-style: $style-muted;
        }
        & > .chips--chip {
            color: $ink-chip; background: $ground-chip; text-style: $style-chip;
        }
    }
    """

    chips: reactive[tuple[Chip, ...]] = reactive((), repaint=False)
    """The active filters, the oldest first."""

    @dataclass
    class Removed(Message):
        """The person wants a filter gone."""

        chips: Chips
        chip_id: str

        @property
        def control(self) -> Chips:
            """The line that speaks."""
            return self.chips

    def __init__(self, empty_text: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Take what the line says when no filter is active."""
        super().__init__(self._runs_for, TEXT, id=id)
        self._empty_text = empty_text

    @property
    def last(self) -> Chip | None:
        """The newest active filter."""
        return self.chips[-1] if self.chips else None

    def watch_chips(self) -> None:
        """Show what has changed."""
        self.show()

    def on_click(self, event: Click) -> None:
        """Ask for the removal of the chip that was clicked."""
        event.stop()
        x = 0
        for run, chip in placed_chips(self.chips, self.size.width, self._empty_text):
            x += cells(run.text)
            if event.x < x:
                if chip is not None:
                    self.post_message(self.Removed(self, chip.id))
                return

    def _runs_for(self, width: int) -> Sequence[Run]:
        return [run for run, _ in placed_chips(self.chips, width, self._empty_text)]


def placed_chips(
    chips: Sequence[Chip], width: int, empty_text: str = ""
) -> list[tuple[Run, Chip | None]]:
    """Give the runs of a line of so many cells, each with the chip that it shows, if any."""
    if not chips:
        return [(Run(f" {clean(empty_text)}", TEXT), None)]
    lines = (_line(chips, passed) for passed in range(len(chips)))
    fitting = (line for line in lines if width_of([run for run, _ in line]) <= width)
    return next(fitting, _line(chips, len(chips) - 1))


def _line(chips: Sequence[Chip], passed: int) -> list[tuple[Run, Chip | None]]:
    """Give the runs of all chips but the first `passed`, which are only counted."""
    start = f" +{passed} more " if passed else " "
    shown = (pair for chip in chips[passed:] for pair in _chip(chip))
    return [(Run(start, TEXT), None), *shown]


def _chip(chip: Chip) -> list[tuple[Run, Chip | None]]:
    return [(Run(f"[{clean(chip.label)} x]", CHIP), chip), (Run(" ", TEXT), None)]
