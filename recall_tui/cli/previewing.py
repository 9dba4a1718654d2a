"""recall preview: what a change of recall date would do, before anybody makes it."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.deciding import page_of
from recall_tui.cli.output import emit_json, emit_rows, say
from recall_tui.domain.wording import item_name
from recall_tui.errors import UsageProblem
from recall_tui.views.date_change import MONTHS

if TYPE_CHECKING:
    from recall_tui.bootstrap import House
    from recall_tui.domain.plan_settings import PlanSettings
    from recall_tui.views.date_change import DateChange, ItemChange

SCHEMA = "recall.preview/1"
HEADERS = ("patient", "item", "every", "next", "next then", "after that", "after that then", "gap")
MOST_LINES = 40
"""So many items are named; --items names all."""


@click.command("preview")
@click.argument("number", required=False)
@click.option("--month", type=click.IntRange(0, 12), help="The patient's own month (0: none).")
@click.option("--recall-date", type=click.Choice(["birthday", "medication_review"]))
@click.option("--free-months", metavar="LIST", help="Months kept free, such as 1,2,3; or none.")
@click.option("--items", is_flag=True, help="Name every item that changes, not the first ones.")
@common
def preview_command(  # noqa: PLR0913 - one for each option
    given: Given,
    number: str | None,
    month: int | None,
    recall_date: str | None,
    free_months: str | None,
    *,
    items: bool,
) -> None:
    """Say what a change of recall date would do; nothing is changed.

    For one patient NUMBER with --month; for the practice with --recall-date or --free-months.
    """
    if (number is None) != (month is None) or not (number or recall_date or free_months):
        raise UsageProblem("give NUMBER with --month, or --recall-date or --free-months")
    house = open_house(given)
    try:
        patient = page_of(house, number).patient if number else ""
        then = _settings(house.rules.plan_settings, recall_date, free_months)
        change = _change(house, then, {patient: month or 0} if patient else {})
        house.people.note("preview", [one for one, _now, _then in change.moved])
        names = {one.item: item_name(one.item, house.rulebook) for one in change.changes}
    finally:
        house.close()
    if given.as_json:
        emit_json(SCHEMA, [_shape(change)])
        return
    for line in (*change.lines(), "Nothing was changed."):
        say(line)
    _print_items(change, names, most=None if items or patient else MOST_LINES)


def _settings(
    now: "PlanSettings", recall_date: str | None, free_months: str | None
) -> "PlanSettings":
    from recall_tui.domain.plan_settings import AnchorChoice

    then = replace(now, anchor=AnchorChoice(recall_date)) if recall_date else now
    return replace(then, free_months=_free(free_months)) if free_months else then


def _free(typed: str) -> frozenset[int]:
    if typed.strip() == "none":
        return frozenset()
    parts = [one.strip() for one in typed.split(",")]
    if not all(one.isdecimal() and int(one) in MONTHS for one in parts):
        raise UsageProblem(f"--free-months {typed}: give months from 1 to 12, such as 1,2,3")
    return frozenset(int(one) for one in parts)


def _change(house: "House", then: "PlanSettings", chosen: dict[str, int]) -> "DateChange":
    from recall_tui.frames import PlanInputs
    from recall_tui.planning.previewing import Wanted, preview

    inputs = house.store.plan_inputs(list(chosen) or None)
    assert isinstance(inputs, PlanInputs), "the store hands out PlanInputs"  # noqa: S101 - ours
    wanted = Wanted(house.rules.plan_settings, then, chosen)
    return preview(inputs, house.rulebook, wanted, house.today)


def _print_items(change: "DateChange", names: dict[str, str], most: int | None) -> None:
    ordered = sorted(change.changes, key=lambda one: (one.gap_days is None, one.patient, one.item))
    if not ordered:
        return
    say("")
    emit_rows(HEADERS, [_row(one, names) for one in ordered[:most]])
    if most is not None and len(ordered) > most:
        say(f"and {len(ordered) - most:,} more: --items names all")


def _row(one: "ItemChange", names: dict[str, str]) -> tuple[object, ...]:
    gap = f"{one.gap_days} days: long" if one.gap_days is not None else ""
    days = (one.next_now, one.next_then, one.after_now, one.after_then)
    return (one.patient, names[one.item], one.every, *days, gap)


def _shape(change: "DateChange") -> dict[str, object]:
    return {
        "patients": change.patients,
        "moved": [
            {"patient": patient, "now": now, "then": then} for patient, now, then in change.moved
        ],
        "months_now": list(change.months_now),
        "months_then": list(change.months_then),
        "items": [
            {
                "patient": one.patient,
                "item": one.item,
                "every": one.every,
                "next_now": one.next_now,
                "next_then": one.next_then,
                "after_now": one.after_now,
                "after_then": one.after_then,
                "long_gap_days": one.gap_days,
            }
            for one in change.changes
        ],
    }
