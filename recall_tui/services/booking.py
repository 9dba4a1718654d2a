"""Booking: the statement that an appointment covers certain due items."""

from recall_tui.domain.commands import MarkBooked, Unbook
from recall_tui.domain.decisions import DecisionKind
from recall_tui.errors import Refused
from recall_tui.ports import Booking, Work
from recall_tui.services.deciding import (
    YEAR_DAYS,
    Draft,
    Moment,
    check_targets,
    drafts_for,
    on_date,
    record,
    refuse_far,
    things,
)
from recall_tui.views.done import Done


def mark_booked(work: Work, command: MarkBooked, moment: Moment) -> Done:
    """Book the targets, all of one patient, on a day that is not past.

    An item that was booked already is booked anew: the older booking no longer holds it, and when
    the patient missed that one it still counts as missed.

    Raises:
        Refused: the day is past or over a year off, or several patients.
        Conflict: somebody else changed one of the items.
    """
    patients = {one.patient for one in command.targets}
    if len(patients) > 1:
        message = "a booking is for one patient: choose one"
        raise Refused(message)
    if command.on < moment.today:
        message = f"{on_date(command.on)} is past: give the day of the appointment"
        raise Refused(message)
    refuse_far(command.on, moment.today, YEAR_DAYS, "check the year")
    check_targets(work, command.targets)
    booking_id = work.new_id()
    _record_booked(work, command, moment, booking_id)
    patient = command.targets[0].patient
    work.put_booking(
        Booking(
            booking_id=booking_id,
            patient=patient,
            items=tuple((one.item, one.due_on) for one in command.targets),
            on=command.on,
            appointment_id=command.appointment_id,
            staff_group=command.staff_group,
            by=moment.who.login,
            at=moment.at,
            command_id=moment.command_id,
        )
    )
    words = f"Booked {things(len(command.targets), 'item')} for {on_date(command.on)}"
    words += "" if command.appointment_id else ", noted here: make it in the clinical system"
    return Done(moment.command_id, words, (patient,), booking_id=booking_id)


def _record_booked(work: Work, command: MarkBooked, moment: Moment, booking_id: str) -> None:
    payload = {
        "booking_id": booking_id,
        "on": command.on.isoformat(),
        "appointment_id": command.appointment_id,
        "staff_group": command.staff_group,
    }
    older, replaced = _replaced(work, command)
    record(work, moment, (*drafts_for(command.targets, DecisionKind.BOOKED, payload), *older))
    for one in replaced:
        work.set_booking_active(one, active=False, by=moment.who.login, at=moment.at)


def _replaced(work: Work, command: MarkBooked) -> tuple[tuple[Draft, ...], tuple[str, ...]]:
    """Return what takes the targets off the bookings that held them, and which hold nothing now."""
    states = work.item_states([(one.patient, one.item) for one in command.targets])
    drafts: list[Draft] = []
    gone: list[str] = []
    for booking_id in sorted({one.state.booking_id for one in states.values()} - {""}):
        booking = work.active_booking(booking_id)
        missed = booking is not None and work.became_of(booking) == "missed"
        mine = [
            one
            for one in command.targets
            if states[one.patient, one.item].state.booking_id == booking_id
        ]
        payload = {"booking_id": booking_id, "missed": missed}
        drafts += drafts_for(mine, DecisionKind.UNBOOKED, payload)
        if booking is not None:
            holders = _holders(work, booking)
            held = {item for item, holder in holders.items() if holder == booking_id}
            gone += [booking_id] if held <= {one.item for one in mine} else []
    return tuple(drafts), tuple(gone)


def _holders(work: Work, booking: Booking) -> dict[str, str]:
    """Return which booking holds each item of one now: some may have been booked anew since."""
    states = work.item_states([(booking.patient, item) for item, _on in booking.items])
    return {item: one.state.booking_id for (_patient, item), one in states.items()}


def unbook(work: Work, command: Unbook, moment: Moment) -> Done:
    """Take a booking back; its due items return to where they were, invites kept.

    Raises:
        Refused: there is no such booking, or it was taken back already.
    """
    booking = work.active_booking(command.booking_id)
    if booking is None or booking.patient != command.patient:
        message = "this booking does not stand any more: look at the patient again"
        raise Refused(message)
    payload = {"booking_id": booking.booking_id, "missed": command.missed}
    holders = _holders(work, booking)
    drafts = tuple(
        Draft(DecisionKind.UNBOOKED, booking.patient, item, due_on, payload)
        for item, due_on in booking.items
        if holders[item] in {"", booking.booking_id}
    )
    record(work, moment, drafts)
    work.set_booking_active(booking.booking_id, active=False, by=moment.who.login, at=moment.at)
    verb = "Noted as missed" if command.missed else "Took back"
    words = f"{verb}: the booking for {on_date(booking.on)}"
    return Done(moment.command_id, words, (booking.patient,))
