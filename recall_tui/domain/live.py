"""Which events still count, undo and redo applied.

Loads nothing, since the quick path needs it: an event is known by four of its attributes.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol, TypeVar

    class Told(Protocol):
        """An event, as far as undoing goes."""

        @property
        def seq(self) -> int:
            """Its place in the practice's events."""
            ...

        @property
        def kind(self) -> str:
            """What happened."""
            ...

        @property
        def command_id(self) -> str:
            """The command it came from."""
            ...

        @property
        def undoes(self) -> str:
            """The command it takes back."""
            ...

    Event = TypeVar("Event", bound=Told)

UNDONE = "undone"
"""The kind of event that takes a command back."""


def live(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events that still count, in order of ``seq``: undo and redo applied."""
    ordered = sorted(events, key=lambda event: event.seq)
    taken_back: set[str] = set()
    kept: list[Event] = []
    for event in reversed(ordered):
        if event.command_id in taken_back:
            continue
        if event.kind == UNDONE:
            taken_back.add(event.undoes)
        else:
            kept.append(event)
    return tuple(reversed(kept))
