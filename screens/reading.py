"""Reading the list in threads: the month, the names, plans that expired, others' changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on, work

from recall_tui.domain.calendar import Month
from recall_tui.errors import RecallError
from recall_tui.views.filters import Looking
from recall_tui.views.names import NO_NAMES
from recall_tui.views.worklist import WorklistSnapshot
from screens.commanding import commands
from screens.narrowing import Narrowing
from screens.overview_data import Prepared
from screens.slipping import why_slipped
from screens.threads import hand_back
from widgets.messages import Changed, Refused

if TYPE_CHECKING:
    from recall_tui.domain.exports import Export

_OF_THE_WHOLE = frozenset({"invite", "mark_all", "recipe", "views"})
"""Actions on, or counts of, everybody in view."""


BADGE_SECONDS = 1.0
"""After the first list: what is one's own is counted when nobody waits for anything else."""


class Reading(Narrowing):
    """What of the store is on the screen, and when it is read again."""

    _month: Month
    exports: tuple[Export, ...] = ()
    teams: frozenset[str] = frozenset()
    """The teams of whoever is at the keyboard, once they were read."""

    def count_mine(self) -> object:
        """Count what is assigned to whoever is at the keyboard."""
        raise NotImplementedError

    _is_settled = False
    when_shown: Callable[[], object]
    """Called when the first list is on the screen."""

    _invited: frozenset[str] = frozenset()
    """The patients invited from this screen, less those whose invite was taken back."""

    def prepare(self, snapshot: WorklistSnapshot) -> Prepared:
        """Return a snapshot as whoever is at the keyboard looks at it."""
        looking = Looking(snapshot.today, self.desk.login, self._invited, self.teams)
        return Prepared(snapshot.with_exports(self.exports), self.names, looking)

    def begin(self) -> None:
        """Show what was read already, in the first painting; else read the list."""
        early = self.desk.at_hand(self._month)
        if early is None:
            self.show_list(self.listed)
            self.load()
        else:
            names = self.desk.names()
            self.have(replace(self.prepare(early), names=names).ready(self.listed.orders))

    @work(thread=True, exclusive=True, group="list")
    def load(self) -> None:
        """Read the month in a thread."""
        try:
            names = self.desk.names() if self.names is NO_NAMES else self.names
            snapshot = self.desk.worklist(self._month)
        except RecallError as fault:
            hand_back(self, self.say_fault, fault.words)
            return
        prepared = replace(self.prepare(snapshot), names=names).ready(self.listed.orders)
        prepared.indexed.prepare(self.listed.filter)
        hand_back(self, self.have, prepared)

    def have(self, prepared: Prepared) -> None:
        """Show a snapshot unless a newer one of the same month is shown already."""
        if self.names is NO_NAMES:
            self.names = prepared.names
        shown, snapshot = self.listed.snapshot, prepared.snapshot
        is_older = shown.month == snapshot.month and shown.revision > snapshot.revision
        if snapshot.month == self._month and not is_older:
            if prepared.names is not self.names:
                prepared = self.prepare(snapshot)
            self.show_list(replace(self.listed, prepared=prepared))
            if not snapshot.is_whole:
                # The most urgent rows are on the screen before the rest is read.
                self.call_after_refresh(self.load)
            elif not self._is_settled:
                self._is_settled = True
                self.call_after_refresh(self._settle_in)

    def why_wait(self, action: str) -> str:
        """Say why an action on the whole list must wait; empty: it need not."""
        is_whole = self.listed.snapshot.is_whole or action not in _OF_THE_WHOLE
        if is_whole or (action == "invite" and self.table.marked):
            return why_slipped(self.table, action)
        return "the list is still being read, press it again"

    def _settle_in(self) -> None:
        """Do, once the list is on the screen, what would have kept people waiting for it."""
        self.when_shown()
        self.set_timer(BADGE_SECONDS, self.count_mine)
        self.plan_expired()

    @work(thread=True, exclusive=True, group="tick")
    def plan_expired(self) -> None:
        """Plan again, in a thread, whoever's plan no longer holds today."""
        try:
            words = self.desk.plan_expired()
        except RecallError as fault:
            hand_back(self, self.say_fault, fault.words)
            return
        hand_back(self, self._have_plans, words)

    def _have_plans(self, words: str) -> None:
        if words:
            self.say(words)
            self.load()
        else:  # the store is open by now, and may say what the first list did not know
            self.show_banners()

    def show_banners(self) -> None:
        """Show what is wrong with the store."""
        raise NotImplementedError

    @on(Changed)
    @on(Refused)
    def read_again(self, message: Changed | Refused) -> None:
        """Read the list again after a change, one of somebody else's too."""
        message.stop()
        if isinstance(message, Changed):
            self._invited = _invited_after(self._invited, message)
            self.count_mine()
        self.load()


def _invited_after(invited: frozenset[str], message: Changed) -> frozenset[str]:
    """Return who has been invited in this session once a command was carried out."""
    made, done = commands(), message.done
    match message.command:
        case made.RecordInvites() | made.RecordExport():
            return invited | set(done.patients)
        case made.Undo() if "invited" in done.words:
            return invited - set(done.patients)
        case made.Redo() if "invited" in done.words:
            return invited | set(done.patients)
        case _:
            return invited
