"""Exports: which patients' due items went into which file, and what became of it.

The events are ``SharedChange``s of the kind ``export``. *Begun* is stored before the file has its
name and *written* after it, so that a death at any step leaves an export without a file, never a
file of which nobody knows. Until it is recorded or discarded nobody in it is invited again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from recall_tui.domain.channel import Channel
from recall_tui.domain.commands import ExportInvites, RecordInvites, Target
from recall_tui.domain.sharing import NoteRun, SharedAct, SharedChange, counted

_NONE = RecordInvites((), ())


@dataclass(frozen=True, slots=True)
class Export:
    """What the changes of one export add up to."""

    export_id: str
    at: datetime
    by: str
    file: str = ""
    """Name of the file, without its folder."""

    digest: str = ""
    on: date = date.min
    """The practice's day on which it was exported: the day of its invites."""

    invites: RecordInvites = _NONE
    """What recording it records; empty once it is settled."""

    is_written: bool = False
    """Whether the file is known to be there; else the session ended while it was written."""

    settled: SharedAct | None = None
    """``recorded``, ``discarded`` or ``failed``; None: it is open."""

    settled_by: str = ""
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody must still say what became of it."""
        return self.settled is None

    @property
    def patients(self) -> tuple[str, ...]:
        """Who is in it, in the order of the file."""
        return tuple(patient for patient, _channel in self.invites.channels)

    def words(self, today: date) -> str:
        """Say when and by whom: "exported 13:05 by jo, not recorded"."""
        clock = f"{self.at:%H:%M}"
        if self.at.tzname() == "UTC":
            clock += " UTC"
        if self.on != today:
            clock += f" on {self.on.day} {self.on:%b %Y}"
        verb = "exported" if self.is_written else "export begun, perhaps without a file,"
        return f"{verb} {clock} by {self.by}, not recorded"


def exports_of(changes: Iterable[SharedChange]) -> tuple[Export, ...]:
    """Return every export, the oldest first."""
    found: dict[str, Export] = {}
    for change in counted(changes):
        if change.act is SharedAct.BEGUN:
            found[change.shared_id] = _begun(change)
        elif change.shared_id in found:
            found[change.shared_id] = _applied(found[change.shared_id], change)
    return tuple(found.values())


def payload_of(command: ExportInvites, on: date) -> Mapping[str, object]:
    """Return what is kept of an export: numbers, items, days and channels, no names."""
    invites = command.invites
    run = invites.run
    return {
        "name": command.file,
        "sha256": command.digest,
        "on": on.isoformat(),
        "patients": [patient for patient, _channel in invites.channels],
        "channels": [str(channel) for _patient, channel in invites.channels],
        "targets": [[one.patient, one.item, one.due_on.isoformat()] for one in invites.targets],
        "template": invites.template,
        "run": [run.shared_id, run.name, run.month, *run.patients] if run else [],
    }


def _begun(change: SharedChange) -> Export:
    given = change.payload
    on = str(given.get("on") or "")
    return Export(
        change.shared_id,
        change.at,
        change.by,
        file=str(given.get("name") or ""),
        digest=str(given.get("sha256") or ""),
        on=date.fromisoformat(on) if on else change.at.date(),
        invites=_invites(change.shared_id, given),
    )


def _invites(export: str, given: Mapping[str, object]) -> RecordInvites:
    patients = cast("list[str]", given.get("patients") or [])
    channels = cast("list[str]", given.get("channels") or [])
    targets = cast("list[tuple[str, str, str]]", given.get("targets") or [])
    run = cast("list[str]", given.get("run") or [])
    return RecordInvites(
        tuple(Target(patient, item, date.fromisoformat(due)) for patient, item, due in targets),
        tuple((one, Channel(by)) for one, by in zip(patients, channels, strict=True)),
        template=str(given.get("template") or ""),
        run=NoteRun(run[0], run[1], run[2], tuple(run[3:])) if run else None,
        export=export,
    )


def _applied(export: Export, change: SharedChange) -> Export:
    if change.act is SharedAct.WRITTEN:
        return replace(export, is_written=True)
    return replace(export, settled=change.act, settled_by=change.by, settled_at=change.at)
