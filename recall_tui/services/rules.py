"""Who changed a recall: asked for the right, kept in the access log."""

from collections.abc import Mapping

from recall_tui.domain.rights import Right
from recall_tui.ports import Work
from recall_tui.services.deciding import Moment
from recall_tui.services.people import admit


def note_change(work: Work, moment: Moment, recall: str, changes: Mapping[str, str]) -> None:
    """Keep that a recall was changed, and how.

    Raises:
        Refused: whoever is at the keyboard may not change recalls.
    """
    admit(work, moment.who, Right.RULES)
    details = {"recall": recall, **changes}
    work.record_access("recalls", (), by=moment.who.login, at=moment.at, details=details)
