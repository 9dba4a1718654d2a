"""F8: masks, or shows again, what is open, whatever question stands over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from screens.leaving import Leaving
from screens.place import Place
from screens.privacy import is_masked, without_names


def draw_again(stack: Sequence[Screen[Any]]) -> None:
    """Draw every open screen anew; a question keeps its sentence and names nobody in it.

    Only its sentence: what the person is typing stays theirs.
    """
    names = {name for one in stack if isinstance(one, Place) for name in one.names_shown()}
    for screen in stack:
        if isinstance(screen, Leaving):
            screen.show_privacy()
            if is_masked() and not isinstance(screen, Place):
                _mask_sentences(screen, names)
    # A question shows what is below it as it was painted last.
    top = stack[-1]
    top.refresh()
    top.call_after_refresh(top.refresh)


def _mask_sentences(screen: Screen[Any], names: set[str]) -> None:
    for static in screen.query(Static):
        text = str(static.content)
        masked = without_names(text, names)
        if masked != text:
            static.update(Content(masked))
