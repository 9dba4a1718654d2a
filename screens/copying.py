"""Copying the reason and the notes of an appointment out of the terminal."""

from __future__ import annotations

from typing import Any

from textual import work
from textual.screen import Screen

from screens.one_patient import OnePatient
from screens.threads import hand_back
from widgets.clipboard import Copy, copy_text


class Copying(OnePatient):
    """A screen with a reason and notes to copy; each copy is noted in the access log."""

    def chosen_texts(self) -> tuple[str, str] | None:
        """Return the reason and the notes, None when there is nothing to copy."""
        raise NotImplementedError

    def action_copy_reason(self) -> None:
        """Copy the reason."""
        self._copy(0, "Reason")

    def action_copy_notes(self) -> None:
        """Copy the notes."""
        self._copy(1, "Notes")

    def action_show_text(self) -> None:
        """Show both texts plainly, to select by hand."""
        texts = self.chosen_texts()
        if texts is not None:
            self.show_text("\n\n".join(texts))

    def _copy(self, which: int, what: str) -> None:
        texts = self.chosen_texts()
        if texts is None:
            self.say("Nothing to copy here.")
        else:
            self._copy_in_thread(texts[which], what)

    @work(thread=True, group="copy")
    def _copy_in_thread(self, text: str, what: str) -> None:
        outcome = copy_text(text, lambda sequence: hand_back(self, self._write, sequence))
        hand_back(self, self._copied, what, outcome)
        self.note_access(f"copy {what.lower()}", self.page().patient)

    def _copied(self, what: str, outcome: Copy) -> None:
        self.say(f"{what}: {outcome.words}")

    def _write(self, sequence: str) -> None:
        write_sequence(self, sequence)


def write_sequence(screen: Screen[Any], sequence: str) -> None:
    """Send a control sequence to the terminal."""
    # Textual has no public way to send one of one's own.
    driver = screen.app._driver  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    if driver is not None:
        driver.write(sequence)
