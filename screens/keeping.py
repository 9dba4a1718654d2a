"""What is kept about one patient, from the list, the booking window or the page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from recall_tui.cleaning import clean
from recall_tui.domain.typed_days import day_check, read_day
from screens.commanding import commands
from screens.modals.asking import ChoiceQuestion, TextQuestion, reason_wrong
from screens.place import Place
from widgets.messages import Asked

if TYPE_CHECKING:
    from recall_tui.domain.commands import ContactOutcome


class Person(NamedTuple):
    """Whom a note or a contact is about."""

    patient: str
    name: str


class Keeping(Place[None]):
    """Notes and contacts of one patient; the screen says of whom."""

    def person(self) -> Person | None:
        """The patient meant, or None."""
        raise NotImplementedError

    def action_note(self) -> None:
        """Keep a sentence with the patient."""
        person = self.person()
        if person is None:
            return

        def keep(answer: str | None) -> None:
            if answer:
                self.post_message(Asked(commands().AddNote(person.patient, answer)))

        question = clean(f"Note for {person.name}:")
        self.app.push_screen(TextQuestion(question, check=reason_wrong, wary=True), keep)

    def action_contact(self) -> None:
        """Record what came of reaching the patient."""
        person = self.person()
        if person is None:
            return
        from screens.outcomes import OUTCOME_WORDS  # noqa: PLC0415 - not before first paint

        options = [(str(one), words) for one, words in OUTCOME_WORDS.items()]

        def chosen(answer: str | None) -> None:
            if answer is not None:
                self._contacted(person, commands().ContactOutcome(answer))

        question = clean(f"What came of reaching {person.name}?")
        self.app.push_screen(ChoiceQuestion(question, options), chosen)

    def action_rings_back(self) -> None:
        """Record, with one key, that the patient will ring again to book."""
        person = self.person()
        if person is not None:
            made = commands()
            will_book = made.ContactOutcome.WILL_BOOK
            self.post_message(Asked(made.RecordContact(person.patient, will_book)))

    def _contacted(self, person: Person, outcome: ContactOutcome) -> None:
        from screens.outcomes import NEED_WORDS, OUTCOME_WORDS  # noqa: PLC0415 - not before first paint

        made, today = commands(), self.desk.today

        def record(words: str | None) -> None:
            if words is not None:
                command = made.RecordContact(person.patient, outcome, words=words)
                self.post_message(Asked(command))

        def call_back(answer: str | None) -> None:
            on = read_day(answer or "", today)
            if on is not None:
                self.post_message(Asked(made.RecordContact(person.patient, outcome, on=on)))

        if outcome is made.ContactOutcome.CALL_BACK:
            question = clean(f"Call {person.name} back on which day? Off the list until then.")
            tomorrow = (today + timedelta(days=1)).isoformat()
            self.app.push_screen(
                TextQuestion(question, tomorrow, check=day_check(today)), call_back
            )
        elif outcome in NEED_WORDS:
            question = clean(f"{person.name}: {OUTCOME_WORDS[outcome]}. {NEED_WORDS[outcome]}")
            self.app.push_screen(TextQuestion(question, check=reason_wrong), record)
        else:
            record("")
