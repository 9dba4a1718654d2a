"""Named views and recipes: kept, removed, run, and taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from recall_tui.domain.sharing import (
    OF_FILES,
    NoteRun,
    RemoveShared,
    SaveShared,
    Shared,
    SharedAct,
    SharedChange,
    SharedKind,
    counted,
    fold_shared,
    name_wrong,
)
from recall_tui.domain.teams import Team, teams_of
from recall_tui.errors import BadInput, Conflict, Refused
from recall_tui.ports import Work
from recall_tui.services.deciding import Moment, people
from recall_tui.services.shipped_views import MONTH_NAME, MONTH_RECIPE, SHIPPED
from recall_tui.views.done import Done
from recall_tui.views.filter_words import filter_of_shape, filter_shape
from recall_tui.views.filters import FilterState
from recall_tui.views.shelf import NamedView, Order, Recipe, Shelf

_KIND_WORDS = {
    SharedKind.VIEW: "view", SharedKind.RECIPE: "recipe", SharedKind.TEAM: "team",
    SharedKind.EXPORT: "export",
}  # fmt: skip


def shelf_of(changes: Iterable[SharedChange]) -> Shelf:
    """Return what the practice shares: its own views over the shipped ones, and its recipes."""
    every = tuple(changes)
    folded = fold_shared(every)
    shipped = {view.view_id: view for view in SHIPPED}
    own = [shared_id for kind, shared_id in folded if kind is SharedKind.VIEW]
    views = {
        view_id: view
        for view_id in dict.fromkeys((*shipped, *own))
        if (view := _view(folded.get((SharedKind.VIEW, view_id)), shipped.get(view_id)))
    }
    recipes = [shared_id for kind, shared_id in folded if kind is SharedKind.RECIPE]
    return Shelf(
        tuple(views.values()),
        tuple(
            recipe
            for recipe_id in dict.fromkeys((MONTH_RECIPE, *recipes))
            if (recipe := _recipe(recipe_id, folded.get((SharedKind.RECIPE, recipe_id)), views))
        ),
        teams_of(every),
    )


def view_definition(state: FilterState, order: Order | None) -> dict[str, object]:
    """Return what is kept of a view beside its name."""
    return {"filter": filter_shape(state), "order": list(order) if order else None}


def recipe_definition(views: Sequence[NamedView]) -> dict[str, object]:
    """Return what is kept of a recipe beside its name."""
    return {"views": [view.view_id for view in views]}


def team_definition(members: Iterable[str]) -> dict[str, object]:
    """Return what is kept of a team beside its name."""
    return {"members": list(dict.fromkeys(members))}


def save(work: Work, command: SaveShared, moment: Moment) -> Done:
    """Keep a view or recipe under a name.

    Raises:
        Refused: the name is empty, too long, or another one's.
        Conflict: somebody else changed the same since it was seen.
    """
    wrong = name_wrong(command.name)
    if wrong:
        raise Refused(f"{wrong.rstrip('.').lower()}: at most 40 characters")
    shelf = _refuse_changed(work, command)
    name = command.name.strip()
    others: Mapping[SharedKind, Sequence[NamedView | Recipe | Team]] = {
        SharedKind.VIEW: shelf.views, SharedKind.RECIPE: shelf.recipes, SharedKind.TEAM: shelf.teams
    }  # fmt: skip
    if any(
        one.name.casefold() == name.casefold() and _id(one) != command.shared_id
        for one in others[command.kind]
    ):
        raise Refused(f"there is a {_KIND_WORDS[command.kind]} called {name} already")  # fmt: skip
    payload = {"name": name, "definition": dict(command.definition)}
    shared_id = command.shared_id or work.new_id()
    _append(work, moment, SharedAct.SAVED, (command.kind, shared_id), payload)
    return Done(moment.command_id, f"Saved the {_KIND_WORDS[command.kind]} {name}")


def remove(work: Work, command: RemoveShared, moment: Moment) -> Done:
    """Remove a view or recipe; undo brings it back as it was.

    Raises:
        Conflict: somebody else changed the same since it was seen.
    """
    _refuse_changed(work, command)
    key = (command.kind, command.shared_id)
    _append(work, moment, SharedAct.REMOVED, key, {"name": command.name})
    return Done(moment.command_id, f"Removed the {_KIND_WORDS[command.kind]} {command.name}")


def note_run(work: Work, command: NoteRun, moment: Moment) -> Done:
    """Note that a view was worked through, and who was in it: later ones are new."""
    key = (SharedKind.VIEW, command.shared_id)
    payload = {"month": command.month, "patients": list(command.patients), "name": command.name}
    _append(work, moment, SharedAct.RUN, key, payload)
    words = f"Noted a run of {command.name}: {people(command.patients)}"
    return Done(moment.command_id, words)


def take_back(work: Work, chosen: str, moment: Moment, *, verb: str) -> Done | None:
    """Take a command about views and recipes back; None when it was about none.

    Raises:
        Refused: it was taken back already, somebody else did it, or changed the same since.
        RestrictedRecord: it is about an export with a patient whom this person may not see.
    """
    every = (*work.shared_changes(), *work.shared_changes(exports=True))
    mine = [one for one in every if one.command_id == chosen]
    if not mine:
        return None
    if any(one.act in OF_FILES for one in mine):
        raise Refused("what was exported is recorded or discarded, not taken back")
    _refuse_strangers(every, mine, moment)
    if chosen in _taken_back(every):
        raise Refused(f"this was {verb.lower()} already")
    _refuse_restricted(work, moment, mine)
    for one in mine:
        work.append_shared(
            replace(one, command_id=moment.command_id, at=moment.at, by=moment.who.login, seq=0,
                    act=SharedAct.TAKEN_BACK, payload={}, undoes=chosen)
        )  # fmt: skip
    _refuse_restricted(work, moment, mine)
    first = _deed(every, mine[0])
    name = str(first.payload.get("name") or "")
    what = "run of" if first.act is SharedAct.RUN else f"{first.act}"
    return Done(moment.command_id, f"{verb}: {what} the {_KIND_WORDS[first.kind]} {name}".rstrip())


def _refuse_restricted(work: Work, moment: Moment, mine: Sequence[SharedChange]) -> None:
    """Raise for the patients of an export; asked before and after: it is open at one of them."""
    exports = {one.shared_id for one in mine if one.kind is SharedKind.EXPORT}
    if not exports:
        return
    from recall_tui.domain.exports import exports_of  # noqa: PLC0415 - not before the first list
    from recall_tui.services.guarding import refuse_restricted  # noqa: PLC0415

    for one in exports_of(work.shared_changes(exports=True)):
        if one.export_id in exports:
            refuse_restricted(work, moment.who, one.patients)


def _deed(every: Sequence[SharedChange], change: SharedChange) -> SharedChange:
    """Return what was done in the first place, through chains of undo."""
    while change.act is SharedAct.TAKEN_BACK:
        change = next(one for one in every if one.command_id == change.undoes)
    return change


def _taken_back(every: Sequence[SharedChange]) -> set[str]:
    """The commands that are taken back now."""
    gone: set[str] = set()
    for one in sorted(every, key=lambda change: change.seq, reverse=True):
        if one.act is SharedAct.TAKEN_BACK and one.command_id not in gone:
            gone.add(one.undoes)
    return gone


def _refuse_strangers(
    every: Sequence[SharedChange], mine: Sequence[SharedChange], moment: Moment
) -> None:
    by = mine[0].by
    if by != moment.who.login and moment.who.role != "admin":
        raise Refused(f"{by} did this: ask them, or an administrator")
    for one in mine:
        for other in counted(every):
            is_later = other.seq > one.seq and other.act is not SharedAct.RUN
            is_same = (other.kind, other.shared_id) == (one.kind, one.shared_id)
            if is_later and is_same and other.by not in {by, moment.who.login}:
                message = f"{other.by} changed it since: it cannot be undone any more"
                raise Refused(message)


def _refuse_changed(work: Work, command: SaveShared | RemoveShared) -> Shelf:
    """Return the shelf as it is now, or raise Conflict when the subject is not what was seen."""
    changes = work.shared_changes()
    shared = fold_shared(changes).get((command.kind, command.shared_id))
    if (shared.version if shared else 0) != command.version:
        raise Conflict(
            "changed", who=shared.by if shared else "", when=shared.at if shared else None
        )
    return shelf_of(changes)


def _append(
    work: Work,
    moment: Moment,
    act: SharedAct,
    key: tuple[SharedKind, str],
    payload: Mapping[str, object],
) -> None:
    kind, shared_id = key
    work.append_shared(
        SharedChange(moment.command_id, moment.at, moment.who.login, act, kind, shared_id, payload)
    )


def _id(one: NamedView | Recipe | Team) -> str:
    match one:
        case NamedView():
            return one.view_id
        case Recipe():
            return one.recipe_id
        case Team():
            return one.team_id


def _view(shared: Shared | None, shipped: NamedView | None) -> NamedView | None:
    if shared is None or (shared.version == 0 and not shared.runs):
        return shipped
    if shared.is_removed or not (shared.name or shipped):
        return None
    last = shared.runs[-1] if shared.runs else None
    if not shared.name and shipped:
        return replace(shipped, version=shared.version, last_run=last)
    state, fault = FilterState(), ""
    try:
        state = filter_of_shape(cast("dict[str, object]", shared.definition.get("filter") or {}))
    except BadInput as wrong:
        fault = wrong.words
    return NamedView(
        shared.shared_id, shared.name, state, _order(shared.definition.get("order")),
        shared.version, shared.by, last, fault,
    )  # fmt: skip


def _order(value: object) -> Order | None:
    match value:
        case [str() as column, bool() as is_reversed]:
            return column, is_reversed
        case _:
            return None


def _recipe(recipe_id: str, shared: Shared | None, views: dict[str, NamedView]) -> Recipe | None:
    if shared is None or not shared.name:
        if recipe_id != MONTH_RECIPE:
            return None
        shipped = tuple(views[one.view_id] for one in SHIPPED if one.view_id in views)
        return Recipe(recipe_id, MONTH_NAME, shipped, shared.version if shared else 0)
    if shared.is_removed:
        return None
    wanted = shared.definition.get("views")
    ids = cast("list[object]", wanted) if isinstance(wanted, list) else []
    chosen = tuple(views[str(one)] for one in ids if str(one) in views)
    return Recipe(recipe_id, shared.name, chosen, shared.version)


def perform_shared(
    work: Work, command: SaveShared | RemoveShared | NoteRun, moment: Moment
) -> Done:
    """Carry a command about views and recipes out."""
    match command:
        case SaveShared():
            return save(work, command, moment)
        case RemoveShared():
            return remove(work, command, moment)
        case NoteRun():
            return note_run(work, command, moment)
