"""Named views and recipes, as screens and commands show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recall_tui.domain.sharing import Run
from recall_tui.domain.teams import Team
from recall_tui.errors import UsageProblem
from recall_tui.views.filters import FilterState, Indexed, fitting

Order = tuple[str, bool]
"""Id of a column, and whether it is sorted the other way round."""


@dataclass(frozen=True, slots=True)
class NamedView:
    """A filter and an order of the month's list under a name that the practice shares."""

    view_id: str
    name: str
    filter: FilterState
    order: Order | None = None
    version: int = 0
    """0: as it was shipped."""

    by: str = ""
    """Who changed it last; empty: it is as it was shipped."""

    last_run: Run | None = None
    fault: str = ""
    """Why it cannot be shown by this program; then it fits nobody."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Views in the order in which a month's batches are made."""

    recipe_id: str
    name: str
    views: tuple[NamedView, ...]
    version: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything that the practice shares."""

    views: tuple[NamedView, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    teams: tuple[Team, ...] = ()

    def view(self, name: str) -> NamedView:
        """Return the view of a name (any case) or id.

        Raises:
            UsageProblem: there is none; says which there are.
        """
        wanted = name.strip().casefold()
        for one in self.views:
            if wanted in {one.name.casefold(), one.view_id}:
                return one
        known = ", ".join(one.name for one in self.views) or "none"
        message = f"there is no view called {name.strip() or 'nothing'}; there is: {known}"
        raise UsageProblem(message)


@dataclass(frozen=True, slots=True)
class Step:
    """A view on a month's list: who is in it now, and who is new since it was last run."""

    view: NamedView
    patients: tuple[str, ...]
    fresh: tuple[str, ...]
    """Those of ``patients`` who were not in it at its last run in this month."""

    run: Run | None
    """Its last run in this month."""


def steps_of(views: Iterable[NamedView], indexed: Indexed, month: str) -> Sequence[Step]:
    """Return each view with whom it holds on a month's list."""
    return [_step(view, indexed, month) for view in views]


def _step(view: NamedView, indexed: Indexed, month: str) -> Step:
    rows = [] if view.fault else [indexed.rows[at] for at in fitting(indexed, view.filter)]
    patients = tuple(row.patient for row in rows)
    run = view.last_run if view.last_run and view.last_run.month == month else None
    seen = run.patients if run else frozenset[str]()
    return Step(view, patients, tuple(one for one in patients if one not in seen), run)
