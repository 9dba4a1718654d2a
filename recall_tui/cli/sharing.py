"""recall views and recall recipe: what colleagues share of the list, without a screen."""

from collections.abc import Sequence

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.deciding import carry_out
from recall_tui.cli.filtering import Narrow, indexed_list, narrowing, state_of
from recall_tui.cli.output import emit_json, emit_rows
from recall_tui.cli.reading import chosen_month
from recall_tui.domain.sharing import NoteRun, RemoveShared, SaveShared, SharedKind
from recall_tui.domain.teams import Team
from recall_tui.errors import Refused, UsageProblem
from recall_tui.services.sharing import (
    recipe_definition,
    shelf_of,
    team_definition,
    view_definition,
)
from recall_tui.services.shipped_views import MONTH_RECIPE
from recall_tui.views.filter_words import filter_shape
from recall_tui.views.shelf import NamedView, Shelf, Step, steps_of

VIEWS_SCHEMA = "recall.views/1"
RECIPE_SCHEMA = "recall.recipe/1"
TEAMS_SCHEMA = "recall.teams/1"
VIEW_HEADERS = ("view", "now", "changed by", "last run", "run by")
STEP_HEADERS = ("step", "view", "now", "new", "last run", "run by")
MONTH = click.option("--month", metavar="YYYY-MM", help="The month (default: this one).")


def _shelf(house: House) -> Shelf:
    return shelf_of(house.store.shared_changes())


def _steps(house: House, month: str | None, views: Sequence[NamedView]) -> Sequence[Step]:
    snapshot = house.store.worklist(chosen_month(month, house.today), house.today)
    return steps_of(views, indexed_list(house, snapshot), str(snapshot.month))


@click.group("views", invoke_without_command=True)
@MONTH
@common
@click.pass_context
def views_command(ctx: click.Context, given: Given, *, month: str | None) -> None:
    """List the named views; save, rename and remove them."""
    if ctx.invoked_subcommand:
        return
    house = open_house(given)
    try:
        steps = _steps(house, month, _shelf(house).views)
    finally:
        house.close()
    if given.as_json:
        emit_json(VIEWS_SCHEMA, [_view_shape(step) for step in steps])
    else:
        emit_rows(VIEW_HEADERS, [_view_row(step) for step in steps])


@views_command.command("save")
@click.argument("name")
@common
@narrowing
def save_view(given: Given, *, name: str, narrow: Narrow) -> None:
    """Keep filters under NAME, in place of the view of that name if there is one."""
    house = open_house(given)
    try:
        snapshot = house.store.worklist(chosen_month(None, house.today), house.today)
        shelf = _shelf(house)
        state = state_of(narrow, indexed_list(house, snapshot), shelf)
        same = [one for one in shelf.views if one.name.casefold() == name.strip().casefold()]
        over = same[0] if same else NamedView("", name, state)
        definition = view_definition(state, over.order)
        kind = SharedKind.VIEW
        carry_out(given, house, SaveShared(kind, over.view_id, name, definition, over.version))
    finally:
        house.close()


@views_command.command("rename")
@click.argument("name")
@click.argument("new_name", metavar="NEW")
@common
def rename_view(given: Given, *, name: str, new_name: str) -> None:
    """Give a view another name."""
    house = open_house(given)
    try:
        view = _shelf(house).view(name)
        definition = view_definition(view.filter, view.order)
        kind = SharedKind.VIEW
        carry_out(given, house, SaveShared(kind, view.view_id, new_name, definition, view.version))
    finally:
        house.close()


@views_command.command("remove")
@click.argument("name")
@common
def remove_view(given: Given, *, name: str) -> None:
    """Remove a view; recall undo brings it back."""
    house = open_house(given)
    try:
        view = _shelf(house).view(name)
        command = RemoveShared(SharedKind.VIEW, view.view_id, view.name, view.version)
        carry_out(given, house, command)
    finally:
        house.close()


@click.group("recipe", invoke_without_command=True)
@MONTH
@common
@click.pass_context
def recipe_command(ctx: click.Context, given: Given, *, month: str | None) -> None:
    """Show the month's batches in their order: who is in each, who is new, who ran it last."""
    if ctx.invoked_subcommand:
        return
    house = open_house(given)
    try:
        steps = [
            step
            for recipe in _shelf(house).recipes[:1]
            for step in _steps(house, month, recipe.views)
        ]
    finally:
        house.close()
    if given.as_json:
        emit_json(RECIPE_SCHEMA, [_step_shape(at, step) for at, step in enumerate(steps, 1)])
    else:
        emit_rows(STEP_HEADERS, [_step_row(at, step) for at, step in enumerate(steps, 1)])


