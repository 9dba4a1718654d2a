"""Widget tests wait for facts, and look for them often."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def short_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pilot look ten times as often whether the app is idle."""
    monkeypatch.setattr("textual._wait.SLEEP_GRANULARITY", 0.002)
    monkeypatch.setattr("textual._wait.SLEEP_IDLE", 0.0004)
