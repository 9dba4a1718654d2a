"""A desk over invented patients: the real services on a store in memory, no database, no plan.

Run as a script it stands on a real terminal: python tests/screens/fake_desk.py [PATIENTS [LOOK]]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from recall_tui.app import RecallApp
from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import (
    Actor,
    Command,
    ExportInvites,
    NoteExport,
    RecordInvites,
    SnoozeDays,
)
from recall_tui.domain.decisions import DecisionKind
from recall_tui.domain.exports import Export, exports_of
from recall_tui.domain.rights import refusal_of_action
from recall_tui.errors import RecallError
from recall_tui.services.deciding import Moment
from recall_tui.services.desk import perform
from recall_tui.theme import look_for
from recall_tui.views.balance import BalanceLine
from recall_tui.views.date_change import DateChange, ItemChange
from recall_tui.views.done import Done
from recall_tui.views.ledger import BurnDown, Ledger, burn_down, day_began
from recall_tui.views.matching import Guide
from recall_tui.views.names import Names
from recall_tui.views.news import News
from recall_tui.views.past import NO_PAST, Happening, PatientPast
from recall_tui.views.patient import (
    PatientHit,
    PatientPage,
)
from recall_tui.views.queues import QueueAsk, QueueView
from recall_tui.views.worklist import (
    WorklistRow,
    WorklistSnapshot,
)
from tests.screens.fake_practice import ITEMS, NAMES, TODAY, a_practice
from tests.screens.fake_queues import fake_ledger, fake_queue
from tests.screens.fake_sharing import FakeSharing
from tests.screens.fake_store import FakePatient, FakeStore
from tests.screens.fake_views import FakeViews

NOON = datetime(2026, 12, 7, 12, 0, tzinfo=UTC)


class FakeWatch:
    """Nothing goes on here."""

    def close(self) -> None:
        """End it."""


class FakeDesk(FakeViews, FakeSharing):
    """`ports.Desk`; everything done is in `done`, what is exported in `exported`."""

    snooze_days = SnoozeDays()

    def __init__(self, patients: Sequence[FakePatient] | None = None, login: str = "jo") -> None:
        """Open with these patients, or with an invented practice."""
        super().__init__(FakeStore(a_practice() if patients is None else patients))
        self.login = login
        self.role = "admin"
        self.lock_seconds = 300.0
        self.pin = ""
        self.practice_words = "A99999 demo-240-7.db"
        self.number_label = "EMIS number"
        self.banners: tuple[str, ...] = ()
        self.called = NAMES
        self.items = ITEMS
        self.pasts: dict[str, PatientPast] = {}
        self.spool = "/home/jo/spool"
        self.stale_days = 3
        self.invite_rule = (7, 6)
        self.data_as_of: date | None = TODAY - timedelta(days=1)
        self.fault: RecallError | None = None
        self.done: list[Command] = []
        self.accesses: list[tuple[str, tuple[str, ...]]] = []
        self.exported: list[Sequence[Sequence[str]]] = []
        self.asked_absent: list[str] = []
        self.tried: list[tuple[str, int]] = []
        self.here = ""
        self.others: dict[str, str] = {}
        """Who else is on which patient, in words."""
        self.told: Callable[[News], object] | None = None
        self.asked: list[Collection[str] | None] = []
        """Whose rows the screen read, load by load; None: everybody's."""
        self.before: Callable[[Command], None] | None = None
        """Called before a command is carried out: another person is quicker."""

    def has_pin(self) -> bool:
        """Say whether `pin` is set."""
        return bool(self.pin)

    def unlock(self, pin: str) -> bool:
        """Compare with `pin`."""
        return pin == self.pin

    def why_not(self, action: str) -> str:
        """Say what the rights of `role` say."""
        return refusal_of_action(self.role, action)

    # ------------------------------------------------------------------ reading

    def names(self) -> Names:
        """Return the names of items and recalls."""
        return self.called

    def revision(self) -> int:
        """Return the revision."""
        return self.store.records.revision

    def watch(self, told: Callable[[News], object]) -> FakeWatch:
        """Keep whom to tell; `tell` does so."""
        self.told = told
        return FakeWatch()

    def come_to(self, patient: str) -> str:
        """Keep where the session is; say who else is there."""
        self.here = patient
        return self.others.get(patient, "")

    def look_at(self, patient: str) -> str:
        """Say who is there."""
        return self.others.get(patient, "")

    def tell(self, since: int, *patients: str) -> None:
        """Tell, as the store would, of what was changed after a revision."""
        assert self.told is not None
        self.told(News(since, self.revision(), frozenset(patients) if patients else None))

    def at_hand(self, month: Month) -> WorklistSnapshot | None:
        """Return nothing: every list is asked for."""
        del month
        return None

    def worklist(self, month: Month, patients: Collection[str] | None = None) -> WorklistSnapshot:
        """Return the month's list; the present month carries what is overdue."""
        if self.fault is not None:
            raise self.fault
        self.asked.append(patients)
        rows = self._listed_in(month, patients)
        return WorklistSnapshot("A99999", month, self.today, self.revision(), rows, self.data_as_of)

    def _listed_in(self, month: Month, patients: Collection[str] | None) -> tuple[WorklistRow, ...]:
        return tuple(
            self.row_of(one)
            for one in self.store.patients.values()
            if one.items
            and one.status == "registered"
            and self._is_listed(one, month)
            and (patients is None or one.number in patients)
        )

    def _is_listed(self, patient: FakePatient, month: Month) -> bool:
        due_in = Month.of(min(due.due_on for due in patient.items))
        is_present = month == Month.of(self.today)
        return due_in == month or (is_present and due_in < month)

    def patient(self, number: str) -> PatientPage | None:
        """Return everything about one patient, or None."""
        if self.fault is not None:
            raise self.fault
        found = self.store.patients.get(number)
        return self.page_of(found) if found else None

    def past(self, number: str) -> PatientPast:
        """Return what lies behind a patient: invented results, and what was decided here."""
        return replace(
            self.pasts.get(number, NO_PAST),
            happenings=tuple(
                Happening(
                    one.at, one.by, str(one.kind), one.item, one.payload, one.command_id, one.undoes
                )
                for one in reversed(self.store.records.events)
                if one.patient == number
            ),
        )

    def find(self, typed: str) -> tuple[PatientHit, ...]:
        """Return the patients that fit what was typed."""
        if self.fault is not None:
            raise self.fault
        digits = "".join(filter(str.isdigit, typed))
        every = self.store.patients.values()
        if digits:
            found = [one for one in every if digits in {one.number, one.nhs_number}]
            if not found and len(digits) >= 4:
                found = [one for one in every if one.mobile.replace(" ", "").endswith(digits)]
        else:
            found = [one for one in every if typed.casefold() in one.name.casefold()]
        return tuple(
            PatientHit(one.number, one.name, one.born, one.postcode, one.status) for one in found
        )

    def ledger(self, *, all_day: bool = False) -> Ledger:
        """Return what jo did and still counts."""
        since = day_began(NOON) if all_day else NOON
        return fake_ledger(self.login, since, self.store.records.events)

    def burn_down(self, month: Month) -> BurnDown:
        """Return how the month empties at seven patients a working day."""
        return burn_down(self.worklist(month), 70)

    def queue(self, ask: QueueAsk) -> QueueView:
        """Return a queue beside the month."""
        rows = self._listed_in(Month.of(self.today), None)
        assigned = {
            one.patient: (one.at, one.by)
            for one in self.store.records.events
            if one.kind is DecisionKind.ASSIGNED
        }
        return fake_queue(ask, rows, self.store.patients, assigned)

    def balance(self) -> tuple[BalanceLine, ...]:
        """Return one line for each recall."""
        return tuple(map(self.balance_of, self.called.recalls))

    def why(self, page: PatientPage) -> Sequence[str]:
        """Return a sentence an item."""
        return [
            f"{self.called.item(one.item)}, due {one.due_on:%d %b %Y}: {one.reasons}"
            for one in page.reasons
        ]

    def why_absent(self, number: str) -> Sequence[str]:
        """Say of each recall whether the patient is on it; what holds is quoted."""
        self.asked_absent.append(number)
        found = self.store.patients[number]
        on = {recall for due in found.items for recall in due.recalls}
        held = [row.hold_words for row in self.row_of(found).due_items() if row.hold_words]
        return [
            *(f"{name}: {'on it' if recall in on else 'NOT on it'}"
              for recall, name in self.called.recalls.items()),
            *(f"    On hold: {words}." for words in held),
        ]  # fmt: skip

    def preview_month(self, number: str, month: int) -> DateChange:
        """Move what is due first to that month; the next one comes a year later."""
        self.tried.append((number, month))
        found = self.store.patients[number]
        now, then = found.born, found.born.replace(month=month or found.born.month, day=1)
        due = found.items[0]
        return DateChange(
            1, ((number, now, then),), (0,) * 12, (0,) * 12,
            (ItemChange(number, due.item, "12 months", due.due_on, due.due_on,
                        due.due_on + timedelta(days=365), due.due_on + timedelta(days=600), 600),),
        )  # fmt: skip

    def guide(self) -> Guide:
        """Return the invented items as rules."""
        return Guide(self.items)

    # ------------------------------------------------------------------ writing

    def perform(self, command: Command, tell: Callable[[str], object] = str) -> Done:
        """Carry a command out by the real services."""
        tell("saving")
        if self.before is not None:
            self.before(command)
        done = self.perform_as(command, self.login)
        self.done.append(command)
        return done

    def perform_as(self, command: Command, login: str) -> Done:
        """Carry a command out as somebody."""
        at = NOON + timedelta(seconds=self.revision())
        who, named = Actor(login, self.role), self.store.new_id()
        moment = Moment(who, at, self.today, named, self.snooze_days)
        return perform(self.store, command, moment)  # type: ignore[arg-type] # only `write` is used

    def export(
        self, invites: RecordInvites, rows: Sequence[Sequence[str]], columns: Sequence[str]
    ) -> tuple[str, str]:
        """Keep the batch, as an export of the store."""
        del columns
        file = f"invites-{len(self.exported) + 1}.csv"
        words = "; ".join(filter(None, (file, invites.template)))
        invites = replace(invites, template=words)
        export = self.perform_as(ExportInvites(invites, file, "0" * 64), self.login).command_id
        self.exported.append(rows)
        self.perform_as(NoteExport(export, is_written=True), self.login)
        return export, f"{self.spool}/{file}"

    def save_sheet(self, what: str, text: str, patients: Sequence[str]) -> str:
        """Keep its lines in `exported`."""
        self.exported.append(text.split("\n"))
        self.note_access(f"save {what}", patients)
        return f"{self.spool}/{what}.txt"

    def exports(self) -> tuple[Export, ...]:
        """Return the exports that are open."""
        every = exports_of(self.store.shared_changes(exports=True))
        return tuple(one for one in every if one.is_open)

    def note_access(self, action: str, patients: Sequence[str]) -> None:
        """Keep it in `accesses`."""
        self.accesses.append((action, tuple(patients)))

    def plan_expired(self) -> str:
        """Nothing expires here."""
        return ""


if __name__ == "__main__":
    RecallApp(
        FakeDesk(a_practice(int(sys.argv[1]) if sys.argv[1:] else 240)),
        look_for({"TERM": "xterm-256color"}, sys.argv[2] if sys.argv[2:] else None),
    ).run(mouse=False)
