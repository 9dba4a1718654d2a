"""What a screen shows, as plain lines, and the one way of waiting for it.

The compositor is private to Textual; this file is the only place that touches it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import textual.app
import textual.pilot
from textual.app import App
from textual.events import Key
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.strip import Strip
from textual.worker import WorkerCancelled

PATIENCE = 120.0
"""Seconds after which an app that never rests has failed; only ever reached by a fault."""

_NAP = 0.002
_SOON = 0.01

_TURNS = 50
"""More of the loop than a key is on its way."""


def screen_strips(app: App[Any]) -> list[Strip]:
    """Give the lines of the screen with their styles."""
    compositor = app.screen._compositor  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    return compositor.render_strips()


def screen_text(app: App[Any]) -> list[str]:
    """Give the lines of the screen, without the blanks at their ends."""
    return [strip.text.rstrip() for strip in screen_strips(app)]


class Turn:
    """One turn of the event loop, to be awaited."""

    def __await__(self) -> Generator[None]:
        """Let everything else that is ready run once."""
        yield


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until every message is handled, no worker is unfinished, and the screen is painted."""
    try:
        async with asyncio.timeout(PATIENCE):
            await _come_to_rest(pilot.app)
    except TimeoutError:
        raise AssertionError(_still_busy(pilot.app)) from None


async def _come_to_rest(app: App[Any]) -> None:
    await nothing_ready()
    while app.is_running and (_rings_soon(app) or not is_at_rest(app)):
        if any(not worker.is_finished for worker in app.workers):
            # Of two that read the same, the newer one cancels the older.
            with suppress(WorkerCancelled):
                await app.workers.wait_for_complete()
        elif _rings_soon(app) or any(one.message_queue_size for one in _hearing(app)):
            with suppress(TimeoutError):  # What has a message waits for something besides.
                await asyncio.wait_for(asyncio.Event().wait(), _NAP)
        else:
            # Only the paint is left, and it is not waited for: it comes at most 60 times a second.
            app.screen._on_timer_update()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
        await nothing_ready()


def _rings_soon(app: App[Any]) -> bool:
    """Whether something of a screen is asked for so soon that a person would not wait for it."""
    timers = [timer for one in (app, *app.screen_stack) for timer in one._timers]  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    once = [one for one in timers if one._repeat == 0 and one._interval < _SOON]  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    return any(one._task is not None and not one._task.done() for one in once)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here


async def nothing_ready(*_seconds: float) -> None:
    """Wait until the event loop has nothing to run: all that was told has been dealt with.

    A thread, a timer or a pipe may still bring something. Takes the place of what Textual's pilot
    waits for: that its process uses little processor, which a busy machine sees to by itself.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    await Turn()
    while waiting := _waiting(loop):
        assert loop.time() < end, [str(one) for one in waiting][:5]
        await Turn()


def _waiting(loop: asyncio.AbstractEventLoop) -> Collection[object]:
    """Return what a loop has to run next."""
    return cast("Collection[object]", loop._ready)  # noqa: SLF001 # pyright: ignore[reportAttributeAccessIssue] - the loop says so nowhere else


def wait_for_facts(put: Callable[[object, str, object], None]) -> None:
    """Let Textual's pilot wait for facts: ``put`` is ``setattr``, or that of a monkeypatch."""
    put(textual.app, "wait_for_idle", nothing_ready)
    put(textual.pilot, "wait_for_idle", nothing_ready)
    put(Pilot, "_wait_for_screen", nothing_ready)


async def resize(pilot: Pilot[Any], width: int, height: int) -> None:
    """Change the size of the terminal and wait until the screen has it: Textual waits a moment."""
    await pilot.resize_terminal(width, height)
    async with asyncio.timeout(PATIENCE):
        while _laid_out(pilot.app) != (width, height):
            await pilot.pause(_NAP)
    await settle(pilot)


def _laid_out(app: App[Any]) -> tuple[int, int]:
    """Return the size that the screen was last laid out for."""
    return app.screen._compositor.size  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here


def _hearing(app: App[Any]) -> Iterator[MessagePump]:
    """Give all that messages come to."""
    yield app
    yield from app.screen.walk_children(with_self=True)


def is_at_rest(app: App[Any], *, but: str = "") -> bool:
    """Whether nothing is left to do or to paint; workers of the group ``but`` do not count."""
    screen = app.screen
    after_paint = screen._callbacks  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    unpainted = screen._dirty_widgets or screen._layout_required  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    if after_paint or unpainted or any(one.message_queue_size for one in _hearing(app)):
        return False
    if any(not worker.is_finished for worker in app.workers if worker.group != but):
        return False
    seen = screen._compositor.visible_widgets  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    return not any(one._repaint_required or one._layout_required for one in seen)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here


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


async def press_while_painting(pilot: Pilot[Any], key: str) -> None:
    """Press a key while the screen is painted at every turn of the loop: never is it sooner."""
    app = pilot.app
    app.post_message(Key(key, key))
    for _turn in range(_TURNS):
        await Turn()
        app.screen._on_timer_update()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - only here
    await settle(pilot)


def _still_busy(app: App[Any]) -> str:
    """Say what kept an app from coming to rest."""
    workers = [worker.group for worker in app.workers if not worker.is_finished]
    queues = {str(one): one.message_queue_size for one in _hearing(app) if one.message_queue_size}
    return f"Never at rest: workers of {workers}, messages of {queues}"


def assert_golden(lines: list[str], golden: Path) -> None:
    """Compare lines with a golden file; with RECALL_SNAPSHOTS=update set, write the file."""
    text = "\n".join(lines).rstrip() + "\n"
    if os.environ.get("RECALL_SNAPSHOTS") == "update":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert text.splitlines() == golden.read_text(encoding="utf-8").splitlines(), golden.name
