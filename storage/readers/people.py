"""Names and standing of patients, and what people said of them. Plain Python."""

from __future__ import annotations

import json
from datetime import date

from recall_tui.domain.channel import NO_EMAILS, NO_TEXTS, mobile_digits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    HandFlag: TypeAlias = tuple[str, bool, date | None, str]
    """Flag, whether it holds, since when and who said so."""


def shown_name(family: str | None, given: str | None) -> str:
    """Return a name as lists show it: family name, given name."""
    return ", ".join(part for part in (family, given) if part)


def status_of(
    died_on: date | None, left_on: date | None, absent_since: date | None
) -> tuple[str, date | None]:
    """Return registered, left or died, and since when."""
    if died_on is not None:
        return "died", died_on
    gone = left_on or absent_since
    return ("left", gone) if gone is not None else ("registered", None)


def hand_flags(said: str | None) -> tuple[HandFlag, ...]:
    """Return what was said of flags by hand, from the column ``flags`` of a patient's choices."""
    if not said or said == "{}":
        return ()
    found: dict[str, Any] = json.loads(said)
    return tuple(
        (flag, bool(holds), date.fromisoformat(on) if on else None, by)
        for flag, (on, holds, by) in found.items()
    )


def needs_interpreter(recorded: object, said: str | None) -> bool:
    """Whether an interpreter is needed: as somebody said by hand, else as the record has it."""
    by_hand = {flag: holds for flag, holds, _on, _by in hand_flags(said)}
    return by_hand.get("interpreter", bool(recorded))


def asked_not(said: str | None) -> tuple[str, ...]:
    """Return which messages a patient wants no more: flags that hold, as people said by hand."""
    known = {NO_TEXTS, NO_EMAILS}
    return tuple(flag for flag, holds, _on, _by in hand_flags(said) if holds and flag in known)


def stopped_of(mobile: str | None, deceased: object, wrong: str | None) -> str:
    """Return why nobody may be asked, or not by text: ``deceased``, ``wrong_number`` or nothing."""
    if deceased:
        return "deceased"
    return "wrong_number" if is_same_number(wrong, mobile) else ""


def is_same_number(wrong: str | None, mobile: str | None) -> bool:
    """Whether a number that was somebody else's is the one in the record, however it is written."""
    if not wrong or not mobile:
        return False
    return wrong == mobile or mobile_digits(wrong) == mobile_digits(mobile) != ""
