"""Filter groups as data and as lines of text; what the sidebar shows, without drawing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from widgets.runs import Run, fit_wide

TEXT = "filters--text"
MUTED = "filters--muted"
GROUP = "filters--group"
CURSOR = "filters--cursor"

Chosen: TypeAlias = Mapping[str, frozenset[str]]
"""For each group, the ids of its chosen options; groups without any may be absent."""


@dataclass(frozen=True)
class FilterOption:
    """One option and how many rows it would leave; None: not counted."""

    id: str
    label: str
    count: int | None = None


@dataclass(frozen=True)
class FilterGroup:
    """Options of one kind under a heading."""

    id: str
    label: str
    options: tuple[FilterOption, ...]
    is_single: bool = False
    """Whether choosing one takes the place of another."""


class FilterLine(NamedTuple):
    """What stands on one line: a heading, or an option of the group."""

    group: FilterGroup
    option: FilterOption | None

    @property
    def ids(self) -> tuple[str, str] | None:
        """What names the option in every load; None for a heading."""
        return None if self.option is None else (self.group.id, self.option.id)


def lines_of(groups: Sequence[FilterGroup]) -> Iterator[FilterLine]:
    """Give a heading for each group, then its options."""
    for group in groups:
        yield FilterLine(group, None)
        for option in group.options:
            yield FilterLine(group, option)


def place_of(lines: Sequence[FilterLine], ids: tuple[str, str] | None) -> int:
    """Find the line of an option, or else of the first option there is, or else 0."""
    options = [(place, line.ids) for place, line in enumerate(lines) if line.option is not None]
    found = (place for place, line_ids in options if line_ids == ids)
    return next(found, options[0][0] if options else 0)


def next_option(lines: Sequence[FilterLine], place: int, step: int) -> int | None:
    """Give the place of the next option before (-1) or after (1) a place, or None."""
    place += step
    while 0 <= place < len(lines):
        if lines[place].option is not None:
            return place
        place += step
    return None


def toggled(chosen: Chosen, line: FilterLine) -> frozenset[str]:
    """Give what is chosen in the line's group once its option is chosen, or no longer."""
    before = chosen.get(line.group.id, frozenset())
    if line.option is None:
        return before
    picked = frozenset({line.option.id})
    return (before ^ picked) & picked if line.group.is_single else before ^ picked


def line_runs(line: FilterLine, width: int, chosen: Chosen, *, is_cursor: bool) -> list[Run]:
    """Give the runs of one line, which takes exactly `width` cells."""
    group, option = line
    if option is None:
        return [Run(fit_wide(f" {group.label}", width), GROUP)]
    count = "" if option.count is None else f" {option.count:,}"
    sign = _sign(group, is_chosen=option.id in chosen.get(group.id, ()))
    label = f"{'>' if is_cursor else ' '}{sign} {option.label}"
    text = fit_wide(fit_wide(label, max(0, width - len(count) - 1)) + count, width)
    style = MUTED if option.count == 0 else TEXT
    return [Run(text, CURSOR if is_cursor else style)]


def _sign(group: FilterGroup, *, is_chosen: bool) -> str:
    if group.is_single:
        return "(*)" if is_chosen else "( )"
    return "[x]" if is_chosen else "[ ]"
