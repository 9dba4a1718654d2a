"""What becomes of exports: those that are open, recording one, discarding one."""

from collections.abc import Iterable, Sequence
from datetime import date

from recall_tui.bootstrap import House
from recall_tui.cli.context import Given
from recall_tui.cli.deciding import carry_out
from recall_tui.cli.output import emit_json, emit_rows, warn
from recall_tui.domain.commands import DiscardExport, RecordExport
from recall_tui.domain.exports import Export
from recall_tui.errors import UsageProblem
from recall_tui.house_exports import exports_in
from recall_tui.views.queues import EXPORTED, Queue, QueueAsk

EXPORTS_SCHEMA = "recall.exports/1"
EXPORT_HEADERS = ("export", "file", "patients", "what")


def settle_export(given: Given, house: House, *, record: str, discard: str) -> None:
    """Record the export ``record``, or discard the export ``discard``; neither: list the open ones.

    Raises:
        UsageProblem: there is no such export, or several begin like that.
        Refused: it was settled in the other way.
    """
    if not (record or discard):
        _show(given, exports_in(house), house.today)
        _tell_who_must_go(house)
        return
    wanted = export_named(exports_in(house), record or discard).export_id
    carry_out(given, house, RecordExport(wanted) if record else DiscardExport(wanted))


def export_named(exports: Sequence[Export], text: str) -> Export:
    """Return the export of an id, of the beginning of an id, or of a file's name.

    Raises:
        UsageProblem: there is none, or several fit.
    """
    wanted = text.strip()
    found = [one for one in exports if wanted and one.export_id.startswith(wanted)]
    found = found or [one for one in exports if one.is_open and one.file == wanted]
    if len(found) == 1:
        return found[0]
    many = "several exports begin with" if found else "there is no export"
    message = f"{many} {wanted or 'nothing'}: recall invite --exports names those that are open"
    raise UsageProblem(message)


def _show(given: Given, exports: Iterable[Export], today: date) -> None:
    """Print the exports that are neither recorded nor discarded."""
    waiting = [one for one in exports if one.is_open]
    if given.as_json:
        emit_json(EXPORTS_SCHEMA, [export_shape(one) for one in waiting])
        return
    emit_rows(
        EXPORT_HEADERS,
        [(one.export_id, one.file, str(len(one.patients)), one.words(today)) for one in waiting],
    )


def _tell_who_must_go(house: House) -> None:
    """Say who of the open exports must be taken out of the file before it is sent."""
    for row in house.store.queue(QueueAsk(Queue.TRAY, house.today)).rows:
        if row.group == EXPORTED:
            warn(f"{row.patient}: {row.what}")


def export_shape(one: Export) -> dict[str, object]:
    """Return an open export as JSON has it."""
    return {
        "export": one.export_id,
        "file": one.file,
        "sha256": one.digest,
        "at": one.at.isoformat(),
        "by": one.by,
        "written": one.is_written,
        "patients": list(one.patients),
    }


def tell_exports(exports: Iterable[Export], today: date) -> None:
    """Say because of which exports somebody was left out, and what to do about each."""
    for one in exports:
        warn(
            f"{len(one.patients):,} of {one.file}: {one.words(today)}: recall invite --record "
            f"{one.export_id}, or --discard {one.export_id}"
        )
