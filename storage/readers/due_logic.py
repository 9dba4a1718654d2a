"""From rows of the plan and the folded decisions to due items and planned appointments.

Plain Python: the quick path uses it, too.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import timedelta
from functools import lru_cache

from recall_tui.domain.channel import NO_EMAILS, NO_TEXTS, Channel, Contact, choose_channel
from recall_tui.domain.standing import (
    BOOKING_GRACE_DAYS,
    is_booked,
    is_held_by_person,
    state_of,
)
from recall_tui.domain.states import DueState, appointment_state
from storage.readers.people import asked_not, is_same_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from typing import Any

    from recall_tui.domain.decisions import Facts, ItemState
    from recall_tui.domain.record_invites import Counted, RecordInvite
    from recall_tui.views.worklist import DueItemView, PlannedAppointmentView
    from storage.readers.book import Book
    from storage.readers.kit import Kit

DUE: tuple[str, ...] = (
    "patient_number",
    "item",
    "due_on",
    "is_open",
    "overdue_since",
    "window_opens",
    "done_on",
    "closed_by",
    "last_done",
    "early_days",
    "closed_through",
    "every",
    "recalls",
    "held",
    "hold_words",
    "high_risk",
    "long_gap_days",
    "listed_on",
    "appointment_no",
    "listed_month",
    "reasons",
)
NO_REASONS = "[]"
"""What stands for the reasons where nobody asks for them."""

PLANNED = ("stage", "staff_group", "minutes", "place", "earliest", "latest")
TO_BOOK = frozenset({
    DueState.ESCALATED, DueState.OUTSTANDING, DueState.NO_CONTACT, DueState.INVITED
})  # fmt: skip
SETTLED = frozenset({DueState.DONE, DueState.DECLINED, DueState.ON_HOLD})
NO_MINUTES: Mapping[str, int] = {}
"""Where the rules say of no item how long it takes: each has its share of the whole."""

CONTACT = (
    "mobile_phone",
    "email",
    "address",
    "sms_consent",
    "email_consent",
    "contact_allowed",
    "preferred_channel",
)
"""Columns of a patient that decide how they are reached."""

SAID = ("deceased_reported", "wrong_number", "flags")
"""Columns of a patient's choices that do."""

DATES = frozenset(
    {
        *("date_of_birth", "registered_on", "left_on", "died_on", "absent_since", "recall_date"),
        *("due_on", "overdue_since", "window_opens", "done_on", "last_done", "listed_on"),
        "closed_through",
        *("earliest", "latest", "decided_for", "last_invited", "booked_for", "snoozed_until"),
        *("held_until", "closed_for", "booked_on", "on"),
    }
)
MOMENTS = frozenset({"at", "starts_at", "booked_at", "changed_at", "extracted_at", "applied_at"})
BOOLEANS = frozenset(
    {
        *("is_open", "held", "high_risk", "contact_allowed", "interpreter", "sensitive", "active"),
        "deceased_reported",
    }
)
"""Columns that SQLite keeps as text or as 0 and 1."""


class DueRow:
    """One row of the plan with what was decided about it.

    ``told`` are the columns of the due item where they say why it is due. ``planned`` is the
    appointment number and the columns of the planned appointment; number 0: none. ``contact`` are
    the columns of ``CONTACT`` and ``SAID``. ``asked`` counts the invites of the patient since the
    item can be called for, whatever those in the record asked about.
    """

    __slots__ = (
        *("asked", "contact", "listed_month", "listed_on", "patient", "planned", "told"),
        "view",
    )

    def __init__(  # noqa: PLR0913 - one for each column, all by name
        self,
        *,
        view: DueItemView,
        patient: str,
        told: Mapping[str, Any] | None,
        listed_on: date | None,
        listed_month: str,
        planned: tuple[Any, ...],
        contact: tuple[Any, ...],
        asked: Counted,
    ) -> None:
        """Keep the row."""
        self.view = view
        self.patient = patient
        self.told = told
        self.listed_on = listed_on
        self.listed_month = listed_month
        self.planned = planned
        self.contact = contact
        self.asked = asked

    @property
    def reasons(self) -> str:
        """The JSON list of the reasons of the plan."""
        if self.told is None:
            return NO_REASONS
        # Lists ask no row for its reasons, and the quick path counts every module.
        from recall_tui.domain.reason_evidence import reasons_of  # noqa: PLC0415

        return reasons_of(self.told)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.view.state is DueState.DONE


