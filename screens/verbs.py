"""What a person does to the row under the cursor, or to all marked rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, cast

from recall_tui.cleaning import clean
from recall_tui.domain.states import DueState
from recall_tui.views.words import STAFF_WORDS
from recall_tui.views.worklist import WorklistRow
from screens.commanding import commands
from screens.keeping import Keeping, Person
from screens.modals.asking import ChoiceQuestion, TextQuestion, YesNo, ask_first, reason_wrong
from screens.privacy import name_words
from screens.running import Job, Running
from widgets.messages import Asked

if TYPE_CHECKING:
    from recall_tui.domain.commands import Command, Target
    from recall_tui.views.date_change import DateChange

PUT_ASIDE = (DueState.DECLINED, DueState.ON_HOLD, DueState.SNOOZED, DueState.ESCALATED)
WAITING = (DueState.OUTSTANDING, DueState.NO_CONTACT, DueState.INVITED, DueState.ESCALATED)

WHICH = {"declined": "which of these did they decline?", "done": "which of these count as done?"}
"""The question which of several due items is meant."""

NOT_LISTED = (
    "Somebody missing? At the command line an admin adds a colleague: recall users add LOGIN ROLE;"
    " whoever may assign names a team: recall team set NAME LOGIN …"
)
"""How people and teams come into the list."""

MOST_ITEMS = 8
"""So many items are named before a recall month is changed."""


class Verbs(Keeping):
    """The verbs of the overview; the screen says which rows are chosen."""

    def chosen_rows(self) -> Sequence[WorklistRow]:
        """Return the marked rows, or the one under the cursor."""
        raise NotImplementedError

    def person(self) -> Person | None:
        """The one patient chosen; says so when there are several."""
        rows = self.chosen_rows()
        if len(rows) > 1:
            self.say("This is for one patient at a time: - takes the marks away.")
        return Person(rows[0].patient, name_words(rows[0].name)) if len(rows) == 1 else None

    def action_snooze(self) -> None:
        """Hide until a date (default: as the practice decides), a reply, a sync or a free slot."""
        from screens.snoozing import ask_snooze, dues_of  # noqa: PLC0415 - not before first paint

        targets = self._targets(WAITING)
        if targets:
            about = (self._whose(), targets, dues_of(self.chosen_rows(), targets))
            when = (self.desk.today, self.desk.snooze_days)
            ask_snooze(self.app.push_screen, about, when, self._ask)

    def action_decline(self) -> None:
        """Note that the patient said no."""
        self._with_reason("declined", "What did the patient say?", WAITING, commands().Decline)

    def action_complete(self) -> None:
        """Mark as done although nothing is recorded."""
        states = (*WAITING, DueState.BOOKED)
        self._with_reason(
            "done",
            "Why does it count, though nothing is recorded?",
            states,
            commands().MarkDone,
        )

    def action_reopen(self) -> None:
        """Bring declined, held, snoozed or escalated due items back to the list."""
        targets = self._targets(PUT_ASIDE)
        if targets:
            self._ask(f"Bring {self._whose()} back to the list", commands().Reopen(targets))

    def action_flag(self) -> None:
        """Set a flag by hand, or take one away."""
        rows = self.chosen_rows()
        if not rows:
            return
        patients = tuple(row.patient for row in rows)
        held = [
            {*row.flags, *row.asked_not, *(("interpreter",) if row.interpreter else ())}
            for row in rows
        ]
        options: list[tuple[str, str]] = []
        for flag in self.names.flags:
            having = sum(flag in some for some in held)
            whose = "" if len(rows) == 1 else f" (now {having:,} of {len(rows):,})"
            name = self.names.flag(flag)
            if having < len(rows):
                options.append((f"+{flag}", f"Set: {name}{whose}"))
            if having:
                options.append((f"-{flag}", f"Take away: {name}{whose}"))

        def chosen(answer: str | None) -> None:
            if answer is not None:
                words = f"{dict(options)[answer]}, for {self._whose()}"
                marked = commands().MarkFlag(patients, answer[1:], answer[0] == "+")
                self._ask(words, marked, len(patients))

        question = f"Flags of {self._whose()}: a newer code in the record wins over what is set."
        self.app.push_screen(ChoiceQuestion(question, options), chosen)

    def action_slots(self) -> None:
        """Say that a staff group has slots: who waits for one comes back to the list."""

        def chosen(group: str | None) -> None:
            if group is not None:
                self._send(commands().OpenSlots(group))

        question = "Which staff group has free slots? Whoever waits for one comes back."
        self.app.push_screen(ChoiceQuestion(question, list(STAFF_WORDS.items())), chosen)

    def action_choose_month(self) -> None:
        """Let a patient's year start in a month of their own."""
        if self.person() is None:
            return
        row = self.chosen_rows()[0]

        def chosen(answer: str | None) -> None:
            if answer is not None:
                self._try_month(row.patient, row.name, int(answer))

        months = [(str(month), f"{date(2000, month, 1):%B}") for month in range(1, 13)]
        question = clean(f"In which month does the year of {name_words(row.name)} start?")
        options = [("0", "As the practice does"), *months]
        self.app.push_screen(ChoiceQuestion(question, options), chosen)

    def _try_month(self, patient: str, name: str, month: int) -> None:
        """Work out what the change would do, while the person reads on; then ask."""

        def read(job: Job) -> DateChange:
            job.step = "planning the year anew"
            return self.desk.preview_month(patient, month)

        def show(change: DateChange) -> None:
            self._show_change((patient, name), month, change)

        app = cast("Running", self.app)
        app.ask_for("recall month", name, read, show)

    def _show_change(self, whose: tuple[str, str], month: int, change: DateChange) -> None:
        """Say what would change, and do it only after a yes; the list may have gone meanwhile."""
        app, (patient, name) = cast("Running", self.app), whose

        def answered(answer: bool | None) -> None:  # noqa: FBT001 - the answer of a question
            if answer:
                app.post_message(Asked(commands().ChooseMonth(patient, month or None)))

        items = list(change.item_lines(self.names.item))
        more = [f"and {len(items) - MOST_ITEMS:,} more"] if len(items) > MOST_ITEMS else []
        lines = [*list(change.lines())[1:], *items[:MOST_ITEMS], *more]
        if not change.moved:
            lines = ["The recall date stays where it is."]
        text = "\n".join([*lines, "", f"Change the recall month of {name_words(name)}?"])
        app.push_screen(YesNo("\n".join(map(clean, text.split("\n")))), answered)

    def action_contact(self) -> None:
        """Record what came of reaching one patient, or the same for several."""
        rows = self.chosen_rows()
        if len(rows) <= 1:
            super().action_contact()
            return
        from screens.outcomes import NEED_WORDS, OUTCOME_WORDS  # noqa: PLC0415 - not before first paint

        first, *others = [row.patient for row in rows]
        every = list(enumerate(OUTCOME_WORDS.items(), 1))
        # Each has the number that it has for one patient.
        options = [(str(at), words) for at, (one, words) in every if one not in NEED_WORDS]

        def chosen(answer: str | None) -> None:
            if answer is not None:
                made, outcome = commands(), list(OUTCOME_WORDS)[int(answer) - 1]
                command = made.RecordContact(first, outcome, also=tuple(others))
                self._ask(f"Record {OUTCOME_WORDS[outcome]} for {self._whose()}", command)

        question = f"What came of reaching {self._whose()}?"
        self.app.push_screen(ChoiceQuestion(question, options), chosen)

    def action_assign(self) -> None:
        """Give to a person or team."""
        from screens.modals.picking import PickQuestion  # noqa: PLC0415 - not before first paint

        patients = tuple(row.patient for row in self.chosen_rows())
        if not patients:
            return

        def assign(answer: str | None) -> None:
            if answer is not None:
                words = f"Assign {self._whose()} to {answer or 'nobody'}"
                self._ask(clean(words), commands().Assign(patients, answer), len(patients))

        def read() -> list[tuple[str, str]]:
            return [(one.name, one.words) for one in self.desk.owners()]

        question = PickQuestion(f"Assign {self._whose()} to whom?", read, NOT_LISTED)
        self.app.push_screen(question, assign)

    def _with_reason(
        self,
        word: str,
        question: str,
        states: Sequence[DueState],
        command: Callable[[tuple[Target, ...], str], Command],
    ) -> None:
        def of(targets: tuple[Target, ...]) -> None:
            items = sorted({self.names.item(one.item) for one in targets})
            what = f"{self._whose()}: {', '.join(items)} as {word}. {question}"
            people = len({one.patient for one in targets})
            whose = self._whose() if people == len(self.chosen_rows()) else f"{people:,} patients"

            def answered(reason: str | None) -> None:
                if reason is not None:
                    self._ask(f"Mark {whose} as {word}", command(targets, reason), people)

            self.app.push_screen(TextQuestion(clean(what), check=reason_wrong), answered)

        self._with_items(word, self._targets(states), of)

    def _with_items(
        self, word: str, targets: tuple[Target, ...], then: Callable[[tuple[Target, ...]], None]
    ) -> None:
        """Ask which of several due items are meant: a no to one test is no no to the others."""
        names = {one.item: self.names.item(one.item) for one in targets}
        if len(names) <= 1:
            if targets:
                then(targets)
            return

        def chosen(item: str | None) -> None:
            if item is not None:
                then(tuple(one for one in targets if item in {"", one.item}))

        items = sorted(names.items(), key=lambda one: one[1])
        question = clean(f"{self._whose()}: {WHICH[word]}")
        options = [("", f"All {len(names):,} of these"), *items]
        self.app.push_screen(ChoiceQuestion(question, options), chosen)

    def _ask(self, sentence: str, command: Command, count: int = 0) -> None:
        """Ask for a confirmation where several patients are meant, then ask for the command."""
        people = count or len(self.chosen_rows())
        ask_first(self, people, sentence, lambda: self._send(command))

    def _send(self, command: Command) -> None:
        self.post_message(Asked(command))

    def _targets(self, states: Sequence[DueState]) -> tuple[Target, ...]:
        found = tuple(one for row in self.chosen_rows() for one in row.targets(*states))
        if not found:
            self.say("Nothing here that this could be done to.")
        return found

    def _whose(self) -> str:
        rows = self.chosen_rows()
        return clean(name_words(rows[0].name)) if len(rows) == 1 else f"{len(rows):,} patients"
