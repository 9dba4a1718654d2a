"""The JSON shapes of docs/cli.md, made from views."""

from recall_tui.views.imports import ImportReport
from recall_tui.views.patient_words import planned_shape
from recall_tui.views.worklist import WorklistRow

WORKLIST_SCHEMA = "recall.worklist/1"
IMPORT_SCHEMA = "recall.import/1"
BALANCE_SCHEMA = "recall.balance/1"
DONE_SCHEMA = "recall.done/1"
INVITE_SCHEMA = "recall.invite/1"
MATCHES_SCHEMA = "recall.matches/1"
FITS_SCHEMA = "recall.fits/1"
BACKUP_SCHEMA = "recall.backup/1"
RESTORE_SCHEMA = "recall.restore/1"
RETENTION_SCHEMA = "recall.retention/1"
MOVE_SCHEMA = "recall.move/1"
BENCH_SCHEMA = "recall.bench/1"


def worklist_shape(row: WorklistRow, month: str) -> dict[str, object]:
    """Return one patient of a month's list."""
    return {
        "patient": row.patient,
        "nhs_number": row.nhs_number,
        "name": row.name,
        "month": month,
        "state": str(row.state),
        "overdue_since": row.overdue_since,
        "planned_appointments": [planned_shape(one) for one in row.appointments],
        "invites": row.invites,
        "last_invited": row.last_invited,
        "future_appointments": row.future_appointments,
        "assigned_to": row.assigned_to or None,
        "exported": row.exported or None,
    }


def import_shape(report: ImportReport) -> dict[str, object]:
    """Return the outcome of an import with its row problems."""
    return {
        "run": report.run_id,
        "sha256": report.sha256,
        "applied": report.applied,
        "counts": {name: dict(counts) for name, counts in report.counts.items()},
        "words": report.words,
        "stopped": list(report.stopped),
        "may_accept": report.may_accept,
        "problem_count": report.problem_count,
        "problems": [
            {
                "file": one.file,
                "line": one.line,
                "column": one.column,
                "code": one.code,
                "words": one.words,
                "severity": one.severity,
            }
            for one in report.problems
        ],
    }
