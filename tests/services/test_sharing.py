"""Named views and recipes: shared, never overwritten unseen, run, and taken back."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from recall_tui.domain.calendar import Month
from recall_tui.domain.commands import Actor, Channel, Command, RecordInvites, Redo, Undo
from recall_tui.domain.sharing import NoteRun, RemoveShared, SaveShared, SharedKind
from recall_tui.domain.states import DueState
from recall_tui.errors import Conflict, Refused
from recall_tui.services.sharing import recipe_definition, shelf_of, view_definition
from recall_tui.services.shipped_views import MONTH_RECIPE, SHIPPED
from recall_tui.views.done import Done
from recall_tui.views.facets import Facet
from recall_tui.views.filters import FilterState, Looking, index_rows
from recall_tui.views.names import NO_NAMES
from recall_tui.views.shelf import NamedView, Shelf, steps_of
from storage.store import SqlStore
from tests.screens.fake_desk import FakeDesk
from tests.services.test_desk import HBA1C, TODAY, as_it_begins, do, practice
from tests.support.stocked import filled_by

filling = filled_by(as_it_begins, "practice")

__all__ = ["practice"]
AL = Actor("al", role="reception")
NURSE = FilterState({Facet.STAFF: frozenset({"nurse"})}, "!diabetes")
VIEW, RECIPE = SharedKind.VIEW, SharedKind.RECIPE


def shelf(store: SqlStore) -> Shelf:
    """Return what the practice shares now."""
    return shelf_of(store.shared_changes())


def saving(name: str, state: FilterState = NURSE, over: NamedView | None = None) -> SaveShared:
    """Return the command that keeps a view."""
    definition = view_definition(state, ("overdue", True))
    if over is None:
        return SaveShared(VIEW, "", name, definition)
    return SaveShared(VIEW, over.view_id, name, definition, over.version)


def test_a_new_practice_has_a_recipe(practice: SqlStore) -> None:
    """The shipped views are there in the order of the month, and none has been run."""
    found = shelf(practice)
    assert found.views == SHIPPED
    assert [view.view_id for view in found.recipes[0].views] == [one.view_id for one in SHIPPED]
    assert 5 <= len(SHIPPED) <= 8


def test_nobody_of_the_month_is_in_two_first_batches() -> None:
    """The shipped first batches and the vulnerable do not overlap, so nobody is asked twice."""
    rows = FakeDesk().worklist(Month(2026, 12)).rows
    steps = steps_of(SHIPPED, index_rows(rows, Looking(TODAY), NO_NAMES), "2026-12")
    held = {step.view.view_id: set(step.patients) for step in steps}
    for one, other in (
        ("first-gather", "first-review"), ("first-gather", "considerate"),
        ("first-review", "considerate"), ("first-gather", "high-risk"), ("again", "phone"),
    ):  # fmt: skip
        assert not held[one] & held[other]
    assert held["first-gather"]
    assert held["first-review"]


def test_everybody_who_can_be_asked_is_in_a_batch() -> None:
    """Whatever was asked before, and of whatever only a part: nobody falls between two batches.

    Who was invited in the last two weeks waits for the next batch, and for nothing else.
    """
    base = FakeDesk().worklist(Month(2026, 12)).rows[0]
    asked = ((0, None), (1, 15), (2, 40), (3, 100), (7, 15))
    rows = [
        replace(
            base,
            patient=f"{number}",
            state=state,
            invites=invites,
            last_invited=TODAY - timedelta(days=days) if days else None,
            channel=channel,
            flags=flags,
            since_last_invite=booked,
            high_risk_since=None,
            appointments=tuple(replace(one, staff_group=group) for one in base.appointments[:1]),
        )
        for number, (state, (invites, days), channel, flags, booked, group) in enumerate(
            product(
                (DueState.OUTSTANDING, DueState.INVITED, DueState.ESCALATED), asked,
                (Channel.SMS, Channel.LETTER, Channel.NONE), ((), ("dementia",)), (0, 1),
                ("hca", "nurse", ""),
            )
        )
    ]  # fmt: skip
    steps = steps_of(SHIPPED, index_rows(rows, Looking(TODAY), NO_NAMES), "2026-12")
    held = {patient for step in steps for patient in step.patients}
    assert not [row for row in rows if row.patient not in held]


def test_a_view_is_kept_changed_and_removed_with_undo(practice: SqlStore) -> None:
    """What was saved is found as it was; each step is taken back and put back by undo and redo."""
    do(practice, saving("Nurses"))
    kept = shelf(practice).view("nurses")
    assert (kept.filter, kept.order, kept.by) == (NURSE, ("overdue", True), "jo")
    do(practice, saving("Sisters", FilterState(), kept), minutes=1)
    assert do(practice, RemoveShared(VIEW, kept.view_id, "Sisters", now(practice, "Sisters")),
              minutes=2).words == "Removed the view Sisters"  # fmt: skip
    assert len(shelf(practice).views) == len(SHIPPED)
    assert do(practice, Undo(), minutes=3).words == "Undone: removed the view Sisters"
    assert shelf(practice).view("sisters").filter == FilterState()
    do(practice, Undo(), minutes=4)
    assert shelf(practice).view("nurses").filter == NURSE
    do(practice, Redo(), minutes=5)
    assert shelf(practice).view("sisters").filter == FilterState()
    do(practice, Undo(), minutes=6)
    do(practice, Undo(), minutes=7)
    assert len(shelf(practice).views) == len(SHIPPED)
    with pytest.raises(Refused, match="nothing to be undone"):
        do(practice, Undo(), minutes=8)


def now(store: SqlStore, name: str) -> int:
    """Return the version of a view."""
    return shelf(store).view(name).version


def test_a_shipped_view_becomes_the_practices_own(practice: SqlStore) -> None:
    """Saved over, it keeps its place; taken back, it is as it was shipped."""
    do(practice, saving("Ring them", over=SHIPPED[6]))
    assert shelf(practice).views[6].name == "Ring them"
    do(practice, Undo(), minutes=1)
    assert shelf(practice).views[6].filter == SHIPPED[6].filter
    do(practice, RemoveShared(VIEW, SHIPPED[6].view_id, "x", now(practice, SHIPPED[6].view_id)),
       minutes=2)  # fmt: skip
    assert len(shelf(practice).recipes[0].views) == len(SHIPPED) - 1


def test_a_colleagues_change_is_not_overwritten(practice: SqlStore) -> None:
    """Whoever saves over an older view is told; so is who undoes what others changed since."""
    mine = do(practice, saving("Nurses")).command_id
    kept = shelf(practice).view("Nurses")
    do(practice, saving("Nurses", FilterState(), kept), AL, minutes=1)
    with pytest.raises(Conflict, match="changed by al"):
        do(practice, saving("Nurses", NURSE, kept), minutes=2)
    with pytest.raises(Refused, match="al changed it since"):
        do(practice, Undo(mine), minutes=3)
    with pytest.raises(Refused, match="a view called nurses already"):
        do(practice, saving(" nurses"), minutes=4)
    for name in (" ", "x" * 41):
        with pytest.raises(Refused):
            do(practice, saving(name), minutes=5)


def test_a_run_says_who_is_new_since(practice: SqlStore) -> None:
    """A view's last run in a month tells by whom and when, and who came since; undo forgets it."""
    view = SHIPPED[3]
    rows = FakeDesk().worklist(Month(2026, 12)).rows
    indexed = index_rows(rows, Looking(TODAY), NO_NAMES)
    before = steps_of([view], indexed, "2026-12")[0]
    assert (before.fresh, before.run) == (before.patients, None)
    do(practice, NoteRun(view.view_id, view.name, "2026-12", before.patients[2:]), AL)
    step = steps_of(shelf(practice).views[3:4], indexed, "2026-12")[0]
    assert step.run is not None
    assert (step.fresh, step.run.by) == (before.patients[:2], "al")
    assert steps_of(shelf(practice).views[3:4], indexed, "2027-01")[0].run is None
    do(practice, Undo(), AL, minutes=1)
    assert shelf(practice).views[3].last_run is None


