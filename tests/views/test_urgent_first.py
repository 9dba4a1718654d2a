"""The order of due items within an appointment."""

from datetime import date

from recall_tui.domain.states import AppointmentState, DueState
from recall_tui.views.page_text import standing_words, urgent_first
from recall_tui.views.worklist import DueItemView, PlannedAppointmentView

ASTHMA = DueItemView(
    "asthma_review", date(2026, 1, 7), DueState.INVITED, ("asthma",), date(2011, 1, 7)
)
HBA1C = DueItemView(
    "hba1c", date(2026, 1, 7), DueState.ESCALATED, ("antipsychotic",), date(2022, 5, 24),
    high_risk=True,
)  # fmt: skip
DONE = DueItemView(
    "lft", date(2026, 1, 7), DueState.DONE, ("antipsychotic",), date(2020, 1, 7), high_risk=True
)


def test_overdue_high_risk_monitoring_comes_before_what_is_overdue_for_longer() -> None:
    """It is first in the appointment, and the day of the appointment is its own."""
    dues = (ASTHMA, DONE, HBA1C)
    day, state = date(2026, 1, 7), AppointmentState.NOT_BOOKED
    planned = PlannedAppointmentView(1, "nurse", 35, 0, "", day, day, state, dues)
    assert urgent_first(dues) == [HBA1C, ASTHMA, DONE]
    assert standing_words(planned, date(2026, 12, 1)).endswith(", !! overdue since 24 May 2022")
