"""Filter groups as data and as lines of text; what the sidebar shows, without drawing it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
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


class FilterGroup(NamedTuple):
    """Options of one kind under a heading."""

    id: str
    label: str
    options: tuple[FilterOption, ...]
    is_single: bool = False
    """Whether choosing one takes the place of another."""


MOST = 8
"""Options of a group that are shown before it is unfolded."""

MORE = "\x00more"
"""Names the line that stands for the options folded away."""


class FilterLine(NamedTuple):
    """What stands on one line: a heading, an option of the group, or how many more there are."""

    group: FilterGroup
    option: FilterOption | None
    is_more: bool = False

    @property
    def ids(self) -> tuple[str, str] | None:
        """What names the option in every load; None for a heading."""
        return None if self.option is None else (self.group.id, self.option.id)


def lines_of(
    groups: Sequence[FilterGroup], unfolded: Container[str] = (), kept: Chosen | None = None
) -> Iterator[FilterLine]:
    """Give a heading for each group, then its options.

    Of a long group that is not ``unfolded`` the first ``MOST`` options are given, those in ``kept``
    wherever they stand, and a line that says how many more there are.
    """
    for group in groups:
        yield FilterLine(group, None)
        is_whole = group.id in unfolded or len(group.options) <= MOST + 1
        wanted = (kept or {}).get(group.id, frozenset())
        shown = [
            option
            for place, option in enumerate(group.options)
            if is_whole or place < MOST or option.id in wanted
        ]
        for option in shown:
            yield FilterLine(group, option)
        folded = len(group.options) - len(shown)
        if folded:
            more = FilterOption(MORE, f"{folded} more", None)
            yield FilterLine(group, more, is_more=True)


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


def next_group(lines: Sequence[FilterLine], place: int, step: int) -> int | None:
    """Give the place of the first option of the next group before (-1) or after (1), or None."""
    if not lines:
        return None
    ids = list(dict.fromkeys(line.group.id for line in lines))
    wanted = ids.index(lines[place].group.id) + step
    if not 0 <= wanted < len(ids):
        return None
    firsts = (at for at, line in enumerate(lines) if line.option and line.group.id == ids[wanted])
    return next(firsts, None)


def toggled(chosen: Chosen, line: FilterLine) -> frozenset[str]:
    """Give what is chosen in the line's group once its option is chosen, or no longer."""
    before = chosen.get(line.group.id, frozenset())
    if line.option is None:
        return before
    picked = frozenset({line.option.id})
    return (before ^ picked) & picked if line.group.is_single else before ^ picked


def line_runs(
    line: FilterLine, width: int, chosen: Chosen, refused: Chosen, *, is_cursor: bool
) -> list[Run]:
    """Give the runs of one line, which takes exactly `width` cells."""
    group, option, is_more = line
    if option is None:
        return [Run(fit_wide(f" {group.label}", width), GROUP)]
    count = "" if option.count is None else f" {option.count:,}"
    sign = "..." if is_more else _sign(group, option, chosen, refused)
    label = f"{'>' if is_cursor else ' '}{sign} {option.label}"
    text = fit_wide(fit_wide(label, max(0, width - len(count) - 1)) + count, width)
    style = MUTED if option.count == 0 else TEXT
    return [Run(text, CURSOR if is_cursor else style)]


def _sign(group: FilterGroup, option: FilterOption, chosen: Chosen, refused: Chosen) -> str:
    if option.id in refused.get(group.id, ()):
        return "[!]"
    is_chosen = option.id in chosen.get(group.id, ())
    if group.is_single:
        return "(*)" if is_chosen else "( )"
    return "[x]" if is_chosen else "[ ]"
