"""The names of clusters, items and flags that a definition uses, and where it writes them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, cast

from recall_tui.pack.files import Document
from recall_tui.pack.lines import Path as Place


class Kind(Enum):
    """What a name stands for."""

    CLUSTER = "cluster"
    ITEM = "item"
    FLAG = "flag"


_KEYS: Final = {
    "coded": Kind.CLUSTER,
    "prescribed": Kind.CLUSTER,
    "since": Kind.CLUSTER,
    "resolved_by": Kind.CLUSTER,
    "invited_by": Kind.CLUSTER,
    "invites_of": Kind.CLUSTER,
    "start": Kind.CLUSTER,
    "clusters": Kind.CLUSTER,
    "parts": Kind.CLUSTER,
    "on": Kind.CLUSTER,
    "off": Kind.CLUSTER,
    "medication_review": Kind.CLUSTER,
    "result": Kind.ITEM,
    "done": Kind.ITEM,
    "item": Kind.ITEM,
    "after": Kind.ITEM,
    "apart_from": Kind.ITEM,
    "flag": Kind.FLAG,
}
"""The keys whose values are names."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name, what it stands for, and where it is written inside its definition."""

    kind: Kind
    name: str
    place: Place


def names_in(document: Document, place: Place) -> tuple[Named, ...]:
    """Return every name that the definition at ``place`` uses, with its place inside it."""
    here: object = document.data
    for part in place:
        here = cast("Mapping[str | int, object]", here)[part]
    return tuple(_walk(here, (), None))


def _walk(value: object, place: Place, kind: Kind | None) -> Iterator[Named]:
    if isinstance(value, str):
        if kind is not None:
            yield Named(kind, value, place)
    elif isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, object]", value).items():
            yield from _walk(inner, (*place, key), _KEYS.get(key))
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[object]", value)):
            yield from _walk(inner, (*place, index), kind)
