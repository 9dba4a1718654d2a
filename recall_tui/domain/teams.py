"""Teams, and under which names patients are assigned to a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from recall_tui.domain.sharing import Shared, SharedChange, SharedKind, fold_shared


@dataclass(frozen=True, slots=True)
class Team:
    """People who look after the same patients: those assigned to it are in the queue of each."""

    team_id: str
    name: str
    members: tuple[str, ...]
    """Their logins."""

    version: int = 0


def teams_of(changes: Iterable[SharedChange]) -> tuple[Team, ...]:
    """Return the teams that there are, by name."""
    found = [
        _team(shared)
        for (kind, _shared_id), shared in fold_shared(changes).items()
        if kind is SharedKind.TEAM and shared.name and not shared.is_removed
    ]
    return tuple(sorted(found, key=lambda team: team.name))


def names_of(login: str, teams: Iterable[Team]) -> tuple[str, ...]:
    """Return under which names patients are assigned to a person: the login, then teams."""
    return (login, *(team.name for team in teams if login in team.members))


def _team(shared: Shared) -> Team:
    wanted = shared.definition.get("members")
    members = cast("list[object]", wanted) if isinstance(wanted, list) else []
    return Team(shared.shared_id, shared.name, tuple(map(str, members)), shared.version)