@recipe_command.command("run")
@click.argument("view")
@MONTH
@common
def run_step(given: Given, *, view: str, month: str | None) -> None:
    """Note that a view was worked through: whoever comes later is new."""
    house = open_house(given)
    try:
        chosen = _shelf(house).view(view)
        step = _steps(house, month, [chosen])[0]
        asked = str(chosen_month(month, house.today))
        carry_out(given, house, NoteRun(chosen.view_id, chosen.name, asked, step.patients))
    finally:
        house.close()


@recipe_command.command("set")
@click.argument("views", nargs=-1, required=True)
@common
def set_recipe(given: Given, *, views: tuple[str, ...]) -> None:
    """Let the month's batches be these VIEWS, in this order."""
    house = open_house(given)
    try:
        shelf = _shelf(house)
        chosen = [shelf.view(one) for one in views]
        recipe = shelf.recipes[0] if shelf.recipes else None
        name, version = (recipe.name, recipe.version) if recipe else ("The month's batches", 0)
        recipe_id = recipe.recipe_id if recipe else MONTH_RECIPE
        definition = recipe_definition(chosen)
        kind = SharedKind.RECIPE
        carry_out(given, house, SaveShared(kind, recipe_id, name, definition, version))
    finally:
        house.close()


def _view_row(step: Step) -> tuple[object, ...]:
    view, run = step.view, step.view.last_run
    now = view.fault or len(step.patients)
    return (view.name, now, view.by, run.at if run else None, run.by if run else "")


def _view_shape(step: Step) -> dict[str, object]:
    view, run = step.view, step.view.last_run
    return {
        "view": view.name,
        "id": view.view_id,
        "filter": filter_shape(view.filter),
        "order": list(view.order) if view.order else None,
        "now": len(step.patients),
        "changed_by": view.by or None,
        "last_run": run.at if run else None,
        "run_by": run.by if run else None,
        "fault": view.fault or None,
    }


def _step_row(at: int, step: Step) -> tuple[object, ...]:
    run = step.run
    when, by = (run.at, run.by) if run else (None, "")
    return (at, step.view.name, len(step.patients), len(step.fresh), when, by)


def _step_shape(at: int, step: Step) -> dict[str, object]:
    run = step.run
    return {
        "step": at,
        "view": step.view.name,
        "now": list(step.patients),
        "new": list(step.fresh),
        "last_run": run.at if run else None,
        "run_by": run.by if run else None,
    }


@click.group("team", invoke_without_command=True)
@common
@click.pass_context
def team_command(ctx: click.Context, given: Given) -> None:
    """List the teams to whom patients are assigned; set and remove them."""
    if ctx.invoked_subcommand:
        return
    house = open_house(given)
    try:
        teams = _shelf(house).teams
    finally:
        house.close()
    if given.as_json:
        shapes = [{"team": one.name, "members": list(one.members)} for one in teams]
        emit_json(TEAMS_SCHEMA, shapes)
    else:
        emit_rows(("team", "members"), [(one.name, one.members) for one in teams])


@team_command.command("set")
@click.argument("name")
@click.argument("members", nargs=-1, required=True, metavar="LOGIN...")
@common
def set_team(given: Given, *, name: str, members: tuple[str, ...]) -> None:
    """Let these people be the team NAME, in place of whoever was."""
    house = open_house(given)
    try:
        known = {one.login for one in house.store.members()}
        strangers = [one for one in members if one not in known]
        if strangers:
            message = f"{strangers[0]} does not work here: recall users lists who does"
            raise Refused(message)
        over = _team_called(house, name)
        command = SaveShared(
            SharedKind.TEAM, over.team_id if over else "", name, team_definition(members),
            over.version if over else 0,
        )  # fmt: skip
        carry_out(given, house, command)
    finally:
        house.close()


@team_command.command("remove")
@click.argument("name")
@common
def remove_team(given: Given, *, name: str) -> None:
    """Remove a team; whoever is assigned to it stays so, under its name."""
    house = open_house(given)
    try:
        team = _team_called(house, name)
        if team is None:
            known = ", ".join(one.name for one in _shelf(house).teams) or "none"
            message = f"there is no team called {name}; there is: {known}"
            raise UsageProblem(message)
        carry_out(
            given, house, RemoveShared(SharedKind.TEAM, team.team_id, team.name, team.version)
        )
    finally:
        house.close()


def _team_called(house: House, name: str) -> Team | None:
    wanted = name.strip().casefold()
    return next((one for one in _shelf(house).teams if one.name.casefold() == wanted), None)
