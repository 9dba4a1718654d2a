"""What the status line calls the store that is open."""

import pytest

from recall_tui.views.names import is_live


@pytest.mark.parametrize(
    ("words", "live"),
    [
        ("A12345 recall.db", True),
        ("A12345 the store at db.example", True),
        ("X99999 recall.db", False),
        ("X99999 postgresql://db.example/recall", False),
        ("A12345 demo-10387-1.db", False),
    ],
)
def test_synthetic_patients_are_a_test(words: str, *, live: bool) -> None:
    """The synthetic practice is a TEST whatever its store is called, and so is a demo store."""
    assert is_live(words) is live
