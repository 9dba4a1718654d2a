"""The generated pages say what the code says."""

import pytest

from recall_tui.actions import ACTIONS
from tests.house.tree import ROOT
from tests.printing.all_pages import all_pages
from tests.printing.keys import key_words


@pytest.mark.parametrize(("path", "text"), all_pages().items())
def test_no_generated_page_is_stale(path: str, text: str) -> None:
    """What a page says was made from the code as it is: when red, run ``make docs``."""
    assert (ROOT / path).read_text(encoding="utf-8") == text


def test_every_action_is_on_the_page_of_keys() -> None:
    """A person finds every action with its keys and its sentence."""
    page = (ROOT / "docs/keys.md").read_text(encoding="utf-8")
    for action in ACTIONS:
        assert f"| {action.label} | {action.help} |" in page


def test_keys_are_named_as_on_a_keyboard() -> None:
    """Textual's names of keys are not shown to people."""
    assert key_words("right_square_bracket") == "]"
    assert key_words("ctrl+right") == "Ctrl+Right"
    assert key_words("U") == "U"
    assert not [key for action in ACTIONS for key in action.keys if "_" in key_words(key)]
