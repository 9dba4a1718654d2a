"""recall worklist and lookup."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.deciding import page_of
from recall_tui.cli.filtering import Narrow, narrowed, narrowing
from recall_tui.cli.output import asked, emit_json, emit_rows, is_plain, say, warn
from recall_tui.cli.shapes import MATCHES_SCHEMA, WORKLIST_SCHEMA, worklist_shape
from recall_tui.domain.calendar import Month
from recall_tui.domain.states import AppointmentState
from recall_tui.errors import Refused, UsageProblem
from recall_tui.house_exports import exports_in
from recall_tui.views.names import Names
from recall_tui.views.page_text import PageWords, page_lines
from recall_tui.views.past import NO_PAST
from recall_tui.views.past_words import past_sections, past_shape
from recall_tui.views.patient import PatientHit
from recall_tui.views.patient_words import page_shape
from recall_tui.views.worklist import WorklistRow
from screens.privacy import born, is_masked, shown_hit, shown_page, shown_past, shown_row

MATCH_HEADERS = ("patient", "name", "date of birth", "postcode", "status")
HEADERS = ("patient", "name", "state", "overdue since", "needs", "invites", "last invited")


@click.command("worklist")
@click.option("--month", metavar="YYYY-MM", help="The month (default: this one).")
@click.option("--staff", default="", help="Only patients who need this staff group.")
@click.option("--recall", "recall_id", default="", help="Only patients of this recall.")
@common
@narrowing
def worklist_command(
    given: Given, *, month: str | None, staff: str, recall_id: str, narrow: Narrow
) -> None:
    """List a month: who still needs what."""
    house = open_house(given)
    try:
        chosen = chosen_month(month, house.today)
        snapshot = house.store.worklist(chosen, house.today).with_exports(exports_in(house))
        every = narrowed(house, snapshot, replace(narrow, hidden=True))
        fitting = narrowed(house, snapshot, narrow)
        shown = [row for row in fitting if fits(row, staff, recall_id)]
        if shown:
            house.people.note(f"list {chosen}", [row.patient for row in shown])
    finally:
        house.close()
    if snapshot.is_ahead:
        warn(f"recall: the {snapshot.stale_words(0)}, and the list may be wrong")
    hidden = sum(fits(row, staff, recall_id) for row in every) - len(shown)
    if given.as_json:
        emit_json(WORKLIST_SCHEMA, (worklist_shape(row, str(chosen)) for row in shown))
        return
    emit_rows(HEADERS, [_line(shown_row(row)) for row in shown])
    if sys.stdout.isatty() or is_plain():
        why = "done, snoozed, on hold, declined"
        say(f"{len(shown):,} patients in {chosen}; {hidden:,} hidden ({why})")


def _line(row: WorklistRow) -> tuple[object, ...]:
    needs = tuple(
        f"{one.staff_group} {one.minutes} min"
        for one in row.appointments
        if one.staff_group and one.state is not AppointmentState.DONE
    )
    return (
        row.patient, row.name, str(row.state), row.overdue_since, needs, row.invites,
        row.last_invited,
    )  # fmt: skip


def fits(row: WorklistRow, staff: str, recall_id: str) -> bool:
    """Whether a row needs the staff group and belongs to the recall (empty: any)."""
    groups = {one.staff_group for one in row.appointments if one.state is not AppointmentState.DONE}
    return (not staff or staff in groups) and (not recall_id or recall_id in row.recalls)


def chosen_month(text: str | None, today: date) -> Month:
    """Return the month typed, or the present one.

    Raises:
        UsageProblem: it is not YYYY-MM.
    """
    if text is None:
        return Month.of(today)
    try:
        return Month.parse(text)
    except ValueError as fault:
        words = f"{text} is not a month: write it as 2026-12"
        raise UsageProblem(words) from fault


@click.command("lookup")
@click.argument("number")
@click.option("--full", is_flag=True, help="Results, household and everything that happened, too.")
@common
def lookup_command(given: Given, number: str, *, full: bool) -> None:
    """Show one patient by patient number; with - the identifier is read from standard input.

    An NHS number (any spacing), a phone number or "name, date of birth" are only read from there,
    since arguments are public on a shared server.
    """
    house = open_house(given)
    try:
        typed = _from_input(house, as_json=given.as_json) if number == "-" else number
        page = shown_page(page_of(house, typed))
        words = PageWords(house.kept_words(), house.store.data_as_of())
        words.is_masked = is_masked()
        past = shown_past(page.patient, house.past(page.patient)) if full else NO_PAST
        names = Names(items=words.items)
        house.people.note("open", [page.patient])
    finally:
        house.close()
    if given.as_json:
        shape = {**page_shape(page), **(past_shape(past) if full else {})}
        emit_json(str(shape.pop("schema")), [shape])
        return
    for line in page_lines(page, words, house.today):
        say(line)
    if full:
        plain = is_plain() or (sys.stdout.encoding or "").lower() not in {"utf-8", "utf8"}
        for heading, lines in past_sections(page, past, names, house.today, plain=plain):
            for line in ("", heading, *(f"  {one}" for one in lines or ["None."])):
                say(line)


def _list(hits: Sequence[PatientHit], *, as_json: bool) -> None:
    rows = [
        (hit.patient, hit.name, born(hit.date_of_birth), hit.postcode, hit.status)
        for hit in map(shown_hit, hits)
    ]
    if as_json:
        names = [name.replace(" ", "_") for name in MATCH_HEADERS]
        emit_json(MATCHES_SCHEMA, [dict(zip(names, row, strict=True)) for row in rows])
    else:
        emit_rows(MATCH_HEADERS, rows)


def _from_input(house: House, *, as_json: bool) -> str:
    typed = asked("Patient number, NHS number, phone, or name and date of birth (Webb 24/01/1975)")
    if not typed:
        message = "nothing was typed: give a patient number, NHS number, phone or name"
        raise UsageProblem(message)
    hits = house.find(typed)
    if not hits:
        message = "no patient fits that"
        raise Refused(message)
    if len(hits) > 1:
        house.people.note("find", [hit.patient for hit in hits])
        _list(hits, as_json=as_json)
        message = f"{len(hits)} patients fit: confirm two identifiers, then use the patient number"
        raise Refused(message)
    return next(iter(hits)).patient
