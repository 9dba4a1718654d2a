"""Who may work in a practice: admitting a person to a right, and changing who is who."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from recall_tui.domain.rights import Right, Role, refusal
from recall_tui.errors import Refused
from recall_tui.views.people import Member

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from recall_tui.domain.commands import Actor
    from recall_tui.ports import Work
    from recall_tui.services.deciding import Moment

_ADMINS_NAMED = 3


class Knows(Protocol):
    """Whoever can say who is what in a practice."""

    def role_of(self, login: str) -> str:
        """Return what a person is; empty: not known, or removed."""
        ...

    def members(self) -> Sequence[Member]:
        """Return everybody who was ever given a role."""
        ...


def admit(work: Knows, who: Actor, right: Right) -> Actor:
    """Return the person with the role that the practice gave them.

    Raises:
        Refused: the practice does not know them, or their role has not the right.
    """
    role = who.role or work.role_of(who.login)
    if not role:
        raise Refused(unknown_words(who.login, work.members()))
    why = refusal(role, right)
    if why:
        raise Refused(f"{why}; ask {_admins(work.members())}")
    return replace(who, role=role)


def unknown_words(login: str, members: Sequence[Member]) -> str:
    """Return the one line for a person whom the practice does not know."""
    return (
        f"{login} is not known to this practice: ask {_admins(members)} for "
        f"recall users add {login} ROLE"
    )


def _admins(members: Sequence[Member]) -> str:
    names = [one.login for one in members if one.role == Role.ADMIN]
    return " or ".join(names[:_ADMINS_NAMED]) or "whoever runs the server"


def first_admin(work: Work, login: str, at: datetime) -> bool:
    """Make a person the admin of a practice that has nobody yet; return whether that was so."""
    if work.members():
        return False
    work.put_member(Member(login, "", str(Role.ADMIN)), by=login, at=at)
    work.record_access("first admin", (), by=login, at=at, details={"login": login})
    return True


def put_role(work: Work, moment: Moment, login: str, role: str, name: str = "") -> str:
    """Give a person a role, or none (empty: removed), and return what was done, in words.

    Raises:
        Refused: no right, no such role or person, or nobody would be admin any more.
    """
    admit(work, moment.who, Right.PEOPLE)
    if role and role not in {str(one) for one in Role}:
        known = ", ".join(str(one) for one in Role)
        raise Refused(f"{role} is no role: choose {known}")
    members = {one.login: one for one in work.members()}
    before = members.get(login)
    if before is None and not role:
        raise Refused(f"{login} is not known to this practice")
    admins = {one.login for one in members.values() if one.role == Role.ADMIN}
    if role != Role.ADMIN and admins == {login}:
        raise Refused(f"{login} is the only admin: make somebody else admin first")
    known_as = name or (before.name if before else "")
    pin = before.pin if before and role else ""
    version = before.version if before else 0
    work.put_member(Member(login, known_as, role, pin, version), by=moment.who.login, at=moment.at)
    was = before.role if before else ""
    details = {"login": login, "was": was, "is": role}
    work.record_access("users", (), by=moment.who.login, at=moment.at, details=details)
    return f"{login} is {role} now" if role else f"{login} may not work here any more"


def put_pin(work: Work, moment: Moment, stored: str) -> None:
    """Keep the hash of a person's own PIN.

    Raises:
        Refused: the practice does not know them.
    """
    login = moment.who.login
    member = next((one for one in work.members() if one.login == login and one.role), None)
    if member is None:
        raise Refused(unknown_words(login, work.members()))
    work.role_of(login)
    work.put_member(replace(member, pin=stored), by=login, at=moment.at)
    work.record_access("pin chosen", (), by=login, at=moment.at)
