"""A sheet to take away: read here, copied by one key, saved to be printed by another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from recall_tui.cleaning import clean
from recall_tui.errors import RecallError
from screens.copying import write_sequence
from screens.modals.plain_text import PlainText
from screens.running import FAULT_SECONDS
from screens.threads import hand_back
from widgets.clipboard import copy_text

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk


class Sheet(PlainText):
    """Lines of text that leave the screen only by a key, each time noted in the access log."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy_sheet", "Copy", id="sheet.copy", tooltip="Copy it"),
        Binding("s", "save_sheet", "Save", id="sheet.save", tooltip="Save it, to be printed"),
    ]
    hints = (
        ("Up Down PgDn", "Read on"),
        ("y", "Copy"),
        ("s", "Save to print"),
        ("/", "Search"),
        ("Esc", "Back"),
    )

    def __init__(self, desk: Desk, what: str, text: str, patients: Sequence[str] = ()) -> None:
        """Show ``text``, which is about ``patients``; ``what`` names the file."""
        super().__init__(text)
        self._desk = desk
        self._what = what
        self._patients = patients
        self._said = ""

    def text_for(self, width: int) -> str:
        """Return the sheet, and above it where it was saved."""
        text = super().text_for(width)
        return f"{self._said}\n\n{text}" if self._said else text

    @work(thread=True, exclusive=True, group="sheet")
    def action_copy_sheet(self) -> None:
        """Copy the sheet."""
        outcome = copy_text(self._text, lambda some: hand_back(self, self._write, some), "s saves")
        hand_back(self, self._say, f"Sheet: {outcome.words}")
        try:
            self._desk.note_access(f"copy {self._what}", self._patients)
        except RecallError as fault:
            hand_back(self, self._say_fault, fault.words)

    @work(thread=True, exclusive=True, group="sheet")
    def action_save_sheet(self) -> None:
        """Save the sheet where exports are, and say where that is."""
        try:
            place = self._desk.save_sheet(self._what, self._text, self._patients)
        except RecallError as fault:
            hand_back(self, self._say_fault, fault.words)
            return
        hand_back(self, self._have_saved, place)

    def _have_saved(self, place: str) -> None:
        self._said = f"Saved to {place}"
        self.show_text()
        self._say("Saved. Where it is stands above the sheet.")

    def _write(self, sequence: str) -> None:
        write_sequence(self, sequence)

    def _say(self, words: str) -> None:
        self.notify(clean(words), markup=False)

    def _say_fault(self, words: str) -> None:
        self.notify(clean(words), severity="error", markup=False, timeout=FAULT_SECONDS)
