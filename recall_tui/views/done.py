"""What a command did."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did: ``words`` for the toast, ``replan`` the patients to plan again."""

    command_id: str
    words: str
    patients: tuple[str, ...] = ()
    replan: tuple[str, ...] = ()
    booking_id: str = ""
