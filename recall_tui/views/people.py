"""The people of a practice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the practice; without a role they may not work there any more."""

    login: str
    name: str
    role: str
    pin: str = ""
    """Hash of the PIN that unlocks the screen; empty: none was chosen."""

    version: int = 0
