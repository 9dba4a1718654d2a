"""recall explain: why a patient is, or is not, on a recall, and why each item is due."""

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.deciding import page_of
from recall_tui.cli.output import emit_json, say
from recall_tui.domain.ids import RecallId
from recall_tui.errors import UsageProblem
from recall_tui.views.patient import PatientPage
from recall_tui.views.told import (
    EXPLAIN_SCHEMA,
    REGISTERED,
    RuleWords,
    Told,
    stored,
    told_lines,
)
from screens.privacy import shown_page


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
        page = shown_page(page_of(house, number))
        told = _told(house, page, recall, fresh=fresh)
        house.people.note("why", [page.patient])
    finally:
        house.close()
    if given.as_json:
        emit_json(EXPLAIN_SCHEMA, [{"patient": page.patient, **one.shape()} for one in told])
        return
    for line in told_lines(page, told, from_store=not (fresh or recall)):
        say(line)


def _told(house: House, page: PatientPage, recall: str, *, fresh: bool) -> list[Told]:
    """Return what there is to say: from the store, or from the engine where the store is silent."""
    if not recall and not fresh:
        return stored(page, _words_for(house, page))
    from recall_tui.views.reasoning import explained

    book = house.rulebook
    names = [RecallId(recall)] if recall else [one.id for one in book.active()]
    if page.status != REGISTERED:
        return explained(page, book, names, None, fresh=fresh)
    known = [one for one in names if not book.recalls[one].unverified]
    found = house.explain(page.patient, known, with_plan=fresh)
    return explained(page, book, names, found, fresh=fresh)


def _words_for(house: House, page: PatientPage) -> RuleWords:
    """Return the words that were kept with the plan; the rules' own where they fall short."""
    kept = RuleWords(house.kept_words())
    return kept if kept.cover(page) else RuleWords(house.rules.words)
