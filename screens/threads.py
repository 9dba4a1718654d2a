"""From a worker thread back to the screen that started it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, cast

from textual import worker as workers
from textual.screen import Screen

Values = ParamSpec("Values")


def hand_back(
    screen: Screen[Any],
    then: Callable[Values, None],
    *values: Values.args,
    **named: Values.kwargs,
) -> None:
    """Call ``then`` on the UI thread, unless its screen has gone or a newer reading is under way.

    For worker threads, with what they have read.
    """
    worker = cast("workers.Worker[Any]", workers.get_current_worker())

    def arrive() -> None:
        # A screen that is left, and any while the app ends, loses its widgets before it goes.
        is_there = (
            screen.app.is_running and screen.is_attached and screen in screen.app.screen_stack
        )
        if is_there and not worker.is_cancelled:
            then(*values, **named)

    if not worker.is_cancelled:
        screen.app.call_from_thread(arrive)
