"""recall report: what a practice has reached, indicator by indicator."""

from typing import TYPE_CHECKING

import click

from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, emit_rows, say, warn
from recall_tui.errors import UsageProblem

if TYPE_CHECKING:
    from datetime import date

    from recall_tui.bootstrap import House
    from recall_tui.domain.measures import Standing
    from recall_tui.domain.recalls import Measure

QOF_SCHEMA = "recall.report.qof/1"
MISSING_SCHEMA = "recall.report.qof.patients/1"
HEADERS = (
    *("indicator", "title", "register", "excluded", "exceptions", "denominator", "met", "missing"),
    *("per_cent", "thresholds", "points"),
)


@click.group("report")
def report_command() -> None:
    """Report what the practice has reached."""


@report_command.command("qof")
@click.option("--year", default="", help="The contract year, such as 2026/27 (default: today's).")
@click.option("--indicator", default="", help="Only this indicator.")
@click.option("--patients", is_flag=True, help="Who is missing, excepted or excluded, one a line.")
@common
def qof_report(given: Given, year: str, *, indicator: str, patients: bool) -> None:
    """Count each indicator as the contract year would end now: met of those who count.

    Judged on 31 March from what is recorded so far; for steering, not for claiming.
    """
    house = open_house(given)
    try:
        wanted, lacking = _wanted(house, year, indicator)
        found = _standings(house, wanted, _day_in(house, year))
    finally:
        house.close()
    if patients:
        _patients(given, wanted, found)
        return
    _counts(given, wanted, found)
    if not given.as_json:
        for one in lacking:
            warn(f"{one.indicator} is not counted: {one.unverified}")


def _day_in(house: "House", year: str) -> "date":
    """Return today, or the last day of the year asked for when that is over."""
    from datetime import date

    from recall_tui.domain.measures import contract_year

    if not year or year == contract_year(house.today):
        return house.today
    end = date(int(year[:4]) + 1, 3, 31)
    if end > house.today:
        raise UsageProblem(f"the contract year {year} has not begun: today is {house.today}")
    return end


def _wanted(house: "House", year: str, indicator: str) -> tuple[list["Measure"], list["Measure"]]:
    """Return the measures to count, and those that lack lists."""
    from recall_tui.domain.measures import contract_year

    wanted = year or contract_year(house.today)
    measures = [one for one in house.rulebook.measures.values() if wanted in one.years]
    if indicator:
        measures = [one for one in measures if one.indicator == indicator.upper()]
    if not measures:
        known = sorted({y for one in house.rulebook.measures.values() for y in one.years})
        what = f"indicator {indicator} in {wanted}" if indicator else f"measure of {wanted}"
        raise UsageProblem(f"there is no {what}; years: {', '.join(known)}")
    ready = sorted((one for one in measures if not one.unverified), key=lambda one: one.indicator)
    return ready, [one for one in measures if one.unverified]


def _standings(house: "House", measures: list["Measure"], day: "date") -> tuple["Standing", ...]:
    from recall_tui.frames import PlanInputs
    from recall_tui.planning.measures import standings

    inputs = house.store.plan_inputs()
    assert isinstance(inputs, PlanInputs), "the store hands out PlanInputs"  # noqa: S101 - ours
    return standings(inputs, house.rulebook, measures, day)


def _counts(given: Given, measures: list["Measure"], found: tuple["Standing", ...]) -> None:
    from recall_tui.domain.measures import tally

    rows: list[tuple[object, ...]] = []
    for one in measures:
        made = tally(one, found)
        limits = "{}-{}".format(*one.thresholds) if one.thresholds else None
        rows.append(
            (
                *(one.indicator, one.title, made.register, made.excluded, made.exceptions),
                *(made.denominator, made.met, made.not_met, made.per_cent, limits, one.points),
            )
        )
    if given.as_json:
        emit_json(QOF_SCHEMA, [dict(zip(HEADERS, row, strict=True)) for row in rows])
    else:
        emit_rows(HEADERS, rows)


def _patients(given: Given, measures: list["Measure"], found: tuple["Standing", ...]) -> None:
    from recall_tui.domain.measures import Outcome

    names = {one.name: one.indicator for one in measures}
    rows = [
        (names[one.measure], one.patient, one.outcome.value, one.words)
        for one in found
        if one.outcome is not Outcome.MET
    ]
    headers = ("indicator", "patient", "outcome", "words")
    if given.as_json:
        emit_json(MISSING_SCHEMA, [dict(zip(headers, row, strict=True)) for row in rows])
    elif rows:
        emit_rows(headers, rows)
    else:
        say("nobody is missing")
