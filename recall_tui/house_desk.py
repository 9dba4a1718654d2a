"""The desk that screens work at: a house, asked from worker threads.

A session never loads Polars: whatever must be planned again is planned by another process.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from recall_tui.bootstrap import House, london
from recall_tui.domain.rights import Right, refusal_of_action, right_of_action
from recall_tui.errors import RecallError, StoreUnwritable
from recall_tui.views.names import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date
    from types import ModuleType

    from recall_tui.desk_port import Closes
    from recall_tui.domain.calendar import Month
    from recall_tui.domain.commands import Command, RecordInvites, SnoozeDays
    from recall_tui.domain.exports import Export
    from recall_tui.domain.teams import Team
    from recall_tui.look_log import LookLog
    from recall_tui.views.balance import BalanceLine
    from recall_tui.views.date_change import DateChange
    from recall_tui.views.done import Done
    from recall_tui.views.first_look import FirstLook
    from recall_tui.views.ledger import BurnDown, Ledger
    from recall_tui.views.matching import Guide
    from recall_tui.views.news import News
    from recall_tui.views.past import PatientPast
    from recall_tui.views.patient import PatientHit, PatientPage
    from recall_tui.views.people import Owner
    from recall_tui.views.presence import Present
    from recall_tui.views.queues import QueueAsk, QueueView
    from recall_tui.views.shelf import Shelf
    from recall_tui.views.worklist import WorklistSnapshot

_UNSAVED = (
    "! Nothing can be saved now: {}. What was asked for is kept and tried again every 30 seconds; "
    "the list can be read."
)


def _other_process() -> ModuleType:
    from recall_tui import other_process  # noqa: PLC0415 - not before the first list

    return other_process


def _people() -> ModuleType:
    from recall_tui.views import people  # noqa: PLC0415 - not before the first list

    return people


def _teams() -> ModuleType:
    from recall_tui.domain import teams  # noqa: PLC0415 - not before the first list

    return teams


def _snooze_days(rule: tuple[int, int, int]) -> SnoozeDays:
    from recall_tui.domain.commands import SnoozeDays  # noqa: PLC0415 - not before the first list

    return SnoozeDays(*rule)


def _names_in(words: Mapping[str, object]) -> Names:
    texts = cast("Mapping[str, Mapping[str, str]]", words)
    return Names(texts["items"], texts["recalls"], texts["short"], texts.get("flags", {}))


def _presence_line(present: Sequence[Present]) -> str:
    from recall_tui.views.presence import presence_line  # noqa: PLC0415 - not before the first list

    return presence_line(present, london())


def _presence_here(house: House, patient: str) -> str:
    if patient:
        return _presence_line(house.presence.come(patient))
    house.presence.leave()
    return ""


def _glance(house: House, patient: str) -> str:
    from recall_tui.views.page_text import shared_phone_words  # noqa: PLC0415 - as above

    line = _presence_line(house.presence.look(patient))
    try:
        others = house.store.sharing(patient)
    except RecallError:
        return line  # the list says by itself that the store is away
    return "\n".join(filter(None, (line, f"! {shared_phone_words(others)}" if others else "")))


def _teams_in(house: House) -> tuple[Team, ...]:
    return _teams().teams_of(house.store.shared_changes())


def _sharing() -> ModuleType:
    from recall_tui.services import sharing  # noqa: PLC0415 - not before the first list

    return sharing


def _ledger() -> ModuleType:
    from recall_tui.views import ledger  # noqa: PLC0415 - seldom asked

    return ledger


def _house_exports() -> ModuleType:
    from recall_tui import house_exports  # noqa: PLC0415 - not before the first list

    return house_exports


def _words(house: House, look: FirstLook | None) -> Mapping[str, object]:
    # The rules themselves take a tenth of a second and much memory to read.
    return (look.words if look else house.kept_words()) or house.rules.words


def _house_banners(house: House) -> Sequence[str]:
    unused = house.rules.agreement.told
    return (*house.store.banners, *([f"! {unused[:1].upper()}{unused[1:]}."] if unused else ()))


def _trouble_lines(trouble: str, unsaved: str) -> Sequence[str]:
    told = [f"! {trouble[:1].upper()}{trouble[1:]}."] if trouble else []
    return [*told, _UNSAVED.format(unsaved)] if unsaved else told


class HouseDesk:
    """``ports.Desk`` over a ``House``."""

    def __init__(self, house: House, look: FirstLook | None = None) -> None:
        """Work in ``house``; ``look`` is what was read of it before it was opened."""
        self._house = house
        self._came_in = house.clock.now()
        self._look = look
        self._unseen = look.snapshot if look else None
        self._top_of: Month | None = None
        """The month of which only the most urgent rows were shown."""

        self._unnoted: WorklistSnapshot | None = None
        self._trouble = ""
        self._unsaved = ""
        """Why the store took nothing when something was last asked for."""

        self._role = look.role if look else ""

    @property
    def today(self) -> date:
        """The practice's date."""
        return self._house.today

    @property
    def practice_words(self) -> str:
        """The practice and its store in a few words."""
        code = self._look.ods_code if self._look else self._house.ods_code
        return f"{code} {self._house.settings.database_words}"

    @property
    def login(self) -> str:
        """Who is at the keyboard."""
        return self._look.login if self._look else self._house.actor.login

    @property
    def lock_seconds(self) -> float:
        """Seconds without a key after which the screen locks."""
        return self._house.settings.decided.worklist.lock_minutes * 60.0

    def has_pin(self) -> bool:
        """Whether the person at the keyboard chose a PIN."""
        return self._house.people.has_pin()

    def unlock(self, pin: str) -> bool:
        """Whether this is the PIN of the person at the keyboard; either way it is noted."""
        fits = self._house.people.pin_fits(pin)
        self._looks.note("unlocked" if fits else "unlock failed", ())
        return fits

    def why_not(self, action: str) -> str:
        """Return why the person may not do an action; empty: they may, or it is not known yet."""
        right = right_of_action(action)
        if self._unsaved and right is not Right.SEE:
            return f"nothing can be saved now: {self._unsaved}"
        return refusal_of_action(self._role, action) if self._role else ""

    @property
    def number_label(self) -> str:
        """What the practice calls the patient number."""
        return self._house.settings.decided.worklist.patient_number_name

    @property
    def invite_rule(self) -> tuple[int, int]:
        """The least gap between two invites in days, and how many weeks ahead lists open."""
        return self._house.settings.decided.invite_rule

    @property
    def snooze_days(self) -> SnoozeDays:
        """How long a snooze hides, as the practice decided."""
        return _snooze_days(self._house.settings.decided.snooze_rule)

    @property
    def stale_days(self) -> int:
        """Days after which data are too old to invite from without a reason."""
        return self._house.settings.decided.invites.stale_days

    @property
    def banners(self) -> Sequence[str]:
        """What is wrong with the store, in words that stay on the screen."""
        banners = _house_banners(self._house) if self._house.is_open or not self._look else ()
        return (*banners, *_trouble_lines(self._trouble, self._unsaved))

    @cached_property
    def _names(self) -> Names:
        return _names_in(_words(self._house, self._look))

    def names(self) -> Names:
        """Return the names of items and recalls."""
        return self._names

    def at_hand(self, month: Month) -> WorklistSnapshot | None:
        """Return what was read of a month before the store was opened, once; it never waits."""
        return self.worklist(month) if self._unseen and self._unseen.month == month else None

    def worklist(self, month: Month, patients: Collection[str] | None = None) -> WorklistSnapshot:
        """Return the month's list, or only the rows of these patients."""
        early = self._early(month) if patients is None else None
        if early is not None:
            self._unnoted = early
            return early
        snapshot = self._house.store.worklist(month, self.today, patients)
        self._role = snapshot.role
        self._note_list(snapshot)
        return snapshot

    def _early(self, month: Month) -> WorklistSnapshot | None:
        """Return what was read of a month without the store: its top, then all of it; or None."""
        unseen, self._unseen = self._unseen, None
        top, self._top_of = self._top_of, None
        if unseen is not None and unseen.month == month:
            self._top_of = None if unseen.is_whole else month
            return unseen
        look = self._house.first_look() if top == month else None
        return look.snapshot if look and look.snapshot.month == month else None

    def close(self) -> None:
        """Note what was shown and is not noted yet."""
        unnoted, self._unnoted = self._unnoted, None
        if unnoted is not None:
            self._note_list(unnoted)

    def _note_list(self, snapshot: WorklistSnapshot) -> None:
        self._looks.seen(f"list {snapshot.month}", [row.patient for row in snapshot.rows])

    @property
    def _looks(self) -> LookLog:
        return self._house.people.looks

    def watch(self, told: Callable[[News], object]) -> Closes:
        """Call ``told`` with whatever anybody changes, in another thread, until it is closed."""

        def hear(news: News) -> None:
            self._trouble = news.trouble
            told(news)

        # Now that the list is on the screen: noting it opens the store, which takes a while.
        self.close()
        return self._house.store.watch(hear)

    def come_to(self, patient: str) -> str:
        """Say that this session is on a patient ("": on nobody); return a line on who else is."""
        return _presence_here(self._house, patient)

    def look_at(self, patient: str) -> str:
        """Return lines on who else is on a patient, and on a phone shared with others."""
        return _glance(self._house, patient)

    def patient(self, number: str) -> PatientPage | None:
        """Return everything about one patient, or None."""
        page = self._house.store.patient_page(number, self.today, self._house.needed_weeks())
        self._house.people.refuse_restricted(page)
        return page

    def past(self, number: str) -> PatientPast:
        """Return what lies behind a patient: results, decisions, household."""
        return self._house.past(number)

    def find(self, typed: str) -> tuple[PatientHit, ...]:
        """Return the patients that fit what was typed; nothing is ever picked."""
        hits = self._house.find(typed)
        if hits:
            self._looks.note("find", [hit.patient for hit in hits])
        return hits

    def own_names(self) -> tuple[str, ...]:
        """Return under which names patients are one's own: the login, then one's teams."""
        return _teams().names_of(self.login, _teams_in(self._house))

    def shelf(self) -> Shelf:
        """Return the named views and recipes that the practice shares."""
        return _sharing().shelf_of(self._house.store.shared_changes())

    def owners(self) -> tuple[Owner, ...]:
        """Return to whom patients can be assigned, whoever is at the keyboard first."""
        return _people().owners(self.login, self._house.store.members(), _teams_in(self._house))

    def ledger(self, *, all_day: bool = False) -> Ledger:
        """Return what whoever is at the keyboard did since they came in, or today, and counts."""
        began = _ledger().day_began(self._house.clock.now()) if all_day else self._came_in
        return _house_exports().ledger_with_exports(self._house, self.login, began)

    def burn_down(self, month: Month) -> BurnDown:
        """Return how a month's list empties, and what blocks the rest."""
        since = _ledger().pace_began(self._house.clock.now())
        return _ledger().burn_down(self.worklist(month), self._house.store.dealt_with(since))

    def queue(self, ask: QueueAsk) -> QueueView:
        """Return a queue beside the month."""
        return self._house.store.queue(ask)

    def balance(self) -> tuple[BalanceLine, ...]:
        """Return one line for each recall that has a register."""
        return self._house.store.balance(self.today)

    def why(self, page: PatientPage) -> Sequence[str]:
        """Return sentences that say why each item is due, done or held."""
        self._looks.note("why", [page.patient])
        return self._house.why(page)

    def why_absent(self, number: str) -> Sequence[str]:
        """Return what the engine says now of every recall: why on it, or why not."""
        return _other_process().why_absent(self._house, number)

    def preview_month(self, number: str, month: int) -> DateChange:
        """Return what a recall month of a patient's own (0: none) would do."""
        return _other_process().preview_month(self._house, number, month)

    def guide(self) -> Guide:
        """Return what booking needs of the rules and the practice's settings."""
        return self._house.guide

    def perform(self, command: Command, tell: Callable[[str], object] = str) -> Done:
        """Carry a command out; whoever it changes is planned again by another process."""
        tell("saving")
        try:
            done = self._house.record(command)
        except StoreUnwritable as fault:
            self._unsaved = fault.words
            raise
        self._unsaved = ""
        if done.replan:
            return _other_process().planned_after(done, self.plan_expired, tell)
        return done

    def export(
        self, invites: RecordInvites, rows: Sequence[Sequence[str]], columns: Sequence[str]
    ) -> tuple[str, str]:
        """Write a batch as a CSV file in the spool folder; return the export's id and path."""
        return _house_exports().export_to_spool(self._house, invites, rows, columns)

    def save_sheet(self, what: str, text: str, patients: Sequence[str]) -> str:
        """Write a sheet about patients as a new text file; return where it is."""
        return _house_exports().save_sheet(self._house, what, text, patients)

    def exports(self) -> tuple[Export, ...]:
        """Return the exports that nobody recorded or discarded, the oldest first."""
        return _house_exports().open_exports(self._house)

    def note_access(self, action: str, patients: Sequence[str]) -> None:
        """Note in the access log that patients were looked at, or copied from."""
        self._looks.note(action, patients)

    def plan_expired(self) -> str:
        """Plan again whoever's plan no longer holds; return words about it, or nothing.

        Raises:
            StoreTrouble: the other process failed; the plans stay expired and are tried again.
        """
        return _other_process().plan_expired(self._house)
