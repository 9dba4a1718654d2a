"""recall recalls explain: a whole rule in plain English."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, say
from recall_tui.errors import UsageProblem

if TYPE_CHECKING:
    from recall_tui.domain.recalls import Recall, Rulebook
    from recall_tui.domain.rule_words import Section

RULE_SCHEMA = "recall.rule/1"


@click.command("explain")
@click.argument("rule", required=False, default="")
@click.option("--all", "every", is_flag=True, help="Every recall, one after the other.")
@click.option(
    "--pack",
    "folder",
    type=click.Path(path_type=Path, exists=True),
    help="Local rules, on top of the shipped ones.",
)
@common
def explain_rule(given: Given, rule: str, *, every: bool, folder: Path | None) -> None:
    """Say in plain English what RULE asks of whom, when, and where that comes from."""
    from recall_tui.domain.ids import RecallId
    from recall_tui.domain.rule_words import rule_sections

    house = open_house(given)
    book = _local(folder) if folder else house.rulebook
    names = sorted(book.recalls) if every else [RecallId(rule)]
    if any(name not in book.recalls for name in names):
        wanted = f"there is no recall {rule}" if rule else "which recall?"
        raise UsageProblem(f"{wanted}: recall recalls list shows them")
    for number, name in enumerate(names):
        recall = book.recalls[name]
        sections = rule_sections(recall, book, house.rules.plan_settings)
        if given.as_json:
            emit_json(RULE_SCHEMA, [_shape(recall, book, sections)])
        else:
            _print(recall, sections, first=number == 0)


def _local(folder: Path) -> "Rulebook":
    from recall_tui.pack.reader import SHIPPED, read_rulebook

    return read_rulebook([SHIPPED, folder])


def _shape(
    recall: "Recall", book: "Rulebook", sections: tuple["Section", ...]
) -> dict[str, object]:
    from recall_tui.domain.rule_words import lists_of

    return {
        "recall": recall.id,
        "name": recall.name,
        "activity": recall.activity.value,
        "version": recall.version,
        "approver": recall.approver or None,
        "review_on": recall.review_on,
        "contract_year": book.contract_year,
        "high_risk": recall.high_risk,
        "unverified": recall.unverified or None,
        "source": recall.source.split("; "),
        "items": [
            {
                "item": one.item,
                "name": book.items[one.item].name,
                "qof": list(one.qof.get(book.contract_year, ())),
            }
            for one in recall.requirements
        ],
        "lists": {name: len(book.clusters[name].codes) for name in lists_of(recall, book)},
        "words": [{"title": one.title, "lines": list(one.lines)} for one in sections],
    }


def _print(recall: "Recall", sections: tuple["Section", ...], *, first: bool) -> None:
    if not first:
        say("")
    say(f"{recall.name} ({recall.id})")
    for section in sections:
        say("")
        say(section.title)
        for line in section.lines:
            say(f"  {line}")
