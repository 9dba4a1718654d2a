"""The people of a practice, and to whom patients can be assigned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recall_tui.domain.rights import Right, may

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recall_tui.domain.teams import Team


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the practice; without a role they may not work there any more."""

    login: str
    name: str
    role: str
    pin: str = ""
    """Hash of the PIN that unlocks the screen; empty: none was chosen."""

    version: int = 0


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody to whom patients can be assigned, or a team; without a name it is nobody."""

    name: str
    words: str
    """The name, and who that is."""


def owners(login: str, members: Sequence[Member], teams: Sequence[Team]) -> tuple[Owner, ...]:
    """Return ``login``, nobody, the teams (own ones first), then whoever else sees lists."""
    called = {one.login: one.name for one in members}
    own = ", ".join(filter(None, ("me", called.get(login, ""))))
    in_order = sorted(teams, key=lambda team: (login not in team.members, team.name.casefold()))
    others = [one for one in members if one.login != login and may(one.role, Right.SEE)]
    return (
        Owner(login, f"{login}   {own}"),
        Owner("", "Nobody"),
        *(Owner(one.name, f"{one.name}   team: {', '.join(one.members)}") for one in in_order),
        *(Owner(one.login, f"{one.login}   {one.name or 'no name'}, {one.role}") for one in others),
    )
