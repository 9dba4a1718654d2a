"""Screen tests wait for facts, not for people: the guards against fast keys are off."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from screens.modals import asking
from tests.support.parsed_styles import share_parsed
from tests.support.screen_text import wait_for_facts


@pytest.fixture(autouse=True)
def no_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take answers at once; `test_questions.py` tests the guards themselves."""
    monkeypatch.setattr(asking, "GUARD_SECONDS", 0.0)
    monkeypatch.setattr(asking, "PASTE_SECONDS", 0.0)


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
