"""Filters of the list: which rows are shown, and how many each choice would show.

Everything that is read from a row is read once a snapshot (`index_rows`, off the UI thread): each
choice becomes one number with a bit for every row. A filter then only combines numbers, so that a
key press costs a few milliseconds for any length of the list.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import repeat
from operator import contains
from typing import TYPE_CHECKING, TypeAlias

from recall_tui.views.bits import Bits, bits_at, bits_of, every_bit, flags_of, places_of
from recall_tui.views.facets import (
    READERS,
    REVEALING,
    SELECTED,
    SELECTING,
    WORDS,
    Facet,
    Looking,
    folded,
    option_words,
    own_words,
    shared_words,
)
from recall_tui.views.names import Names
from recall_tui.views.worklist import WorklistRow

if TYPE_CHECKING:
    from recall_tui.views.due_bits import DueBits

__all__ = [
    "READERS",
    "WORDS",
    "Choice",
    "Facet",
    "FilterState",
    "Indexed",
    "Looking",
    "Option",
    "choices",
    "fits",
    "fitting",
    "hidden_counts",
    "index_rows",
    "option_words",
]

Option: TypeAlias = tuple[Facet, str]
"""A facet and the key of one of its choices."""

WORDS_KEPT = 64
"""Of so many words typed the rows are remembered."""

SELECTIONS_KEPT = 128
"""Of so many choices of recalls and items it is remembered where their due items stand."""

FEW = 4
"""A part of the rows is looked through by itself where it is at most one row in so many."""

Keys: TypeAlias = Mapping[Facet, frozenset[str]]
"""Choices by facet; a facet without any is absent."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a facet: its key in the filter, its words, how many rows it fits."""

    facet: Facet
    key: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class FilterState:
    """What is chosen: within a facet any choice may fit, every facet with a choice must.

    Where recalls or items are chosen, state and overdue are asked of the due items of these alone.
    What is refused may not fit at all. Of the words typed all must be found; one that begins with
    ``!`` must not be.
    """

    chosen: Keys = field(default_factory=dict[Facet, frozenset[str]])
    text: str = ""
    show_hidden: bool = False
    refused: Keys = field(default_factory=dict[Facet, frozenset[str]])

    def toggled(self, facet: Facet, key: str) -> "FilterState":
        """Return the filter with one choice added, or taken away if it was there."""
        chosen = _toggled(self.chosen, facet, key)
        return replace(self, chosen=chosen, refused=_without(self.refused, facet, key))

    def negated(self, facet: Facet, key: str) -> "FilterState":
        """Return the filter with one choice refused, or no longer if it was."""
        refused = _toggled(self.refused, facet, key)
        return replace(self, refused=refused, chosen=_without(self.chosen, facet, key))

    def with_text(self, text: str) -> "FilterState":
        """Return the filter with other words typed."""
        return replace(self, text=text)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is chosen, refused or typed."""
        return not self.chosen and not self.refused and not self.text.strip()


def _toggled(keys: Keys, facet: Facet, key: str) -> Keys:
    changed = {**keys, facet: keys.get(facet, frozenset()) ^ {key}}
    return {one: some for one, some in changed.items() if some}


def _without(keys: Keys, facet: Facet, key: str) -> Keys:
    return _toggled(keys, facet, key) if key in keys.get(facet, ()) else keys


@dataclass(frozen=True)
class Indexed:
    """Rows with all that filters compare: made by `index_rows`, the same for every filter."""

    rows: tuple[WorklistRow, ...]
    members: Mapping[Facet, Mapping[str, int]]
    """For each choice that fits any row: the rows it fits, one bit a row."""

    hidden: int
    """The rows that are not shown by default."""

    texts: tuple[str, ...]
    """For each row the words that only it has, of those that typed words are looked for in."""

    phrases: Mapping[str, int]
    """The other ones, which many rows share: the rows that have them, one bit a row.

    In these a word is found at its beginning alone: the surname King is not in "smoking".
    """

    names: Names
    found: dict[str, int] = field(default_factory=dict[str, int], compare=False)
    """The rows that hold a word, of the words typed last: a letter more looks only there."""

    standing: dict[tuple[frozenset[str], ...], Mapping[Facet, Mapping[str, int]]] = field(
        default_factory=dict[tuple[frozenset[str], ...], Mapping[Facet, Mapping[str, int]]],
        compare=False,
    )
    """State and overdue as far as recalls and items select due items, of the last selections."""

    @property
    def every(self) -> int:
        """A bit for each row."""
        return every_bit(len(self.rows))

    def of(self, facet: Facet, key: str) -> int:
        """The rows that a choice fits."""
        return self.members[facet].get(key, 0)

    @cached_property
    def due(self) -> "DueBits":
        """What is asked of each due item: read when first needed."""
        from recall_tui.views.due_bits import due_bits  # noqa: PLC0415 - not before the first list

        return due_bits(self.rows)

    def prepare(self, state: FilterState) -> None:
        """Work out what a filter will ask, for a thread that nobody waits for."""
        for facet in SELECTED:
            self.fitting(facet, state)

    def fitting(self, facet: Facet, state: FilterState) -> Mapping[str, int]:
        """For each choice of a facet the rows it fits, as far as due items are selected."""
        wanted = tuple(state.chosen.get(one, frozenset[str]()) for one in SELECTING)
        if facet not in SELECTED or not any(wanted):
            return self.members[facet]
        known = self.standing.get(wanted)
        if known is None:
            if len(self.standing) >= SELECTIONS_KEPT:
                self.standing.clear()
            known = self.standing[wanted] = self.due.standing(self.due.selected(state.chosen))
        return known[facet]

    def holding(self, word: str) -> int:
        """The rows in whose text a word stands."""
        known = self.found.get(word)
        if known is None:
            if len(self.found) >= WORDS_KEPT:
                self.found.clear()
            known = self.found[word] = self._look_for(word)
        return known

    def _look_for(self, word: str) -> int:
        shared = 0
        for phrase, rows in self.phrases.items():
            if begins_in(phrase, word):
                shared |= rows
        shorter = max((one for one in tuple(self.found) if one in word), key=len, default="")
        texts, within = self.texts, self.found.get(shorter, self.every) & ~shared
        if within.bit_count() > len(texts) // FEW:
            return shared | bits_of(map(contains, texts, repeat(word)))
        own = (at for at in places_of(within) if word in texts[at])
        return shared | bits_at(own, len(texts))


def begins_in(phrase: str, word: str) -> bool:
    """Whether a word of the phrase begins with ``word``."""
    at = phrase.find(word)
    while at > 0 and phrase[at - 1].isalnum():
        at = phrase.find(word, at + 1)
    return at >= 0


def index_rows(rows: Iterable[WorklistRow], looking: Looking, names: Names) -> Indexed:
    """Read from each row, once, everything that a filter may ask."""
    every = tuple(rows)
    members = {facet: Bits(len(every)) for facet in READERS}
    phrases, hidden = Bits(len(every)), Bits(len(every))
    for at, row in enumerate(every):
        if row.is_hidden:
            hidden.add("", at)
        for facet, read in READERS.items():
            some = members[facet]
            for key in read(row, looking):
                some.add(key, at)
        for words in shared_words(row, looking, names):
            phrases.add(words, at)
    return Indexed(
        every,
        {facet: some.numbers() for facet, some in members.items()},
        hidden.numbers().get("", 0),
        tuple(own_words(row) for row in every),
        _without_case(phrases.numbers()),
        names,
    )


def _without_case(phrases: Mapping[str, int]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for words, rows in phrases.items():
        plain = folded(words)
        found[plain] = found.get(plain, 0) | rows
    return found


def fitting(indexed: Indexed, state: FilterState) -> Sequence[int]:
    """Return the places of the rows that fit, in their order."""
    return places_of(_fitting(indexed, state))


def fits(indexed: Indexed, state: FilterState) -> bytes:
    """Return for each row 1 if it fits, 0 if it does not."""
    return flags_of(_fitting(indexed, state), len(indexed.rows))


def hidden_counts(indexed: Indexed, state: FilterState) -> Mapping[str, int]:
    """Return by state how many rows would fit but are hidden: those that showing all adds."""
    left = _fitting(indexed, replace(state, show_hidden=True)) & ~_fitting(indexed, state)
    states = indexed.members[Facet.STATE]
    return {key: count for key, rows in states.items() if (count := (left & rows).bit_count())}


def _fitting(indexed: Indexed, state: FilterState) -> int:
    left = _with_text(indexed, state.text) & ~_hidden(indexed, state)
    for facet in _narrowed(state):
        left &= _of_facet(indexed, state, facet)
    return left


def choices(indexed: Indexed, state: FilterState) -> tuple[Choice, ...]:
    """Return every choice with how many rows it fits, given what the other facets choose."""
    every = _with_text(indexed, state.text)
    limits = {facet: _of_facet(indexed, state, facet) for facet in _narrowed(state)}
    if hidden := _hidden(indexed, state):
        limits[Facet.STATE] = limits.get(Facet.STATE, indexed.every) & ~hidden
    for rows in limits.values():
        every &= rows
    found: list[Choice] = []
    for facet in READERS:
        others = every
        if facet in limits:
            others = _with_text(indexed, state.text)
            for other in limits.keys() - {facet}:
                others &= limits[other]
        if facet in SELECTING and not set(SELECTED).isdisjoint(_narrowed(state)):
            counts = _selecting_counts(indexed, state, facet, limits)
        else:
            members = indexed.fitting(facet, state)
            counts = {key: (others & rows).bit_count() for key, rows in members.items()}
        found += _facet_choices(facet, counts, state, indexed.names)
    return tuple(found)


def _selecting_counts(
    indexed: Indexed, state: FilterState, facet: Facet, limits: Mapping[Facet, int]
) -> Mapping[str, int]:
    """Return how many rows each recall or item fits: what is asked is asked of its due items."""
    others = _with_text(indexed, state.text)
    for other in limits.keys() - {facet, *SELECTED}:
        others &= limits[other]
    found: dict[str, int] = {}
    for key, rows in indexed.members[facet].items():
        alone = replace(state, chosen={**state.chosen, facet: frozenset({key})})
        left = others & rows & ~_hidden(indexed, alone)
        for asked in SELECTED:
            left &= _of_facet(indexed, alone, asked)
        found[key] = left.bit_count()
    return found


def _narrowed(state: FilterState) -> Iterable[Facet]:
    """The facets in which anything is chosen or refused."""
    return {**state.chosen, **state.refused}


def _with_text(indexed: Indexed, text: str) -> int:
    left = indexed.every
    for word in folded(text).split():
        bare = word.removeprefix("!")
        if bare:
            rows = indexed.holding(bare)
            left &= rows if bare == word else ~rows
    return left


def _hidden(indexed: Indexed, state: FilterState) -> int:
    """The rows that stay hidden: choosing a hidden state shows it."""
    if state.show_hidden:
        return 0
    shown = 0
    for facet in REVEALING:
        if chosen := state.chosen.get(facet):
            shown |= _rows_of(indexed.fitting(facet, state), chosen)
    return indexed.hidden & ~shown


def _of_facet(indexed: Indexed, state: FilterState, facet: Facet) -> int:
    """The rows that one facet lets through."""
    chosen, members = state.chosen.get(facet), indexed.fitting(facet, state)
    rows = _rows_of(members, chosen) if chosen else indexed.every
    return rows & ~_rows_of(members, state.refused.get(facet, ()))


def _rows_of(members: Mapping[str, int], keys: Iterable[str]) -> int:
    """The rows that any of these choices fits."""
    found = 0
    for key in keys:
        found |= members.get(key, 0)
    return found


def _facet_choices(
    facet: Facet, counts: Mapping[str, int], state: FilterState, names: Names
) -> list[Choice]:
    """In the order of the facet's words, then the most frequent first; chosen ones always."""
    named = state.chosen.get(facet, frozenset()) | state.refused.get(facet, frozenset())
    kept = {key: count for key, count in counts.items() if count or key in named}
    kept |= {key: 0 for key in named if key not in kept}
    words = WORDS.get(facet, {})
    rest = sorted(kept.keys() - words.keys(), key=lambda key: (-kept[key], key))
    return [
        Choice(facet, key, option_words(facet, key, names), kept[key])
        for key in (*(key for key in words if key in kept), *rest)
    ]
