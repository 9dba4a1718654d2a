"""Exports: what is kept of a file of invites, and what its changes add up to."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType

from recall_tui.domain.channel import Channel
from recall_tui.domain.commands import ExportInvites, RecordInvites, Target
from recall_tui.domain.exports import exports_of, payload_of
from recall_tui.domain.sharing import NoteRun, SharedAct, SharedChange, SharedKind

TODAY = date(2026, 12, 1)
AT = datetime(2026, 12, 1, 13, 5, tzinfo=UTC)
BOTH = RecordInvites(
    (Target("101", "hba1c", date(2026, 12, 15)), Target("102", "foot", date(2027, 1, 3))),
    (("101", Channel.SMS), ("102", Channel.LETTER)),
    template="bloods",
    run=NoteRun("again", "Again", "2026-12", ("101", "102")),
    export="x1",
)


def _begun() -> SharedChange:
    """Return how the export of BOTH begins, with what is kept of it."""
    kept = payload_of(ExportInvites(BOTH, "batch.csv", "ab" * 32), TODAY)
    return _change(1, SharedAct.BEGUN, kept)


def _change(
    seq: int, act: SharedAct, payload: Mapping[str, object] = MappingProxyType({})
) -> SharedChange:
    kind = SharedKind.EXPORT
    return SharedChange(f"c{seq}", AT, f"by{seq}", act, kind, "x1", payload, seq=seq)


def test_what_is_kept_of_an_export_is_what_it_invites() -> None:
    """Everybody, each item, channel, template and view come back as they were exported."""
    (export,) = exports_of([_begun()])
    assert export.invites == BOTH
    assert export.patients == ("101", "102")
    assert (export.export_id, export.file, export.digest) == ("x1", "batch.csv", "ab" * 32)
    assert (export.on, export.at, export.by) == (TODAY, AT, "by1")


def test_an_export_of_an_earlier_version_is_of_the_day_on_which_it_was_begun() -> None:
    """What was not kept then is empty, and nobody is made up."""
    (export,) = exports_of([_change(1, SharedAct.BEGUN, {"patients": None})])
    assert export.on == AT.date()
    assert (export.patients, export.invites.targets, export.invites.run) == ((), (), None)
    assert (export.file, export.digest, export.invites.template) == ("", "", "")


def test_an_export_is_open_until_somebody_says_what_became_of_its_file() -> None:
    """Begun, then written, then recorded: who settled it is not who began it."""
    begun, written = _begun(), _change(2, SharedAct.WRITTEN)
    (export,) = exports_of([begun])
    assert (export.is_open, export.is_written) == (True, False)
    (export,) = exports_of([written, begun])
    assert (export.is_open, export.is_written, export.settled_by) == (True, True, "")
    for act in (SharedAct.RECORDED, SharedAct.DISCARDED, SharedAct.FAILED):
        (export,) = exports_of([begun, written, _change(3, act)])
        assert (export.is_open, export.settled) == (False, act)
        assert (export.settled_by, export.settled_at, export.is_written) == ("by3", AT, True)


def test_what_is_told_of_no_export_is_none() -> None:
    """A file that is said to be written without having been begun invites nobody."""
    assert exports_of([_change(2, SharedAct.WRITTEN)]) == ()


def test_the_words_say_when_and_by_whom_and_whether_there_is_a_file() -> None:
    """The day only where it is another one than today."""
    begun = _begun()
    (export,) = exports_of([begun, _change(2, SharedAct.WRITTEN)])
    assert export.words(TODAY) == "exported 13:05 UTC by by1, not recorded"
    (unsure,) = exports_of([begun])
    assert unsure.words(date(2026, 12, 3)) == (
        "export begun, perhaps without a file, 13:05 UTC on 1 Dec 2026 by by1, not recorded"
    )
