"""What stands beside the month's list: its named views and recipe, and where everybody stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from textual import work

from recall_tui.errors import RecallError
from screens.commanding import commands
from screens.narrowing import Narrowing
from screens.threads import hand_back
from widgets.chips import Chip, Chips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recall_tui.domain.commands import NoteRun
    from recall_tui.domain.exports import Export
    from recall_tui.views.balance import BalanceLine
    from recall_tui.views.ledger import BurnDown
    from recall_tui.views.queues import QueueAsk
    from recall_tui.views.shelf import NamedView
    from screens.arranging import Arranged
    from screens.queue import QueueScreen
    from screens.running import Running

VIEW_CHIP = "view"
"""Id of the chip that stands for a whole view."""


class Beside(Narrowing):
    """The doors of the overview to what is kept beside the list."""

    arranged: Arranged
    mine: tuple[int, int] = (0, 0)
    """Patients assigned to whoever is at the keyboard, and how many of them since the last look."""

    teams: frozenset[str] = frozenset()
    exports: tuple[Export, ...] = ()
    """Exports that nobody recorded or discarded."""

    _view: NamedView | None = None

    @property
    def view_words(self) -> str:
        """Name of the view that is shown; a star says that it was narrowed otherwise since."""
        if self._view is None or self.listed.filter.is_empty:
            return ""
        return self._view.name if self._is_as_kept else f"{self._view.name}*"

    @property
    def _is_as_kept(self) -> bool:
        view = self._view
        return view is not None and replace(self.listed.filter, show_hidden=False) == replace(
            view.filter, show_hidden=False
        )

    def show_chips(self) -> None:
        """Show a view as one chip as long as it is as it was kept."""
        super().show_chips()
        if self._view is not None and self._is_as_kept and not self.listed.filter.is_empty:
            self.query_one(Chips).chips = (Chip(VIEW_CHIP, f"View: {self._view.name}"),)

    def drop(self, chip_id: str) -> None:
        """Take one filter off, or the view as a whole."""
        if chip_id == VIEW_CHIP:
            self.action_clear_filters()
        else:
            super().drop(chip_id)

    def run_of_view(self) -> NoteRun | None:
        """Return what to note when a batch is made from what is shown: a view as it is kept."""
        view = self._view
        if view is None or not self._is_as_kept:
            return None
        patients = tuple(row.patient for row in self.listed.rows)
        return commands().NoteRun(
            view.view_id, view.name, str(self.listed.snapshot.month), patients
        )

    def show_view(self, view: NamedView) -> None:
        """Show the list under a view."""
        self._view = view
        self.table.set_sort({view.order[0]: view.order[1]} if view.order else {})
        self.show_list(
            replace(self.listed, filter=view.filter, orders=(view.order,) if view.order else ())
        )
        self.set_focus(self.table)

    def action_views(self) -> None:
        """Choose, keep, rename or remove a view."""
        from screens.modals.views import ViewsScreen  # noqa: PLC0415 - not before first paint

        def chosen(view: NamedView | None) -> None:
            if view is not None:
                self.show_view(view)

        listed = self.listed
        screen = ViewsScreen(self.desk, listed.prepared.indexed, listed.filter, listed.order)
        self.app.push_screen(screen, chosen)

    def action_recipe(self) -> None:
        """Open the month's batches in their order."""
        from screens.recipe import RecipeScreen  # noqa: PLC0415 - not before first paint

        def chosen(view: NamedView | None) -> None:
            if view is not None:
                self.show_view(view)

        screen = RecipeScreen(self.desk, self.names, self.doors)
        self.app.push_screen(screen.of_month(self.listed.snapshot.month), chosen)

    def action_queues(self) -> None:
        """Choose a queue beside the month, and open it."""
        from screens.modals.queues import QueuesScreen  # noqa: PLC0415 - not before first paint
        from screens.queue import QueueScreen  # noqa: PLC0415 - the same

        def chosen(ask: QueueAsk | None) -> None:
            if ask is not None:
                self._open_queue(QueueScreen(self.desk, self.names, self.doors).asked(ask))

        self.app.push_screen(QueuesScreen(self.desk), chosen)

    def action_mine(self) -> None:
        """Open what is assigned to whoever is at the keyboard, or to their teams."""
        from recall_tui.views.queues import Queue, QueueAsk  # noqa: PLC0415 - not before first paint
        from screens.queue import QueueScreen  # noqa: PLC0415 - the same

        screen = QueueScreen(self.desk, self.names, self.doors)
        self._open_queue(screen.asked(QueueAsk(Queue.MINE, self.desk.today)))

    def _open_queue(self, screen: QueueScreen) -> None:
        """Open a queue; what of it is one's own counts as seen once it is left."""

        def left(_result: None) -> None:
            newest = screen.view.newest()
            if newest is not None:
                self._keep_look(newest)
            self.count_mine()

        self.app.push_screen(screen, left)

    def _keep_look(self, newest: datetime) -> None:
        try:
            settings = replace(self.arranged.settings, looked=newest.isoformat())
            self.arranged.change(settings)
        except RecallError as fault:
            self.say_fault(fault.words)

    @work(thread=True, exclusive=True, group="mine")
    def count_mine(self) -> None:
        """Count, in a thread, what is assigned to whoever is at the keyboard, and what is new."""
        from recall_tui.views.queues import Queue, QueueAsk  # noqa: PLC0415 - not before first paint

        try:
            owners = self.desk.own_names()
            view = self.desk.queue(QueueAsk(Queue.MINE, self.desk.today, owners=owners))
            exports = self.desk.exports()
        except RecallError:
            return  # the list says so itself
        looked = self.arranged.settings.looked
        since = datetime.fromisoformat(looked) if looked else None
        fresh = view.fresh(self.desk.login, since)
        hand_back(self, self.have_mine, (len(view.patients), fresh), owners[1:])
        hand_back(self, self.have_exports, exports)

    def have_exports(self, exports: tuple[Export, ...]) -> None:
        """Say which exports are open, and show it on the rows of their patients."""
        if exports != self.exports:
            self.exports = exports
            self.show_exports()

    def action_open_exports(self) -> None:
        """Say what became of an export that nobody recorded or discarded."""
        from screens.open_exports import ask_exports  # noqa: PLC0415 - seldom needed

        ask_exports(self)

    def show_exports(self) -> None:
        """Show which exports are open, and on the rows of their patients."""
        raise NotImplementedError

    def have_mine(self, counts: tuple[int, int], teams: tuple[str, ...]) -> None:
        """Show how many patients are one's own, and how many of them are new."""
        self.mine, self.teams = counts, frozenset(teams)
        self.show_status()

    def show_status(self) -> None:
        """Show where we are."""
        raise NotImplementedError

    def action_ledger(self) -> None:
        """Show what was done in this session, or today."""
        from screens.modals.ledger import LedgerScreen  # noqa: PLC0415 - not before first paint

        self.app.push_screen(LedgerScreen(self.desk))

    def action_burn_down(self) -> None:
        """Show how far the month is, and what blocks the rest."""
        month = self.listed.snapshot.month

        def show(burning: BurnDown) -> None:
            self.show_sheet("progress", "\n".join([f"{month.first:%B %Y}", "", *burning.lines()]))

        app = cast("Running", self.app)
        app.ask_for("progress of the month", "", lambda _job: self.desk.burn_down(month), show)

    def action_balance(self) -> None:
        """Show per recall where everybody stands."""
        from screens.balance_text import balance_text  # noqa: PLC0415 - not before first paint

        def show(lines: Sequence[BalanceLine]) -> None:
            self.show_sheet("balance", balance_text(lines, self.names))

        cast("Running", self.app).ask_for("balance", "", lambda _job: self.desk.balance(), show)
