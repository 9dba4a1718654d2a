"""The doors between screens, each loaded when it is first opened, not before first paint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.screen import Screen

from recall_tui.views.names import Names
from screens.place import Doors

if TYPE_CHECKING:
    from recall_tui.desk_port import Desk
    from recall_tui.views.patient import PatientPage


class LazyDoors:
    """`place.Doors` over the screens there are."""

    def lookup(self, desk: Desk, typed: str, beside: str = "") -> Screen[str | None]:
        """Return the look-up, with what was typed, or who lives ``beside`` a patient."""
        from screens.modals.lookup import LookupScreen  # noqa: PLC0415 - not before first paint

        return LookupScreen(desk, typed, beside)

    def booking(self, desk: Desk, names: Names, page: PatientPage) -> Screen[None]:
        """Return the booking window of a patient."""
        from screens.booking import BookingScreen  # noqa: PLC0415 - not before first paint

        return BookingScreen(desk, names, self, page)

    def patient(self, desk: Desk, names: Names, page: PatientPage) -> Screen[None]:
        """Return the page of a patient."""
        from screens.patient import PatientScreen  # noqa: PLC0415 - not before first paint

        return PatientScreen(desk, names, self, page)

    def text(self, text: str) -> Screen[None]:
        """Return lines of text over the whole screen."""
        from screens.modals.plain_text import PlainText  # noqa: PLC0415 - not before first paint

        return PlainText(text)

    def sheet(self, desk: Desk, what: str, text: str, patients: Sequence[str]) -> Screen[None]:
        """Return lines of text to be copied or saved, which are about patients."""
        from screens.modals.sheet import Sheet  # noqa: PLC0415 - not before first paint

        return Sheet(desk, what, text, patients)


def doors() -> Doors:
    """Return the doors."""
    return LazyDoors()
