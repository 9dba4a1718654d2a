"""Bringing what is chosen about patients in line with the events that count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recall_tui.domain.choices import Choice, choice_of
from recall_tui.domain.decisions import DecisionKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recall_tui.domain.decisions import Decision
    from recall_tui.ports import Work
    from recall_tui.services.deciding import Draft, Histories, Moment

CHOSEN = frozenset(
    {
        DecisionKind.ASSIGNED,
        DecisionKind.MONTH_CHOSEN,
        DecisionKind.CONTACTED,
        DecisionKind.FLAGGED,
    }
)
"""Kinds of event that say something about a patient as a whole."""


def histories_of(work: Work, drafts: Sequence[Draft]) -> Histories:
    """Return every event of each patient and item that ``drafts`` are about."""
    return work.item_events(sorted({(one.patient, one.item) for one in drafts}))


def settle_choices(
    work: Work, moment: Moment, histories: Mapping[tuple[str, str], Sequence[Decision]]
) -> None:
    """Let what is chosen be what the events about each whole patient add up to."""
    of_patients = {patient: some for (patient, item), some in histories.items() if not item}
    stored = work.choices(of_patients)
    wanted: dict[str, Choice] = {}
    for patient, history in of_patients.items():
        chosen = choice_of(history)
        if stored.get(patient, Choice()) != chosen:
            wanted[patient] = chosen
    work.put_choices(wanted, by=moment.who.login, at=moment.at)
