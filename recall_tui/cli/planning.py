"""recall plan, tick and balance."""

import click

from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, emit_rows, say
from recall_tui.cli.rules import tell_unused
from recall_tui.cli.shapes import BALANCE_SCHEMA, DONE_SCHEMA
from recall_tui.cli.waking import wake_snoozed
from recall_tui.errors import Refused
from recall_tui.house_planning import plan_everybody
from recall_tui.services import replanning

COLUMNS = (
    "recall", "on register", "done", "booked", "invited", "to invite", "snoozed", "on hold",
    "declined", "escalated", "difference",
)  # fmt: skip


@click.command("plan")
@common
def plan_command(given: Given) -> None:
    """Plan the whole practice anew and store what changed."""
    house = open_house(given)
    try:
        wake_snoozed(house)
        tell_unused(house)
        changed = plan_everybody(house, house.clock.now())
    finally:
        house.close()
    _changed(given, "planned", changed)


@click.command("tick")
@common
def tick_command(given: Given) -> None:
    """Plan again the patients whose plan no longer holds today; everybody when a rule changed."""
    house = open_house(given)
    try:
        wake_snoozed(house)
        tell_unused(house)
        house.rules.take_over(house.clock.now())
        other_rules = house.rules.changed(house.kept_words())
        if other_rules:
            count = plan_everybody(house, house.clock.now())
        else:
            count = replanning.tick(house.store, house.planner, house.today, house.clock.now())
    finally:
        house.close()
    if other_rules and not given.as_json:
        say("a rule, a setting or the engine changed: everybody was planned again")
    _changed(given, "planned" if other_rules else "patients", count)


def _changed(given: Given, what: str, count: int) -> None:
    if given.as_json:
        emit_json(DONE_SCHEMA, [{what: count}])
    else:
        say(f"{count:,} rows changed" if what == "planned" else f"{count:,} patients planned again")


@click.command("balance")
@common
def balance_command(given: Given) -> None:
    """Show, per recall, where everybody on its register stands; the difference must be 0."""
    house = open_house(given)
    try:
        lines = house.store.balance(house.today)
    finally:
        house.close()
    rows = [
        (
            line.recall, line.on_register, line.done, line.booked, line.invited, line.to_invite,
            line.snoozed, line.on_hold, line.declined, line.escalated, line.difference,
        )
        for line in lines
    ]  # fmt: skip
    if given.as_json:
        names = [name.replace(" ", "_") for name in COLUMNS]
        emit_json(BALANCE_SCHEMA, [dict(zip(names, row, strict=True)) for row in rows])
    else:
        emit_rows(COLUMNS, rows)
    wrong = [line.recall for line in lines if line.difference]
    if wrong:
        message = f"{len(wrong)} recalls do not balance ({', '.join(wrong)}): tell the developers"
        raise Refused(message)
