"""recall ledger and recall burndown: what was done, and how far the month is."""

from datetime import UTC, datetime, time

import click

from recall_tui.bootstrap import london
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, say
from recall_tui.cli.reading import chosen_month
from recall_tui.errors import UsageProblem
from recall_tui.house_exports import ledger_with_exports
from recall_tui.views.ledger import burn_down, pace_began
from recall_tui.views.names import NO_NAMES
from screens.privacy import shown_ledger

LEDGER_SCHEMA = "recall.ledger/1"
BURN_DOWN_SCHEMA = "recall.burndown/1"


@click.command("ledger")
@click.option("--since", metavar="WHEN", help="09:00, or 2026-12-03T09:00 (default: midnight).")
@click.option("--by", "login", default="", help="Of this person (default: you).")
@common
def ledger_command(given: Given, *, since: str | None, login: str) -> None:
    """Say what you did since a moment and still counts, as a hand-over note."""
    from recall_tui.house_desk import HouseDesk

    house = open_house(given)
    try:
        began = _instant(since, house.clock.now().astimezone(london()))
        ledger = ledger_with_exports(house, login or house.actor.login, began)
        names = NO_NAMES if given.as_json else HouseDesk(house).names()
    finally:
        house.close()
    if not given.as_json:
        for line in shown_ledger(ledger).handover(names):
            say(line)
        return
    emit_json(
        LEDGER_SCHEMA,
        [
            {"command": one.command_id, "at": one.at, "by": one.by, "kind": one.kind,
             "patients": one.patients, "items": one.items, "words": one.words or None}
            for one in ledger.entries
        ],
    )  # fmt: skip


def _instant(text: str | None, now: datetime) -> datetime:
    """Return an instant typed as a time of today or as a day and a time, in London."""
    try:
        if text is None:
            local = datetime.combine(now.date(), time.min)
        elif "T" in text or len(text) > len("23:59"):
            local = datetime.fromisoformat(text)
        else:
            local = datetime.combine(now.date(), time.fromisoformat(text))
    except ValueError as fault:
        words = f"{text} is not a time: write it as 09:00 or 2026-12-03T09:00"
        raise UsageProblem(words) from fault
    return (local if local.tzinfo else local.replace(tzinfo=london())).astimezone(UTC)


@click.command("burndown")
@click.option("--month", metavar="YYYY-MM", help="The month (default: this one).")
@common
def burndown_command(given: Given, *, month: str | None) -> None:
    """Say how far a month is, when its list is empty at this pace, and what blocks the rest."""
    house = open_house(given)
    try:
        snapshot = house.store.worklist(chosen_month(month, house.today), house.today)
        since = pace_began(house.clock.now())
        found = burn_down(snapshot, house.store.dealt_with(since))
    finally:
        house.close()
    if not given.as_json:
        for line in found.lines():
            say(line)
        return
    shape = {
        "month": str(snapshot.month),
        "patients": found.total,
        "left": found.open,
        "states": {str(state): count for state, count in found.by_state.items()},
        "per_day": round(found.per_day, 2),
        "forecast": found.forecast,
        "blocks": dict(found.blocks),
    }
    emit_json(BURN_DOWN_SCHEMA, [shape])
