"""What a person does to the row under the cursor, or to all marked rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from textual.screen import Screen

from recall_tui.cleaning import clean
from recall_tui.domain.commands import (
    AddNote,
    Assign,
    ContactOutcome,
    Decline,
    MarkDone,
    RecordContact,
    Snooze,
    Target,
)
from recall_tui.domain.states import DueState
from recall_tui.ports import Desk
from recall_tui.views.worklist import WorklistRow
from screens.modals.asking import TextQuestion, date_wrong, reason_wrong
from screens.modals.choosing import ChoiceQuestion
from widgets.messages import Asked

WAITING = (DueState.OUTSTANDING, DueState.NO_CONTACT, DueState.INVITED, DueState.ESCALATED)
A_WEEK = timedelta(days=7)


class Verbs(Screen[None]):
    """The verbs of the overview; the screen says which rows are chosen."""

    desk: Desk

    def chosen_rows(self) -> Sequence[WorklistRow]:
        """Return the marked rows, or the one under the cursor."""
        raise NotImplementedError

    # ------------------------------------------------------------------ verbs

    def action_snooze(self) -> None:
        """Hide until a date, a week from today by default."""
        targets = self._targets(WAITING)
        if not targets:
            return
        until = (self.desk.today + A_WEEK).isoformat()

        def snooze(answer: str | None) -> None:
            if answer is not None:
                self.post_message(Asked(Snooze(targets, date.fromisoformat(answer))))

        question = f"Hide {self._whose()} until (first day it shows again):"
        self.app.push_screen(TextQuestion(question, until, check=date_wrong), snooze)

    def action_decline(self) -> None:
        """Note that the patient said no."""
        self._with_reason(
            "declined. What did the patient say?",
            WAITING,
            lambda targets, reason: self.post_message(Asked(Decline(targets, reason))),
        )

    def action_complete(self) -> None:
        """Mark as done although nothing is recorded."""
        self._with_reason(
            "marked as done. Why does it count?",
            (*WAITING, DueState.BOOKED),
            lambda targets, reason: self.post_message(Asked(MarkDone(targets, reason))),
        )

    def action_assign(self) -> None:
        """Give to a person or team."""
        patients = tuple(row.patient for row in self.chosen_rows())
        if not patients:
            return

        def assign(answer: str | None) -> None:
            if answer is not None:
                self.post_message(Asked(Assign(patients, answer)))

        question = f"Assign {self._whose()} to (empty: nobody):"
        self.app.push_screen(TextQuestion(question, self.desk.login), assign)

    def action_note(self) -> None:
        """Keep a sentence with the patient under the cursor."""
        row = self._one()
        if row is None:
            return

        def keep(answer: str | None) -> None:
            if answer:
                self.post_message(Asked(AddNote(row.patient, answer)))

        question = clean(f"Note for {row.name}:")
        self.app.push_screen(TextQuestion(question, check=reason_wrong), keep)

    def action_contact(self) -> None:
        """Record what came of reaching the patient under the cursor."""
        row = self._one()
        if row is None:
            return
        options = [(str(one), str(one).replace("_", " ").capitalize()) for one in ContactOutcome]

        def record(answer: str | None) -> None:
            if answer is not None:
                self.post_message(Asked(RecordContact(row.patient, ContactOutcome(answer))))

        question = clean(f"What came of reaching {row.name}?")
        self.app.push_screen(ChoiceQuestion(question, options), record)

    # ------------------------------------------------------------------ help

    def _with_reason(
        self,
        question: str,
        states: Sequence[DueState],
        then: Callable[[tuple[Target, ...], str], object],
    ) -> None:
        targets = self._targets(states)
        if not targets:
            return

        def done(answer: str | None) -> None:
            if answer is not None:
                then(targets, answer)

        count = f"{len(targets)} item" + ("s" if len(targets) > 1 else "")
        asked = clean(f"{count} of {self._whose()} {question}")
        self.app.push_screen(TextQuestion(asked, check=reason_wrong), done)

    def _targets(self, states: Sequence[DueState]) -> tuple[Target, ...]:
        found = tuple(one for row in self.chosen_rows() for one in row.targets(*states))
        if not found:
            self.notify("Nothing here that this could be done to.", markup=False)
        return found

    def _whose(self) -> str:
        rows = self.chosen_rows()
        return clean(rows[0].name) if len(rows) == 1 else f"{len(rows):,} patients"

    def _one(self) -> WorklistRow | None:
        rows = self.chosen_rows()
        if len(rows) != 1:
            self.notify("This is for one patient: take the marks away with -.", markup=False)
            return None
        return rows[0]
