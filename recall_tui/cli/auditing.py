"""recall audit: who did what, who looked at whom, and whether that can be trusted."""

import json
from pathlib import Path

import click

from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.deciding import day
from recall_tui.cli.output import emit_json, emit_rows, say, warn
from recall_tui.cli.shapes import DONE_SCHEMA
from recall_tui.errors import Refused, UsageProblem
from recall_tui.sending.export_file import write_export
from recall_tui.views.audit import AuditEntry, AuditVerdict, Inquiry
from recall_tui.views.fhir_audit import audit_event

AUDIT_SCHEMA = "recall.audit/1"
VERDICT_SCHEMA = "recall.audit-verdict/1"
HEADERS = (
    "number", "at", "by", "role", "origin", "what", "action", "patient", "item", "details",
)  # fmt: skip


@click.group("audit")
def audit_command() -> None:
    """Verify the audit, or read it for an inquiry."""


@audit_command.command("verify")
@common
def verify_audit(given: Given) -> None:
    """Say whether every decision and every look is as it was recorded; exit code 4 if not."""
    house = open_house(given)
    try:
        found = house.people.verify()
    finally:
        house.close()
    if given.as_json:
        emit_json(VERDICT_SCHEMA, [_verdict_shape(found)])
    else:
        _show_verdict(found)
    if not found.is_sound:
        count = found.fault_count
        words = f"{count} thing{'s' * (count != 1)} wrong" if count else "not every row is proven"
        message = (
            f"the audit is not sound: {words}; keep the store and its audit folder as they are"
        )
        raise Refused(message)


def _verdict_shape(found: AuditVerdict) -> dict[str, object]:
    return {
        "sound": found.is_sound,
        "rows": found.rows,
        "sealed": found.sealed,
        "sections": found.sections,
        "unproven": found.unproven,
        "anchored": found.anchored,
        "blanked": found.blanked,
        "blanked_until": found.blanked_until,
        "fault_count": found.fault_count,
        "faults": [
            {"number": one.chain_no, "row": one.row, "words": one.words} for one in found.faults
        ],
    }


def _show_verdict(found: AuditVerdict) -> None:
    for one in found.faults:
        warn(f"row {one.chain_no}: {one.row} {one.words}")
    if found.unproven:
        warn(f"{found.unproven:,} rows were sealed with a key that is not here: put it back")
    old = found.rows - found.sealed
    if old > 0 and not found.fault_count:
        say(f"{old:,} rows are older than the chain and sealed as a whole")
    if found.blanked and not found.fault_count:
        day = found.blanked_until[:10]
        say(f"{found.blanked:,} looks from before {day} were removed, as the audit itself says")
    if found.sealed > found.anchored:
        say(f"rows {found.anchored + 1:,} to {found.sealed:,} are not anchored outside the store")
    if found.is_sound:
        say(f"{found.rows:,} rows are as they were recorded, up to number {found.sealed:,}")


@audit_command.command("export")
@click.option("--from", "first", metavar="DATE", help="The first day (London).")
@click.option("--until", "last", metavar="DATE", help="The last day (London).")
@click.option("--patient", default="", help="Only about this patient number.")
@click.option("--by", default="", help="Only what this login did.")
@click.option("--to", "file", type=click.Path(path_type=Path), help="A new CSV file (0600).")
@click.option("--fhir", is_flag=True, help="FHIR R4 AuditEvents instead, one a line.")
@common
def export_audit(  # noqa: PLR0913 - one parameter an option
    given: Given,
    *,
    first: str | None,
    last: str | None,
    patient: str,
    by: str,
    file: Path | None,
    fhir: bool,
) -> None:
    """Write who did what, and who looked at whom: one line a patient."""
    if fhir and file is not None:
        message = "--fhir writes to the pipe: leave --to out, and send the output where it belongs"
        raise UsageProblem(message)
    asked = Inquiry(day(first) if first else None, day(last) if last else None, patient, by)
    house = open_house(given)
    try:
        found = house.people.inquire(asked)
        if fhir:
            house.people.note("audit exported", (), {"format": "FHIR R4 AuditEvent"})
            for one in found:
                say(json.dumps(audit_event(one, house.ods_code)))
        elif file is not None:
            rows = [[str(cell) for cell in _row(one)] for one in found]
            house.people.note("audit exported", (), {"sha256": write_export(file, HEADERS, rows)})
            _said(given, f"wrote {len(rows):,} lines to {file}")
        elif given.as_json:
            emit_json(AUDIT_SCHEMA, (_shape(one) for one in found))
        else:
            emit_rows(HEADERS, (_row(one) for one in found))
    finally:
        house.close()


@audit_command.command("accept")
@click.option("--because", "why", required=True, help="Why store and anchors differ.")
@common
def accept_audit(given: Given, *, why: str) -> None:
    """Record that the store was put back on purpose; anchors from before no longer count."""
    house = open_house(given)
    try:
        house.people.accept_chain(why)
    finally:
        house.close()
    _said(given, "accepted, and recorded")


def _said(given: Given, words: str) -> None:
    if given.as_json:
        emit_json(DONE_SCHEMA, [{"words": words}])
    else:
        say(words)


def _shape(one: AuditEntry) -> dict[str, object]:
    shape = dict(zip(HEADERS, _row(one), strict=True))
    return {**shape, "details": dict(one.details)}


def _row(one: AuditEntry) -> tuple[object, ...]:
    return (
        one.number, one.at.isoformat(), one.by, one.role, one.origin,
        "access" if one.looked else "decision", one.action, one.patient, one.item,
        json.dumps(dict(one.details), ensure_ascii=False, sort_keys=True) if one.details else "",
    )  # fmt: skip
