"""Screen tests wait for facts, not for people: the guards against fast keys are off."""

from __future__ import annotations

import pytest

from screens.modals import asking


@pytest.fixture(autouse=True)
def no_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take answers at once; `test_questions.py` tests the guards themselves."""
    monkeypatch.setattr(asking, "GUARD_SECONDS", 0.0)
    monkeypatch.setattr(asking, "PASTE_SECONDS", 0.0)
