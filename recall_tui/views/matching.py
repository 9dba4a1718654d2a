"""A patient's planned appointments beside the appointments of the book, and what to say of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from recall_tui.domain.bank_holidays import SATURDAY, Nation, bank_holiday
from recall_tui.domain.commands import Target
from recall_tui.domain.items import Item, StaffGroup
from recall_tui.domain.matching import (
    best_pairs,
    fit,
    offered_along,
    same_day,
    stems_of,
    still_wanted,
)
from recall_tui.domain.matching_terms import (
    Fit,
    OfferedAppointment,
    SameDay,
    WantedAppointment,
    WantedItem,
)
from recall_tui.domain.wording import notes_text, reason_text
from recall_tui.views.coming import BOOKABLE, with_next
from recall_tui.views.patient import AppointmentView, PatientPage
from recall_tui.views.worklist import DueItemView, PlannedAppointmentView

FAR_AHEAD = timedelta(days=270)
"""A day typed without its year may be next year's by mistake."""


@dataclass(frozen=True, slots=True)
class Guide:
    """What booking needs of the rules and the practice's settings."""

    items: Mapping[str, Item] = field(default_factory=dict[str, Item])
    reason_characters: int = 100
    notes_characters: int = 500
    along_weeks: int = 8
    staff_groups: frozenset[str] = frozenset(StaffGroup)
    """Those that the practice has: asked for first; a booking with any that can is as good."""

    nation: Nation = Nation.ENGLAND_AND_WALES

    def name(self, item: str) -> str:
        """Return what an item is called."""
        known = self.items.get(item)
        return known.name if known else item

    def staff_of(self, item: Item) -> tuple[str, ...]:
        """Return who can do an item: those whom the practice has, then others; cheapest first."""
        ordered = sorted(
            item.staff, key=lambda one: (one not in self.staff_groups, item.staff[one])
        )
        return tuple(map(str, ordered))

    def texts(self, items: Iterable[str]) -> tuple[str, str]:
        """Return the reason and the notes of an appointment for exactly these items."""
        known = [self.items[one] for one in items if one in self.items]
        return (
            reason_text(known, self.reason_characters),
            notes_text(known, self.notes_characters),
        )


NO_GUIDE = Guide()
"""Before the rules are read."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One patient: what is wanted, what is in the book, and which pairs suit best."""

    wanted: tuple[WantedAppointment, ...]
    book: tuple[OfferedAppointment, ...]
    pairs: tuple[Fit, ...]
    """Best first; each appointment is in one."""

    later: tuple[WantedItem, ...]
    """Every due item that can be booked, wanted now or later: what may be offered along."""

    known: frozenset[str]

    @property
    def best(self) -> Fit | None:
        """The pair to accept first, if anything fits."""
        return self.pairs[0] if self.pairs else None

    def wanted_of(self, number: int) -> WantedAppointment | None:
        """Return a planned appointment with something to book, by its number."""
        return next((one for one in self.wanted if one.number == number), None)

    def fit_of(self, number: int, appointment_id: str = "") -> Fit | None:
        """Return the pair of a planned appointment.

        With ``appointment_id`` whatever that appointment makes of it. Else the one paired with it,
        else the best of the book; None when nothing covers any of it.
        """
        wanted = self.wanted_of(number)
        if wanted is None:
            return None
        if not appointment_id:
            paired = next((one for one in self.pairs if one.wanted.number == number), None)
            if paired is not None:
                return paired
        some = [
            fit(wanted, one, self.known)
            for one in self.book
            if appointment_id in {"", one.appointment_id}
        ]
        return max((one for one in some if one.score), key=lambda one: one.score, default=None)

    def fit_on(self, number: int, on: date) -> Fit | None:
        """Return the pair for a day that was typed: the book's of that day, else the bare day."""
        wanted = self.wanted_of(number)
        if wanted is None:
            return None
        some = [fit(wanted, one, self.known) for one in self.book if one.on == on]
        bare = fit(wanted, OfferedAppointment("", on, staff_group=wanted.staff_group))
        return max((one for one in some if one.score), key=lambda one: one.score, default=bare)

    def along(self, found: Fit, weeks: int) -> tuple[WantedItem, ...]:
        """Return what else is due soon and could be done in the same appointment."""
        return offered_along(found, self.later, weeks)

    def rest(self, pairs: Iterable[Fit] | None = None) -> Mapping[int, tuple[WantedItem, ...]]:
        """Return by planned appointment what no pair covers."""
        return still_wanted(self.wanted, self.pairs if pairs is None else pairs)

    def beside(self, number: int, items: Sequence[WantedItem]) -> SameDay | None:
        """Return the appointment to ask for on the day of one that is in the book."""
        wanted = self.wanted_of(number)
        return None if wanted is None else same_day(wanted, items, self.book)


