"""Every command, for every role, on an open and on a restricted record: asked in the service."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from recall_tui.domain import commands
from recall_tui.domain.command_rights import COMMANDS, right_for
from recall_tui.domain.commands import Actor, Channel, Command, ContactOutcome, Target
from recall_tui.domain.rights import Right, Role, may
from recall_tui.domain.sharing import NoteRun, RemoveShared, SaveShared, SharedKind
from recall_tui.errors import RecallError, Refused, RestrictedRecord
from recall_tui.ports import Work
from recall_tui.services.deciding import Moment
from recall_tui.services.desk import perform
from recall_tui.services.guarding import patients_named
from recall_tui.views.people import Member
from storage.ids import new_row_id
from storage.store import SqlStore
from tests.support.desk import AT, TODAY, act, target
from tests.support.extracts import due, extract, patient, plan

LATER = TODAY + timedelta(days=5)
OPEN, SECRET = "100", "101"


@dataclass
class Practice:
    """A practice with one open and one restricted record, and somebody of each role."""

    store: SqlStore
    targets: dict[str, tuple[Target, ...]] = field(default_factory=dict[str, tuple[Target, ...]])
    bookings: dict[str, str] = field(default_factory=dict[str, str])
    noted: dict[str, str] = field(default_factory=dict[str, str])
    exports: dict[str, str] = field(default_factory=dict[str, str])


@pytest.fixture
def practice(peopled: SqlStore) -> Practice:
    """Give a practice in which an admin booked and noted something on both records."""
    people = [patient(OPEN), patient(SECRET, family_name="Secret", sensitive=True)]
    peopled.merge_extract(extract(people), by="jo", at=AT, accept=True, dry_run=False)
    rows = [due(one, item, TODAY) for one in (OPEN, SECRET) for item in ("hba1c", "foot_check")]
    peopled.merge_plan(plan(rows), None, AT)

    def enrol(work: Work) -> None:
        for role in Role:
            work.put_member(Member(f"a-{role}", "", str(role)), by="jo", at=AT)

    peopled.write(enrol)
    found = Practice(peopled)
    for one in (OPEN, SECRET):
        booked = commands.MarkBooked((target(peopled, one, "foot_check"),), LATER)
        found.bookings[one] = act(peopled, booked).booking_id
        found.noted[one] = act(peopled, commands.AddNote(one, "rang")).command_id
        found.targets[one] = (target(peopled, one, "hba1c"),)
        invites = commands.RecordInvites(
            (target(peopled, one, "foot_check"),), ((one, Channel.LETTER),)
        )
        export = commands.ExportInvites(invites, "x.csv", "")
        found.exports[one] = act(peopled, export).command_id
    return found


ASKED: dict[type[object], Callable[[Practice, str], Command]] = {
    commands.NoteExport: lambda p, n: commands.NoteExport(p.exports[n], is_written=True),
    commands.RecordExport: lambda p, n: commands.RecordExport(p.exports[n]),
    commands.DiscardExport: lambda p, n: commands.DiscardExport(p.exports[n]),
    commands.ExportInvites: lambda p, n: commands.ExportInvites(
        commands.RecordInvites(p.targets[n], ((n, Channel.LETTER),)), "y.csv", ""
    ),
    commands.RecordInvites: lambda p, n: commands.RecordInvites(
        p.targets[n], ((n, Channel.LETTER),)
    ),
    commands.MarkBooked: lambda p, n: commands.MarkBooked(p.targets[n], LATER),
    commands.Unbook: lambda p, n: commands.Unbook(n, p.bookings[n]),
    commands.MarkDone: lambda p, n: commands.MarkDone(p.targets[n], "seen elsewhere"),
    commands.Snooze: lambda p, n: commands.Snooze(p.targets[n], LATER),
    commands.Decline: lambda p, n: commands.Decline(p.targets[n], "said no"),
    commands.Reopen: lambda p, n: commands.Reopen(p.targets[n]),
    commands.Hold: lambda p, n: commands.Hold(p.targets[n], "Dr Drama", "x", LATER),
    commands.RecordContact: lambda _p, n: commands.RecordContact(n, ContactOutcome.NO_ANSWER),
    commands.AddNote: lambda _p, n: commands.AddNote(n, "rang again"),
    commands.Assign: lambda _p, n: commands.Assign((n,), "al"),
    commands.ChooseMonth: lambda _p, n: commands.ChooseMonth(n, 3),
    commands.MarkFlag: lambda _p, n: commands.MarkFlag((n,), "housebound", holds=True),
    commands.Undo: lambda p, n: commands.Undo(p.noted[n]),
    commands.Redo: lambda p, n: commands.Redo(p.noted[n]),
    commands.OpenSlots: lambda _p, _n: commands.OpenSlots("nurse"),
    SaveShared: lambda _p, n: SaveShared(SharedKind.VIEW, "", f"mine {n}", {}),
    RemoveShared: lambda _p, _n: RemoveShared(SharedKind.VIEW, "x", "x"),
    NoteRun: lambda _p, n: NoteRun("x", "x", "2026-11", (n,)),
}
"""A command of each kind about a patient."""

NAMES_NOBODY = (commands.OpenSlots, SaveShared, RemoveShared, NoteRun)


@pytest.mark.parametrize("role", Role)
def test_every_command(practice: Practice, role: Role) -> None:
    """A role without the right is refused; so is one that may not see the record it acts on."""
    assert set(ASKED) == set(COMMANDS)
    store, revision = practice.store, practice.store.revision()
    for kind, made in ASKED.items():
        for number in (OPEN, SECRET):
            command = made(practice, number)
            allowed = may(role, right_for(command))
            hidden = number == SECRET and kind not in NAMES_NOBODY
            fault = _asked(store, command, f"a-{role}")
            if not allowed:
                assert isinstance(fault, Refused), (kind, number)
                assert f"{role} may not {right_for(command)}" in fault.words
            elif hidden and not may(role, Right.RESTRICTED):
                assert isinstance(fault, RestrictedRecord), (kind, fault)
                assert (fault.patients, "Secret" in fault.words) == ((SECRET,), False)
            else:
                assert "may not" not in getattr(fault, "words", ""), (kind, number)
    if not may(role, Right.BOOK):
        assert store.revision() == revision


def _asked(store: SqlStore, command: Command, login: str) -> RecallError | None:
    """Return why a command was not carried out; None: it was."""
    try:
        perform(store, command, Moment(Actor(login), AT, TODAY, new_row_id()))
    except RecallError as fault:
        return fault
    return None


def test_nothing_of_a_batch_is_done(practice: Practice) -> None:
    """One restricted record among many stops the whole command; what was written is nothing."""
    revision = practice.store.revision()
    fault = _asked(practice.store, commands.Assign((OPEN, SECRET), "al"), "a-reception")
    assert isinstance(fault, RestrictedRecord)
    assert practice.store.revision() == revision


def test_undo_of_what_became_restricted(practice: Practice) -> None:
    """What reception did before the record was restricted is not theirs to take back any more."""
    store = practice.store
    act(store, commands.AddNote(OPEN, "rang"), "a-reception")
    people = [patient(OPEN, sensitive=True), patient(SECRET, sensitive=True)]
    store.merge_extract(extract(people), by="jo", at=AT, accept=True, dry_run=False)
    assert isinstance(_asked(store, commands.Undo(), "a-reception"), RestrictedRecord)
    assert _asked(store, commands.Undo(of="a-reception"), "jo") is None


@pytest.mark.parametrize("settled", [commands.DiscardExport, commands.RecordExport])
@pytest.mark.parametrize("undone", [False, True])
def test_an_export_in_which_somebody_became_restricted(
    practice: Practice,
    settled: type[commands.DiscardExport | commands.RecordExport],
    *,
    undone: bool,
) -> None:
    """Who may not see the record neither settles the export nor opens it again.

    Nor do they call it failed, which would let its patients be asked again: only who exported it
    says that.
    """
    store, export = practice.store, practice.exports[OPEN]
    settle, take_back = settled(export), commands.Undo()
    act(store, settle, "a-reception")
    if undone:
        act(store, take_back, "a-reception")
    people = [patient(OPEN, sensitive=True), patient(SECRET, sensitive=True)]
    store.merge_extract(extract(people), by="jo", at=AT, accept=True, dry_run=False)
    revision = store.revision()
    failed = commands.NoteExport(export, is_written=False)
    for command in (commands.Redo(), settle, failed) if undone else (take_back,):
        assert isinstance(_asked(store, command, "a-reception"), RestrictedRecord), command
    assert store.revision() == revision
    assert _asked(store, failed if undone else commands.Undo(of="a-reception"), "jo") is None


def test_who_is_named(practice: Practice) -> None:
    """Whoever a command could change is named by it: nobody slips through beside the first."""
    contact = commands.RecordContact(OPEN, ContactOutcome.NO_ANSWER, also=(SECRET,))
    assert patients_named(contact) == {OPEN, SECRET}
    both = practice.targets[OPEN] + practice.targets[SECRET]
    assert patients_named(commands.Decline(both, "x")) == {OPEN, SECRET}
