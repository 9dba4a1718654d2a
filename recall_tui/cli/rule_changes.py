"""recall recalls activate, deactivate, approve: what a practice decides about a recall."""

import click

from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, say, warn
from recall_tui.cli.shapes import DONE_SCHEMA
from recall_tui.errors import Refused, UsageProblem

CHANGED_SCHEMA = "recall.recall_changed/1"
ADOPTED_SCHEMA = "recall.rules_adopted/1"
LONGEST_NAME = 80


@click.command("activate")
@click.argument("rule")
@common
def activate_recall(given: Given, rule: str) -> None:
    """Process RULE from the next plan on (admin)."""
    _change(given, rule, {"activity": "active"})


@click.command("deactivate")
@click.argument("rule")
@common
def deactivate_recall(given: Given, rule: str) -> None:
    """Process RULE no more from the next plan on; what was decided stays (admin)."""
    _change(given, rule, {"activity": "inactive"})


@click.command("approve")
@click.argument("rule")
@click.option("--by", "approver", required=True, help="The clinician who approved it.")
@common
def approve_recall(given: Given, rule: str, *, approver: str) -> None:
    """Record which clinician approved RULE as it stands (admin)."""
    name = " ".join(approver.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or set(name) & {'"', "\\"}:
        raise UsageProblem(f"--by takes a name of up to {LONGEST_NAME} characters, no quotes")
    _change(given, rule, {"approver": name})


@click.command("adopt")
@common
def adopt_rules(given: Given) -> None:
    """Make the recalls and settings of this folder those of the practice (admin)."""
    from recall_tui.domain.rights import Right

    house = open_house(given)
    try:
        house.people.admit(Right.RULES)
        names = house.rules.take_over(house.clock.now(), asked=True)
    finally:
        house.close()
    if given.as_json:
        emit_json(ADOPTED_SCHEMA, [{"folder": str(house.settings.data_folder), "differed": names}])
    else:
        for name in names:
            say(f"other than before: {name}")
        say(f"{house.settings.data_folder} says by what the practice is planned (recall tick)")


@click.command("fetch")
@common
def fetch_recalls(given: Given) -> None:
    """Put the practice's own recalls into this folder, to change them here; yours are put aside."""
    house = open_house(given)
    try:
        aside = house.rules.fetch(house.clock.now())
        folder, unused = house.rules.own_folder, house.rules.agreement.told
    finally:
        house.close()
    words = f"{folder} holds the practice's own recalls now"
    words += f"; what was there is in {aside}" if aside else ""
    if given.as_json:
        emit_json(DONE_SCHEMA, [{"words": words}])
    else:
        say(words)
        if unused:
            warn(f"note: {unused}")


def _change(given: Given, rule: str, keys: dict[str, str]) -> None:
    from recall_tui.domain.ids import RecallId
    from recall_tui.domain.rights import Right
    from recall_tui.services.rules import note_change

    house = open_house(given)
    try:
        known = house.rulebook.recalls.get(RecallId(rule))
        if known is None:
            raise UsageProblem(f"there is no recall {rule}: recall recalls list shows them")
        if keys.get("activity") == "active" and known.unverified:
            raise Refused(f"{known.name} cannot be made active: {known.unverified}")
        house.people.admit(Right.RULES)
        if keys.get("activity") == "active":
            keys |= {"unverified": ""}
        moment = house.people.moment()
        file = house.rules.change(rule, keys, moment.at)
        house.store.write(lambda work: note_change(work, moment, rule, keys))
    finally:
        house.close()
    told = next(iter(keys.items()))
    if given.as_json:
        emit_json(CHANGED_SCHEMA, [{"recall": rule, told[0]: told[1], "file": str(file)}])
    else:
        what = f"is {told[1]} now" if told[0] == "activity" else f"is approved by {told[1]}"
        say(f"{known.name} {what}; the next start of the screen (recall tick) plans so ({file})")