def reconcile(page: PatientPage, guide: Guide, today: date) -> Reconciled:
    """Return how a patient's planned appointments and the book go together.

    Where nothing is needed now it is about what comes next.
    """
    page = with_next(page)
    known = frozenset[str]().union(*(_stems(item) for item in guide.items.values()))
    wanted = tuple(
        found
        for planned in page.appointments_needed
        if (found := _wanted(planned, guide)) is not None
    )
    book = tuple(_offered(one, page, guide) for one in page.future_appointments if _stands(one))
    book = tuple(one for one in book if one.on >= today)
    every = {
        due.item: _wanted_item(due, planned, guide)
        for planned in (*page.year, *page.appointments_needed)
        for due in planned.due_items
        if _bookable(due)
    }
    return Reconciled(wanted, book, best_pairs(wanted, book, known), tuple(every.values()), known)


def targets_for(page: PatientPage, items: Iterable[str]) -> tuple[Target, ...]:
    """Return the due items of these names that can be booked, as the person saw them."""
    found = {
        due.item: Target(page.patient, due.item, due.due_on, due.version)
        for planned in (*page.year, *page.appointments_needed)
        for due in planned.due_items
        if _bookable(due)
    }
    return tuple(found[item] for item in items if item in found)


def day_warnings(on: date, today: date, guide: Guide = NO_GUIDE) -> tuple[str, ...]:
    """Say what is odd about a day to book on: a weekend, a bank holiday, past, far ahead."""
    said: list[str] = []
    if on < today:
        said.append("that day is past")
    if on.weekday() >= SATURDAY:
        said.append(f"that is a {on:%A}")
    holiday = bank_holiday(on, guide.nation)
    if holiday:
        said.append(f"that is {holiday}")
    if on > today + FAR_AHEAD:
        said.append(f"that is in {on:%B %Y}")
    return tuple(said)


def _bookable(due: DueItemView) -> bool:
    return due.is_open and due.state in BOOKABLE


def _stands(real: AppointmentView) -> bool:
    return real.status == "booked"


def _wanted(planned: PlannedAppointmentView, guide: Guide) -> WantedAppointment | None:
    items = tuple(_wanted_item(due, planned, guide) for due in planned.due_items if _bookable(due))
    if not items:
        return None
    ordered = tuple(sorted(items, key=lambda one: (not one.high_risk, one.due_on, one.item)))
    return WantedAppointment(
        planned.appointment_no, planned.staff_group, planned.earliest, planned.latest, ordered
    )


def _wanted_item(due: DueItemView, planned: PlannedAppointmentView, guide: Guide) -> WantedItem:
    known = guide.items.get(due.item)
    opens = due.window_opens or planned.earliest
    if known is None:
        minutes = planned.minutes // max(1, len(planned.due_items))
        return WantedItem(
            due.item, due.due_on, opens, minutes, (planned.staff_group,), (planned.place,),
            due.high_risk, stems_of(due.item),
        )  # fmt: skip
    return WantedItem(
        due.item,
        due.due_on,
        opens,
        known.minutes,
        guide.staff_of(known),
        tuple(str(place) for place in known.places),
        due.high_risk,
        _stems(known),
    )


def _stems(item: Item) -> frozenset[str]:
    found = stems_of(str(item.id).replace("_", " "), item.name, item.reason)
    if StaffGroup.PHLEBOTOMIST in item.staff:
        found |= stems_of("blood phlebotomy")
    return found | stems_of("drug monitoring") if item.high_risk else found


def _offered(real: AppointmentView, page: PatientPage, guide: Guide) -> OfferedAppointment:
    booked = [
        item
        for one in page.bookings
        if one.state == "active" and one.appointment_id == real.appointment_id
        for item in one.items
    ]
    seen = {one.clinician for one in page.past_appointments if one.status == "attended"}
    taken = [guide.items[item].minutes for item in booked if item in guide.items]
    return OfferedAppointment(
        appointment_id=real.appointment_id,
        on=real.starts_at.date(),
        starts_at=real.starts_at,
        minutes=real.minutes,
        staff_group=real.staff_group,
        clinician=real.clinician,
        slot_type=real.slot_type,
        taken=sum(taken),
        is_known_clinician=bool(real.clinician) and real.clinician in {page.usual_gp, *seen},
    )
