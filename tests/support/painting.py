"""An app on a real terminal that says when all it was told has been painted.

The bytes of a key are then told from those of the next one however busy the machine is.
"""

from __future__ import annotations

import asyncio
from typing import Any

from textual import events
from textual.app import App

from tests.support.real_pty import PAINTED
from tests.support.screen_text import is_at_rest

ASK = "f12"
"""The key of ``real_pty.ASK_PAINTED``."""

LOOKS = 3
"""As often in a row, a turn of the loop apart, nothing may be left to do."""


class SaysPainted(App[Any]):
    """Answers ``ASK`` once everything before it is on the terminal; the app sees nothing of it."""

    async def on_event(self, event: events.Event) -> None:
        """Keep the question from the app."""
        if isinstance(event, events.Key) and event.key == ASK:
            self.run_worker(self._say_painted(), group=ASK)
            return
        await super().on_event(event)

    async def _say_painted(self) -> None:
        looks, loop = 0, asyncio.get_running_loop()
        while looks < LOOKS:
            looks = looks + 1 if is_at_rest(self, but=ASK) else 0
            # A paint waits for its turn, which is at most a sixtieth of a second away.
            turn: asyncio.Future[None] = loop.create_future()
            loop.call_later(0 if looks else 0.002, turn.set_result, None)
            await turn
        assert self._driver is not None
        self._driver.write(PAINTED.decode())
        self._driver.flush()
