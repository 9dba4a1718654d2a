"""recall invite: preview a batch, export it, record it."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.exports import export_shape, settle_export, tell_exports
from recall_tui.cli.filtering import Narrow, narrowed, narrowing, run_of_view
from recall_tui.cli.output import emit_json, emit_rows, say, warn
from recall_tui.cli.reading import chosen_month, fits
from recall_tui.cli.shapes import INVITE_SCHEMA
from recall_tui.domain.commands import ExportInvites, NoteExport, RecordInvites
from recall_tui.errors import Conflict, Refused, StoreBusy, UsageProblem
from recall_tui.house_exports import exports_in
from recall_tui.sending.export_file import digest_of, refuse_taken, write_export
from recall_tui.sending.exporting import export_invites
from recall_tui.services.batching import EXPORT_COLUMNS, Batch, export_rows, prepare_batch
from recall_tui.views.done import Done
from recall_tui.views.words import STAFF_WORDS
from recall_tui.views.worklist import WorklistRow, WorklistSnapshot
from screens.privacy import is_masked, name_words, number_words

NOW = "now"
"""What ``--record`` without an export records: the batch that is made now."""


@click.command("invite")
@click.option("--month", metavar="YYYY-MM", help="The month (default: this one).")
@click.option("--staff", default="", help="Only patients who need this staff group.")
@click.option("--recall", "recall_id", default="", help="Only patients of this recall.")
@click.option("--patient", "numbers", multiple=True, help="Only this patient (may be repeated).")
@click.option("--export", "target", type=click.Path(path_type=Path), help="Write the batch here.")
@click.option(
    "--record", is_flag=False, flag_value=NOW, metavar="[EXPORT]",
    help="Record the invites (after sending them), or those of an open export.",
)  # fmt: skip
@click.option("--discard", default="", metavar="EXPORT", help="An open export was not sent.")
@click.option("--exports", is_flag=True, help="List the exports that are not recorded.")
@click.option("--although", default="", help="Invite although the data are old: why.")
@common
@narrowing
def invite_command(  # noqa: PLR0913 - one parameter an option
    given: Given,
    *,
    month: str | None,
    staff: str,
    recall_id: str,
    numbers: tuple[str, ...],
    target: Path | None,
    record: str | None,
    discard: str,
    exports: bool,
    although: str,
    narrow: Narrow,
) -> None:
    """Say who would be invited and who is left out; with --export and --record do it."""
    named = _named(record, discard, target, is_listing=exports)
    house = open_house(given)
    try:
        if exports or named or discard:
            settle_export(given, house, record=named, discard=discard)
            return
        snapshot = house.store.worklist(chosen_month(month, house.today), house.today)
        every = narrowed(house, snapshot, narrow)
        rows = [row for row in every if _fits(row, staff, recall_id, numbers)]
        run = run_of_view(house, snapshot, narrow, every)
        batch = prepare_batch(rows, house.today, *house.settings.decided.invite_rule)
        batch = replace(batch, run=run).without_exported(exports_in(house))
        if target is not None or record:
            _refuse_stale(house, snapshot, although)
        template = _template(target, although)
        export = _export(house, batch, target, template) if target is not None else ""
        done = None
        if record and batch.invitees:
            command = replace(batch.command("", template), export=export)
            done = _record(house, command, target)
    finally:
        house.close()
    if not given.as_json:
        tell_exports(batch.exports, house.today)
    _answer(given, batch, target, done, is_recorded=bool(record))


def _named(record: str | None, discard: str, target: Path | None, *, is_listing: bool) -> str:
    """Return the export that is to be recorded; empty: none, or the batch that is made now."""
    named = record if record and record != NOW else ""
    if sum(map(bool, (named, discard, is_listing, target or record == NOW))) > 1:
        message = "give one of --exports, --record EXPORT, --discard EXPORT, or a batch"
        raise UsageProblem(message)
    return named


def _export(house: House, batch: Batch, target: Path, template: str) -> str:
    """Write the batch; return the id of the export, empty when nobody is in it."""
    rows = export_rows(batch, dict(STAFF_WORDS))
    if not batch.invitees:
        write_export(target, EXPORT_COLUMNS, rows)
        return ""
    refuse_taken(target)
    digest = digest_of(EXPORT_COLUMNS, rows)
    export = export_invites(
        ExportInvites(batch.command("", template), target.name, digest),
        house.record,
        lambda: write_export(target, EXPORT_COLUMNS, rows),
    )
    house.people.note("export", [row[0] for row in rows], {"sha256": digest})
    return export


def _template(target: Path | None, although: str) -> str:
    """Return what the batch is called in the history."""
    words = f"export {target.name}" if target else "recorded without export"
    return f"{words}, although the data were old: {although.strip()}" if although.strip() else words


def _fits(row: WorklistRow, staff: str, recall_id: str, numbers: tuple[str, ...]) -> bool:
    named = not numbers or row.patient in numbers
    return not row.is_hidden and named and fits(row, staff, recall_id)


def _refuse_stale(house: House, snapshot: WorklistSnapshot, although: str) -> None:
    """Raise Refused when the data are too old or of a later day, and nobody said why."""
    words = snapshot.stale_words(house.settings.decided.invites.stale_days)
    if words and not although.strip():
        first = "have it set" if snapshot.is_ahead else "import first"
        message = f"the {words}: {first}, or say why with --although"
        raise Refused(message)


def _record(house: House, command: RecordInvites, target: Path | None) -> Done:
    """Record the batch; where it is refused, the file written for it goes, too.

    After any other fault nobody knows whether the invites stand, so the file stays.
    """
    try:
        return house.perform(command)
    except (Refused, Conflict, StoreBusy):
        if target is not None:
            target.unlink(missing_ok=True)
            house.record(NoteExport(command.export, is_written=False))
            house.people.note("export removed", [patient for patient, _ in command.channels])
            warn(f"{target.name} was removed again: nothing is recorded, nothing is to be sent")
        raise


def _answer(
    given: Given, batch: Batch, target: Path | None, done: Done | None, *, is_recorded: bool
) -> None:
    """Say what was done, or who would be invited."""
    words = f"{len(batch.invitees):,} to invite, {len(batch.left_out):,} left out"
    words = done.words if done else words
    if given.as_json:
        shape = {"words": words, "command": done.command_id if done else None, **_shape(batch)}
        emit_json(INVITE_SCHEMA, [shape])
        return
    if not is_recorded and target is None:
        emit_rows(EXPORT_COLUMNS, map(shown_export, export_rows(batch, dict(STAFF_WORDS))))
        for row, why in batch.left_out:
            warn(f"left out: {row.patient}: {why}")
    if target is not None:
        say(f"Wrote {len(batch.invitees):,} rows to {target.name}")
    if is_recorded or target is not None or sys.stdout.isatty():
        say(words)


def shown_export(row: Sequence[str]) -> tuple[str, ...]:
    """Return a row of ``EXPORT_COLUMNS`` as it may be shown now: an exported one is whole."""
    if not is_masked():
        return tuple(row)
    number, nhs, name, born, *rest = row
    return (number, number_words(nhs), name_words(name), born[:4], *rest)


def _shape(batch: Batch) -> dict[str, object]:
    return {
        "invitees": [
            {"patient": one.row.patient, "channel": str(one.channel),
             "items": [target.item for target in one.targets]}
            for one in batch.invitees
        ],
        "left_out": [{"patient": row.patient, "why": str(why)} for row, why in batch.left_out],
        "exports": [export_shape(one) for one in batch.exports],
    }  # fmt: skip
