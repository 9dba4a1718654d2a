"""recall recalls activate, deactivate, approve: what a practice decides about a recall."""

import click

from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, say
from recall_tui.errors import Refused, UsageProblem

CHANGED_SCHEMA = "recall.recall_changed/1"
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


def _change(given: Given, rule: str, keys: dict[str, str]) -> None:
    from recall_tui.domain.ids import RecallId
    from recall_tui.domain.rights import Right
    from recall_tui.pack.changing import change_recall
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
        file = change_recall(house.settings.data_folder / "recalls", rule, keys)
        moment = house.people.moment()
        house.store.write(lambda work: note_change(work, moment, rule, keys))
    finally:
        house.close()
    told = next(iter(keys.items()))
    if given.as_json:
        emit_json(CHANGED_SCHEMA, [{"recall": rule, told[0]: told[1], "file": str(file)}])
    else:
        what = f"is {told[1]} now" if told[0] == "activity" else f"is approved by {told[1]}"
        say(f"{known.name} {what}; the next start of the screen (recall tick) plans so ({file})")
