"""What a store would show of invented patients: rows, pages, planned appointments."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from recall_tui.domain.channel import Contact, choose_channel
from recall_tui.domain.commands import Channel
from recall_tui.domain.decisions import DecisionKind, Facts
from recall_tui.domain.live import live
from recall_tui.domain.standing import state_of
from recall_tui.domain.states import DueState, appointment_state, least_advanced
from recall_tui.views.balance import BalanceLine
from recall_tui.views.patient import BookingView, InviteView, NoteView, PatientPage, ReasonView
from recall_tui.views.worklist import DueItemView, PlannedAppointmentView, WorklistRow
from storage.readers.people import hand_flags
from tests.screens.fake_practice import TODAY
from tests.screens.fake_store import FakeItem, FakePatient, FakeStore

STAGES = {"phlebotomist": 1, "hca": 1}


class FakeViews:
    """Views of a store in memory, on a day."""

    def __init__(self, store: FakeStore) -> None:
        """Show what is in `store`, as of `today`."""
        self.store = store
        self.today: date = TODAY

    def _facts(self, patient: FakePatient, due: FakeItem) -> Facts:
        return Facts(
            due.done_on is not None,
            bool(due.held),
            due.high_risk,
            reachable=_channel(patient) is not Channel.NONE,
        )

    def state_of(self, patient: FakePatient, due: FakeItem) -> DueState:
        """Return where a due item stands."""
        key = (patient.number, due.item)
        stored = self.store.item_states([key])[key]
        return state_of(self._facts(patient, due), stored.state, self.today)

    def _due(self, patient: FakePatient, due: FakeItem) -> DueItemView:
        key = (patient.number, due.item)
        stored = self.store.item_states([key])[key]
        state = self.state_of(patient, due)
        return DueItemView(
            item=due.item,
            due_on=due.due_on,
            state=state,
            recalls=due.recalls,
            overdue_since=due.due_on
            if due.due_on < self.today and state is not DueState.DONE
            else None,
            done_on=due.done_on,
            is_open=state is not DueState.DONE,
            high_risk=due.high_risk,
            hold_words=stored.state.held or due.held,
            snoozed_until=stored.state.snoozed_until,
            snoozed_when=stored.state.snoozed_when,
            snoozes=stored.state.snoozes,
            booked_for=stored.state.booked_for,
            booking_id=stored.state.booking_id,
            invites=stored.state.invites,
            last_invited=stored.state.last_invited,
            version=stored.version,
        )

    def _planned(self, patient: FakePatient) -> tuple[PlannedAppointmentView, ...]:
        by_group = groupby(sorted(patient.items, key=_group_order), key=lambda one: one.staff_group)
        found: list[PlannedAppointmentView] = []
        for number, (group, items) in enumerate(by_group, start=1):
            wanted = list(items)
            dues = tuple(self._due(patient, due) for due in wanted)
            first = min(due.due_on for due in dues)
            found.append(
                PlannedAppointmentView(
                    number,
                    group,
                    sum(due.minutes for due in wanted),
                    STAGES.get(group, 2),
                    "surgery",
                    max(self.today, first - timedelta(days=28)),
                    max(self.today, first) + timedelta(days=28),
                    appointment_state(due.state for due in dues),
                    dues,
                )
            )
        return tuple(found)

    def row_of(self, patient: FakePatient) -> WorklistRow:
        """Return the patient's line of the list."""
        planned = self._planned(patient)
        dues = [due for one in planned for due in one.due_items]
        since = [due.overdue_since for due in dues if due.overdue_since]
        invited = [due.last_invited for due in dues if due.last_invited]
        return WorklistRow(
            patient=patient.number,
            nhs_number=patient.nhs_number,
            name=patient.name,
            date_of_birth=patient.born,
            state=least_advanced(due.state for due in dues),
            overdue_since=min(since, default=None),
            high_risk_since=min(
                (due.overdue_since for due in dues if due.high_risk and due.overdue_since),
                default=None,
            ),
            appointments=planned,
            recalls=tuple(sorted({recall for due in dues for recall in due.recalls})),
            invites=max((due.invites for due in dues), default=0),
            last_invited=max(invited, default=None),
            future_appointments=len(patient.future),
            since_last_invite=0,
            assigned_to=self.store.choice(patient.number).owner,
            channel=_channel(patient),
            flags=patient.flags,
            usual_gp=patient.usual_gp,
            next_appointment=patient.future[0].starts_at.date() if patient.future else None,
        )

    def page_of(self, patient: FakePatient) -> PatientPage:
        """Return the patient's page."""
        choice, planned = self.store.choice(patient.number), self._planned(patient)
        return PatientPage(
            patient=patient.number,
            nhs_number=patient.nhs_number,
            nhs_number_status="verified",
            name=patient.name,
            date_of_birth=patient.born,
            sex=patient.sex,
            status=patient.status,
            status_on=None,
            sensitive=False,
            address=patient.address,
            postcode=patient.postcode,
            home_phone="", mobile_phone=patient.mobile, email=patient.email,
            sms_consent="unknown", email_consent="unknown",
            contact_allowed=patient.contact_allowed,
            preferred_channel="",
            language=patient.language,
            interpreter=patient.language == "Polish",
            usual_gp=patient.usual_gp,
            channel=_channel(patient),
            recall_date=patient.born.replace(year=2026, day=1),
            anchor_source="birthday",
            hand_flags=hand_flags(choice.flags),
            chosen_month=choice.month,
            assigned_to=choice.owner,
            flags=patient.flags,
            appointments_needed=planned, year=planned,
            bookings=self._bookings(patient.number),
            invites=self._invites(patient.number),
            future_appointments=patient.future,
            past_appointments=patient.past,
            notes=self._notes(patient.number),
            reasons=tuple(map(_reason, patient.items)),
            data_as_of=date(2026, 11, 21),
        )  # fmt: skip

    def balance_of(self, recall: str) -> BalanceLine:
        """Return how many patients of a recall stand where."""
        states = [
            least_advanced(self.state_of(one, due) for due in one.items if recall in due.recalls)
            for one in self.store.patients.values()
            if any(recall in due.recalls for due in one.items)
        ]
        counts = {state: states.count(state) for state in DueState}
        return BalanceLine(
            recall,
            len(states),
            counts[DueState.DONE],
            counts[DueState.BOOKED],
            counts[DueState.INVITED],
            counts[DueState.OUTSTANDING] + counts[DueState.NO_CONTACT],
            counts[DueState.SNOOZED],
            counts[DueState.ON_HOLD],
            counts[DueState.DECLINED],
            counts[DueState.ESCALATED],
        )

    def _bookings(self, number: str) -> tuple[BookingView, ...]:
        return tuple(
            BookingView(
                one.booking_id,
                one.on,
                tuple(item for item, _due in one.items),
                one.by,
                one.at,
                "active" if active else "taken back",
                one.appointment_id,
                one.staff_group,
            )
            for one, active in self.store.records.bookings.values()
            if one.patient == number
        )

    def _invites(self, number: str) -> tuple[InviteView, ...]:
        invited = [
            one
            for one in live(self.store.records.events)
            if one.patient == number and one.kind is DecisionKind.INVITED
        ]
        return tuple(
            InviteView(
                date.fromisoformat(str(events[0].payload["on"])),
                str(events[0].payload["channel"]),
                tuple(one.item for one in events),
                events[0].by,
            )
            for _command, grouped in groupby(invited, key=lambda one: one.command_id)
            if (events := list(grouped))
        )

    def _notes(self, number: str) -> tuple[NoteView, ...]:
        kept = {DecisionKind.NOTED, DecisionKind.CONTACTED}
        return tuple(
            NoteView(
                one.at,
                one.by,
                str(one.payload.get("outcome") or one.kind),
                str(one.payload.get("words") or ""),
            )
            for one in live(self.store.patient_events(number))
            if one.kind in kept
        )


def _reason(due: FakeItem) -> ReasonView:
    return ReasonView(due.item, due.due_on, "on the register, and nothing is recorded since")


def _group_order(due: FakeItem) -> tuple[int, str]:
    return STAGES.get(due.staff_group, 2), due.staff_group


def _channel(patient: FakePatient) -> Channel:
    return choose_channel(
        Contact(
            mobile_phone=patient.mobile,
            email=patient.email,
            address=patient.address,
            contact_allowed=patient.contact_allowed,
        )
    )
