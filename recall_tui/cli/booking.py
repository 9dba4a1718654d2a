"""recall book and unbook: what fits, what an appointment covers, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.deciding import ITEM, WAITING, carry_out, page_of, targets_of
from recall_tui.cli.output import emit_json, say, warn
from recall_tui.cli.shapes import DONE_SCHEMA, FITS_SCHEMA
from recall_tui.domain.commands import MarkBooked, Target, Unbook
from recall_tui.domain.matching_terms import Fit
from recall_tui.domain.typed_days import DAY_FORMS, read_day, weekday_words
from recall_tui.errors import Refused, UsageProblem
from recall_tui.views.coming import with_next
from recall_tui.views.matching import Guide, Reconciled, day_warnings, reconcile, targets_for
from recall_tui.views.matching_words import (
    day_words,
    fit_words,
    names_of,
    offered_words,
    rest_words,
    staff_words,
    wanted_shape,
)
from recall_tui.views.patient import PatientPage


@dataclass(frozen=True)
class _Asked:
    """What was asked for: a booking on a day, in so many words."""

    on: date
    items: tuple[str, ...]
    appointment: str
    staff: str


@click.command("book")
@click.argument("number")
@click.argument("on", metavar="[DATE]", required=False)
@ITEM
@click.option("--appointment", default="", help="Id of the appointment in the book.")
@click.option("--staff", default="", help="Only the planned appointments of this staff group.")
@click.option("--accept", is_flag=True, help="Book the pair that fits best.")
@common
def book_command(  # noqa: PLR0913, PLR0917 - one parameter an option
    given: Given,
    number: str,
    on: str | None,
    items: tuple[str, ...],
    appointment: str,
    staff: str,
    *,
    accept: bool,
) -> None:
    """State that an appointment on DATE covers what is due (or the items named).

    Without DATE say which appointments of the book fit what is needed; with --accept book the best.
    """
    house = open_house(given)
    try:
        when = _day(on, house.today) if on else None
        page = page_of(house, number)
        found = reconcile(page, house.guide, house.today)
        if when is not None:
            _book(given, house, page, _Asked(when, items, appointment, staff))
        elif accept:
            accept_best(given, house, page, found)
        elif given.as_json:
            shapes = (wanted_shape(found, one.number, found.fit_of(one.number), house.guide)
                      for one in found.wanted)  # fmt: skip
            emit_json(FITS_SCHEMA, ({"patient": number, **shape} for shape in shapes))
        else:
            say_fits(found, house.guide)
    finally:
        house.close()


def _day(text: str, today: date) -> date:
    found = read_day(text, today)
    if found is None:
        why = weekday_words(text, today).rstrip(".")
        words = f"{text} is not a date: write it as {DAY_FORMS}"
        raise UsageProblem(f"{text}: {why}" if why else words)
    return found


def say_fits(found: Reconciled, guide: Guide) -> None:
    """Say of each planned appointment what in the book fits, and what is left."""
    if not found.wanted:
        say("nothing to book")
    for wanted in found.wanted:
        days = dict.fromkeys((wanted.earliest, wanted.latest))
        window = " to ".join(map(day_words, days))
        say(f"{staff_words(wanted.staff_group)} {wanted.minutes} min, {window}: "
            f"{names_of(wanted.items, guide)}")  # fmt: skip
        pair = found.fit_of(wanted.number)
        if pair is None:
            say("  No appointment in the book fits.")
        else:
            say(f"  Fits ({pair.score}): {offered_words(pair.offered)}")
            for line in (*fit_words(pair, guide), *_along_words(found, pair, guide)):
                say(f"    {line}")
        covered = {one.item for one in pair.covered} if pair else set[str]()
        rest = [one for one in wanted.items if one.item not in covered]
        for line in rest_words(found, wanted.number, rest, guide) if pair else ():
            say(f"    {line}")
        reason, notes = guide.texts(one.item for one in (pair.covered if pair else wanted.items))
        say(f"    Reason: {reason}")
        say(f"    Notes: {notes}")


def _along_words(found: Reconciled, pair: Fit, guide: Guide) -> list[str]:
    along = found.along(pair, guide.along_weeks)
    return [f"Could be done along: {names_of(along, guide)}."] if along else []


def accept_best(given: Given, house: House, page: PatientPage, found: Reconciled) -> None:
    """Book exactly what the best pair covers.

    Raises:
        Refused: nothing in the book fits.
    """
    pair = found.best
    if pair is None:
        message = "no appointment in the book fits: book with a date"
        raise Refused(message)
    targets = targets_for(page, [one.item for one in pair.covered])
    _carry_out(given, house, targets, pair, pair.offered.on)


def _book(given: Given, house: House, page: PatientPage, asked: _Asked) -> None:
    """Book on a day: what the book's appointment of that day covers, or what was named.

    Raises:
        Refused: the appointment named is not in the book, or there is nothing to book.
    """
    targets = _targets(page, asked)
    pair = _pair_for(reconcile(page, house.guide, house.today), asked, targets)
    if pair is None or asked.on < house.today:
        for line in day_warnings(asked.on, house.today, house.guide):
            warn(f"note: {line}")
        command = MarkBooked(targets, asked.on, asked.appointment, asked.staff)
        carry_out(given, house, command)
        return
    covered = {one.item for one in pair.covered}
    chosen = targets if asked.items else tuple(one for one in targets if one.item in covered)
    booked = {one.item for one in chosen}
    only = replace(pair, covered=tuple(one for one in pair.covered if one.item in booked))
    _carry_out(given, house, chosen, replace(only, left=()) if asked.items else only, asked.on)


def _targets(page: PatientPage, asked: _Asked) -> tuple[Target, ...]:
    named = targets_for(page, asked.items)
    if asked.items and len(named) == len(set(asked.items)):
        return named
    return targets_of(page, asked.items or _of_group(page, asked.staff), WAITING)


def _pair_for(found: Reconciled, asked: _Asked, targets: Sequence[Target]) -> Fit | None:
    """Return what the book's appointment of that day makes of the items, if it covers enough."""
    wanted = {one.item for one in targets}
    if asked.appointment and asked.appointment not in {one.appointment_id for one in found.book}:
        return None
    fits = [
        pair
        for planned in found.wanted
        if wanted & {one.item for one in planned.items}
        and (pair := found.fit_on(planned.number, asked.on)) is not None
        and pair.offered.appointment_id
        and asked.appointment in {"", pair.offered.appointment_id}
    ]
    best = max(fits, key=lambda one: one.score, default=None)
    named = set(asked.items)
    if best is None or (named and not named <= {one.item for one in best.covered}):
        return None
    return best


