"""The exports of a house: those there are, and a new one in the spool folder."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from recall_tui.bootstrap import london
from recall_tui.domain.commands import ExportInvites
from recall_tui.domain.exports import exports_of
from recall_tui.settings import make_private_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from recall_tui.bootstrap import House
    from recall_tui.domain.commands import RecordInvites
    from recall_tui.domain.exports import Export
    from recall_tui.views.ledger import Ledger


def exports_in(house: House) -> tuple[Export, ...]:
    """Return every export of invites, the oldest first, at the practice's time of day."""
    zone, changes = london(), house.store.shared_changes(exports=True)
    return tuple(replace(one, at=one.at.astimezone(zone)) for one in exports_of(changes))


def open_exports(house: House) -> tuple[Export, ...]:
    """Return those of them that nobody recorded or discarded."""
    return tuple(one for one in exports_in(house) if one.is_open)


def export_to_spool(
    house: House,
    invites: RecordInvites,
    rows: Sequence[Sequence[str]],
    columns: Sequence[str],
) -> tuple[str, str]:
    """Write a batch as a new CSV file in the spool folder; return the export's id and its path.

    Raises:
        RecallError: it was refused, or cannot be written.
    """
    # Loaded here: every session counts the open exports, few write one.
    from recall_tui.sending.export_file import digest_of, write_export  # noqa: PLC0415
    from recall_tui.sending.exporting import export_invites  # noqa: PLC0415

    folder = make_private_folder(house.settings.spool_folder)
    stamp = house.clock.now().strftime("%Y%m%d-%H%M%S-%f")
    path = folder / f"invites-{stamp}.csv"
    digest = digest_of(columns, rows)
    words = "; ".join(filter(None, (path.name, invites.template)))
    command = ExportInvites(replace(invites, template=words), path.name, digest)
    export = export_invites(command, house.record, lambda: write_export(path, columns, rows))
    house.people.looks.note("export", [row[0] for row in rows], {"sha256": digest})
    return export, place_words(path, house.actor.login, os.environ)


def save_sheet(house: House, what: str, text: str, patients: Sequence[str]) -> str:
    """Write a sheet as a new text file in the spool folder; return where it is.

    Raises:
        RecallError: it cannot be written.
    """
    from recall_tui.sending.export_file import write_new  # noqa: PLC0415

    folder = make_private_folder(house.settings.spool_folder)
    path = folder / f"{what}-{house.clock.now():%Y%m%d-%H%M%S-%f}.txt"
    write_new(path, f"{text}\n".encode())
    house.people.looks.note(f"save {what}", patients)
    return place_words(path, house.actor.login, os.environ)


def ledger_with_exports(house: House, login: str, began: datetime) -> Ledger:
    """Return what a person did since a moment and counts, and what became of their exports."""
    ledger = house.store.ledger(login, began)
    lines = [
        f"{at.astimezone(london()):%d %b %H:%M}  {words}, {count_words(one)} ({one.file})"
        for one in exports_in(house)
        for at, by, words in (
            (one.at, one.by, "exported"),
            (one.settled_at, one.settled_by, f"export {one.settled}"),
        )
        if at is not None and by == ledger.by and at >= ledger.since
    ]
    return replace(ledger, exports=tuple(lines))


def count_words(export: Export) -> str:
    """Return how many patients are in an export."""
    count = len(export.patients)
    return "1 patient" if count == 1 else f"{count:,} patients"


def place_words(path: Path, login: str, environ: Mapping[str, str]) -> str:
    """Return where a file is; to whoever works over SSH also how it comes to their own machine."""
    if not environ.get("SSH_CONNECTION"):
        return str(path)
    server = os.uname().nodename
    return (
        f"{path} on the server {server}.\nOn your own machine, in a window of its own: "
        f"scp {login}@{server}:{path} ."
    )
