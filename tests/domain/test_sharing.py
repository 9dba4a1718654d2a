"""What colleagues share, folded from its changes; teams, and who looks after whom."""

from datetime import UTC, datetime

import pytest

from recall_tui.domain.sharing import (
    Run,
    Shared,
    SharedAct,
    SharedChange,
    SharedKind,
    fold_shared,
    name_wrong,
)
from recall_tui.domain.teams import names_of, teams_of

VIEW, TEAM = SharedKind.VIEW, SharedKind.TEAM
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


def _change(seq: int, act: SharedAct, kind: SharedKind = VIEW, **told: object) -> SharedChange:
    shared, undoes = str(told.pop("shared_id", "v1")), str(told.pop("undoes", ""))
    at = AT.replace(minute=seq)
    return SharedChange(f"c{seq}", at, f"by{seq}", act, kind, shared, told, undoes, seq)


FIRST = _change(1, SharedAct.SAVED, name="Bloods", definition={"staff": ["hca"]})
AGAIN = _change(2, SharedAct.SAVED, name="Bloods, first", definition={"staff": ["nurse"]})


def _view(*changes: SharedChange) -> Shared:
    return fold_shared(changes)[VIEW, "v1"]


def test_the_latest_saving_counts_in_whatever_order_the_changes_come() -> None:
    """Name, definition, who and when are those of the newest; its number is the version."""
    for view in (_view(FIRST, AGAIN), _view(AGAIN, FIRST)):
        assert (view.name, view.definition) == ("Bloods, first", {"staff": ["nurse"]})
        assert (view.by, view.at, view.version) == ("by2", AGAIN.at, 2)
        assert not view.is_removed


def test_a_removal_says_so_and_keeps_what_was_removed() -> None:
    """Undone it is there again, under another version: whoever saw it before saw another state."""
    gone = _change(3, SharedAct.REMOVED)
    view = _view(FIRST, gone)
    assert (view.is_removed, view.name, view.version) == (True, "Bloods", 3)
    assert view.definition == {"staff": ["hca"]}
    back = _view(FIRST, gone, _change(4, SharedAct.TAKEN_BACK, undoes="c3"))
    assert (back.is_removed, back.name, back.version) == (False, "Bloods", 4)
    redone = _change(5, SharedAct.TAKEN_BACK, undoes="c4")
    assert _view(FIRST, gone, _change(4, SharedAct.TAKEN_BACK, undoes="c3"), redone).is_removed


def test_what_was_taken_back_whole_is_as_if_it_had_never_been_saved() -> None:
    """It has no name, and still a version that nobody may write over unseen."""
    view = _view(FIRST, _change(2, SharedAct.TAKEN_BACK, undoes="c1"))
    assert (view.name, view.definition, view.version) == ("", {}, 2)


def test_a_run_is_noted_with_who_was_in_the_view_and_is_no_new_version() -> None:
    """Those added since are whoever is not among them."""
    run = _change(2, SharedAct.RUN, month="2026-12", patients=["101", 102])
    later = _change(3, SharedAct.RUN, month="2027-01", patients=None)
    view = _view(FIRST, run, later)
    assert view.runs == (
        Run(run.at, "by2", "2026-12", frozenset({"101", "102"})),
        Run(later.at, "by3", "2027-01", frozenset()),
    )
    assert view.version == 1
    assert fold_shared([run])[VIEW, "v1"].version == 0


def test_a_definition_that_cannot_be_read_is_empty() -> None:
    """A view of a broken definition shows everybody, and hides nobody."""
    assert _view(_change(1, SharedAct.SAVED, name="A", definition="x")).definition == {}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("  ", "Give it a name."), ("a" * 40, ""), (" a ", ""), ("a" * 41, "At most 40 characters.")],
)
def test_a_name_has_one_to_forty_characters(name: str, wrong: str) -> None:
    """It stands on one line of the menu."""
    assert name_wrong(name) == wrong


def _team(seq: int, name: str, *members: object, act: SharedAct = SharedAct.SAVED) -> SharedChange:
    definition = {"members": list(members)}
    return _change(seq, act, TEAM, shared_id=f"t{seq}", name=name, definition=definition)


def test_teams_come_by_name_and_a_person_looks_after_those_of_each() -> None:
    """Removed ones, and what is no team, are left out."""
    teams = teams_of([
        FIRST,
        _team(2, "Nurses", "al", "jo"),
        _team(3, "Desk", "jo"),
        _team(4, "Old", "al", act=SharedAct.REMOVED),
        _change(5, SharedAct.SAVED, TEAM, shared_id="t5", name="", definition={}),
        _change(6, SharedAct.SAVED, TEAM, shared_id="t6", name="Zero", definition={"members": 1}),
    ])  # fmt: skip
    assert [(one.team_id, one.name, one.members, one.version) for one in teams] == [
        ("t3", "Desk", ("jo",), 3),
        ("t2", "Nurses", ("al", "jo"), 2),
        ("t6", "Zero", (), 6),
    ]
    assert names_of("jo", teams) == ("jo", "Desk", "Nurses")
    assert names_of("eve", teams) == ("eve",)
