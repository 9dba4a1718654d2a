"""Bindings made from the one table of actions."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from recall_tui.actions import ACTIONS, Action, Where

PLACES = {
    "app": (Where.EVERYWHERE,),
    "overview": (Where.OVERVIEW,),
    "booking": (Where.BOOKING,),
    "invites": (Where.INVITES,),
}


def bindings_for(place: str) -> list[BindingType]:
    """Return the bindings of ``app``, ``overview``, ``booking`` or ``invites``."""
    return [_binding(one) for one in ACTIONS if one.where in PLACES[place] and one.keys]


def _binding(action: Action) -> Binding:
    return Binding(
        ",".join(action.keys),
        action.name,
        action.label,
        show=action.in_footer,
        id=action.id,
        tooltip=action.help,
    )


def key_words(action: Action) -> str:
    """Return the keys of an action as people read them."""
    plain = {
        "right_square_bracket": "]",
        "left_square_bracket": "[",
        "slash": "/",
        "question_mark": "?",
    }
    return " ".join(plain.get(key, key) for key in action.keys)
