"""recall import: files in, plan out."""

from dataclasses import dataclass, replace

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import emit_json, say, warn
from recall_tui.cli.progress import Progress
from recall_tui.cli.rules import tell_unused
from recall_tui.cli.shapes import DONE_SCHEMA, IMPORT_SCHEMA, import_shape
from recall_tui.cli.waking import wake_snoozed
from recall_tui.errors import BadInput
from recall_tui.house_planning import plan_everybody
from recall_tui.views.imports import ImportReport

PROBLEMS_SHOWN = 20


@click.command("import")
@click.argument("path", type=click.Path())
@click.option("--check", is_flag=True, help="Only say what it would change.")
@click.option("--accept", is_flag=True, help="Apply it although a guard stopped it (admin).")
@click.option("--problems", "every", is_flag=True, help="Show every row problem.")
@common
def import_command(given: Given, path: str, *, check: bool, accept: bool, every: bool) -> int:
    """Import an extract (a folder or a zip file) and plan the practice anew."""
    house = open_house(given)
    try:
        wanted = Wanted(check=check, accept=accept, every_problem=every or given.as_json)
        report = import_and_plan(house, path, wanted, quiet=given.as_json)
        _show(report, given, every=every)
    finally:
        house.close()
    return BadInput.exit_code if report.stopped else 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an import is done: only compared, accepted by an admin, with every row problem."""

    check: bool = False
    accept: bool = False
    every_problem: bool = False


def import_and_plan(
    house: House, path: str, wanted: Wanted, *, quiet: bool = False
) -> ImportReport:
    """Read, check, merge and plan; progress goes to standard error unless ``quiet``."""
    store = house.store  # opened before anything is read: what is wrong with it is said at once
    tell_unused(house)
    with Progress(quiet=quiet) as progress:
        extract = house.importer.read(path, house.today, progress)
        at = house.clock.practice_now()
        progress("comparing" if wanted.check else "storing")
        report = store.merge_extract(
            extract, by=house.actor.login, at=at, accept=wanted.accept, dry_run=wanted.check
        )
        if report.applied:
            wake_snoozed(house)
        if wanted.every_problem:
            report = replace(report, problems=house.importer.problems(extract))
        if report.applied or (not wanted.check and _is_outdated(house)):
            progress("planning")
            plan_everybody(house, at)
    return report


def _is_outdated(house: House) -> bool:
    expired = house.store.expired_patients(house.today)
    return bool(expired) or house.rules.changed(house.kept_words())


def _show(report: ImportReport, given: Given, *, every: bool) -> None:
    if given.as_json:
        emit_json(IMPORT_SCHEMA, [import_shape(report)])
        return
    for name, counts in report.counts.items():
        said = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
        say(f"{name}: {said or 'nothing'}")
    shown = report.problems if every else report.problems[:PROBLEMS_SHOWN]
    for one in shown:
        column = f" {one.column}" if one.column else ""
        say(f"{one.file}:{one.line}{column}: {one.words} ({one.severity})")
    if report.problem_count > len(shown):
        say(f"… {report.problem_count - len(shown):,} more: recall import --problems, or --json")
    _show_end(report)


def _show_end(report: ImportReport) -> None:
    """Say how it ended: stopped and why, or applied."""
    for line in report.stopped:
        warn(f"recall: {line}")
    if report.stopped and report.may_accept:
        warn(f"recall: {report.words}; an administrator may add --accept")
    elif report.words:
        say(report.words)
    if report.applied:
        say(f"import {report.run_id} (recall rollback takes it back)")


@click.command("rollback")
@click.argument("run", metavar="IMPORT")
@common
def rollback_command(given: Given, run: str) -> None:
    """Take the newest import back and plan anew; deaths and deductions in it stay."""
    house = open_house(given)
    try:
        at = house.clock.practice_now()
        rows = house.store.roll_back_import(run, by=house.actor.login, at=at)
        with Progress(quiet=given.as_json) as progress:
            progress("planning")
            plan_everybody(house, at)
    finally:
        house.close()
    words = f"took the import back: {rows:,} rows"
    if given.as_json:
        emit_json(DONE_SCHEMA, [{"words": words, "rows": rows}])
    else:
        say(words)
