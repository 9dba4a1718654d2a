"""Tolerances of frequencies that the practice's table names, and of those between."""

from recall_tui.domain.plan_settings import PlanSettings


def test_a_frequency_between_two_has_the_tolerance_of_the_shorter() -> None:
    """Named ones have their own, longer ones their share, shorter ones than all none at all."""
    settings = PlanSettings(tolerance_weeks={2: 2, 6: 6}, tolerance_weeks_longer=16)
    found = {months: settings.tolerance_days(months) for months in (1, 2, 3, 6, 12)}
    assert found == {1: 0, 2: 14, 3: 14, 6: 42, 12: 112}


def test_the_tolerances_where_nobody_says_otherwise() -> None:
    """As many weeks as months up to a year, 16 beyond; a week is seven days."""
    months = (1, 2, 3, 4, 6, 12, 24, 36, 60)
    weeks = (1, 2, 3, 4, 6, 12, 16, 16, 16)
    found = [PlanSettings().tolerance_days(one) for one in months]
    assert found == [7 * one for one in weeks]


def test_what_is_due_once_counts_early_by_its_wait() -> None:
    """At an age 16 weeks; some days after a start as a frequency of so many months."""
    settings = PlanSettings()
    found = {days: settings.tolerance_days_once(days) for days in (None, 30, 90, 365)}
    assert found == {None: 112, 30: 7, 90: 21, 365: 84}
