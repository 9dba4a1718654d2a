"""Who is invited, who is left out and why, and what leaves the house."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from recall_tui.domain.commands import Channel
from recall_tui.domain.states import AppointmentState, DueState
from recall_tui.services.batching import (
    EXPORT_COLUMNS,
    LeftOut,
    export_rows,
    prepare_batch,
)
from recall_tui.views.worklist import DueItemView, PlannedAppointmentView, WorklistRow

TODAY = date(2026, 11, 22)
DUE = DueItemView("hba1c", date(2026, 12, 3), DueState.OUTSTANDING, ("diabetes",), version=2)


def _row(items: Sequence[DueItemView] = (DUE,), earliest: date = TODAY) -> WorklistRow:
    planned = PlannedAppointmentView(
        1, "hca", 20, 1, "surgery", earliest, date(2026, 12, 3), AppointmentState.NOT_BOOKED,
        tuple(items),
    )  # fmt: skip
    return WorklistRow(
        patient="101", nhs_number="9990000018", name="Lee, Ann", date_of_birth=date(1950, 12, 3),
        state=DueState.OUTSTANDING, overdue_since=None, high_risk_since=None,
        appointments=(planned,), recalls=("diabetes",), invites=0, last_invited=None,
        future_appointments=0, since_last_invite=0, channel=Channel.SMS,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (_row([replace(DUE, state=DueState.BOOKED)]), LeftOut.NOTHING_DUE),
        (_row([replace(DUE, state=DueState.SNOOZED)]), LeftOut.NOTHING_DUE),
        (_row([replace(DUE, is_open=False)]), LeftOut.OVERDUE_FIRST),
        (_row([replace(DUE, state=DueState.DONE, is_open=False)]), LeftOut.NOTHING_DUE),
        (_row([replace(DUE, state=DueState.ESCALATED, hold_words="declined: needles")]),
         LeftOut.FOR_PRESCRIBER),
        (replace(_row([replace(DUE, state=DueState.NO_CONTACT)]), channel=Channel.NONE),
         LeftOut.NO_CHANNEL),
        (_row(earliest=TODAY + timedelta(43)), LeftOut.TOO_EARLY),
        (replace(_row(), invites=1, last_invited=date(2026, 11, 16)), LeftOut.INVITED_LATELY),
        (replace(_row(), invites=1, last_invited=TODAY, asked_elsewhere=True, since_last_invite=1),
         LeftOut.HAS_APPOINTMENT),
        (replace(_row(), invites=1, last_invited=date(2026, 11, 1), since_last_invite=1),
         LeftOut.HAS_APPOINTMENT),
    ],
    ids=["booked", "snoozed", "open earlier", "done", "declined", "unreachable", "too early",
         "lately", "lately, and booked", "appointment"],
)  # fmt: skip
def test_who_is_left_out_and_why(row: WorklistRow, why: LeftOut) -> None:
    """Each reason is named for the patient it is about, and nobody of them is invited."""
    batch = prepare_batch([row], TODAY)
    assert batch.left_out == ((row, why),)
    assert not batch.invitees


def test_a_list_opens_six_weeks_ahead() -> None:
    """Six weeks before the first day on which it counts a patient may be asked, or as set."""
    row = _row(earliest=TODAY + timedelta(42))
    assert prepare_batch([row], TODAY).invitees
    assert not prepare_batch([row], TODAY, opens_weeks=5).invitees


def test_a_decliner_is_asked_about_the_rest_only() -> None:
    """Who declined the lithium level, but not the weight, is invited for the weight alone."""
    declined = replace(DUE, item="lithium_level", state=DueState.ESCALATED, hold_words="declined")
    silent = replace(DUE, item="tsh", state=DueState.ESCALATED)
    batch = prepare_batch([_row([DUE, declined, silent])], TODAY)
    assert [one.item for one in batch.invitees[0].targets] == ["hba1c", "tsh"]


@pytest.mark.parametrize("last", [date(2026, 11, 15), date(2026, 10, 1)])
def test_an_invite_a_week_ago_may_be_repeated(last: date) -> None:
    """Seven days are enough between two invites."""
    assert prepare_batch([replace(_row(), invites=1, last_invited=last)], TODAY).invitees


def test_a_batch_names_each_item_with_the_version_seen() -> None:
    """The command that records it carries what the person saw, so that nobody is overwritten."""
    command = prepare_batch([_row()], TODAY).command("b1", "letter 1")
    (target,) = command.targets
    assert (target.patient, target.item, target.due_on, target.version) == (
        "101", "hba1c", date(2026, 12, 3), 2,
    )  # fmt: skip
    assert command.channels == (("101", Channel.SMS),)


def test_an_export_names_no_condition() -> None:
    """What leaves the house says who, where and how long: never a recall or an item."""
    (row,) = export_rows(prepare_batch([_row()], TODAY), {"hca": "HCA"})
    assert len(row) == len(EXPORT_COLUMNS)
    assert row[-2:] == ("HCA 20 min", "1")
    assert not any(word in " ".join(row).lower() for word in ("hba1c", "diabet"))
