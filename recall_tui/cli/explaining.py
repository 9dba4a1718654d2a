"""recall explain: why a patient is, or is not, on a recall, and why each item is due."""

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.deciding import page_of
from recall_tui.cli.output import emit_json, say
from recall_tui.cli.reasoning import Told, explained, stored
from recall_tui.cli.shapes import EXPLAIN_SCHEMA
from recall_tui.domain.ids import RecallId
from recall_tui.errors import UsageProblem
from recall_tui.views.patient import PatientPage

REGISTERED = "registered"


@click.command("explain")
@click.argument("number")
@click.option("--recall", "recall", default="", help="Only this recall; says why not, too.")
@click.option("--fresh", is_flag=True, help="Ask the engine now, every active recall.")
@common
def explain_command(given: Given, number: str, *, recall: str, fresh: bool) -> None:
    """Say why a patient is, or is not, on a recall, and why each item is due, done or held."""
    house = open_house(given)
    try:
        if recall and RecallId(recall) not in house.rulebook.recalls:
            message = f"there is no recall {recall}: recall recalls list shows them"
            raise UsageProblem(message)
        page = page_of(house, number)
        told = _told(house, page, recall, fresh=fresh)
        house.people.note("why", [page.patient])
    finally:
        house.close()
    if given.as_json:
        emit_json(EXPLAIN_SCHEMA, [{"patient": page.patient, **one.shape()} for one in told])
        return
    _print(page, told, fresh=fresh or bool(recall))


def _told(house: House, page: PatientPage, recall: str, *, fresh: bool) -> list[Told]:
    """Return what there is to say: from the store, or from the engine where the store is silent."""
    if not recall and not fresh:
        return stored(page, house.rulebook)
    book = house.rulebook
    names = [RecallId(recall)] if recall else [one.id for one in book.active()]
    if page.status != REGISTERED:
        return explained(page, book, names, None, fresh=fresh)
    known = [one for one in names if not book.recalls[one].unverified]
    found = house.explain(page.patient, known, with_plan=fresh)
    return explained(page, book, names, found, fresh=fresh)


def _print(page: PatientPage, told: list[Told], *, fresh: bool) -> None:
    since = f" on {_day(page.status_on)}" if page.status_on else ""
    say(f"{page.patient}  {page.name}  {page.status}{since}")
    if page.status != REGISTERED:
        say("Not registered here: nobody who left or died is on a recall.")
    elif not told:
        say("On no recall that asks for anything within a year.")
    for one in told:
        say("")
        for line in one.lines():
            say(line)
    if not fresh:
        say("")
        say("Why not on another recall: recall explain NUMBER --recall ID, or --fresh for all.")


def _day(day: object) -> str:
    return f"{day:%d %b %Y}" if day else ""
