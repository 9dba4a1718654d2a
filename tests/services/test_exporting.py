"""Exports: kept before the file, settled once, by anybody; nobody in an open one is asked again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from recall_tui.domain.commands import (
    Channel,
    Command,
    Decline,
    DiscardExport,
    ExportInvites,
    NoteExport,
    RecordExport,
    RecordInvites,
    Redo,
    Undo,
)
from recall_tui.domain.exports import Export, exports_of
from recall_tui.domain.sharing import NoteRun
from recall_tui.errors import Conflict, Refused
from recall_tui.services.sharing import shelf_of
from storage.store import SqlStore
from tests.services.test_desk import (
    AL,
    HBA1C,
    LITHIUM,
    TODAY,
    as_it_begins,
    do,
    practice,
    seen,
    state,
)
from tests.support.stocked import filled_by

filling = filled_by(as_it_begins, "practice")

__all__ = ["practice"]
BOTH = RecordInvites(
    (HBA1C, LITHIUM),
    (("101", Channel.SMS), ("102", Channel.LETTER)),
    template="batch.csv",
    run=NoteRun("again", "Again", "2026-11", ("101", "102")),
)
EXPORT = ExportInvites(BOTH, "batch.csv", "ab" * 32)


def exports(store: SqlStore) -> tuple[Export, ...]:
    """Return every export of the store."""
    return exports_of(store.shared_changes(exports=True))


def only(store: SqlStore) -> Export:
    """Return the one export of the store."""
    (found,) = exports(store)
    return found


def export(store: SqlStore) -> None:
    """Export both patients, as jo, whole."""
    do(store, EXPORT, command_id="e1")
    do(store, NoteExport("e1", is_written=True), minutes=1)


def test_an_export_says_who_what_and_when(practice: SqlStore) -> None:
    """Before the file it is begun, after it written; it keeps patients, items and digest."""
    do(practice, EXPORT, command_id="e1")
    begun = only(practice)
    assert (begun.is_open, begun.is_written, begun.patients) == (True, False, ("101", "102"))
    assert begun.words(TODAY) == (
        "export begun, perhaps without a file, 10:00 UTC by jo, not recorded"
    )
    do(practice, NoteExport("e1", is_written=True), minutes=1)
    found = only(practice)
    assert found.words(TODAY) == "exported 10:00 UTC by jo, not recorded"
    assert found.words(date(2026, 11, 23)).startswith("exported 10:00 UTC on 22 Nov 2026 by jo")
    assert (found.file, found.digest, found.on) == ("batch.csv", "ab" * 32, TODAY)
    assert found.invites == replace(BOTH, export="e1")
    assert state(practice, HBA1C).invites == 0


def test_nobody_in_an_open_export_is_exported_or_recorded_again(practice: SqlStore) -> None:
    """A colleague with an older preview is refused, and hears by whom it was exported."""
    export(practice)
    with pytest.raises(Refused, match=r"2 patients of these: exported 10:00 UTC by jo"):
        do(practice, EXPORT, AL, minutes=2)
    one = RecordInvites((HBA1C,), (("101", Channel.SMS),))
    with pytest.raises(Refused, match="record that export, or discard it"):
        do(practice, one, AL, minutes=2)
    assert (len(exports(practice)), state(practice, HBA1C).invites) == (1, 0)
    do(practice, DiscardExport("e1"), AL, minutes=3)
    do(practice, EXPORT, AL, minutes=4)


def test_a_colleague_records_it_once(practice: SqlStore) -> None:
    """Of the day of the export; again does nothing; a view that it was made from is noted."""
    export(practice)
    assert do(practice, RecordExport("e1"), AL, minutes=2).words == (
        "Recorded an invite for 2 patients"
    )
    assert state(practice, HBA1C).last_invited == TODAY
    assert shelf_of(practice.shared_changes()).view("again").last_run is not None
    again = do(practice, RecordExport("e1"), minutes=3)
    assert (again.words, again.patients) == ("Recorded already, by al", ())
    assert (state(practice, HBA1C).invites, state(practice, LITHIUM).invites) == (1, 1)
    with pytest.raises(Refused, match=r"was recorded .*al"):
        do(practice, DiscardExport("e1"), minutes=4)


def test_recording_and_discarding_are_taken_back(practice: SqlStore) -> None:
    """Undo opens the export again; what became of a file is never taken back."""
    export(practice)
    with pytest.raises(Refused, match="nothing to be undone"):
        do(practice, Undo(), minutes=2)
    done = do(practice, RecordExport("e1"), minutes=2)
    do(practice, Undo(), minutes=3)
    assert (only(practice).is_open, state(practice, HBA1C).invites) == (True, 0)
    do(practice, Redo(), minutes=4)
    assert (only(practice).is_open, state(practice, HBA1C).invites) == (False, 1)
    do(practice, Undo(done.command_id), minutes=5)
    assert do(practice, DiscardExport("e1"), minutes=6).words.endswith("do not send batch.csv")
    assert do(practice, DiscardExport("e1"), AL, minutes=7).words == "Discarded already, by jo"
    with pytest.raises(Refused, match="was discarded"):
        do(practice, RecordExport("e1"), AL, minutes=7)
    assert do(practice, Undo(), minutes=8).words.startswith("Undone: discarded the export")
    assert only(practice).patients == ("101", "102")


def test_what_was_sent_was_sent(practice: SqlStore) -> None:
    """Who declined after the file was written is recorded as asked, and stays declined."""
    export(practice)
    do(practice, Decline((HBA1C,), "no"), AL, minutes=2)
    do(practice, RecordExport("e1"), minutes=3)
    found = state(practice, HBA1C)
    assert (found.invites, found.declined) == (1, "no")


def test_a_batch_that_changed_is_not_exported(practice: SqlStore) -> None:
    """Who was invited or declined since the preview is in no file; nothing is kept of it."""
    do(practice, Decline((HBA1C,), "no"), AL)
    with pytest.raises(Conflict, match="changed by al"):
        do(practice, EXPORT, minutes=1)
    assert exports(practice) == ()
    do(practice, replace(EXPORT, invites=replace(BOTH, targets=(seen(practice, HBA1C), LITHIUM))))


def test_a_file_that_could_not_be_written_holds_nobody_back(practice: SqlStore) -> None:
    """The export failed: its patients can be exported at once, and it cannot be recorded."""
    do(practice, EXPORT, command_id="e1")
    do(practice, NoteExport("e1", is_written=False), minutes=1)
    assert not only(practice).is_open
    with pytest.raises(Refused, match="could not be written"):
        do(practice, RecordExport("e1"), minutes=2)
    with pytest.raises(Refused, match="no such export"):
        do(practice, RecordExport("e9"), minutes=2)
    do(practice, EXPORT, minutes=3)


def test_an_export_recorded_in_the_same_breath_sees_changes(practice: SqlStore) -> None:
    """Recorded together with its file, it is refused when somebody decided meanwhile."""
    export(practice)
    do(practice, Decline((LITHIUM,), "no"), AL, minutes=2)
    with pytest.raises(Conflict, match="changed by al"):
        do(practice, replace(BOTH, export="e1"), minutes=3)
    now = (HBA1C, seen(practice, LITHIUM))
    do(practice, replace(BOTH, export="e1", targets=now), minutes=4)
    assert not only(practice).is_open
    with pytest.raises(Refused, match="settled by somebody else"):
        do(practice, replace(BOTH, export="e1", targets=(seen(practice, HBA1C),)), minutes=5)


def test_two_at_once(practice: SqlStore) -> None:
    """Two people who export the same batch, or record the same export: it is done once."""

    def attempt(command: Command) -> str:
        try:
            return do(practice, command).words
        except Refused as fault:
            return fault.words

    for command, first, second in (
        (EXPORT, "Exporting 2 patients", "2 patients of these: export begun"),
        (None, "Recorded an invite for 2 patients", "Recorded already, by jo"),
    ):
        asked = command or RecordExport(only(practice).export_id)
        with ThreadPoolExecutor(2) as both:
            told = sorted(both.map(attempt, [asked, asked]), key=lambda one: one != first)
        assert told[0] == first
        assert told[1].startswith(second)
    assert (len(exports(practice)), state(practice, HBA1C).invites) == (1, 1)
