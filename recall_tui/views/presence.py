"""Who else is on a patient now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

NAMED = 3


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody else's session on a patient, and since when; a hint, not a lock."""

    who: str
    since: datetime


def presence_line(others: Sequence[Present], zone: tzinfo) -> str:
    """Return one line that says who else is here, in local time; empty when nobody is."""
    named = ", ".join(
        f"{one.who} since {one.since.astimezone(zone):%H:%M}" for one in others[:NAMED]
    )
    more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
    return f"Also here: {named}{more}" if others else ""
