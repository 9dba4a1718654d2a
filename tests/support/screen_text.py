"""What a screen shows, as plain lines, and the one way of waiting for it.

The compositor is private to Textual; this file is the only place that touches it.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip
from textual.worker import WorkerCancelled

PATIENCE = 120.0
"""Seconds after which an app that never rests has failed; only ever reached by a fault."""


def screen_strips(app: App[Any]) -> list[Strip]:
    """Give the lines of the screen with their styles."""
    compositor = app.screen._compositor  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    return compositor.render_strips()


def screen_text(app: App[Any]) -> list[str]:
    """Give the lines of the screen, without the blanks at their ends."""
    return [strip.text.rstrip() for strip in screen_strips(app)]


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until every message is handled, no worker is unfinished, and the screen is painted."""
    try:
        async with asyncio.timeout(PATIENCE):
            await _come_to_rest(pilot)
    except TimeoutError:
        raise AssertionError(_still_busy(pilot.app)) from None


async def _come_to_rest(pilot: Pilot[Any]) -> None:
    await pilot.pause()
    is_busy = True
    while is_busy:
        while _is_busy(pilot.app):
            # Of two that read the same, the newer one cancels the older.
            with suppress(WorkerCancelled):
                await pilot.app.workers.wait_for_complete()
            await pilot.pause(0)
        await pilot.pause()
        is_busy = _is_busy(pilot.app)  # what was painted last may have begun something


async def resize(pilot: Pilot[Any], width: int, height: int) -> None:
    """Change the size of the terminal and wait until the screen has it: Textual waits a moment."""
    await pilot.resize_terminal(width, height)
    for _look in range(500):
        await pilot.pause()
        if _laid_out(pilot.app) == (width, height):
            await settle(pilot)
            return
    raise AssertionError(_laid_out(pilot.app))


def _laid_out(app: App[Any]) -> tuple[int, int]:
    """Return the size that the screen was last laid out for."""
    return app.screen._compositor.size  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here


def _is_busy(app: App[Any], but: str = "") -> bool:
    """Whether a worker runs, a message waits to be handled, or something for the next paint."""
    waiting = (app, *app.screen.walk_children(with_self=True))
    after_paint = app.screen._callbacks  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    return (
        bool(after_paint)
        or any(not worker.is_finished for worker in app.workers if worker.group != but)
        or any(one.message_queue_size for one in waiting)
    )


def is_at_rest(app: App[Any], *, but: str) -> bool:
    """Whether nothing is left to do or to paint; workers of the group ``but`` do not count."""
    if _is_busy(app, but):
        return False
    screen = app.screen
    unpainted = screen._dirty_widgets or screen._layout_required  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    seen = screen._compositor.visible_widgets  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    asked = any(one._repaint_required or one._layout_required for one in seen)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    return not (unpainted or asked)


def paints(app: App[Any]) -> list[set[str]]:
    """Begin to keep, of every paint of the present screen, the classes of what is painted anew."""
    screen, kept = app.screen, list[set[str]]()
    paint = screen._compositor_refresh  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here

    def painting() -> None:
        dirty = screen._dirty_widgets  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
        kept.append({type(widget).__name__ for widget in dirty})
        paint()

    screen._compositor_refresh = painting  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    return kept


def _still_busy(app: App[Any]) -> str:
    """Say what kept an app from coming to rest."""
    workers = [worker.group for worker in app.workers if not worker.is_finished]
    waiting = (app, *app.screen.walk_children(with_self=True))
    queues = {str(one): one.message_queue_size for one in waiting if one.message_queue_size}
    return f"Never at rest: workers of {workers}, messages of {queues}"


def assert_golden(lines: list[str], golden: Path) -> None:
    """Compare lines with a golden file; with RECALL_SNAPSHOTS=update set, write the file."""
    text = "\n".join(lines).rstrip() + "\n"
    if os.environ.get("RECALL_SNAPSHOTS") == "update":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert text.splitlines() == golden.read_text(encoding="utf-8").splitlines(), golden.name
