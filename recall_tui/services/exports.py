"""What is known of exports within a transaction, and how one is settled."""

from collections.abc import Collection
from datetime import date

from recall_tui.domain.exports import Export, exports_of
from recall_tui.domain.sharing import SharedAct, SharedChange, SharedKind
from recall_tui.errors import Refused
from recall_tui.ports import Work
from recall_tui.services.deciding import Moment, people


def export_named(work: Work, export_id: str) -> Export:
    """Return an export by its id.

    Raises:
        Refused: there is none.
    """
    for one in exports_of(work.shared_changes(exports=True)):
        if one.export_id == export_id:
            return one
    raise Refused("there is no such export")


def refuse_exported(
    work: Work, patients: Collection[str], today: date, *, own: str = ""
) -> Export | None:
    """Return the export ``own`` when it is open.

    Raises:
        Refused: one of the patients is in another open export, or ``own`` is settled.
    """
    every = [one for one in exports_of(work.shared_changes(exports=True)) if one.is_open]
    mine = next((one for one in every if one.export_id == own), None)
    if own and mine is None:
        raise Refused("this export was settled by somebody else: look at the list again")
    for one in every:
        both = set(patients).intersection(one.patients) if one is not mine else ()
        if both:
            message = (
                f"{people(both)} of these: {one.words(today)}: record that export, or discard it"
            )
            raise Refused(message)
    return mine


def settle(work: Work, moment: Moment, export: Export, act: SharedAct) -> None:
    """Store what became of an export or of its file."""
    work.append_shared(
        SharedChange(
            moment.command_id, moment.at, moment.who.login, act, SharedKind.EXPORT,
            export.export_id, {"name": export.file, "patients": list(export.patients)},
        )
    )  # fmt: skip
