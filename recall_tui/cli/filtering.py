"""The filters of the list as options of a command: the same choices as in the sidebar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given
from recall_tui.domain.sharing import NoteRun
from recall_tui.domain.teams import names_of, teams_of
from recall_tui.errors import BadInput
from recall_tui.services.sharing import shelf_of
from recall_tui.views.filter_words import read_filter
from recall_tui.views.filters import FilterState, Indexed, Keys, Looking, fitting, index_rows
from recall_tui.views.shelf import Shelf
from recall_tui.views.worklist import WorklistRow, WorklistSnapshot


@dataclass(frozen=True, slots=True)
class Narrow:
    """What was typed to narrow a list down."""

    wanted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    text: str = ""
    hidden: bool = False
    view: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing narrows the list but what is hidden."""
        return not (self.wanted or self.refused or self.text.strip() or self.view)

    @property
    def is_view(self) -> bool:
        """Whether a named view and nothing else narrows the list."""
        return bool(self.view) and replace(self, view="", hidden=False).is_empty


def narrowing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --filter, --not, --text, --view and --all, and pass it a ``Narrow``."""

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
    @click.option("--view", default="", metavar="NAME", help="Only whom this named view shows.")
    @click.option("--all", "hidden", is_flag=True, help="Hidden patients too.")
    @wraps(command)
    def run(  # noqa: ANN202, PLR0913 - whatever the command returns; one parameter an option
        given: Given,
        *,
        wanted: tuple[str, ...],
        refused: tuple[str, ...],
        text: str,
        view: str,
        hidden: bool,
        **rest: Any,  # noqa: ANN401 - the command's own options
    ):
        return command(given, narrow=Narrow(wanted, refused, text, hidden, view), **rest)

    return run


def indexed_list(house: House, snapshot: WorklistSnapshot) -> Indexed:
    """Return a list as filters compare it, looked at by whoever asks."""
    from recall_tui.house_desk import HouseDesk

    login, *teams = names_of(house.actor.login, teams_of(house.store.shared_changes()))
    looking = Looking(house.today, login, teams=frozenset(teams))
    return index_rows(snapshot.rows, looking, HouseDesk(house).names())


def state_of(narrow: Narrow, indexed: Indexed, shelf: Shelf) -> FilterState:
    """Return the filter that was typed, over that of the named view.

    Raises:
        UsageProblem: a filter names what there is not, or there is no such view.
        BadInput: the view cannot be shown by this program.
    """
    state = read_filter(narrow.wanted, narrow.refused, indexed)
    state = replace(state, text=narrow.text, show_hidden=narrow.hidden)
    if not narrow.view:
        return state
    view = shelf.view(narrow.view)
    if view.fault:
        raise BadInput(view.fault)
    return FilterState(
        chosen=_joined(view.filter.chosen, state.chosen),
        text=f"{view.filter.text} {state.text}".strip(),
        show_hidden=state.show_hidden or view.filter.show_hidden,
        refused=_joined(view.filter.refused, state.refused),
    )


def narrowed(house: House, snapshot: WorklistSnapshot, narrow: Narrow) -> Sequence[WorklistRow]:
    """Return the rows of a list that fit what was typed.

    Raises:
        UsageProblem: a filter names what there is not.
    """
    if narrow.is_empty:
        return [row for row in snapshot.rows if narrow.hidden or not row.is_hidden]
    indexed = indexed_list(house, snapshot)
    state = state_of(narrow, indexed, shelf_of(house.store.shared_changes()))
    return [indexed.rows[at] for at in fitting(indexed, state)]


def run_of_view(
    house: House, snapshot: WorklistSnapshot, narrow: Narrow, rows: Sequence[WorklistRow]
) -> NoteRun | None:
    """Return what to note when a batch is made from a named view as it is kept."""
    if not narrow.is_view:
        return None
    view = shelf_of(house.store.shared_changes()).view(narrow.view)
    patients = tuple(row.patient for row in rows)
    return NoteRun(view.view_id, view.name, str(snapshot.month), patients)


def _joined(kept: Keys, typed: Keys) -> Keys:
    """Return the choices of both; what was typed rules a facet that both name."""
    return {**kept, **typed}
