"""Invites of the clinical record, counted beside those that were recorded here."""

from datetime import date, timedelta
from typing import Any

import pytest

from recall_tui.domain.decisions import ItemState
from recall_tui.domain.record_invites import (
    CALLED_FROM,
    counted,
    counts_for,
    read_record_invites,
    with_record,
)

TODAY = date(2026, 12, 1)
DUE: dict[str, Any] = {
    "due_on": date(2026, 11, 10),
    "overdue_since": None,
    "last_done": None,
    "closed_through": None,
    "recalls": ["diabetes"],
}
DIABETES, LITHIUM = frozenset({"diabetes"}), frozenset({"lithium"})
CAN_BE_CALLED = DUE["due_on"] - CALLED_FROM


@pytest.mark.parametrize(
    ("on", "due", "counts"),
    [
        (TODAY, {}, True),
        (TODAY + timedelta(1), {}, False),
        (CAN_BE_CALLED, {}, True),
        (CAN_BE_CALLED - timedelta(1), {}, False),
        (CAN_BE_CALLED - timedelta(1), {"overdue_since": date(2026, 11, 9)}, True),
        (TODAY, {"last_done": TODAY}, False),
        (TODAY, {"last_done": TODAY - timedelta(1)}, True),
        (TODAY, {"closed_through": TODAY}, False),
    ],
)
def test_which_invite_can_be_one_for_an_item(
    on: date, due: dict[str, object], *, counts: bool
) -> None:
    """Not of tomorrow, not answered by what was done, not before anybody could be called for it."""
    assert counts_for({**DUE, **due}, on, TODAY) is counts


def test_invites_less_than_a_week_apart_are_one() -> None:
    """Of the record and of here; the day of the last one is the latest of all."""
    here = ItemState(invites=1, last_invited=date(2026, 11, 20), invite_days="2026-11-20")
    assert with_record(here, [date(2026, 11, 26)]) == (1, date(2026, 11, 26))
    assert with_record(here, [date(2026, 11, 27)]) == (2, date(2026, 11, 27))
    assert with_record(here, [date(2026, 11, 13), date(2026, 11, 14)]) == (2, date(2026, 11, 20))
    assert with_record(ItemState(), []) == (0, None)
    days = [date(2026, 11, 19), date(2026, 11, 5), date(2026, 11, 12)]
    assert with_record(ItemState(), days) == (3, date(2026, 11, 19))


def test_where_only_the_last_day_is_known_it_counts() -> None:
    """Invites that came from elsewhere have a number and a last day, and no days between."""
    known = ItemState(invites=2, last_invited=date(2026, 11, 20))
    assert with_record(known, [date(2026, 11, 24)]) == (2, date(2026, 11, 24))


def test_an_invite_for_another_recall_is_the_patients_and_not_the_items() -> None:
    """Of one that names nothing nobody knows what it asked about."""
    record = [
        (date(2026, 11, 1), DIABETES), (date(2026, 11, 10), LITHIUM),
        (date(2026, 11, 20), frozenset[str]()), (TODAY + timedelta(1), DIABETES),
    ]  # fmt: skip
    item, patient = counted(ItemState(), DUE, record, TODAY)
    assert item == (1, date(2026, 11, 1))
    assert patient == (3, date(2026, 11, 20))
    here = ItemState(invites=1, last_invited=TODAY)
    assert counted(here, DUE, record[3:], TODAY) == ((1, TODAY), (1, TODAY))


def test_what_the_plan_keeps_of_them_is_read_in_order() -> None:
    """Days and recalls; nothing kept is no invite."""
    text = '[["2026-11-12",["diabetes"]],["2026-11-18",[]]]'
    assert read_record_invites(text) == (
        (date(2026, 11, 12), DIABETES),
        (date(2026, 11, 18), frozenset()),
    )
    assert read_record_invites(None) == read_record_invites("") == ()