_STATE_AT = len(DUE) + len(PLANNED) + len(CONTACT) + len(SAID)


def due_row(
    row: Sequence[Any], book: Book, today: date, kit: Kit, record: Sequence[RecordInvite] = ()
) -> DueRow:
    """Return the due item in a row of ``due_rows_statement``.

    ``record`` are the invites that the patient's clinical record holds.
    """
    due = dict(zip(DUE, row, strict=False))
    contact = tuple(row[len(DUE) + len(PLANNED) : _STATE_AT])
    version: int = row[_STATE_AT] or 0
    state = kit.state(row[_STATE_AT + 1 :]) if version else kit.nothing_decided
    asked: Counted = (state.invites, state.last_invited)
    if record and due["is_open"]:
        # Most patients have none, and the quick path counts every module.
        from recall_tui.domain.record_invites import counted  # noqa: PLC0415

        mine, asked = counted(state, {**due, "recalls": _words(due["recalls"])}, record, today)
        if mine != (state.invites, state.last_invited):
            state = kit.invited(state, *mine)
    now_on = book.day_of(state.appointment_id, state.booked_for)
    if now_on != state.booked_for:
        state = kit.moved(state, now_on)
    facts = kit.facts(
        done=due["done_on"] is not None or due["closed_by"] is not None,
        held=bool(due["held"]),
        high_risk=bool(due["high_risk"]),
        appointment=book.status_of(state.appointment_id, state.booked_for),
        reachable=channel_of(contact) is not Channel.NONE,
    )
    return DueRow(
        view=_view(due, (facts, state, version), today, kit),
        patient=due["patient_number"],
        told=due if due["reasons"] not in (None, NO_REASONS) else None,
        listed_on=due["listed_on"],
        listed_month=due["listed_month"],
        planned=(due["appointment_no"] or 0, *row[len(DUE) : len(DUE) + len(PLANNED)]),
        contact=contact,
        asked=asked,
    )


def _view(
    due: dict[str, Any], judged: tuple[Facts, ItemState, int], today: date, kit: Kit
) -> DueItemView:
    facts, state, version = judged
    stands = state_of(facts, state, today)
    return kit.due_item(
        item=due["item"],
        due_on=due["due_on"],
        state=stands,
        recalls=_words(due["recalls"]),
        overdue_since=due["overdue_since"],
        done_on=due["done_on"],
        last_done=due["last_done"],
        window_opens=due["window_opens"],
        is_open=bool(due["is_open"]),
        high_risk=facts.high_risk,
        hold_words=_hold_words(state, due["hold_words"], stands, today),
        snoozed_until=state.snoozed_until,
        snoozed_when=state.snoozed_when or "",
        snoozes=state.snoozes,
        booked_for=state.booked_for,
        booking_id=state.booking_id,
        invites=state.invites,
        last_invited=state.last_invited,
        early_days=due["early_days"],
        long_gap_days=due["long_gap_days"],
        reopened=_reopened(facts, state, today),
        version=version,
    )


def _hold_words(state: ItemState, recorded: str | None, stands: DueState, today: date) -> str:
    """Return why it is held, or what the patient said; a hold whose day has come says nothing."""
    if is_held_by_person(state, today):
        return state.held
    known = stands is DueState.DECLINED or not state.declined
    return recorded or (state.declined if known else f"declined: {state.declined}")


