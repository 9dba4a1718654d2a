"""Widget tests wait for facts, and look for them often."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.support.parsed_styles import share_parsed
from tests.support.screen_text import wait_for_facts


@pytest.fixture(autouse=True)
def no_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pilot wait for what is so, not for a quiet processor."""
    wait_for_facts(monkeypatch.setattr)


@pytest.fixture(scope="session", autouse=True)
def parsed_once() -> Generator[None]:
    """Parse a style sheet once for all apps that tests open."""
    with pytest.MonkeyPatch.context() as patch:
        share_parsed(patch)
        yield
