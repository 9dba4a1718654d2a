"""The verbs on one patient: book, unbook, snooze, decline, hold, complete, undo and the like."""

from collections.abc import Sequence
from datetime import date, timedelta

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import asked, emit_json, say
from recall_tui.cli.shapes import DONE_SCHEMA
from recall_tui.domain.choices import HAND_FLAGS
from recall_tui.domain.commands import (
    AddNote,
    Assign,
    Channel,
    ChooseMonth,
    Command,
    ContactOutcome,
    Decline,
    Hold,
    MarkDone,
    MarkFlag,
    OpenSlots,
    RecordContact,
    Redo,
    Reopen,
    Snooze,
    SnoozeDays,
    Target,
    Undo,
    Wake,
)
from recall_tui.domain.states import DueState
from recall_tui.errors import Refused, UsageProblem
from recall_tui.views.patient import PatientPage
from recall_tui.views.words import STAFF_WORDS
from recall_tui.views.worklist import DueItemView

ITEM = click.option("--item", "items", multiple=True, help="Only this item (may be repeated).")
WAITING = (DueState.OUTSTANDING, DueState.NO_CONTACT, DueState.INVITED, DueState.ESCALATED)


def day(text: str) -> date:
    """Read a date.

    Raises:
        UsageProblem: it is not YYYY-MM-DD.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        words = f"{text} is not a date: write it as 2026-12-03"
        raise UsageProblem(words) from fault


def page_of(house: House, patient: str) -> PatientPage:
    """Return the patient's page.

    Raises:
        Refused: there is no such patient.
    """
    page = house.store.patient_page(patient, house.today, house.needed_weeks())
    if page is None:
        message = f"there is no patient number {patient} in this practice"
        raise Refused(message)
    house.people.refuse_restricted(page)
    return page


def targets_of(
    page: PatientPage, items: Sequence[str], states: Sequence[DueState]
) -> tuple[Target, ...]:
    """Return the open due items needed now, in ``states``, or those named by ``items``.

    Raises:
        Refused: a named item is not open, or nothing fits.
    """
    due = _open(page)
    if items:
        unknown = [name for name in items if name not in due]
        if unknown:
            known = ", ".join(sorted(due)) or "nothing"
            message = f"{unknown[0]} is not due for this patient; due: {known}"
            raise Refused(message)
        chosen = [due[name] for name in dict.fromkeys(items)]
    else:
        chosen = [one for one in due.values() if one.state in states]
    if not chosen:
        message = "nothing is due for this patient that this could be done to"
        raise Refused(message)
    return tuple(Target(page.patient, one.item, one.due_on, one.version) for one in chosen)


def _open(page: PatientPage) -> dict[str, DueItemView]:
    return {
        due.item: due
        for planned in page.appointments_needed
        for due in planned.due_items
        if due.is_open and due.state is not DueState.DONE
    }


def carry_out(given: Given, house: House, command: Command) -> None:
    """Do it and say what was done."""
    done = house.perform(command)
    if given.as_json:
        emit_json(
            DONE_SCHEMA,
            [{"command": done.command_id, "words": done.words, "patients": list(done.patients),
              "booking": done.booking_id or None}],
        )  # fmt: skip
    else:
        say(done.words)


@click.command("snooze")
@click.argument("number")
@click.option(
    "--until", metavar="DATE", help="First day it shows again (default: in [snooze] days, a week)."
)
@click.option(
    "--when", type=click.Choice([str(one) for one in Wake]),
    help="Or what brings it back before: the patient replies, the next sync, a free slot.",
)  # fmt: skip
@click.option("--reason", default="", help="Why.")
@ITEM
@common
def snooze_command(  # noqa: PLR0913, PLR0917 - one parameter an option
    given: Given,
    number: str,
    until: str | None,
    when: str | None,
    reason: str,
    items: tuple[str, ...],
) -> None:
    """Hide due items until a date, or until something happens before it."""
    named = day(until) if until else None
    house = open_house(given)
    try:
        page = page_of(house, number)
        targets = targets_of(page, items, WAITING)
        risky = {due.item for due in _open(page).values() if due.high_risk}
        is_risky = any(one.item in risky for one in targets)
        wake = Wake(when) if when else None
        decided = SnoozeDays(*house.settings.decided.snooze_rule)
        days = decided.unless_said(wake, is_risky=is_risky)
        back = named or house.today + timedelta(days=days)
        carry_out(given, house, Snooze(targets, back, reason, wake))
    finally:
        house.close()


@click.command("decline")
@click.argument("number")
@click.option("--reason", required=True, help="What the patient said.")
@ITEM
@common
def decline_command(given: Given, number: str, reason: str, items: tuple[str, ...]) -> None:
    """Note that the patient said no."""
    house = open_house(given)
    try:
        targets = targets_of(page_of(house, number), items, WAITING)
        carry_out(given, house, Decline(targets, reason))
    finally:
        house.close()


@click.command("hold")
@click.argument("number")
@click.option("--name", required=True, help="Who decided it.")
@click.option("--reason", required=True, help="Why.")
@click.option("--until", metavar="DATE", required=True, help="When it is looked at again.")
@ITEM
@common
def hold_command(  # noqa: PLR0913, PLR0917 - one parameter an option
    given: Given, number: str, name: str, reason: str, until: str, items: tuple[str, ...]
) -> None:
    """Hold due items."""
    review = day(until)
    house = open_house(given)
    try:
        targets = targets_of(page_of(house, number), items, WAITING)
        carry_out(given, house, Hold(targets, name, reason, review))
    finally:
        house.close()


@click.command("reopen")
@click.argument("number")
@ITEM
@common
def reopen_command(given: Given, number: str, items: tuple[str, ...]) -> None:
    """Bring declined, held, snoozed or escalated due items back to the list."""
    house = open_house(given)
    hidden = (DueState.DECLINED, DueState.ON_HOLD, DueState.ESCALATED, DueState.SNOOZED)
    try:
        targets = targets_of(page_of(house, number), items, hidden)
        carry_out(given, house, Reopen(targets))
    finally:
        house.close()


@click.command("complete")
@click.argument("number")
@click.option("--reason", required=True, help="Why it counts as done.")
@ITEM
@common
def complete_command(given: Given, number: str, reason: str, items: tuple[str, ...]) -> None:
    """Mark due items as done although nothing is recorded."""
    house = open_house(given)
    try:
        targets = targets_of(page_of(house, number), items, (*WAITING, DueState.BOOKED))
        carry_out(given, house, MarkDone(targets, reason))
    finally:
        house.close()


@click.command("contact")
@click.argument("number")
@click.argument("outcome", type=click.Choice([str(one) for one in ContactOutcome]))
@click.option("--channel", type=click.Choice([str(one) for one in Channel]), default="phone")
@click.option("--words", default="", help="What was said.")
@click.option("--on", metavar="DATE", help="The day to call back.")
@common
def contact_command(  # noqa: PLR0913, PLR0917 - one parameter an option
    given: Given, number: str, outcome: str, channel: str, words: str, on: str | None
) -> None:
    """Record an attempt to reach a patient."""
    named = day(on) if on else None
    house = open_house(given)
    try:
        command = RecordContact(number, ContactOutcome(outcome), Channel(channel), words, on=named)
        carry_out(given, house, command)
    finally:
        house.close()


@click.command("note")
@click.argument("number")
@common
def note_command(given: Given, number: str) -> None:
    """Keep a sentence with a patient; it is read from standard input."""
    house = open_house(given)
    try:
        carry_out(given, house, AddNote(number, asked("The note")))
    finally:
        house.close()


@click.command("assign")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--to", default="", help="A person or team (default: nobody).")
@common
def assign_command(given: Given, numbers: tuple[str, ...], to: str) -> None:
    """Give patients to a person or team."""
    house = open_house(given)
    try:
        carry_out(given, house, Assign(numbers, to))
    finally:
        house.close()


@click.command("month")
@click.argument("number")
@click.argument("month", type=click.IntRange(0, 12))
@common
def month_command(given: Given, number: str, month: int) -> None:
    """Let a patient's year start in MONTH (1 to 12; 0: as the practice does)."""
    house = open_house(given)
    try:
        carry_out(given, house, ChooseMonth(number, month or None))
    finally:
        house.close()


