"""The named views: choose one by its number, keep what is shown under a name, rename, remove."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from recall_tui.cleaning import clean
from recall_tui.domain.sharing import RemoveShared, SaveShared, SharedKind, name_wrong
from recall_tui.errors import RecallError
from recall_tui.services.sharing import view_definition
from recall_tui.views.filters import FilterState, Indexed
from recall_tui.views.shelf import NamedView, Order, Shelf, Step, steps_of
from screens.leaving import Choosing
from screens.modals.asking import TextQuestion, YesNo
from screens.threads import hand_back
from widgets.messages import Asked, Changed, Refused

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk

NAME_CELLS = 40
HINT = (
    "Enter or 1-9: show   s: save what is shown   o: save over   n: rename   d: remove"
    "   u: undo   Escape: back"
)


class ViewsScreen(ModalScreen[NamedView | None], Choosing[NamedView | None]):
    """Gives the view chosen, or nothing. Saving, renaming and removing can be undone with u."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "save", "Save", id="views.save", tooltip="Keep what is shown as a view"),
        Binding("o", "overwrite", "Save over", id="views.overwrite",
                tooltip="Keep what is shown in place of this view"),
        Binding("n", "rename", "Rename", id="views.rename", tooltip="Give the view another name"),
        Binding("d", "remove", "Remove", id="views.remove", tooltip="Remove the view"),
        Binding("u", "app.undo", "Undo", id="views.undo", tooltip="Take your last action back"),
        Binding("U", "app.redo", "Redo", id="views.redo", tooltip="Take your last undo back"),
        Binding("escape,v", "give_up", "Back", id="views.back", tooltip="Back to the list"),
    ]  # fmt: skip

    def __init__(
        self, desk: Desk, indexed: Indexed, state: FilterState, order: Order | None
    ) -> None:
        """Count on ``indexed``; ``state`` and ``order`` are what is shown and may be kept."""
        super().__init__()
        self._desk = desk
        self._indexed = indexed
        self._shown = view_definition(state, order)
        self._is_empty = state.is_empty and order is None
        self._steps: Sequence[Step] = ()

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Vertical(classes="asking"):
            yield Static(Content("Views of the practice, with how many they show"), markup=False)
            yield OptionList(markup=False)
            yield Static(HINT, classes="hint", markup=False)

    def on_mount(self) -> None:
        """Read the views."""
        self.load()

    @work(thread=True, exclusive=True, group="shelf")
    def load(self) -> None:
        """Read the views in a thread."""
        try:
            shelf = self._desk.shelf()
        except RecallError as fault:
            hand_back(self, self._say, fault.words)
            return
        hand_back(self, self._have, shelf)

    def _have(self, shelf: Shelf) -> None:
        options = self.query_one(OptionList)
        at = options.highlighted or 0
        self._steps = steps_of(shelf.views, self._indexed, "")
        options.clear_options()
        options.add_options(
            Option(Content(clean(_line(place, step)))) for place, step in enumerate(self._steps, 1)
        )
        options.highlighted = min(at, len(self._steps) - 1) if self._steps else None

    # ------------------------------------------------------------------ choosing

    @property
    def _view(self) -> NamedView | None:
        at = self.query_one(OptionList).highlighted
        return self._steps[at].view if at is not None and at < len(self._steps) else None

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Give the view."""
        event.stop()
        self._show(event.option_index)

    def choose_by_key(self, event: events.Key) -> None:
        """Give the view of a number."""
        if event.character and event.character in "123456789":
            event.stop()
            self._show(int(event.character) - 1)

    def _show(self, at: int) -> None:
        if at < len(self._steps):
            view = self._steps[at].view
            if view.fault:
                self._say(view.fault)
            else:
                self.leave(view)

    def action_give_up(self) -> None:
        """Give nothing."""
        self.leave(None)

    # ------------------------------------------------------------------ keeping

    def action_save(self) -> None:
        """Keep what is shown under a new name."""
        if self._is_empty:
            self._say("Nothing is filtered: choose filters first, then save them.")
            return
        self._ask_name("Save what is shown as:", "", self._save)

    def _save(self, name: str) -> None:
        same = [
            one.view for one in self._steps if one.view.name.casefold() == name.strip().casefold()
        ]
        if same:
            self._save_over(same[0])
        else:
            self.post_message(Asked(SaveShared(SharedKind.VIEW, "", name, self._shown)))

    def action_overwrite(self) -> None:
        """Keep what is shown in place of the view under the cursor."""
        if self._view is not None:
            self._save_over(self._view)

    def _save_over(self, view: NamedView) -> None:
        command = SaveShared(SharedKind.VIEW, view.view_id, view.name, self._shown, view.version)
        self._ask(f"Put what is shown in place of the view {view.name}?", command)

    def action_rename(self) -> None:
        """Give the view under the cursor another name."""
        view = self._view
        if view is None:
            return
        kept = view_definition(view.filter, view.order)

        def rename(name: str) -> None:
            command = SaveShared(SharedKind.VIEW, view.view_id, name, kept, view.version)
            self.post_message(Asked(command))

        self._ask_name(f"New name of the view {view.name}:", view.name, rename)

    def action_remove(self) -> None:
        """Remove the view under the cursor."""
        view = self._view
        if view is not None:
            command = RemoveShared(SharedKind.VIEW, view.view_id, view.name, view.version)
            self._ask(f"Remove the view {view.name} for everybody?", command)

    def _ask_name(self, question: str, value: str, then: Callable[[str], None]) -> None:
        def answered(name: str | None) -> None:
            if name is not None:
                then(name)

        self.app.push_screen(TextQuestion(clean(question), value, check=name_wrong), answered)

    def _ask(self, question: str, command: SaveShared | RemoveShared) -> None:
        def answered(answer: bool | None) -> None:  # noqa: FBT001 - the answer of a question
            if answer:
                self.post_message(Asked(command))

        self.app.push_screen(YesNo(clean(question)), answered)

    @on(Changed)
    @on(Refused)
    def read_again(self, message: Changed | Refused) -> None:
        """Show the views as they are now."""
        message.stop()
        self.load()

    def _say(self, words: str) -> None:
        self.notify(clean(words), markup=False)


def _line(place: int, step: Step) -> str:
    number = f"{place}" if place < 10 else " "  # noqa: PLR2004 - the digits of the keyboard
    count = "cannot be shown" if step.view.fault else f"{len(step.patients):,}"
    by = f"   by {step.view.by}" if step.view.by else ""
    return f"{number} {step.view.name[:NAME_CELLS]:<{NAME_CELLS}} {count:>7}{by}"
