"""Rights on the screen: keys that a person may not use are not offered, and say so when pressed."""

import pytest

from recall_tui.actions import ACTIONS
from recall_tui.domain import rights
from recall_tui.domain.command_rights import COMMANDS, right_for
from recall_tui.domain.commands import Command
from recall_tui.domain.rights import Right, Role
from tests.screens.fake_desk import FakeDesk
from tests.screens.session import at_work


def desk_of(role: Role) -> FakeDesk:
    """Return a desk at which somebody of this role sits."""
    desk = FakeDesk()
    desk.role = str(role)
    return desk


async def test_a_key_that_is_not_for_me() -> None:
    """Reception presses x (mark done): nothing opens, nothing is done, one line says for whom."""
    desk = desk_of(Role.RECEPTION)
    async with at_work(desk) as session:
        await session.go_to_calm()
        await session.press("x")
        assert len(session.app.screen_stack) == 2
        assert "reception may not hold, mark done" in session.said[-1]
        assert "clinician or admin" in session.said[-1]
        assert desk.done == []


async def test_the_key_line_offers_what_is_allowed() -> None:
    """An auditor's key line has neither Invite nor Undo; an admin's has both."""
    async with at_work(desk_of(Role.AUDITOR), (120, 40)) as session:
        assert "Invite" not in session.lines[-1]
        assert "Undo" not in session.lines[-1]
        assert {"Menu", "Help"} <= set(session.lines[-1].split())
        await session.press("i")
        assert "auditor may not invite patients" in session.said[-1]
    async with at_work(desk_of(Role.ADMIN), (120, 40)) as session:
        assert "Invite" in session.lines[-1]


def test_every_action_that_writes_needs_a_right() -> None:
    """No action that changes the store is open to whoever may only see."""
    assert not [
        one.id for one in ACTIONS if one.writes and rights.right_of_action(one.name) is Right.SEE
        and one.name != "book"
    ]  # fmt: skip


def test_every_command_needs_a_right() -> None:
    """Each command is in the table; one that nobody listed would be an admin's alone."""
    known = set(Command.__args__)
    assert set(COMMANDS) == known
    assert right_for(object()) is Right.PEOPLE


@pytest.mark.parametrize("role", ["", "root", "Admin", "admin "])
def test_unknown_roles_may_nothing(role: str) -> None:
    """A role that is not in the table has no right at all."""
    assert not any(rights.may(role, right) for right in Right)
