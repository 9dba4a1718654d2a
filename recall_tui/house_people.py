"""The part of the house about people: who is at the keyboard, who may work, and the audit."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from recall_tui.domain.commands import Actor, SnoozeDays
from recall_tui.domain.rights import Right, may
from recall_tui.errors import Refused, RestrictedRecord, StoreBusy, StoreUnwritable
from recall_tui.identity import kernel_login
from recall_tui.look_log import LookLog
from recall_tui.services import people
from recall_tui.services.deciding import Moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from recall_tui.domain.commands import Command
    from recall_tui.ports import Clock, Work
    from recall_tui.settings import Settings
    from recall_tui.views.audit import AuditEntry, AuditVerdict, Inquiry
    from recall_tui.views.done import Done
    from recall_tui.views.patient import PatientPage
    from recall_tui.views.people import Member
    from storage.store import SqlStore


@dataclass
class HousePeople:
    """The people of the practice that is open."""

    settings: Settings
    store: SqlStore
    clock: Clock

    @cached_property
    def login(self) -> str:
        """Who is at the keyboard: the database's session user, else the kernel's word.

        Raises:
            UsageProblem: nothing tells who it is.
        """
        if not self.store.database.is_sqlite:
            return self.store.session_user()
        return kernel_login(self.settings.decided.site.service_account, os.environ)

    @property
    def actor(self) -> Actor:
        """Who is at the keyboard; the store says as what, whenever something is done."""
        return Actor(self.login)

    def moment(self) -> Moment:
        """Return who does something now."""
        from storage.ids import new_row_id

        return Moment(self.actor, self.clock.now(), self.clock.today(), new_row_id())

    def enter(self, right: Right | None) -> str:
        """Admit whoever opens the practice; the first of all is its admin, and is told so.

        Raises:
            Refused: the practice does not know them, or their role has not the right.
        """
        known = self.store.members()
        if not known:
            return self.settle()
        if right is not None:
            people.admit(Looking(known), self.actor, right)
        from storage.draining import drain

        with suppress(StoreBusy, StoreUnwritable):  # the looks wait on
            drain(self.store)
        return ""

    def settle(self) -> str:
        """Make the first person of a practice without people its admin; say so, or ''."""
        login, at = self.login, self.clock.now()
        if not self.store.write(lambda work: people.first_admin(work, login, at)):
            return ""
        code = self.store.practice.ods_code
        return f"note: {login} is the admin of {code} now; recall users add lets others in"

    def admit(self, right: Right) -> Actor:
        """Return who is at the keyboard if they have a right; looks only, nothing is written.

        Raises:
            Refused: the practice does not know them, or their role has not the right.
        """
        return people.admit(Looking(self.store.members()), self.actor, right)

    def refuse_restricted(self, page: PatientPage | None) -> None:
        """Raise when a record is restricted and the person may not see such; that is noted.

        Raises:
            Refused: that is for those who may see restricted records.
        """
        if page is None or not page.sensitive or may(page.seen_by, Right.RESTRICTED):
            return
        try:
            self.admit(Right.RESTRICTED)
        except Refused as refused:
            self.note("refused", [page.patient], {"why": "restricted record"})
            message = f"this record is restricted: {refused.words}"
            raise Refused(message) from None

    def carry_out(self, command: Command, moment: Moment) -> Done:
        """Carry a command out; that somebody tried it on a restricted record is noted.

        Raises:
            Refused, Conflict, StoreTrouble: as ``services.desk.perform`` does.
        """
        from recall_tui.services.desk import perform

        decided = SnoozeDays(*self.settings.decided.snooze_rule)
        try:
            return perform(self.store, command, replace(moment, snooze=decided))
        except RestrictedRecord as refused:
            self.note("refused", refused.patients, {"why": "restricted record"})
            raise

    def role(self) -> str:
        """Return what the person at the keyboard is; empty: nobody."""
        return Looking(self.store.members()).role_of(self.login)

    def members(self) -> Sequence[Member]:
        """Return everybody who was ever given a role.

        Raises:
            Refused: that is for those who say who may work here.
        """
        self.admit(Right.PEOPLE)
        return self.store.members()

    def grants(self) -> Sequence[str]:
        """Return the SQL by which Postgres itself holds what people may do.

        Raises:
            Refused: that is for those who look after the store, or it is a file.
        """
        self.admit(Right.OPERATE)
        if self.store.database.is_sqlite:
            message = "a file has no rights of its own: docs/people.md says how it is kept safe"
            raise Refused(message)
        from storage.grants import login_statements, statements

        lines = list(statements())
        for one in self.store.members():
            lines += login_statements(one.login, one.role)
        return lines

    def put_role(self, login: str, role: str, name: str = "") -> str:
        """Give a person a role (empty: none any more) and say what was done.

        Raises:
            Refused: no right, no such role or person, or nobody would be admin any more.
        """
        moment = self.moment()
        return self.store.write(lambda work: people.put_role(work, moment, login, role, name))

    def choose_pin(self, pin: str) -> None:
        """Keep the PIN that unlocks the screen of the person at the keyboard.

        Raises:
            Refused: the practice does not know them, or it is no fit PIN.
        """
        from recall_tui.pins import hash_pin

        moment, stored = self.moment(), hash_pin(pin)
        self.store.write(lambda work: people.put_pin(work, moment, stored))

    def has_pin(self) -> bool:
        """Whether the person at the keyboard chose a PIN."""
        return bool(self._pin())

    def pin_fits(self, pin: str) -> bool:
        """Whether this is the PIN of the person at the keyboard."""
        from recall_tui.pins import fits

        return fits(pin, self._pin())

    def _pin(self) -> str:
        return next((one.pin for one in self.store.members() if one.login == self.login), "")

    # ------------------------------------------------------------------ audit

    def note(
        self, action: str, patients: Sequence[str], details: Mapping[str, object] | None = None
    ) -> None:
        """Note in the access log what the person at the keyboard looked at.

        While somebody else holds the store, a look waits beside it: reading waits for no writer.

        Raises:
            StoreTrouble: it cannot be written at all, or is busy and the ``details`` cannot wait.
        """
        login, at = self.login, self.clock.now()

        def unit(work: Work) -> None:
            work.role_of(login)
            work.record_access(action, patients, by=login, at=at, details=details)

        from storage.deadline import ASIDE, INTERACTIVE

        try:
            self.store.write(unit, seconds=ASIDE if details is None else INTERACTIVE)
        except StoreBusy:
            if details is not None:
                raise
            self._note_later(action, patients, at)

    def _note_later(self, action: str, patients: Sequence[str], at: datetime) -> None:
        from storage.ids import new_row_id
        from storage.looks import append

        for patient in patients:
            look: dict[str, object] = {
                "id": new_row_id(), "at": at.isoformat(timespec="microseconds"), "by": self.login,
                "role": self.role(), "practice": self.store.practice.practice_id,
                "action": action, "patient": patient, "origin": "waited",
            }  # fmt: skip
            append(str(self.store.database.audit.folder), look)

    @cached_property
    def looks(self) -> LookLog:
        """Records what this session looks at, without making anybody wait."""
        return LookLog(self.note)

    def close(self) -> None:
        """Record what is still to be recorded."""
        if "looks" in self.__dict__:
            self.looks.close()

    def verify(self) -> AuditVerdict:
        """Verify the chain of the practice; that it was done is noted in it.

        Raises:
            Refused: that is for those who read the audit.
        """
        self.admit(Right.AUDIT)
        from storage.audit_verifying import verify

        found = verify(
            self.settings.database, self.store.practice.ods_code, self.store.database.audit
        )
        self.note("audit verified", (), {"faults": found.fault_count, "rows": found.rows})
        return found

    def inquire(self, inquiry: Inquiry) -> Iterator[AuditEntry]:
        """Give what was done and who was looked at; that somebody asked is noted first.

        Raises:
            Refused: that is for those who read the audit.
        """
        self.admit(Right.AUDIT)
        from storage.auditing import entries

        asked = {
            "from": str(inquiry.first or ""), "until": str(inquiry.last or ""), "by": inquiry.by
        }  # fmt: skip
        self.note("audit read", [inquiry.patient] if inquiry.patient else (), asked)
        return entries(self.settings.database, self.store.practice.practice_id, inquiry)

    def accept_chain(self, why: str) -> None:
        """Record why store and anchors differ (a restore); older anchors no longer count.

        Raises:
            Refused: that is for those who look after the store; or no reason is given.
        """
        who = self.admit(Right.OPERATE)
        if not why.strip():
            message = "say why: --because 'restored the backup of 21 Nov'"
            raise Refused(message)
        from storage.auditing import accept_chain

        accept_chain(self.store, by=who.login, at=self.clock.now(), why=why.strip())


@dataclass(frozen=True, slots=True)
class Looking:
    """As much of a ``Work`` as admitting a person needs, over members that were read."""

    everybody: Sequence[Member]

    def members(self) -> Sequence[Member]:
        """Return everybody."""
        return self.everybody

    def role_of(self, login: str) -> str:
        """Return what a person is."""
        return next((one.role for one in self.everybody if one.login == login), "")
