"""Exporting: the store knows of a file before there is one."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from recall_tui.domain.commands import ExportInvites, NoteExport
from recall_tui.errors import RecallError

if TYPE_CHECKING:
    from collections.abc import Callable

    from recall_tui.domain.commands import Command
    from recall_tui.views.done import Done


def export_invites(
    command: ExportInvites, perform: Callable[[Command], Done], write: Callable[[], object]
) -> str:
    """Begin an export, ``write`` its file, note that it is there; return the id of the export.

    Killed before the first step there is neither file nor export; before ``write`` has given the
    file its name, an export that says that perhaps there is no file; after it, an export of a
    file. There is never a file that may have been sent and of which the store does not know.

    Raises:
        RecallError: it was refused, or the file cannot be written; then it is noted as failed.
    """
    export = perform(command).command_id
    try:
        write()
    except RecallError:
        # Where the store is full, too, the export stays open: better than a file unknown to it.
        with suppress(RecallError):
            perform(NoteExport(export, is_written=False))
        raise
    perform(NoteExport(export, is_written=True))
    return export
