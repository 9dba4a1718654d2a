"""Lines of text over the whole width, in which words can be looked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from recall_tui.cleaning import clean
from screens.key_line import KeyLine
from screens.leaving import Choosing
from widgets.prompt_line import PromptLine


class TextPage(ModalScreen[None], Choosing[None]):
    """Text to be read; ``/`` looks for words in it, ``n`` for the next line that has them."""

    SCOPED_CSS = False  # it is for what derives from this, too
    CSS = """
    TextPage { background: $ground-text; }
    TextPage VerticalScroll { width: 100%; height: 1fr; scrollbar-size: 0 0; padding: 0 1; }
    TextPage Static { color: $ink-text; background: $ground-text; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back", id="plain.back", tooltip="Back"),
        Binding("slash,f3", "search", "Search", id="plain.search", tooltip="Look for words"),
        Binding("n", "next_found", "Next", id="plain.next", tooltip="The next line with them"),
    ]

    hints: Sequence[tuple[str, str]] = (
        ("Up Down PgDn", "Read on"),
        ("/", "Search"),
        ("Esc", "Back"),
    )
    """Keys that are heard here, and what they do."""

    def __init__(self) -> None:
        """Begin with nothing looked for."""
        super().__init__()
        self._lines: Sequence[str] = ()
        self._words = ""
        self._found: int | None = None

    def text_for(self, width: int) -> str:
        """Return what is to be read, for a screen so wide."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with VerticalScroll():
            yield Static("", id="text", markup=False)
        yield PromptLine(id="prompt")
        yield KeyLine(self.hints)

    @on(events.Resize)
    def fill(self, event: events.Resize) -> None:
        """Show the text for this width."""
        self._fill(event.size.width)

    def show_text(self) -> None:
        """Show the text anew, from its beginning: it is another one."""
        self._found = None
        self._fill(self.size.width)
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def _fill(self, width: int) -> None:
        self._lines = [clean(one) for one in self.text_for(width - 2).split("\n")]
        self._show()

    def choose_by_key(self, event: events.Key) -> None:
        """Take no key but those that are bound."""

    def _show(self) -> None:
        content = Content("\n".join(self._lines))
        if self._found is not None:
            start = sum(len(line) + 1 for line in self._lines[: self._found])
            end = start + len(self._lines[self._found])
            content = content.stylize("reverse", start, end)
        self.query_one("#text", Static).update(content)

    # ------------------------------------------------------------------ looking for words

    def action_search(self) -> None:
        """Type what to look for."""
        self.query_one(PromptLine).open("Find:", placeholder="words of one line; n: the next one")

    @on(PromptLine.Typed)
    def typed(self, message: PromptLine.Typed) -> None:
        """Go to the first line that has what was typed so far."""
        message.stop()
        self._words = message.text
        self._go(self._next(0))

    @on(PromptLine.Submitted)
    def submitted(self, message: PromptLine.Submitted) -> None:
        """Read on from what was found."""
        message.stop()
        self._end_typing()
        if message.text.strip() and self._found is None:
            self.notify("No line has these words.", markup=False, timeout=3)

    @on(PromptLine.Cancelled)
    def cancelled(self, message: PromptLine.Cancelled) -> None:
        """Look for nothing any more."""
        message.stop()
        self._end_typing()
        self._words = ""
        self._go(None)

    def action_next_found(self) -> None:
        """Go to the next line that has the words, after the last one to the first."""
        if self._words.strip():
            after = 0 if self._found is None else self._found + 1
            self._go(self._next(after) if self._next(after) is not None else self._next(0))
        else:
            self.action_search()

    def _end_typing(self) -> None:
        self.query_one(PromptLine).close()
        self.set_focus(self.query_one(VerticalScroll))

    def _next(self, first: int) -> int | None:
        words = self._words.casefold().split()
        return next(
            (
                at
                for at in range(first, len(self._lines))
                if words and all(word in self._lines[at].casefold() for word in words)
            ),
            None,
        )

    def _go(self, place: int | None) -> None:
        self._found = place
        self._show()
        if place is not None:
            scroll = self.query_one(VerticalScroll)
            width = max(1, scroll.scrollable_content_region.width)
            above = sum(len(Content(one).wrap(width)) or 1 for one in self._lines[:place])
            scroll.scroll_to(y=max(0, above - 2), animate=False)

    def action_leave(self) -> None:
        """Go back."""
        self.leave()
