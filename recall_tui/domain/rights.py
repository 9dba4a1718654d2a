"""Roles, rights, and which right each action of a screen and of the command line needs.

Screens, the command line, services and the grants of a Postgres store all read it. What is not
listed is not allowed. ``command_rights`` has those of the commands.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person is in a practice."""

    RECEPTION = "reception"
    CLINICIAN = "clinician"
    ADMIN = "admin"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class Right(StrEnum):
    """What a role may do; the value says it in words ("to …")."""

    SEE = "see lists and patients"
    RESTRICTED = "see restricted records"
    BOOK = "book, note, snooze and assign"
    INVITE = "invite patients"
    JUDGE = "hold, mark done, reopen or choose the month"
    UNDO_OTHERS = "undo what others did"
    IMPORT = "import or take an import back"
    RULES = "change recalls and settings"
    PEOPLE = "say who may work here"
    AUDIT = "read the audit"
    PLAN = "plan again"
    PRUNE = "remove what was kept long enough"
    OPERATE = "back up, restore and look after the store"


_EVERYBODY_ON_LISTS = (Right.SEE, Right.BOOK, Right.INVITE, Right.PLAN)

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.RECEPTION: frozenset(_EVERYBODY_ON_LISTS),
    Role.CLINICIAN: frozenset({*_EVERYBODY_ON_LISTS, Right.RESTRICTED, Right.JUDGE}),
    Role.ADMIN: frozenset(Right),
    Role.AUDITOR: frozenset({Right.AUDIT}),
    Role.OPERATOR: frozenset({Right.OPERATE, Right.PLAN}),
}
"""Who may do what."""

ACTIONS: Final[Mapping[str, Right]] = {
    "mark_booked": Right.BOOK,
    "accept": Right.BOOK,
    "unbook": Right.BOOK,
    "note_run": Right.BOOK,
    "add_view": Right.BOOK,
    "drop_view": Right.BOOK,
    "earlier": Right.BOOK,
    "later": Right.BOOK,
    "note": Right.BOOK,
    "contact": Right.BOOK,
    "snooze": Right.BOOK,
    "decline": Right.BOOK,
    "assign": Right.BOOK,
    "complete": Right.JUDGE,
    "reopen": Right.JUDGE,
    "choose_month": Right.JUDGE,
    "flag": Right.BOOK,
    "slots": Right.BOOK,
    "invite": Right.INVITE,
    "rings_back": Right.BOOK,
    "invite_rest": Right.INVITE,
    "record": Right.INVITE,
    "export": Right.INVITE,
    "open_exports": Right.INVITE,
    "undo": Right.BOOK,
    "redo": Right.BOOK,
}
"""The right that each action of a screen needs, by the name of its method; the rest: to see."""


COMMAND_LINE: Final[Mapping[str, Right | None]] = {
    "init": None,
    "demo": None,
    "doctor": None,
    "bench": None,
    "users": None,
    "audit": None,
    "recalls": None,
    "clusters": None,
    "import": Right.IMPORT,
    "rollback": Right.IMPORT,
    "plan": Right.PLAN,
    "tick": Right.PLAN,
    "retention": Right.PRUNE,
    "backup": Right.OPERATE,
    "restore": Right.OPERATE,
    "move": Right.OPERATE,
}
"""The right that a command needs to open the store; the rest: to see. None: it asks by itself."""


def may(role: str, right: Right) -> bool:
    """Whether a role (empty or unknown: nobody's) has a right."""
    known = {str(one): one for one in Role}
    return role in known and right in RIGHTS[known[role]]


def holders(right: Right) -> str:
    """Name the roles that have a right: "clinician or admin"."""
    names = [str(role) for role in Role if right in RIGHTS[role]]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def right_of_action(name: str) -> Right:
    """Return the right that an action of a screen needs, by the name of its method."""
    return ACTIONS.get(name, Right.SEE)


OPEN: Final = frozenset({"help", "menu", "quit", "leave", "back", "next_theme", "privacy"})
"""Actions that need no right: they show nobody and change nothing."""


def refusal_of_action(role: str, name: str) -> str:
    """Return why a role may not do an action of a screen, in one line; empty: it may."""
    return "" if name in OPEN else refusal(role, right_of_action(name))


def refusal(role: str, right: Right) -> str:
    """Return why a role may not do something, in one line; empty: it may."""
    if may(role, right):
        return ""
    return f"{role or 'nobody'} may not {right}: that is for {holders(right)}"
