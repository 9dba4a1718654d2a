"""recall recalls and recall clusters: what the rules are."""

from pathlib import Path

import click

from recall_tui.bootstrap import House
from recall_tui.cli.cases import test_recalls
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, emit_rows, say, warn
from recall_tui.cli.rule_changes import (
    activate_recall,
    adopt_rules,
    approve_recall,
    deactivate_recall,
    fetch_recalls,
)
from recall_tui.cli.rule_words import explain_rule
from recall_tui.domain.recalls import Rulebook
from recall_tui.errors import BadInput

RECALLS_SCHEMA = "recall.recalls/1"
PROBLEMS_SCHEMA = "recall.problems/1"
CLUSTERS_SCHEMA = "recall.clusters/1"


def _book(given: Given) -> Rulebook:
    """Return the practice's rules, or where there is no store yet those of this folder."""
    house = open_house(given)
    try:
        tell_unused(house)
        return house.rulebook
    finally:
        house.close()


@click.group("recalls")
def recalls_command() -> None:
    """List, check, explain and test recalls."""


recalls_command.add_command(test_recalls)
recalls_command.add_command(explain_rule)
recalls_command.add_command(activate_recall)
recalls_command.add_command(deactivate_recall)
recalls_command.add_command(approve_recall)
recalls_command.add_command(adopt_rules)
recalls_command.add_command(fetch_recalls)


def tell_unused(house: House) -> None:
    """Say what lies in this folder and is not used, since the practice agreed on something else."""
    told = house.rules.agreement.told
    if told:
        warn(f"note: {told}")


@recalls_command.command("list")
@common
def list_recalls(given: Given) -> None:
    """List every recall: active or not, approved by whom, which codes are missing."""
    book = _book(given)
    rows = [
        (
            one.id,
            one.name,
            str(one.activity),
            one.approver or "not yet approved by this practice",
            one.version,
            one.review_on,
            one.unverified,
        )
        for one in sorted(book.recalls.values(), key=lambda recall: recall.id)
    ]
    headers = ("id", "name", "activity", "approver", "version", "review_on", "unverified")
    if given.as_json:
        emit_json(RECALLS_SCHEMA, [dict(zip(headers, row, strict=True)) for row in rows])
    else:
        emit_rows(headers, rows)


@recalls_command.command("check")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@common
def check_recalls(given: Given, folder: Path | None) -> None:
    """Check a folder of recalls (default: the shipped ones), with line numbers."""
    from recall_tui.pack.check import check_pack
    from recall_tui.pack.reader import SHIPPED

    place = folder or SHIPPED
    problems = check_pack(place)
    if given.as_json:
        shapes = [{"file": str(one.file), "line": one.line, "words": one.words} for one in problems]
        emit_json(PROBLEMS_SCHEMA, shapes)
    for one in () if given.as_json else problems:
        line = f":{one.line}" if one.line is not None else ""
        warn(f"{one.file}{line}: {one.words}")
    if problems:
        message = f"{len(problems)} problem{'s' * (len(problems) > 1)} in {place}: see above"
        raise BadInput(message)
    if not given.as_json:
        say(f"{place}: no problem")


@click.command("clusters")
@common
def clusters_command(given: Given) -> None:
    """List the clusters of codes: how many codes, which version, from where."""
    book = _book(given)
    headers = ("cluster", "codes", "version", "source")
    rows = [
        (one.id, len(one.codes), one.version, one.source)
        for one in sorted(book.clusters.values(), key=lambda cluster: cluster.id)
    ]
    if given.as_json:
        emit_json(CLUSTERS_SCHEMA, [dict(zip(headers, row, strict=True)) for row in rows])
    else:
        emit_rows(headers, rows)
