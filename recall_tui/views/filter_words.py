"""Filters as people type them ("staff group=nurse"), and as they are kept in a named view."""

from collections.abc import Iterable, Mapping
from typing import cast

from recall_tui.errors import BadInput, UsageProblem
from recall_tui.views.facets import WORDS, Facet, option_words
from recall_tui.views.filters import FilterState, Indexed, Keys, Option

OPEN = frozenset({Facet.FLAG, Facet.USUAL_GP, Facet.ASSIGNED, Facet.LANGUAGE})
"""Facets whose choices come from the data alone: any may be typed."""

_SHOWN = 12
"""How many choices an error names."""


def facet_key(facet: Facet) -> str:
    """Return what a facet is called in files and commands."""
    return facet.name.lower()


def read_option(text: str, indexed: Indexed) -> Option:
    """Return the choice typed as FACET=CHOICE: either as its key or in its words, any case.

    Raises:
        UsageProblem: there is no such facet, or no such choice in it.
    """
    name, sign, typed = text.partition("=")
    if not sign:
        message = f"{text} is not a filter: write FACET=CHOICE, such as state=invited"
        raise UsageProblem(message)
    facet = _read_facet(name)
    known = _known(facet, indexed)
    wanted = _bare(typed)
    for key, words in known.items():
        if wanted in {_bare(key), _bare(words)}:
            return facet, key
    if facet in OPEN and typed.strip():
        return facet, typed.strip()
    words = ", ".join([key for key in known if key][:_SHOWN]) or "none"
    message = f"{typed.strip() or 'nothing'} is not a choice of {facet}; choices: {words}"
    raise UsageProblem(message)


def read_filter(wanted: Iterable[str], refused: Iterable[str], indexed: Indexed) -> FilterState:
    """Return the filter made of choices as they are typed.

    Raises:
        UsageProblem: one of them is none.
    """
    state = FilterState()
    for text in wanted:
        facet, key = read_option(text, indexed)
        state = state if key in state.chosen.get(facet, ()) else state.toggled(facet, key)
    for text in refused:
        facet, key = read_option(text, indexed)
        state = state if key in state.refused.get(facet, ()) else state.negated(facet, key)
    return state


def filter_shape(state: FilterState) -> dict[str, object]:
    """Return a filter as plain values, to be kept and shown as JSON."""
    return {
        "chosen": _plain(state.chosen),
        "refused": _plain(state.refused),
        "text": state.text,
        "hidden": state.show_hidden,
    }


def filter_of_shape(shape: Mapping[str, object]) -> FilterState:
    """Return the filter in the plain values of `filter_shape`.

    Raises:
        BadInput: it names what this program does not know; leaving that out would show too many.
    """
    return FilterState(
        chosen=_keys(shape.get("chosen")),
        text=str(shape.get("text") or ""),
        show_hidden=shape.get("hidden") is True,
        refused=_keys(shape.get("refused")),
    )


def _read_facet(name: str) -> Facet:
    for facet in Facet:
        if _bare(name) in {_bare(facet), _bare(facet_key(facet))}:
            return facet
    known = ", ".join(facet_key(facet) for facet in Facet)
    message = f"{name.strip() or 'nothing'} is nothing to filter by; there is: {known}"
    raise UsageProblem(message)


def _known(facet: Facet, indexed: Indexed) -> Mapping[str, str]:
    """Every choice of a facet that has words, a name or a patient."""
    names = indexed.names
    keys = [*WORDS.get(facet, {})]
    keys += indexed.members[facet]
    keys += {Facet.RECALL: list(names.recalls), Facet.ITEM: list(names.items)}.get(facet, [])
    return {key: option_words(facet, key, names) for key in dict.fromkeys(keys)}


def _bare(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("-", " ").casefold().split())


def _plain(keys: Keys) -> dict[str, list[str]]:
    return {facet_key(facet): sorted(some) for facet, some in keys.items()}


def _keys(plain: object) -> Keys:
    if not isinstance(plain, Mapping):
        return {}
    every = {facet_key(facet): facet for facet in Facet}
    found: dict[Facet, frozenset[str]] = {}
    for name, some in cast("Mapping[str, object]", plain).items():
        if name not in every or not isinstance(some, list):
            message = f"this view filters by {name}, which this program does not know: update it"
            raise BadInput(message)
        found[every[name]] = frozenset(str(key) for key in cast("list[object]", some))
    return found
