"""Widget tests wait for facts, and look for them often."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.support.parsed_styles import share_parsed


@pytest.fixture(autouse=True)
def short_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pilot look ten times as often whether the app is idle."""
    monkeypatch.setattr("textual._wait.SLEEP_GRANULARITY", 0.002)
    monkeypatch.setattr("textual._wait.SLEEP_IDLE", 0.0004)


@pytest.fixture(scope="session", autouse=True)
def parsed_once() -> Generator[None]:
    """Parse a style sheet once for all apps that tests open."""
    with pytest.MonkeyPatch.context() as patch:
        share_parsed(patch)
        yield
