"""The one table of actions is whole, and no key means two things in one place."""

from collections import Counter

import pytest

from recall_tui.actions import ACTIONS, Action, Where


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_explains_itself(action: Action) -> None:
    """Each has a stable id, a method, at least one key, a label and a sentence that ends."""
    assert action.id.count(".") == 1
    assert action.name.isidentifier()
    assert action.keys
    assert 0 < len(action.label) <= 20
    assert action.help.endswith(".")


def test_ids_are_unique() -> None:
    """A keymap can name each action by its id."""
    assert not [name for name, times in Counter(one.id for one in ACTIONS).items() if times > 1]


@pytest.mark.parametrize("where", Where)
def test_no_key_means_two_things_in_one_place(where: Where) -> None:
    """On any screen, a key has one meaning; what holds everywhere is not taken again."""
    keys = [key for one in ACTIONS if one.where in {where, Where.EVERYWHERE} for key in one.keys]
    assert not [key for key, times in Counter(keys).items() if times > 1]
