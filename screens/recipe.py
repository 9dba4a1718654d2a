"""The month's batches in their order: who is in each now, who is new, who ran it last and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from recall_tui.actions import Where
from recall_tui.cleaning import clean
from recall_tui.domain.calendar import Month
from recall_tui.domain.sharing import NoteRun, SaveShared, SharedKind
from recall_tui.errors import RecallError
from recall_tui.services.sharing import recipe_definition
from recall_tui.views.filters import Looking, index_rows
from recall_tui.views.names import Names
from recall_tui.views.shelf import NamedView, Recipe, Shelf, Step, steps_of
from screens.bindings import bindings_for, hints_for
from screens.key_line import KeyLine
from screens.modals.asking import ChoiceQuestion, YesNo
from screens.place import Doors, Place
from screens.threads import hand_back
from widgets.columns import Column, Tone
from widgets.messages import Asked, Changed, Refused
from widgets.rows import Row, TupleSource
from widgets.worklist_lines import TableOptions
from widgets.worklist_table import WorklistTable

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk


@dataclass(frozen=True)
class Cooked:
    """A recipe on a month's list."""

    recipe: Recipe
    steps: Sequence[Step]
    shelf: Shelf


class RecipeScreen(Place[NamedView | None]):
    """The checklist of a month; gives the view to work on, or nothing."""

    CSS = """
    RecipeScreen { background: $ground-text; }
    #recipe-title {
        height: auto; padding: 0 1;
        background: $ground-title; color: $ink-title; text-style: $style-title;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Where.RECIPE)
    where = Where.RECIPE

    def __init__(self, desk: Desk, names: Names, doors: Doors) -> None:
        """Show the present month."""
        super().__init__(desk, names, doors)
        self._month = Month.of(desk.today)
        self._cooked: Cooked | None = None

    def of_month(self, month: Month) -> Self:
        """Show another month."""
        self._month = month
        return self

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Static("", id="recipe-title", markup=False)
        yield WorklistTable(_COLUMNS, TableOptions(empty_text="Reading …"), id="steps")
        yield KeyLine([("Enter", "List it"), *hints_for(Where.RECIPE, self.desk.why_not)])

    def on_mount(self) -> None:
        """Read the list and the views."""
        self.query_one(WorklistTable).focus()
        self.load()

    @work(thread=True, exclusive=True, group="recipe")
    def load(self) -> None:
        """Read the list and the views in a thread."""
        try:
            snapshot, shelf = self.desk.worklist(self._month), self.desk.shelf()
        except RecallError as fault:
            hand_back(self, self.say_fault, fault.words)
            return
        looking = Looking(snapshot.today, self.desk.login)
        recipe = shelf.recipes[0] if shelf.recipes else Recipe("", "", ())
        indexed = index_rows(snapshot.rows, looking, self.names)
        steps = steps_of(recipe.views, indexed, str(self._month))
        hand_back(self, self._have, Cooked(recipe, steps, shelf))

    def _have(self, cooked: Cooked) -> None:
        self._cooked = cooked
        table = self.query_one(WorklistTable)
        table.options = TableOptions(empty_text="No view is in this recipe: a adds one.")
        rows = [_row(place, step) for place, step in enumerate(cooked.steps, 1)]
        table.set_source(TupleSource(rows, [step.view.view_id for step in cooked.steps]))
        waiting = sum(bool(step.fresh) for step in cooked.steps)
        left = (
            f"{waiting} of {len(cooked.steps)} steps hold somebody new" if waiting else "all done"
        )
        title = f"{cooked.recipe.name}, {self._month.first:%B %Y}: {left}"
        self.query_one("#recipe-title", Static).update(Content(clean(title)))

    @property
    def _step(self) -> Step | None:
        key = self.query_one(WorklistTable).cursor_key
        steps = self._cooked.steps if self._cooked else ()
        return next((step for step in steps if step.view.view_id == key), None)

    @on(WorklistTable.Opened)
    def opened(self, message: WorklistTable.Opened) -> None:
        """Go to the list under the view of the step."""
        message.stop()
        step = self._step
        if step is not None and step.view.fault:
            self.say_fault(step.view.fault)
        elif step is not None:
            self.leave(step.view)

    @on(WorklistTable.MarkAllWanted)
    @on(WorklistTable.MarksChanged)
    @on(WorklistTable.SortWanted)
    def unused(self, message: WorklistTable.MarksChanged) -> None:
        """Marks and orders mean nothing here."""
        message.stop()

    # ------------------------------------------------------------------ changing

    def action_note_run(self) -> None:
        """Note that the step was worked through."""
        step = self._step
        if step is None:
            return
        view = step.view
        command = NoteRun(view.view_id, view.name, str(self._month), step.patients)
        question = f"Note {view.name} as done, with {len(step.patients):,} patients in it?"
        self._ask(question, command)

    def action_add_view(self) -> None:
        """Put another view at the end."""
        cooked = self._cooked
        if cooked is None:
            return
        there = {step.view.view_id for step in cooked.steps}
        others = [view for view in cooked.shelf.views if view.view_id not in there]
        if not others:
            self.say("Every view is in the recipe: v on the list keeps another one.")
            return

        def chosen(view_id: str | None) -> None:
            if view_id is not None:
                views = [*cooked.recipe.views, *(one for one in others if one.view_id == view_id)]
                self._keep(cooked.recipe, views)

        options = [(view.view_id, view.name) for view in others]
        self.app.push_screen(ChoiceQuestion("Which view comes last?", options), chosen)

    def action_drop_view(self) -> None:
        """Take the step out of the recipe; its view stays."""
        step, cooked = self._step, self._cooked
        if step is not None and cooked is not None:
            views = [one for one in cooked.recipe.views if one.view_id != step.view.view_id]
            question = f"Take {step.view.name} out of the batches? The view stays."
            self._ask(question, _kept(cooked.recipe, views))

    def action_move_view(self, by: int) -> None:
        """Put the step earlier (-1) or later (1)."""
        step, cooked = self._step, self._cooked
        if step is None or cooked is None:
            return
        views = list(cooked.recipe.views)
        at = [one.view_id for one in views].index(step.view.view_id)
        if 0 <= at + by < len(views):
            views[at], views[at + by] = views[at + by], views[at]
            self._keep(cooked.recipe, views)

    def action_earlier(self) -> None:
        """Put the step earlier."""
        self.action_move_view(-1)

    def action_later(self) -> None:
        """Put the step later."""
        self.action_move_view(1)

    def _keep(self, recipe: Recipe, views: Sequence[NamedView]) -> None:
        self.post_message(Asked(_kept(recipe, views)))

    def _ask(self, question: str, command: NoteRun | SaveShared) -> None:
        def answered(answer: bool | None) -> None:  # noqa: FBT001 - the answer of a question
            if answer:
                self.post_message(Asked(command))

        self.app.push_screen(YesNo(clean(question)), answered)

    @on(Changed)
    @on(Refused)
    def read_again(self, message: Changed | Refused) -> None:
        """Show the steps as they are now."""
        message.stop()
        self.load()

    def action_leave(self) -> None:
        """Go back."""
        self.leave(None)


def _kept(recipe: Recipe, views: Sequence[NamedView]) -> SaveShared:
    definition = recipe_definition(views)
    kind = SharedKind.RECIPE
    return SaveShared(kind, recipe.recipe_id, recipe.name, definition, recipe.version)


def _row(place: int, step: Step) -> Row:
    run = step.run
    when = f"{run.at.day} {run.at:%b} {run.at:%H:%M}" if run else "not yet this month"
    fresh = len(step.fresh)
    return (place, step.view.name, len(step.patients), fresh, when, run.by if run else "")


def _fresh_tone(value: int, row: Row) -> str | None:
    del row
    return Tone.OVERDUE if value else Tone.DONE


_COLUMNS = (
    Column("place", "#", 0, width=2, align="right", is_frozen=True),
    Column("view", "Batch", 1, width=24, flex=3, max_width=44, is_frozen=True),
    Column("now", "Now", 2, width=6, align="right"),
    Column("fresh", "New", 3, width=6, align="right", styler=_fresh_tone),
    Column("run", "Last run", 4, width=18),
    Column("by", "By", 5, width=8, flex=1, max_width=16),
)
