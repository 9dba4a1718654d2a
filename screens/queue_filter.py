"""The filter of a queue: `/` narrows what is listed, as in the month's list."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on

from recall_tui.views.facets import folded
from screens.verbs import Verbs
from widgets.prompt_line import PromptLine
from widgets.rows import Row
from widgets.worklist_table import WorklistTable


def fits_words(row: Row, typed: str) -> bool:
    """Whether a row has every word typed, and none of those that begin with ``!``; folded."""
    text = folded("\n".join(map(str, row)))
    return all(
        (bare in text) == (bare == word)
        for word in folded(typed).split()
        if (bare := word.removeprefix("!"))
    )


class QueueFilter(Verbs):
    """A queue whose rows can be narrowed by typing."""

    _filter = ""
    _filter_before = ""

    @property
    def table(self) -> WorklistTable:
        """The rows."""
        raise NotImplementedError

    def show_rows(self) -> None:
        """Show the rows that fit what was typed."""
        raise NotImplementedError

    def action_filter(self) -> None:
        """Type to narrow the queue."""
        self._filter_before = self._filter
        self.query_one(PromptLine).open(
            "Filter:", placeholder="name, number, reason, item, staff", text=self._filter
        )

    def action_drop_filter(self) -> None:
        """List everybody of the queue again."""
        self._narrow("")

    def narrowed(self, rows: Sequence[Row]) -> Sequence[bool]:
        """Say of each row whether it fits what was typed."""
        return [fits_words(row, self._filter) for row in rows]

    @on(PromptLine.Typed)
    def typed(self, message: PromptLine.Typed) -> None:
        """Narrow with every key."""
        message.stop()
        self._narrow(message.text)

    @on(PromptLine.Submitted)
    def submitted(self, message: PromptLine.Submitted) -> None:
        """Keep what was typed; the keys go to the rows again."""
        message.stop()
        self._end_typing(message.prompt, self._filter)

    @on(PromptLine.Cancelled)
    def cancelled(self, message: PromptLine.Cancelled) -> None:
        """Go back to what was typed before."""
        message.stop()
        self._end_typing(message.prompt, self._filter_before)

    def _end_typing(self, prompt: PromptLine, text: str) -> None:
        prompt.close()
        self._narrow(text)
        self.set_focus(self.table)

    def _narrow(self, text: str) -> None:
        if text != self._filter:
            self._filter = text
            self.show_rows()
