"""Which future appointment fits which planned one: a score, so that the best is offered first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from recall_tui.domain.states import AppointmentState
from recall_tui.views.patient import AppointmentView, PatientPage
from recall_tui.views.worklist import PlannedAppointmentView

SAME_STAFF = 100
LONG_ENOUGH = 20
IN_TIME = 30
A_MONTH = 31


def fit_of(planned: PlannedAppointmentView, real: AppointmentView) -> int:
    """Return how well a real appointment fits a planned one; higher is better, 0 is not at all."""
    if real.staff_group and real.staff_group != planned.staff_group:
        return 0
    score = SAME_STAFF if real.staff_group else 1
    if real.minutes is not None and real.minutes >= planned.minutes:
        score += LONG_ENOUGH
    return score + _nearness(planned, real.starts_at.date())


def _nearness(planned: PlannedAppointmentView, on: date) -> int:
    if planned.earliest <= on <= planned.latest:
        return IN_TIME
    away = (planned.earliest - on).days if on < planned.earliest else (on - planned.latest).days
    return max(0, IN_TIME - away * IN_TIME // A_MONTH)


def best_match(
    planned: PlannedAppointmentView, future: Sequence[AppointmentView]
) -> AppointmentView | None:
    """Return the future appointment that fits best, or None when none fits."""
    fitting = [one for one in future if fit_of(planned, one) > 0]
    return max(
        fitting, key=lambda one: (fit_of(planned, one), -one.starts_at.timestamp()), default=None
    )


def shortfall(planned: PlannedAppointmentView, real: AppointmentView) -> int:
    """Return by how many minutes the real appointment is too short (0: long enough, unknown)."""
    return max(0, planned.minutes - real.minutes) if real.minutes is not None else 0


def pending(page: PatientPage) -> tuple[PlannedAppointmentView, ...]:
    """Return the planned appointments that are not done, in order."""
    return tuple(one for one in page.appointments_needed if one.state is not AppointmentState.DONE)