def _carry_out(given: Given, house: House, targets: Sequence[Target], pair: Fit, on: date) -> None:
    offered, guide = pair.offered, house.guide
    group = offered.staff_group or pair.wanted.staff_group
    done = house.perform(MarkBooked(tuple(targets), on, offered.appointment_id, group))
    warnings = [f"{line}." for line in day_warnings(on, house.today, guide)]
    said = [*fit_words(pair, guide)[1:], *warnings]
    if given.as_json:
        emit_json(
            DONE_SCHEMA,
            [{"command": done.command_id, "words": done.words, "patients": list(done.patients),
              "booking": done.booking_id or None, "appointment": offered.appointment_id,
              "items": [one.item for one in targets],
              "not_covered": [one.wanted.item for one in pair.left], "notes": said}],
        )  # fmt: skip
        return
    say(f"{done.words}: {offered_words(offered)}")
    for line in said:
        warn(f"note: {line}")


def _of_group(page: PatientPage, staff: str) -> list[str]:
    if not staff:
        return []
    found = [
        due.item
        for planned in with_next(page).appointments_needed
        if planned.staff_group == staff
        for due in planned.due_items
        if due.is_open and due.state in WAITING
    ]
    if not found:
        message = f"no appointment with {staff} is needed for this patient"
        raise Refused(message)
    return found


@click.command("unbook")
@click.argument("number")
@click.option("--booking", default="", help="Which booking (default: the only one).")
@click.option("--missed", is_flag=True, help="The patient did not come.")
@common
def unbook_command(given: Given, number: str, booking: str, *, missed: bool) -> None:
    """Take a booking back."""
    house = open_house(given)
    try:
        standing = [one for one in page_of(house, number).bookings if one.state == "active"]
        if not booking and len(standing) != 1:
            names = ", ".join(f"{one.booking_id} on {one.on}" for one in standing)
            several = f"{len(standing)} bookings stand ({names}): name one with --booking"
            raise Refused(several if standing else "no booking stands for this patient")
        carry_out(given, house, Unbook(number, booking or standing[0].booking_id, missed=missed))
    finally:
        house.close()
