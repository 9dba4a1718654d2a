"""docs/keys.md: every key, from the one table of actions."""

from collections.abc import Iterable, Mapping
from typing import Final

from recall_tui.actions import ACTIONS, Action, Where, simple_keys

_HEADINGS: Final = {
    Where.EVERYWHERE: "Everywhere",
    Where.OVERVIEW: "Worklist",
    Where.BOOKING: "Booking window",
    Where.PATIENT: "Patient page",
    Where.INVITES: "Invites",
    Where.RECIPE: "The month's batches",
    Where.QUEUE: "A queue beside the month",
}
_SHOWN: Final = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "question_mark": "?",
    "equals_sign": "=",
    "comma": ",",
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "asterisk": "*",
    "plus": "+",
    "minus": "-",
    "full_stop": ".",
    "colon": ":",
    "exclamation_mark": "!",
}
_INTRODUCTION: Final = """\
# Keys

Made by `make docs` from `recall_tui/actions.py`. The command in the last column does the same
without a screen.
"""


_SIMPLE: Final = """\
Every letter and digit begins a look-up. What exists everywhere has these keys on its other screens,
too.
"""


def key_words(key: str) -> str:
    """Return a key as it is printed on a keyboard: ``ctrl+right`` is Ctrl+Right."""
    if len(key) == 1:
        return key
    return "+".join(_SHOWN.get(part, part.capitalize()) for part in key.split("+"))


def _row(action: Action) -> str:
    keys = " ".join(f"`{key_words(key)}`" for key in action.keys)
    command = f"`recall {action.command}`" if action.command else ""
    return f"| {keys} | {action.label} | {action.help} | {command} |"


def _section(heading: str, actions: Iterable[Action]) -> str:
    rows = "\n".join(_row(action) for action in actions)
    return (
        f"\n## {heading}\n\n| keys | action | what it does | command |\n|---|---|---|---|\n{rows}\n"
    )


def _simple() -> str:
    """Return what the simple profile hears on its list: no letter, for they begin a name."""
    keys = simple_keys()
    rows = "\n".join(
        f"| {' '.join(f'`{key_words(key)}`' for key in keys[action.id])} | {action.label} |"
        for action in ACTIONS
        if keys.get(action.id)
    )
    return (
        f"\n## The list of `recall --simple`\n\n{_SIMPLE}\n| keys | action |\n|---|---|\n{rows}\n"
    )


def pages() -> Mapping[str, str]:
    """Return the page by its path in the project."""
    sections = [
        _section(heading, [action for action in ACTIONS if action.where is where])
        for where, heading in _HEADINGS.items()
        if any(action.where is where for action in ACTIONS)
    ]
    return {"docs/keys.md": _INTRODUCTION + "".join([*sections, _simple()])}