@click.command("flag")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--set", "added", metavar="FLAG", help="A flag that holds, such as housebound.")
@click.option("--clear", "removed", metavar="FLAG", help="A flag that does not hold.")
@common
def flag_command(
    given: Given, numbers: tuple[str, ...], added: str | None, removed: str | None
) -> None:
    """Set a flag of patients by hand, or take one away; a newer code in the record wins."""
    if (added is None) == (removed is None):
        words = "give either --set FLAG or --clear FLAG"
        raise UsageProblem(words)
    flag = added or removed or ""
    house = open_house(given)
    try:
        known = {*map(str, house.rulebook.flags), *HAND_FLAGS}
        if flag not in known:
            words = f"there is no flag {flag}; there are {', '.join(sorted(known))}"
            raise UsageProblem(words)
        carry_out(given, house, MarkFlag(numbers, flag, added is not None))
    finally:
        house.close()


@click.command("slots")
@click.argument("staff_group", type=click.Choice(list(STAFF_WORDS)))
@common
def slots_command(given: Given, staff_group: str) -> None:
    """Say that a staff group has free slots: whoever is snoozed until then comes back."""
    house = open_house(given)
    try:
        carry_out(given, house, OpenSlots(staff_group))
    finally:
        house.close()


@click.command("undo")
@click.option("--command", "command_id", default="", help="Which (default: your last).")
@click.option("--of", "of", default="", metavar="LOGIN", help="Somebody else's last (admin).")
@common
def undo_command(given: Given, command_id: str, of: str) -> None:
    """Take a command back as a whole; an admin also somebody else's."""
    house = open_house(given)
    try:
        carry_out(given, house, Undo(command_id, of))
    finally:
        house.close()


@click.command("redo")
@click.option("--command", "command_id", default="", help="Which undo (default: your last).")
@common
def redo_command(given: Given, command_id: str) -> None:
    """Take your last undo back."""
    house = open_house(given)
    try:
        carry_out(given, house, Redo(command_id))
    finally:
        house.close()
