"""What the screens need from the outside; ``bootstrap`` and ``house_desk`` bind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date

    from recall_tui.domain.calendar import Month
    from recall_tui.domain.commands import Command, RecordInvites, SnoozeDays
    from recall_tui.domain.exports import Export
    from recall_tui.views.balance import BalanceLine
    from recall_tui.views.date_change import DateChange
    from recall_tui.views.done import Done
    from recall_tui.views.ledger import BurnDown, Ledger
    from recall_tui.views.matching import Guide
    from recall_tui.views.names import Names
    from recall_tui.views.news import News
    from recall_tui.views.past import PatientPast
    from recall_tui.views.patient import PatientHit, PatientPage
    from recall_tui.views.people import Owner
    from recall_tui.views.queues import QueueAsk, QueueView
    from recall_tui.views.shelf import Shelf
    from recall_tui.views.worklist import WorklistSnapshot


class Closes(Protocol):
    """Something that goes on until it is closed."""

    def close(self) -> None:
        """End it."""
        ...


class Desk(Protocol):
    """What the screens may ask for. Every call may block: call it in a worker thread."""

    @property
    def today(self) -> date:
        """The practice's date."""
        ...

    @property
    def practice_words(self) -> str:
        """The practice and its store in a few words, for the status line."""
        ...

    @property
    def login(self) -> str:
        """Who is at the keyboard."""
        ...

    @property
    def lock_seconds(self) -> float:
        """Seconds without a key after which the screen locks."""
        ...

    def has_pin(self) -> bool:
        """Whether the person chose a PIN."""
        ...

    def unlock(self, pin: str) -> bool:
        """Whether this is the person's PIN; either way it is noted."""
        ...

    def why_not(self, action: str) -> str:
        """Return why the person may not do an action, by its name, at once; empty: they may."""
        ...

    @property
    def number_label(self) -> str:
        """What the practice calls the patient number ("EMIS number")."""
        ...

    @property
    def invite_rule(self) -> tuple[int, int]:
        """The least gap between two invites in days, and how many weeks ahead lists open."""
        ...

    @property
    def snooze_days(self) -> SnoozeDays:
        """How long a snooze hides, as the practice decided."""
        ...

    @property
    def stale_days(self) -> int:
        """Days after which data are too old to invite from without a reason."""
        ...

    @property
    def banners(self) -> Sequence[str]:
        """What is wrong with the store, in words that stay on the screen."""
        ...

    def names(self) -> Names:
        """Return the names of items and recalls."""
        ...

    def at_hand(self, month: Month) -> WorklistSnapshot | None:
        """Return the month's list, or its top, if it was read already; at once."""
        ...

    def worklist(self, month: Month, patients: Collection[str] | None = None) -> WorklistSnapshot:
        """Return the month's list, or only the rows of these patients."""
        ...

    def watch(self, told: Callable[[News], object]) -> Closes:
        """Call ``told`` with whatever anybody changes, in another thread, until it is closed."""
        ...

    def come_to(self, patient: str) -> str:
        """Say that this session is on a patient ("": on nobody); return a line on who else is."""
        ...

    def look_at(self, patient: str) -> str:
        """Return lines on who else is on a patient, and on a phone shared with others."""
        ...

    def patient(self, number: str) -> PatientPage | None:
        """Return everything about one patient, or None."""
        ...

    def past(self, number: str) -> PatientPast:
        """Return what lies behind a patient: results, decisions, household."""
        ...

    def find(self, typed: str) -> tuple[PatientHit, ...]:
        """Return the patients that fit what was typed; nothing is ever picked."""
        ...

    def own_names(self) -> tuple[str, ...]:
        """Return under which names patients are one's own: the login, then one's teams."""
        ...

    def shelf(self) -> Shelf:
        """Return the named views and recipes that the practice shares."""
        ...

    def owners(self) -> tuple[Owner, ...]:
        """Return to whom patients can be assigned, whoever is at the keyboard first."""
        ...

    def ledger(self, *, all_day: bool = False) -> Ledger:
        """Return what whoever is at the keyboard did since they came in, or today, and counts."""
        ...

    def burn_down(self, month: Month) -> BurnDown:
        """Return how a month's list empties, and what blocks the rest."""
        ...

    def queue(self, ask: QueueAsk) -> QueueView:
        """Return a queue beside the month."""
        ...

    def balance(self) -> tuple[BalanceLine, ...]:
        """Return one line for each recall that has a register."""
        ...

    def why(self, page: PatientPage) -> Sequence[str]:
        """Return sentences that say why each item is due, done or held."""
        ...

    def why_absent(self, number: str) -> Sequence[str]:
        """Return lines that say of every recall why the patient is, or is not, on it; slow."""
        ...

    def preview_month(self, number: str, month: int) -> DateChange:
        """Return what a recall month of a patient's own (0: none) would do; slow."""
        ...

    def guide(self) -> Guide:
        """Return what booking needs of the rules and the practice's settings."""
        ...

    def perform(self, command: Command, tell: Callable[[str], object] = ...) -> Done:
        """Carry a command out; ``tell`` hears, in this thread, which step it has come to.

        Raises:
            RecallError: it was refused, somebody else was first, or the store did not answer.
        """
        ...

    def export(
        self, invites: RecordInvites, rows: Sequence[Sequence[str]], columns: Sequence[str]
    ) -> tuple[str, str]:
        """Write a batch as a new CSV file in the spool folder; return the export's id and its path.

        Raises:
            RecallError: it was refused, or cannot be written.
        """
        ...

    def save_sheet(self, what: str, text: str, patients: Sequence[str]) -> str:
        """Write a sheet about patients as a new text file; return where it is.

        Raises:
            RecallError: it cannot be written.
        """
        ...

    def exports(self) -> tuple[Export, ...]:
        """Return the exports that nobody recorded or discarded, the oldest first."""
        ...

    def note_access(self, action: str, patients: Sequence[str]) -> None:
        """Note in the access log that patients were looked at, or copied from."""
        ...

    def plan_expired(self) -> str:
        """Plan again, in another process, whoever's plan no longer holds; return words about it.

        Empty: every plan holds.
        """
        ...
