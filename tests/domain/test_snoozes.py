"""How long a snooze hides where no day is named."""

import pytest

from recall_tui.domain.commands import USUAL_SNOOZE, SnoozeDays, Wake


@pytest.mark.parametrize(
    ("days", "when", "risky", "hides"),
    [
        (USUAL_SNOOZE, None, False, 7),
        (USUAL_SNOOZE, Wake.REPLY, False, 28),
        (USUAL_SNOOZE, Wake.SLOT, True, 7),
        (SnoozeDays(usual=14, waiting=30, high_risk=5), None, False, 14),
        (SnoozeDays(usual=14, waiting=30, high_risk=5), None, True, 5),
        (SnoozeDays(usual=3, waiting=30, high_risk=5), None, True, 3),
    ],
)
def test_high_risk_monitoring_is_hidden_for_no_longer_than_is_safe(
    days: SnoozeDays, when: Wake | None, hides: int, *, risky: bool
) -> None:
    """What waits for a reply waits longer, monitoring of a drug never; a shorter wish stays."""
    assert days.unless_said(when, is_risky=risky) == hides
