"""recall call: who is ringing, confirmed by two identifiers, and what to book. All from input."""

from collections.abc import Sequence
from datetime import date

import click

from recall_tui.bootstrap import House
from recall_tui.cli.booking import accept_best, say_fits
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.deciding import carry_out, page_of
from recall_tui.cli.output import asked, emit_json, emit_rows, say, warn
from recall_tui.cli.shapes import FITS_SCHEMA, MATCHES_SCHEMA
from recall_tui.domain.birth_dates import birth_days
from recall_tui.domain.commands import Channel, ContactOutcome, RecordContact
from recall_tui.errors import Refused, UsageProblem
from recall_tui.views.identifying import is_own_number
from recall_tui.views.matching import reconcile
from recall_tui.views.matching_words import wanted_shape
from recall_tui.views.page_text import PageWords, page_lines
from recall_tui.views.patient import PatientHit
from screens.privacy import is_masked, shown_hit, shown_page

HEADERS = ("patient", "name", "birth year", "status")


@click.command("call")
@click.option("--accept", is_flag=True, help="Book the pair that fits best.")
@click.option(
    "--outcome", type=click.Choice([str(one) for one in ContactOutcome]), help="What came of it."
)
@common
def call_command(given: Given, *, accept: bool, outcome: str | None) -> None:
    """Who is ringing: read from standard input, since arguments are public.

    First line: the last digits of the ringing number, or a name and date (or year) of birth. Second
    line: date of birth and postcode, as the caller says them. Several matches are listed, never
    picked: the second line tells which one it is.
    """
    house = open_house(given)
    try:
        patient = _who(house, as_json=given.as_json)
        house.people.note("open", [patient])
        if outcome:
            carry_out(given, house, RecordContact(patient, ContactOutcome(outcome), Channel.PHONE))
            return
        page = page_of(house, patient)
        found = reconcile(page, house.guide, house.today)
        if accept:
            accept_best(given, house, page, found)
        elif given.as_json:
            emit_json(
                FITS_SCHEMA,
                (
                    {"patient": patient,
                     **wanted_shape(found, one.number, found.fit_of(one.number), house.guide)}
                    for one in found.wanted
                ),
            )  # fmt: skip
        else:
            words = PageWords(house.kept_words(), house.store.data_as_of())
            words.is_masked = is_masked()
            for line in page_lines(shown_page(page), words, house.today):
                say(line)
            say("")
            say_fits(found, house.guide)
    finally:
        house.close()


def _who(house: House, *, as_json: bool) -> str:
    """Return the patient who is ringing.

    Raises:
        UsageProblem: nothing was typed, or no date of birth.
        Refused: nobody fits, or what the caller says is not what is recorded.
    """
    typed = asked("Ringing number (last digits), or name and date of birth")
    if not typed:
        message = "nothing was typed: give the ringing number, or a name and date of birth"
        raise UsageProblem(message)
    hits = house.find(typed)
    if not hits:
        message = "no patient fits that"
        raise Refused(message)
    if is_own_number(typed, hits):
        return hits[0].patient
    _list(hits, as_json=as_json)
    said = asked("Confirm with the caller: date of birth, postcode")
    fitting = [one for one in hits if _is(one, said, house.today)]
    if len(fitting) != 1:
        message = "date of birth and postcode do not confirm one of them: ask again"
        raise Refused(message)
    return fitting[0].patient


def _list(hits: Sequence[PatientHit], *, as_json: bool) -> None:
    if as_json:
        names = [{"patient": one.patient, "name": one.name, "status": one.status} for one in hits]
        emit_json(MATCHES_SCHEMA, names)
        return
    warn(f"{len(hits)} {'patient fits' if len(hits) == 1 else 'patients fit'}:")
    emit_rows(
        HEADERS,
        [
            (one.patient, one.name, one.date_of_birth.year, one.status)
            for one in map(shown_hit, hits)
        ],
    )


def _is(hit: PatientHit, said: str, today: date) -> bool:
    """Whether a date of birth and a postcode, in this order, are those of a patient."""
    born, _comma, postcode = said.partition(",")
    if hit.date_of_birth not in birth_days(born, today) or not hit.postcode:
        return False
    return _plain(postcode) == _plain(hit.postcode)


def _plain(postcode: str) -> str:
    return "".join(mark for mark in postcode.upper() if mark.isalnum())
