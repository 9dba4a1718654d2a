"""Names and standing of patients, as every list words them. Plain Python."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date


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
