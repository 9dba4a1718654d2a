"""The filters of the list as options of a command: the same choices as in the sidebar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given
from recall_tui.views.filter_words import read_filter
from recall_tui.views.filters import Looking, fitting, index_rows
from recall_tui.views.worklist import WorklistRow, WorklistSnapshot


@dataclass(frozen=True, slots=True)
class Narrow:
    """What was typed to narrow a list down."""

    wanted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    text: str = ""
    hidden: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows the list but what is hidden."""
        return not (self.wanted or self.refused or self.text.strip())


def narrowing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --filter, --not, --text and --all, and pass it a ``Narrow``."""

    @click.option(
        "--filter",
        "wanted",
        multiple=True,
        metavar="FACET=CHOICE",
        help="Only whom this fits (may be repeated).",
    )
    @click.option(
        "--not",
        "refused",
        multiple=True,
        metavar="FACET=CHOICE",
        help="Without whom this fits (may be repeated).",
    )
    @click.option("--text", default="", metavar="WORDS", help="As typed after / on the screen.")
    @click.option("--all", "hidden", is_flag=True, help="Hidden patients too.")
    @wraps(command)
    def run(  # noqa: ANN202 - whatever the command returns
        given: Given,
        *,
        wanted: tuple[str, ...],
        refused: tuple[str, ...],
        text: str,
        hidden: bool,
        **rest: Any,  # noqa: ANN401 - the command's own options
    ):
        return command(given, narrow=Narrow(wanted, refused, text, hidden), **rest)

    return run


def narrowed(house: House, snapshot: WorklistSnapshot, narrow: Narrow) -> Sequence[WorklistRow]:
    """Return the rows of a list that fit what was typed.

    Raises:
        UsageProblem: a filter names what there is not.
    """
    if narrow.is_empty:
        return [row for row in snapshot.rows if narrow.hidden or not row.is_hidden]
    from recall_tui.house_desk import HouseDesk

    looking = Looking(house.today, house.actor.login)
    indexed = index_rows(snapshot.rows, looking, HouseDesk(house).names())
    state = read_filter(narrow.wanted, narrow.refused, indexed)
    state = replace(state, text=narrow.text, show_hidden=narrow.hidden)
    return [indexed.rows[at] for at in fitting(indexed, state)]
