"""Bindings and key hints made from the one table of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from textual.binding import Binding, BindingType

from recall_tui.actions import ACTIONS, SIMPLE, Action, Where, simple_keys

_PLAIN = {
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "slash": "/",
    "backslash": "\\",
    "question_mark": "?",
    "equals_sign": "=",
    "comma": ",",
    "exclamation_mark": "!",
    "plus": "+",
    "minus": "-",
    "right": "Right",
    "escape": "Esc",
    "enter": "Enter",
    "backspace": "Backspace",
}
"""Textual's names of keys that people call otherwise."""


_chosen: dict[str, tuple[str, ...]] = {}
_left_out: set[str] = set()

LATE = frozenset({"list.recipe"})
"""Actions that leave the footer of a narrow terminal before those that exist everywhere."""

SIMPLE_TABLE: Mapping[str, tuple[str, ...]] = {
    "worklist.up": ("up",),
    "worklist.down": ("down",),
    "worklist.first": ("home",),
    "worklist.last": ("end",),
    **dict.fromkeys(
        (
            *("worklist.range", "worklist.mark", "worklist.mark-all", "worklist.clear-marks"),
            *("worklist.extend-up", "worklist.extend-down"),
        ),
        (),
    ),
}
"""Keys of the table in the simple profile: no letter moves, and there are no marks."""

NO_KEY = "no-key"
"""Stands in Textual's keymap for an action without keys; no terminal sends it."""


def use_keys(keys: Mapping[str, tuple[str, ...]], *, simple: bool = False) -> dict[str, str]:
    """Let actions have other keys from now on; return them as Textual's keymap takes them.

    ``simple`` leaves out every action that reception has no use for.
    """
    _chosen.clear()
    _chosen.update({**({**SIMPLE_TABLE, **simple_keys()} if simple else {}), **keys})
    _left_out.clear()
    if simple:
        _left_out.update({one.name for one in ACTIONS} - SIMPLE)
    return {action: ",".join(some) or NO_KEY for action, some in _chosen.items()}


def is_left_out(name: str) -> bool:
    """Whether the profile leaves an action out."""
    return name in _left_out


def keys_of(action: Action) -> tuple[str, ...]:
    """Return the keys of an action: the person's own, or those of the table."""
    return _chosen.get(action.id, action.keys)


def key_of(action_id: str) -> str:
    """Return the first key of an action as people read it; empty: the profile leaves it out."""
    action = next(one for one in ACTIONS if one.id == action_id)
    keys = () if is_left_out(action.name) else keys_of(action)
    return key_name(keys[0]) if keys else ""


def bindings_for(where: Where) -> list[BindingType]:
    """Return the bindings of one screen, or those that exist everywhere."""
    return [_binding(one) for one in ACTIONS if one.where is where and one.keys]


def _binding(action: Action) -> Binding:
    return Binding(
        ",".join(action.keys),
        action.name,
        action.label,
        show=action.in_footer,
        id=action.id,
        tooltip=action.help,
        # Whatever question stands over the screen: somebody comes to the desk.
        priority=action.id == "app.privacy",
    )


def key_name(key: str) -> str:
    """Return a key as people read it."""
    if len(key) > 1 and key.startswith("f") and key[1:].isdigit():
        return key.upper()
    return _PLAIN.get(key, key)


def key_words(action: Action) -> str:
    """Return the keys of an action as people read them."""
    return " ".join(key_name(key) for key in keys_of(action))


def hints_for(
    where: Where, why_not: Callable[[str], str] = lambda _name: ""
) -> tuple[tuple[str, str], ...]:
    """Return (key, label) of the actions in the footer of a screen, then of those everywhere.

    ``why_not`` says, by the name of an action, why the person may not do it (empty: they may).
    """
    places = [one for place in (where, Where.EVERYWHERE) for one in ACTIONS if one.where is place]
    return tuple(
        (key_name(keys_of(one)[0]), one.label)
        for one in sorted(places, key=_comes_late)
        if one.in_footer and keys_of(one) and not is_left_out(one.name) and not why_not(one.name)
    )


def overview_hints(
    why_not: Callable[[str], str], filters: Sequence[BindingType] = ()
) -> Sequence[tuple[str, str]]:
    """Return (key, label) of what the overview hears: in its list, or in the ``filters`` beside.

    ``filters`` are the bindings of the sidebar while the keys go there.
    """
    everywhere = hints_for(Where.OVERVIEW, why_not)
    if filters:
        choose, refuse, *others = _hints_of(filters)
        clear = (key_of("list.clear_filters"), "Clear filters")
        back = (key_of("list.back"), "To the list")
        return [choose, refuse, back, *others, clear, *everywhere[-1:]]
    # Whoever invites nobody from here has no use for marks.
    return everywhere if is_left_out("invite") else [("space", "Mark"), *everywhere]


def _hints_of(bindings: Iterable[BindingType]) -> Iterator[tuple[str, str]]:
    """Give (key, label) of those bindings of a widget that a footer shows."""
    for one in bindings:
        if isinstance(one, Binding) and one.show:
            keys = _chosen.get(one.id or "", tuple(one.key.split(",")))
            yield key_name(keys[0]), one.description


def _comes_late(action: Action) -> bool:
    """Whether others go first where there is no room for all: what is done seldom."""
    return action.id in LATE or action.id.startswith("app.")