def _reopened(facts: Facts, state: ItemState, today: date) -> str:
    if facts.done or state.booked_for is None or is_booked(facts, state, today):
        return ""
    if facts.appointment in {"missed", "cancelled"}:
        return facts.appointment
    if today <= state.booked_for + timedelta(days=BOOKING_GRACE_DAYS):
        return ""
    return "attended_not_recorded" if facts.appointment == "attended" else "no_appointment_found"


@lru_cache(maxsize=64)
def channel_of(contact: tuple[Any, ...]) -> Channel:
    """Return how a patient is reached, from the columns of ``CONTACT`` and ``SAID``.

    Nobody is asked who is said to have died, nothing goes to a number that is another's, and no
    message of a kind that the patient wants no more.
    """
    mobile, email, address, sms, mail, allowed, preferred, deceased, wrong, said = contact
    unwanted = asked_not(said)
    mobile = "" if is_same_number(wrong, mobile) else mobile
    return choose_channel(
        Contact(
            mobile_phone=mobile or "",
            email=email or "",
            address=address or "",
            sms_consent="declined" if NO_TEXTS in unwanted else sms or "unknown",
            email_consent="declined" if NO_EMAILS in unwanted else mail or "unknown",
            contact_allowed=allowed is not False and not deceased,
            preferred=preferred or "",
        )
    )


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def one_line_each(rows: Iterable[DueRow]) -> list[DueRow]:
    """Keep one row a patient and item: the open one, else the earliest that is not done."""
    best: dict[tuple[str, str], DueRow] = {}
    for row in rows:
        key = (row.patient, row.view.item)
        kept = best.get(key)
        if kept is None or _rank(row) < _rank(kept):
            best[key] = row
    return list(best.values())


def _rank(row: DueRow) -> tuple[bool, bool, date]:
    return (not row.view.is_open, row.is_done, row.view.due_on)


def planned_appointments(
    rows: Iterable[DueRow], kit: Kit, minutes: Mapping[str, int] = NO_MINUTES
) -> tuple[PlannedAppointmentView, ...]:
    """Group the due items of one patient by planned appointment, in their order.

    ``minutes``: what each item takes, by item.
    """
    groups: defaultdict[tuple[Any, ...], list[DueRow]] = defaultdict(list)
    for row in rows:
        groups[row.planned].append(row)
    ordered = sorted(groups.items(), key=lambda group: (group[0][0] == 0, group[0][0]))
    return tuple(_planned(key, some, kit, minutes) for key, some in ordered)


def _planned(
    key: tuple[Any, ...], rows: list[DueRow], kit: Kit, each: Mapping[str, int]
) -> PlannedAppointmentView:
    number, stage, staff_group, minutes, place, earliest, latest = key
    views = tuple(row.view for row in sorted(rows, key=lambda r: (r.view.due_on, r.view.item)))
    return kit.planned(
        appointment_no=number,
        staff_group=staff_group or "",
        minutes=minutes_left(views, minutes or 0, each),
        stage=stage or 1,
        place=place or "",
        earliest=earliest or views[0].due_on,
        latest=latest or views[-1].due_on,
        state=appointment_state(view.state for view in views),
        due_items=views,
    )


def minutes_left(views: Sequence[DueItemView], planned: int, each: Mapping[str, int]) -> int:
    """Return how long what is still to be done of a planned appointment takes.

    That is what is still to be booked; once all of it is booked or snoozed, that; of what is over,
    the whole as it was planned. ``planned``: minutes of the whole; ``each``: of each item. What
    is done may be missing among ``views``: the item stands under its next date.
    """
    left = [one for one in views if one.state in TO_BOOK] or [
        one for one in views if one.state not in SETTLED
    ]
    known = all(one.item in each for one in left)
    if not left or (not known and len(left) == len(views)):
        return planned
    share = -(-planned // len(views))
    return min(planned, sum(each.get(one.item, share) for one in left))