def test_a_batch_notes_its_view_as_run_and_undo_takes_both_back(practice: SqlStore) -> None:
    """One command, one step of undo: the invites and the run of the view they came from."""
    run = NoteRun("again", "Again", "2026-12", ("101",))
    batch: Command = RecordInvites((HBA1C,), (("101", Channel.SMS),), run=run)
    do(practice, batch)
    assert last_patients(practice) == {"101"}
    done: Done = do(practice, Undo(), minutes=1)
    assert done.words == "Undone: invited (1 patient)"
    assert last_patients(practice) == set()
    do(practice, Redo(), minutes=2)
    assert last_patients(practice) == {"101"}


def last_patients(store: SqlStore) -> set[str]:
    """Return whom the last run of the second invite held."""
    run = shelf(store).view("again").last_run
    return set(run.patients) if run else set()


def test_a_recipe_is_an_order_of_views(practice: SqlStore) -> None:
    """It is kept in its order; a view that was removed leaves it, and comes back by undo."""
    views = (SHIPPED[4], SHIPPED[0])
    do(practice, SaveShared(RECIPE, MONTH_RECIPE, "Ours", recipe_definition(views)))
    found = shelf(practice).recipes[0]
    assert (found.name, found.views) == ("Ours", views)
    do(practice, RemoveShared(VIEW, SHIPPED[0].view_id, "x"), minutes=1)
    assert shelf(practice).recipes[0].views == views[:1]
    do(practice, Undo(), minutes=2)
    assert [one.view_id for one in shelf(practice).recipes[0].views] == [
        one.view_id for one in views
    ]
